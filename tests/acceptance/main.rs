//! The whole program under bad conditions.

#![expect(
    clippy::unwrap_used,
    reason = "the helpers of tests may fail as tests do"
)]

mod crash;
mod program;
