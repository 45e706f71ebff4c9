//! Answers as the registry records them, with their evidence: about cases and
//! about places alike.
//!
//! Not here: what they come to (`conditions`), who may record them (`access`).

mod book;
mod evidence;
mod record;

pub use book::{AnswerBook, AnswerContext, EVIDENCE_AT_MOST, Owner, VERIFIED_AT_MOST};
pub use evidence::{EvidenceRecord, EvidenceReference, NewEvidence, PersonsPresent, SourceClass};
pub use record::{AnswerRecord, NewAnswer, Remark};
