//! The standard for returns, and the decision rule: is this return safe,
//! voluntary, dignified and free, on this day, by these answers?
//!
//! Nobody types a finding in. It is computed by [`assess`], a pure function of a
//! [`Catalogue`] (what must be true and how it is known) and [`Facts`] (what was
//! recorded), so that an auditor can run it again, offline, for any date.
//!
//! The walk of one assessment: [`facts`] orders what was recorded; [`effective`]
//! turns the answers to one indicator about one subject into one value;
//! [`outcome`] joins values into eight conditions and one finding;
//! [`assessment`] drives the walk and collects reasons, warnings and expiry.
//! [`mod@file`] is the public interchange format of the same thing.
//!
//! Not here: who may record an answer or approve a case (`access`, `case`), and
//! where the rows come from (`sanad-store`).

mod codes;

pub mod answer;
pub mod assessment;
pub mod catalogue;
pub mod condition;
pub mod effective;
pub mod event;
pub mod evidence;
pub mod facts;
pub mod file;
pub mod indicator;
pub mod outcome;

pub use answer::{ActorKey, Answer, AnswerKey, NaReason, Subject, Value};
pub use assessment::{Assessment, Reason, SelfAssessment, Warning, WarningKind, assess};
pub use catalogue::{Catalogue, CatalogueError};
pub use condition::{Condition, NamedConditions};
pub use effective::{ReasonCode, Standing};
pub use event::{EventKind, Void, Voids};
pub use evidence::{EvidenceKind, EvidenceKindIndex, EvidenceKinds, EvidenceSet};
pub use facts::{AccessProfile, Facts, Flag, Flags, Member, Setting};
pub use indicator::{AppliesTo, Indicator, IndicatorIndex, Level, Mark, Source};
pub use outcome::{Finding, Outcome};
