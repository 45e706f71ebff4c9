//! The end of a case's data (T23): what has to be kept for how long, what holds it
//! back, and what stays when the rest is destroyed.
//!
//! Not here: the rules (`decide::anonymisation`); how the bytes are destroyed
//! (`sanad-store`); erasure at somebody's own request, which is another matter (DP-13).

use super::event::{Event, Registered};
use super::incident::IncidentStatus;
use super::lifecycle::State;
use super::state::CaseState;
use crate::answer::{AnswerBook, EvidenceReference, Remark};
use crate::ids::{ReturnId, UserId};
use crate::person::Displacement;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// For how many years a case is kept after it was closed (DP-16 –).
pub const KEEP_CASE_YEARS: i16 = 5;
/// The same where a finding was issued: its case is what an audit looks at (DP-16 –).
pub const KEEP_AUDITED_YEARS: i16 = 6;

/// Why a closed case is kept longer than its time (DP-13 –).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LegalHoldReason {
    /// A claim or proceedings for which it may be needed.
    LegalClaim,
    /// What happened to somebody is still looked into.
    ProtectionIncident,
    /// An audit that is under way.
    Audit,
}

impl LegalHoldReason {
    /// The code, as in paths and answers.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LegalClaim => "legal_claim",
            Self::ProtectionIncident => "protection_incident",
            Self::Audit => "audit",
        }
    }

    /// The reason of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::LegalClaim, Self::ProtectionIncident, Self::Audit]
            .into_iter()
            .find(|reason| reason.code() == code)
    }
}

/// The data of a case must be kept, whatever its age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LegalHoldRequest {
    /// Why.
    pub reason: LegalHoldReason,
    /// Which claim, which audit: the number of a file, and nobody's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<EvidenceReference>,
}

/// The reason for a legal hold is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LegalHoldLifting {
    /// Why it is lifted.
    pub remark: Remark,
}

/// A legal hold that is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LegalHold {
    /// Why.
    pub reason: LegalHoldReason,
    /// Which claim, which audit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<EvidenceReference>,
    /// Who placed it.
    pub placed_by: UserId,
    /// Since when.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub placed_on: Date,
}

/// The data-protection focal point proposes that the data of a case is destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnonymisationRequest {
    /// Whether somebody weighed that a child of the household may need the record later:
    /// a tracing, a family to be found, a status to be proven. Asked of every case with a
    /// child in it (DP-16: child records by best interests –).
    pub child_records_weighed: bool,
}

/// A proposal that waits for a supervisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnonymisationProposal {
    /// Who proposed it.
    pub proposed_by: UserId,
    /// The day on which it was proposed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub proposed_on: Date,
}

/// What is left to say of the persons of a case: that their data was destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Anonymisation {
    /// The day on which it was destroyed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub anonymised_on: Date,
    /// The day until which it had to be kept.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub kept_until: Date,
    /// The focal point who proposed it.
    pub proposed_by: UserId,
    /// The supervisor who confirmed it; never the same.
    pub confirmed_by: UserId,
    /// How many persons were ever in the case.
    pub persons: u32,
    /// Users who had recorded consent: who may neither assess nor approve (§2.7).
    pub consent_recorders: Vec<UserId>,
    /// Returns that were forced or may have been, and where the protection action stood.
    pub unfree_returns: Vec<UnfreeReturn>,
}

/// A return about which an incident was open that bars sharing data with the country of
/// origin: a forced one, or one under pressure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnfreeReturn {
    /// The return.
    pub return_id: ReturnId,
    /// Where the protection action stood last.
    pub status: IncidentStatus,
}

impl CaseState {
    /// The last day on which the case has to be kept; none while it is open.
    pub fn kept_until(&self) -> Option<Date> {
        let years = if self.findings.is_empty() {
            KEEP_CASE_YEARS
        } else {
            KEEP_AUDITED_YEARS
        };
        Some(self.closed_on?.saturating_add(years.years()))
    }

    /// Whether what is said of the end of its data can be so: closed, its time over, nothing
    /// that held it, proposed by one and confirmed by another, one right after the other.
    pub fn ends_rightly(&self, end: &Anonymisation, by: UserId) -> bool {
        let proposed = self.anonymisation_proposed.map(|one| one.proposed_by);
        let over = |until: Date| until == end.kept_until && until < end.anonymised_on;
        self.state == State::Closed
            && self.legal_holds.is_empty()
            && self.open_incidents().next().is_none()
            && self.kept_until().is_some_and(over)
            && proposed == Some(end.proposed_by)
            && end.confirmed_by == by
            && end.proposed_by != by
    }

    /// What stays of the case when the data of its persons is destroyed. The same comes of
    /// the facts that [`Event::without_persons`] leaves.
    pub(super) fn forget_persons(&mut self) {
        self.members.clear();
        self.contact_points.clear();
        self.answers = AnswerBook::default();
        self.conflicts.clear();
        self.voids.clear();
        self.withdrawals.clear();
        self.consents.clear();
        self.consent_words.clear();
        self.best_interests.clear();
        self.incidents.clear();
        self.monitoring.clear();
        for displacement in &mut self.displacements {
            *displacement = displacement.without_days();
        }
        for finding in &mut self.findings {
            finding.assessment = finding.assessment.without_persons();
        }
        self.hold = None;
        for hold in &mut self.legal_holds {
            hold.reference = None;
        }
        self.approval = None;
        self.departure = None;
    }
}

impl Event {
    /// What stays of a fact when the data of the persons of its case is destroyed (T23):
    /// where the case stood, what was found, approved and returned to, by whom and when.
    /// Nothing of who the people were, what they said or what happened to them, and no
    /// text that somebody wrote; of most facts only that there was one.
    #[must_use]
    pub fn without_persons(&self) -> Self {
        match self {
            Self::CaseRegistered(registered) => Self::CaseRegistered(Box::new(Registered {
                members: Vec::new(),
                contact_points: Vec::new(),
                displacements: registered
                    .displacements
                    .iter()
                    .map(Displacement::without_days)
                    .collect(),
                ..(**registered).clone()
            })),
            Self::DisplacementRecorded {
                displacement,
                places,
            } => Self::DisplacementRecorded {
                displacement: Box::new(displacement.without_days()),
                places: places.clone(),
            },
            Self::FindingIssued(finding) => {
                let mut finding = (**finding).clone();
                finding.assessment = finding.assessment.without_persons();
                Self::FindingIssued(Box::new(finding))
            }
            Self::Approved(approval) => {
                let mut approval = approval.clone();
                approval.answer_to_warnings = None;
                Self::Approved(approval)
            }
            Self::SteppedBack { reason, .. } => Self::SteppedBack {
                reason: *reason,
                remark: None,
            },
            Self::Held { hold, .. } => Self::Held {
                hold: *hold,
                remark: None,
            },
            Self::Closed { reason, .. } => Self::Closed {
                reason: *reason,
                remark: None,
            },
            Self::Reopened { .. } => Self::Reopened { remark: None },
            Self::LegalHoldPlaced { reason, .. } => Self::LegalHoldPlaced {
                reason: *reason,
                reference: None,
            },
            Self::LegalHoldLifted { reason, .. } => Self::LegalHoldLifted {
                reason: *reason,
                remark: None,
            },
            Self::DestinationChosen { .. }
            | Self::Advanced(_)
            | Self::ReturnOrganisersNamed { .. }
            | Self::Departed(_)
            | Self::Arrived { .. }
            | Self::Resumed
            | Self::DisplacedAgain
            | Self::ReturnRecorded(_)
            | Self::MonitoringBegan { .. }
            | Self::SolutionChosen(_)
            | Self::SolutionProposed
            | Self::SolutionAchieved(_)
            | Self::AnonymisationProposed { .. }
            | Self::Anonymised(_) => self.clone(),
            Self::MemberJoined(_)
            | Self::MemberCorrected { .. }
            | Self::MemberLeft { .. }
            | Self::ContactPointAdded(_)
            | Self::AnswerRecorded(_)
            | Self::EvidenceRecorded(_)
            | Self::EvidenceFileAttached { .. }
            | Self::EvidenceVerified(_)
            | Self::ConflictDeclared(_)
            | Self::ConflictEndProposed { .. }
            | Self::ConflictEnded { .. }
            | Self::AnswerConfirmed(_)
            | Self::AnswerRetracted { .. }
            | Self::ConsentWithdrawn(_)
            | Self::ConsentStated(_)
            | Self::ConsentTakenBack { .. }
            | Self::BestInterestsRecorded(_)
            | Self::IncidentRecorded(_)
            | Self::IncidentConfirmed { .. }
            | Self::IncidentFollowed { .. }
            | Self::RoundRecorded(_)
            | Self::Destroyed => Self::Destroyed,
        }
    }
}
