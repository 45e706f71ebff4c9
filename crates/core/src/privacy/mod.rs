//! Why a person's data may be processed, what the person was told, and what free
//! text may hold.
//!
//! Consent to processing is one thing, consent to return another, consent to
//! share with a country of origin a third (DP-04 –); only the first is here.
//!
//! Not here: who may read what ([`access`](crate::access)).

pub mod free_text;
pub mod lawful_basis;
pub mod notice;

pub use free_text::{Note, NotePurpose, NoteText, TermHit, Terms, TermsError};
pub use lawful_basis::{
    ConsentManner, ConsentToProcessing, LawfulBasis, ProcessingBasis, ProcessingPurpose,
};
pub use notice::{Notice, NoticeVersion};
