//! The API document in the repository is the one that the code makes, and it keeps
//! what it promises to people who generate clients from it.

#![expect(
    clippy::unwrap_used,
    reason = "the helpers of tests may fail as tests do"
)]

mod document;
