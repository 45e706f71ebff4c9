//! The rules of Sanad: people, cases, places, return conditions, access and privacy.
//!
//! Pure by construction: no I/O, no clock, no randomness, no async. What day it
//! is, who asks and what was recorded before are arguments. Storage lives in
//! `sanad-store`, HTTP in `sanad-api`.
//!
//! Where to start: [`conditions`] for the standard, [`case`] for the life of a
//! household, [`access`] for who may see and do what.

pub mod access;
pub mod answer;
pub mod area;
pub mod case;
pub mod conditions;
pub mod ids;
pub mod language;
pub mod person;
pub mod privacy;
pub mod reference;
pub mod refusal;
pub mod value;
pub mod wire;

pub(crate) use value::bounded_text;
