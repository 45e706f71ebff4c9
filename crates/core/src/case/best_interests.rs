//! Best interests of a child: assessments by one officer, determinations by a panel.
//!
//! An unaccompanied or separated child needs a determination before any durable
//! solution; so does a child who would be parted from a parent, or whose parents
//! disagree (return conditions §2.10; BID Guidelines 2008 situations (i), (iii) ✔).
//! Not here: the rules (`decide::children`).

use super::state::CaseState;
use crate::answer::{AnswerRecord, EvidenceRecord, Remark};
use crate::bounded_text;
use crate::ids::{AnswerId, BestInterestsId, PersonId, UserId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

bounded_text! {
    /// A member of a panel, by function and organisation, not by name.
    PanelMember, 120
}

/// Members of a panel at least (–).
pub const PANEL_AT_LEAST: usize = 3;
/// Members of a panel at most.
pub const PANEL_AT_MOST: usize = 12;

/// What was done for the child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BestInterestsKind {
    /// An assessment (BIA) by an officer.
    Assessment,
    /// A determination (BID) by a panel.
    Determination,
}

/// Why the child's best interests are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BestInterestsGround {
    /// The child is unaccompanied or separated (situation (i) ✔).
    UnaccompaniedOrSeparated,
    /// The movement would part the child from a parent (situation (iii) ✔).
    PartedFromParent,
    /// The parents disagree about the child (–).
    ParentsDisagree,
}

/// What it came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BestInterestsOutcome {
    /// Begun, not decided.
    Opened,
    /// Return is in the child's best interests.
    ReturnInFavour,
    /// Return is not.
    ReturnAgainst,
    /// Facts about family tracing, care or the place have changed: what was decided
    /// counts no more.
    Overtaken,
}

/// Best interests of a child are recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BestInterestsReport {
    /// What was done.
    pub kind: BestInterestsKind,
    /// Why.
    pub ground: BestInterestsGround,
    /// What it came to.
    pub outcome: BestInterestsOutcome,
    /// The day of the decision, or on which it was begun.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub dated: Date,
    /// Who decided a determination: at least three, each by function.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 12))]
    pub panel: Vec<PanelMember>,
    /// The answer that this one names and sets aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<AnswerId>,
    /// A short remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
}

/// The same as the case keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BestInterestsRecord {
    /// Its id.
    pub id: BestInterestsId,
    /// The child.
    pub person: PersonId,
    /// What was recorded.
    pub report: BestInterestsReport,
    /// The answer to VOL-09 or VOL-10 that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnswerId>,
    /// Who recorded it.
    pub recorded_by: UserId,
}

impl CaseState {
    /// Whether an item that says it is the report of a determination is one: a panel
    /// decided about this person, and a *yes* to VOL-10 is its very decision. Any other
    /// kind of evidence is what it is.
    pub fn rests_on_a_panel(&self, answer: &AnswerRecord, item: &EvidenceRecord) -> bool {
        if item.item.kind != "BID" {
            return true;
        }
        self.best_interests.iter().any(|record| {
            let decided = matches!(
                record.report.outcome,
                BestInterestsOutcome::ReturnInFavour | BestInterestsOutcome::ReturnAgainst
            );
            let same = answer.indicator != "VOL-10" || record.answer == Some(answer.id);
            decided && same && Some(record.person) == answer.person
        })
    }
}
