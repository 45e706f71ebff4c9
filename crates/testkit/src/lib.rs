//! What the tests of the workspace share: throw-away databases on both backends,
//! the invented country XZ with its staff and households, and a world in which
//! they act through the same rules as everybody.
//!
//! Part of no product: it fails loudly, and its clock and random bits are counters,
//! so that two runs of a test record the same facts.
//!
//! Where to start: [`each_backend`] for a test of the store, [`World`] for one that
//! needs cases.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test kit fails as loudly as the tests that use it"
)]

pub mod builders;
pub mod country;
pub mod databases;
pub mod dice;
pub mod journey;
pub mod postgres;
pub mod raw;
pub mod staff;
pub mod wait;
pub mod world;

pub use databases::{Backend, TestDatabase, databases, each_backend};
pub use dice::Dice;
pub use raw::Raw;
pub use staff::Staff;
pub use wait::{poll_once, wait};
pub use world::{Failure, World};
