//! The decision rule from outside, through the public interchange format.
//!
//! `naive` is a second, literal transcription of the rule that shares nothing
//! with the program but the format; `properties` compares the two. `household`
//! writes facts files in few words.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests may fail as tests do"
)]

mod catalogue;
mod examples;
mod file;
mod household;
mod naive;
mod properties;
mod rules;
