//! One test per rule of return conditions §2, named as the rule.

mod answers;
mod applicability;
mod outcomes;
