//! The whole program under bad conditions.

mod crash;
mod program;
