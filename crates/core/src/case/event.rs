//! What happened to a case. Past tense; true for ever.
//!
//! A kind is never changed once released: a new meaning is a new version with its
//! own fixture under `tests/data/events/`, and every old one decodes for ever.

use super::anonymisation::{Anonymisation, LegalHoldReason};
use super::best_interests::BestInterestsRecord;
use super::command::{ReturnNature, Transition};
use super::conflict::ConflictRecord;
use super::consent::{ConsentPurpose, ConsentRecord, ConsentWithdrawal};
use super::departure::{Approval, Departure};
use super::incident::{IncidentRecord, IncidentStatus};
use super::monitoring::RoundRecord;
use super::number::CaseNumber;
use super::pause::{ClosureReason, Hold};
use super::solution::{AchievedSolution, ChosenSolution, Solution};
use super::withdrawal::{StepBackReason, WithdrawalRecord};
use crate::answer::{AnswerRecord, EvidenceRecord, EvidenceReference, FileRecord, Remark};
use crate::area::PlaceRef;
use crate::conditions::Finding;
use crate::conditions::file::AssessmentReport;
use crate::ids::{
    AnswerId, CaseId, EvidenceId, FindingId, IncidentId, OrganisationId, PersonId, ReturnId, UserId,
};
use crate::person::{ContactPoint, Displacement, Leaving, Person, PersonProfile};
use crate::privacy::{Notice, ProcessingBasis};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Who recorded a fact, when, and where it stands in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meta {
    /// When the registry recorded it; set by the server alone.
    pub recorded_at: Timestamp,
    /// Who recorded it.
    pub recorded_by: UserId,
    /// Position in the journal: the order of recording.
    pub position: u64,
}

/// The registration of a case, with what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The case.
    pub id: CaseId,
    /// Its number.
    pub number: CaseNumber,
    /// Who keeps it.
    pub organisation: OrganisationId,
    /// Day of registration.
    pub registered_on: Date,
    /// Place of displacement and its ancestors, as the imported list had them.
    pub places: Vec<PlaceRef>,
    /// Where the household comes from.
    pub place_of_origin: Option<PlaceRef>,
    /// Lawful basis (DP-01).
    pub processing: ProcessingBasis,
    /// Notice given (DP-03).
    pub notice: Notice,
    /// The persons.
    pub members: Vec<Person>,
    /// Episodes of displacement.
    pub displacements: Vec<Displacement>,
    /// How the household can be reached.
    pub contact_points: Vec<ContactPoint>,
}

/// A finding as issued: an immutable snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedFinding {
    /// Its id.
    pub id: FindingId,
    /// Who issued it; nobody who recorded the household's consent (§2.7).
    pub assessor: UserId,
    /// Where the household wanted to return to.
    pub destination: PlaceRef,
    /// SHA-256, in hex, of the facts file that gives this result.
    pub facts_sha256: String,
    /// The result, with reasons and sources.
    pub assessment: AssessmentReport,
}

/// A return as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReturnRecord {
    /// Its id.
    pub id: ReturnId,
    /// How it came about.
    pub nature: ReturnNature,
    /// The day of departure.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub departed_on: Date,
    /// Where to.
    pub destination: PlaceRef,
    /// When the return was assessed.
    pub assessed: AssessmentTiming,
    /// The latest finding issued for this destination on or before departure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<FindingId>,
    /// That finding was compliant and had not expired on the day of departure.
    pub compliant: bool,
    /// What the rule makes of what the registry knew about the day of departure, whether
    /// or not a finding was issued; never *compliant* of a forced return (T11, return
    /// conditions §2.12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Finding>,
}

/// When a return was assessed, seen from the departure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AssessmentTiming {
    /// A finding was issued before.
    Before,
    /// A finding was issued only after.
    After,
    /// There is none.
    None,
}

impl AssessmentTiming {
    /// The code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
            Self::None => "none",
        }
    }
}

/// What happened to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// T1.
    CaseRegistered(Box<Registered>),
    /// A person joined.
    MemberJoined(Box<Person>),
    /// What is recorded about a person was replaced.
    MemberCorrected {
        /// Who.
        person: PersonId,
        /// The new record.
        profile: Box<PersonProfile>,
    },
    /// A person left or died.
    MemberLeft {
        /// Who.
        person: PersonId,
        /// When and why.
        leaving: Leaving,
    },
    /// A way to reach the household was added.
    ContactPointAdded(ContactPoint),
    /// A new episode of displacement.
    DisplacementRecorded {
        /// The episode.
        displacement: Box<Displacement>,
        /// Where the household lives now, with ancestors.
        places: Vec<PlaceRef>,
    },
    /// The household named its destination.
    DestinationChosen {
        /// The place.
        place: PlaceRef,
        /// When it was named.
        chosen_on: Date,
    },
    /// T2 to T5.
    Advanced(Transition),
    /// An answer was recorded.
    AnswerRecorded(Box<AnswerRecord>),
    /// An item of evidence was recorded by itself.
    EvidenceRecorded(Box<EvidenceRecord>),
    /// An item of evidence got its file.
    EvidenceFileAttached {
        /// Which item.
        evidence: EvidenceId,
        /// What the file is; its bytes are kept beside the journal.
        file: FileRecord,
    },
    /// A second person saw evidence.
    EvidenceVerified(Vec<EvidenceId>),
    /// Who organises the return or is paid for it, in place of those named before.
    ReturnOrganisersNamed {
        /// The organisations.
        organisations: Vec<OrganisationId>,
    },
    /// A user and the case are kept apart from now on.
    ConflictDeclared(ConflictRecord),
    /// Somebody found that it was declared by mistake; it stays in force until a second
    /// one does.
    ConflictEndProposed {
        /// The user.
        user: UserId,
        /// Why.
        reason: Remark,
    },
    /// It had been declared by mistake: the user and the case are kept apart no longer.
    ConflictEnded {
        /// The user.
        user: UserId,
        /// Why.
        reason: Remark,
    },
    /// A second officer confirmed an answer.
    AnswerConfirmed(AnswerId),
    /// An answer was taken back.
    AnswerRetracted {
        /// Which.
        answer: AnswerId,
        /// Why.
        remark: Remark,
    },
    /// T6.
    FindingIssued(Box<IssuedFinding>),
    /// T7.
    Approved(Approval),
    /// T8.
    Departed(Departure),
    /// T9; the return follows as a fact of its own.
    Arrived {
        /// The day of arrival.
        arrived_on: Date,
    },
    /// A person withdrew consent to return.
    ConsentWithdrawn(WithdrawalRecord),
    /// T12.
    SteppedBack {
        /// Why.
        reason: StepBackReason,
        /// A short remark.
        remark: Option<Remark>,
    },
    /// T13.
    Held {
        /// From where, why, until when.
        hold: Hold,
        /// A short remark.
        remark: Option<Remark>,
    },
    /// T13, back.
    Resumed,
    /// T17; the episode of displacement is a fact of its own.
    DisplacedAgain,
    /// T21.
    Closed {
        /// Why.
        reason: ClosureReason,
        /// A short remark.
        remark: Option<Remark>,
    },
    /// T22.
    Reopened {
        /// Why; gone once the case is anonymised.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<Remark>,
    },
    /// A return was recorded.
    ReturnRecorded(ReturnRecord),
    /// A person stated what they agree to.
    ConsentStated(Box<ConsentRecord>),
    /// A person withdrew consent to processing or sharing.
    ConsentTakenBack {
        /// Who.
        person: PersonId,
        /// Of what.
        purpose: ConsentPurpose,
        /// When and how.
        withdrawal: ConsentWithdrawal,
    },
    /// A child's best interests were recorded.
    BestInterestsRecorded(Box<BestInterestsRecord>),
    /// An incident was reported.
    IncidentRecorded(Box<IncidentRecord>),
    /// A protection officer confirmed an incident.
    IncidentConfirmed {
        /// Which.
        incident: IncidentId,
    },
    /// Something was done about an incident.
    IncidentFollowed {
        /// Which.
        incident: IncidentId,
        /// Where the protection action stands.
        status: IncidentStatus,
        /// What was done.
        remark: Remark,
    },
    /// T14 or T20.
    MonitoringBegan {
        /// What is looked after.
        solution: Solution,
        /// The day of arrival.
        began_on: Date,
    },
    /// T15.
    RoundRecorded(Box<RoundRecord>),
    /// T19.
    SolutionChosen(Box<ChosenSolution>),
    /// T16, proposed.
    SolutionProposed,
    /// T16, confirmed.
    SolutionAchieved(AchievedSolution),
    /// The data of the case must be kept.
    LegalHoldPlaced {
        /// Why.
        reason: LegalHoldReason,
        /// Which claim, which audit; gone once the case is anonymised.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<EvidenceReference>,
    },
    /// It need not be kept for this reason any more.
    LegalHoldLifted {
        /// Which reason is gone.
        reason: LegalHoldReason,
        /// Why it is lifted; gone once the case is anonymised.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<Remark>,
    },
    /// T23, proposed.
    AnonymisationProposed {
        /// Somebody weighed that a child may need the record later.
        child_records_weighed: bool,
    },
    /// T23, confirmed: what the facts before it said of persons is destroyed with it.
    Anonymised(Box<Anonymisation>),
    /// A fact whose content was destroyed when its case was anonymised; what kind of
    /// fact it was stands in the journal's header. No rule answers with it.
    Destroyed,
}

impl Event {
    /// The version of the payload that this program writes.
    pub const VERSION: i32 = 1;

    /// The kind, as in the journal's header.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::CaseRegistered(_) => "case_registered",
            Self::MemberJoined(_) => "member_joined",
            Self::MemberCorrected { .. } => "member_corrected",
            Self::MemberLeft { .. } => "member_left",
            Self::ContactPointAdded(_) => "contact_point_added",
            Self::DisplacementRecorded { .. } => "displacement_recorded",
            Self::DestinationChosen { .. } => "destination_chosen",
            Self::Advanced(_) => "advanced",
            Self::AnswerRecorded(_) => "answer_recorded",
            Self::EvidenceRecorded(_) => "evidence_recorded",
            Self::EvidenceFileAttached { .. } => "evidence_file_attached",
            Self::EvidenceVerified(_) => "evidence_verified",
            Self::ReturnOrganisersNamed { .. } => "return_organisers_named",
            Self::ConflictDeclared(_) => "conflict_declared",
            Self::ConflictEndProposed { .. } => "conflict_end_proposed",
            Self::ConflictEnded { .. } => "conflict_ended",
            Self::AnswerConfirmed(_) => "answer_confirmed",
            Self::AnswerRetracted { .. } => "answer_retracted",
            Self::FindingIssued(_) => "finding_issued",
            Self::Approved(_) => "approved",
            Self::Departed(_) => "departed",
            Self::Arrived { .. } => "arrived",
            Self::ConsentWithdrawn(_) => "consent_withdrawn",
            Self::SteppedBack { .. } => "stepped_back",
            Self::Held { .. } => "held",
            Self::Resumed => "resumed",
            Self::DisplacedAgain => "displaced_again",
            Self::Closed { .. } => "closed",
            Self::Reopened { .. } => "reopened",
            Self::ReturnRecorded(_) => "return_recorded",
            Self::ConsentStated(_) => "consent_stated",
            Self::ConsentTakenBack { .. } => "consent_taken_back",
            Self::BestInterestsRecorded(_) => "best_interests_recorded",
            Self::IncidentRecorded(_) => "incident_recorded",
            Self::IncidentConfirmed { .. } => "incident_confirmed",
            Self::IncidentFollowed { .. } => "incident_followed",
            Self::MonitoringBegan { .. } => "monitoring_began",
            Self::RoundRecorded(_) => "round_recorded",
            Self::SolutionChosen(_) => "solution_chosen",
            Self::SolutionProposed => "solution_proposed",
            Self::SolutionAchieved(_) => "solution_achieved",
            Self::LegalHoldPlaced { .. } => "legal_hold_placed",
            Self::LegalHoldLifted { .. } => "legal_hold_lifted",
            Self::AnonymisationProposed { .. } => "anonymisation_proposed",
            Self::Anonymised(_) => "anonymised",
            Self::Destroyed => "destroyed",
        }
    }

    /// The day on which it was so in the world, where the event has one.
    pub fn observed_on(&self) -> Option<Date> {
        match self {
            Self::CaseRegistered(registered) => Some(registered.registered_on),
            Self::DisplacementRecorded { displacement, .. } => displacement.arrived_on(),
            Self::DestinationChosen { chosen_on, .. } => Some(*chosen_on),
            Self::AnswerRecorded(answer) => Some(answer.observed_on),
            Self::EvidenceRecorded(record) => Some(record.item.dated),
            Self::FindingIssued(finding) => Some(finding.assessment.on),
            Self::ReturnRecorded(record) => Some(record.departed_on),
            Self::Approved(approval) => Some(approval.approved_on),
            Self::Departed(departure) => Some(departure.departed_on),
            Self::Arrived { arrived_on } => Some(*arrived_on),
            Self::ConsentWithdrawn(withdrawal) => Some(withdrawal.withdrawn_on),
            Self::ConsentStated(record) => Some(record.statement.said_on),
            Self::ConsentTakenBack { withdrawal, .. } => Some(withdrawal.withdrawn_on),
            Self::BestInterestsRecorded(record) => Some(record.report.dated),
            Self::MonitoringBegan { began_on, .. } => Some(*began_on),
            Self::RoundRecorded(round) => Some(round.held_on),
            Self::SolutionChosen(chosen) => Some(chosen.chosen_on),
            Self::SolutionAchieved(achieved) => Some(achieved.achieved_on),
            Self::Anonymised(anonymisation) => Some(anonymisation.anonymised_on),
            // Joining may be a birth and leaving a death, and what happened to somebody
            // is theirs: such days stay in the payload.
            Self::MemberJoined(_)
            | Self::IncidentRecorded(_)
            | Self::IncidentConfirmed { .. }
            | Self::IncidentFollowed { .. }
            | Self::SolutionProposed
            | Self::MemberLeft { .. }
            | Self::MemberCorrected { .. }
            | Self::ContactPointAdded(_)
            | Self::Advanced(_)
            | Self::EvidenceFileAttached { .. }
            | Self::EvidenceVerified(_)
            | Self::ReturnOrganisersNamed { .. }
            | Self::ConflictDeclared(_)
            | Self::ConflictEndProposed { .. }
            | Self::ConflictEnded { .. }
            | Self::AnswerConfirmed(_)
            | Self::AnswerRetracted { .. }
            | Self::SteppedBack { .. }
            | Self::Held { .. }
            | Self::Resumed
            | Self::DisplacedAgain
            | Self::Closed { .. }
            | Self::Reopened { .. }
            | Self::LegalHoldPlaced { .. }
            | Self::LegalHoldLifted { .. }
            | Self::AnonymisationProposed { .. }
            | Self::Destroyed => None,
        }
    }
}
