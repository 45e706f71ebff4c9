//! Answers as the registry records them, with their evidence: about cases and
//! about places alike.
//!
//! Not here: what they come to (`conditions`), who may record them (`access`).

mod alone;
mod book;
mod breaches;
mod evidence;
mod file;
mod independence;
mod items;
mod record;

pub(crate) use alone::check_each_alone;
pub use book::{AnswerBook, AnswerContext, Owner};
pub use evidence::{
    EvidenceRecord, EvidenceReference, NewEvidence, PersonsPresent, SourceClass, SourceName,
};
pub use file::{FileRecord, FileType, NewFile};
pub use independence::{Independence, IndependenceReason};
pub use items::{EVIDENCE_AT_MOST, VERIFIED_AT_MOST};
pub use record::{AnswerRecord, NewAnswer, Remark};
