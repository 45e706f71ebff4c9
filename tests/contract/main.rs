//! The API document in the repository is the one that the code makes, and it keeps
//! what it promises to people who generate clients from it.

mod document;
