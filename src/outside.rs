//! What the program takes from the world outside: the time and random bits.
//!
//! Both are handed down as arguments from here; the rules draw neither.

pub use sanad_api::clock::{NoEntropy, entropy, now};
