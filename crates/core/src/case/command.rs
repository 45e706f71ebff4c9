//! What can be asked of a case. Imperative; nothing here has happened yet.
//!
//! Every field is checked when it is read (`deny_unknown_fields`, typed values);
//! what needs the state is checked in `decide`.

use super::anonymisation::{
    AnonymisationRequest, LegalHoldLifting, LegalHoldReason, LegalHoldRequest,
};
use super::best_interests::BestInterestsReport;
use super::conflict::{ConflictDeclaration, ConflictEnding};
use super::consent::ConsentStatement;
use super::departure::{ApprovalRequest, ArrivalReport, DepartureReport};
use super::incident::{IncidentAction, IncidentReport};
use super::monitoring::RoundReport;
use super::organisers::ReturnOrganisers;
use super::pause::{ClosureRequest, HoldRequest, ReopeningRequest};
use super::solution::SolutionChoice;
use super::withdrawal::{StepBack, Withdrawal};
use crate::access::Permission;
use crate::answer::{NewAnswer, NewEvidence, NewFile, Remark};
use crate::area::PlaceRef;
use crate::conditions::AccessProfile;
use crate::ids::{AnswerId, EvidenceId, IncidentId, OrganisationId, PersonId, UserId};
use crate::person::{ContactPoint, Displacement, Leaving, PersonProfile};
use crate::privacy::{Notice, ProcessingBasis};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Persons in one case at most.
pub const MEMBERS_AT_MOST: usize = 60;

/// No registration is older: the first registers of displaced people of the region
/// are of 1948. An earlier day is a slip of the year, or a calendar that was mistaken
/// for another, and would stand at the head of every report.
pub const EARLIEST_DAY: Date = jiff::civil::date(1948, 1, 1);

/// Registration of a household or a single person (T1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// The organisation that keeps the case.
    pub organisation: OrganisationId,
    /// The day of registration; today when left out.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    #[serde(
        default,
        with = "crate::wire::optional_date",
        skip_serializing_if = "Option::is_none"
    )]
    pub registered_on: Option<Date>,
    /// Where the household lives now.
    pub place_of_displacement: PlaceRef,
    /// Where it comes from, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_of_origin: Option<PlaceRef>,
    /// Why its data may be processed (DP-01).
    pub processing: ProcessingBasis,
    /// Which notice was given, in which language (DP-03).
    pub notice: Notice,
    /// The persons, one of them the focal person.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 60))]
    pub members: Vec<PersonProfile>,
    /// Episodes of displacement so far, the first one first.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 30))]
    pub displacements: Vec<Displacement>,
    /// How the household can be reached.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub contact_points: Vec<ContactPoint>,
}

/// A person joins the household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MemberJoining {
    /// The first day in the household; for a child born into it, the day of birth.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub joined_on: Date,
    /// What is recorded about the person.
    pub profile: PersonProfile,
}

/// A new episode of displacement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DisplacementReport {
    /// The episode. Its end is where the household lives from then on.
    pub displacement: Displacement,
}

/// The intended destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DestinationChoice {
    /// The place, by its code.
    pub place: PlaceRef,
    /// The day on which the household named it.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub chosen_on: Date,
}

/// Answers recorded together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAnswers {
    /// The answers; all are recorded, or none.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 200))]
    pub answers: Vec<NewAnswer>,
}

/// Answers recorded together, at most.
pub const ANSWERS_AT_MOST: usize = 200;

/// Items of evidence that a second person verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// The items.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub evidence: Vec<EvidenceId>,
}

/// Why an answer is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Retraction {
    /// The reason.
    pub remark: Remark,
}

/// How a return came about (life-cycle –).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReturnNature {
    /// Organised or paid for by an organisation.
    Facilitated,
    /// Help was given to people already on their way; no endorsement.
    AssistedSelfOrganised,
    /// By the household itself.
    SelfOrganised,
    /// Against its will.
    Forced,
    /// Not known.
    Unknown,
}

impl ReturnNature {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Facilitated,
        Self::AssistedSelfOrganised,
        Self::SelfOrganised,
        Self::Forced,
        Self::Unknown,
    ];

    /// The code, as in answers and filters.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Facilitated => "facilitated",
            Self::AssistedSelfOrganised => "assisted_self_organised",
            Self::SelfOrganised => "self_organised",
            Self::Forced => "forced",
            Self::Unknown => "unknown",
        }
    }

    /// The nature of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|nature| nature.code() == code)
    }
}

/// A return, recorded as the fact it was. Never refused for not being compliant. A
/// facilitated one is approved, departs and arrives instead (T7 to T9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnReport {
    /// How it came about.
    pub nature: ReturnNature,
    /// The day of departure.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub departed_on: Date,
    /// Where the household returned to.
    pub destination: PlaceRef,
}

/// The next step in the life of a case (T2 to T5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Transition {
    /// T2: composition, origin and specific needs were reviewed.
    Profiled,
    /// T3: somebody thinks of returning or asked about a solution.
    Counselling,
    /// T4: everyone who decides was asked.
    ConsentRecorded,
    /// T5: the assessment begins.
    UnderAssessment,
}

/// A request for a finding (T6). The outcome is computed, never typed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FindingRequest {
    /// How access to the region is read; the deployment's profile when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<AccessProfile>,
}

/// What can be asked of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// T1.
    Register(Box<Registration>),
    /// A person joins.
    AddMember(Box<MemberJoining>),
    /// What is recorded about a person is replaced; the earlier version stays in
    /// the journal.
    CorrectMember(PersonId, Box<PersonProfile>),
    /// A person leaves or dies.
    RecordLeaving(PersonId, Leaving),
    /// A way to reach the household.
    AddContactPoint(ContactPoint),
    /// A new episode of displacement.
    RecordDisplacement(Box<DisplacementReport>),
    /// Where the household wants to return to.
    ChooseDestination(DestinationChoice),
    /// T2 to T5.
    Advance(Transition),
    /// Answers.
    RecordAnswers(NewAnswers),
    /// An answer in place of answers in conflict.
    Adjudicate(Box<NewAnswer>),
    /// An item of evidence that stands by itself.
    RecordEvidence(Box<NewEvidence>),
    /// The file of an item of evidence.
    AttachEvidenceFile(EvidenceId, NewFile),
    /// A second person saw the evidence.
    VerifyEvidence(Verification),
    /// Who organises the return or is paid for it.
    NameReturnOrganisers(ReturnOrganisers),
    /// A user and the case are kept apart.
    DeclareConflict(ConflictDeclaration),
    /// A conflict of interest of this user was declared by mistake.
    EndConflict(UserId, ConflictEnding),
    /// A second officer confirms an answer.
    ConfirmAnswer(AnswerId),
    /// An answer is taken back.
    RetractAnswer(AnswerId, Retraction),
    /// T6.
    IssueFinding(FindingRequest),
    /// T7.
    Approve(ApprovalRequest),
    /// T8.
    RecordDeparture(DepartureReport),
    /// T9, T14 or T20.
    ConfirmArrival(ArrivalReport),
    /// A person states what they agree to.
    StateConsent(PersonId, Box<ConsentStatement>),
    /// A child's best interests.
    RecordBestInterests(PersonId, Box<BestInterestsReport>),
    /// A person withdraws consent (T12 for consent to return).
    WithdrawConsent(PersonId, Withdrawal),
    /// T12 without a withdrawal.
    StepBack(StepBack),
    /// T13.
    Hold(HoldRequest),
    /// T13, back.
    Resume,
    /// T21.
    Close(ClosureRequest),
    /// T22.
    Reopen(ReopeningRequest),
    /// A return, as it was (T10, T11).
    RecordReturn(ReturnReport),
    /// An incident, in any state.
    RecordIncident(IncidentReport),
    /// T11: a protection officer confirms an incident.
    ConfirmIncident(IncidentId),
    /// What was done about an incident.
    FollowIncident(IncidentId, IncidentAction),
    /// T15.
    RecordRound(RoundReport),
    /// T19.
    ChooseSolution(SolutionChoice),
    /// T16, proposed.
    ProposeSolution,
    /// T16, confirmed.
    ConfirmSolution,
    /// The data of the case must be kept.
    PlaceLegalHold(LegalHoldRequest),
    /// It need not be kept for this reason any more.
    LiftLegalHold(LegalHoldReason, LegalHoldLifting),
    /// T23, proposed.
    ProposeAnonymisation(AnonymisationRequest),
    /// T23, confirmed.
    ConfirmAnonymisation,
}

impl Command {
    /// What its sender must be allowed to do.
    pub const fn permission(&self) -> Permission {
        match self {
            Self::Register(_) => Permission::CasesCreate,
            Self::AddMember(_)
            | Self::CorrectMember(..)
            | Self::RecordLeaving(..)
            | Self::AddContactPoint(_) => Permission::CasesCompose,
            Self::RecordDisplacement(_) => Permission::CasesDisplacement,
            Self::ChooseDestination(_) => Permission::CasesDestination,
            Self::Advance(Transition::UnderAssessment) => Permission::CasesBeginAssessment,
            Self::Advance(_) => Permission::CasesTransition,
            Self::RecordAnswers(_) | Self::RecordEvidence(_) | Self::AttachEvidenceFile(..) => {
                Permission::CasesAnswer
            }
            Self::NameReturnOrganisers(_) => Permission::CasesReturnOrganisers,
            Self::DeclareConflict(declared) if declared.user.is_some() => {
                Permission::ConflictsDeclareForOthers
            }
            Self::DeclareConflict(_) => Permission::ConflictsDeclare,
            Self::EndConflict(..) => Permission::ConflictsEnd,
            Self::Adjudicate(_) => Permission::AnswersAdjudicate,
            Self::VerifyEvidence(_) => Permission::EvidenceVerify,
            Self::ConfirmAnswer(_) => Permission::AnswersConfirm,
            Self::RetractAnswer(..) => Permission::CasesRetractAnswer,
            Self::IssueFinding(_) => Permission::FindingsIssue,
            Self::Approve(_) => Permission::CasesApprove,
            Self::RecordDeparture(_) | Self::ConfirmArrival(_) => Permission::DeparturesRecord,
            Self::WithdrawConsent(..) | Self::StepBack(_) => Permission::ConsentsWithdraw,
            Self::Hold(_) | Self::Resume => Permission::CasesHold,
            Self::Close(_) | Self::Reopen(_) => Permission::CasesClose,
            Self::RecordReturn(_) => Permission::ReturnsRecord,
            Self::StateConsent(..) => Permission::ConsentsRecord,
            Self::RecordBestInterests(..) => Permission::BestInterestsRecord,
            Self::RecordIncident(_) => Permission::IncidentsRecord,
            Self::ConfirmIncident(_) | Self::FollowIncident(..) => Permission::IncidentsFollow,
            Self::RecordRound(_) => Permission::MonitoringRecord,
            Self::ChooseSolution(_) | Self::ProposeSolution => Permission::SolutionsRecord,
            Self::ConfirmSolution => Permission::SolutionsConfirm,
            Self::PlaceLegalHold(_) | Self::LiftLegalHold(..) => Permission::LegalHoldsKeep,
            Self::ProposeAnonymisation(_) => Permission::AnonymisationsPropose,
            Self::ConfirmAnonymisation => Permission::AnonymisationsConfirm,
        }
    }

    /// The file that is kept when it is carried out.
    pub(super) fn file(&self) -> Option<(EvidenceId, Arc<Vec<u8>>)> {
        match self {
            Self::AttachEvidenceFile(evidence, file) => Some((*evidence, Arc::clone(&file.bytes))),
            _ => None,
        }
    }

    /// Whether deciding it looks at what is known of the places: only what is assessed
    /// does, so that other commands need not read them.
    pub const fn looks_at_places(&self) -> bool {
        matches!(
            self,
            Self::Advance(Transition::UnderAssessment)
                | Self::Adjudicate(_)
                | Self::IssueFinding(_)
                | Self::Approve(_)
                | Self::RecordDeparture(_)
                | Self::ConfirmArrival(_)
                | Self::RecordReturn(_)
                | Self::ChooseSolution(_)
        )
    }
}
