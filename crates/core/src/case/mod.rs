//! The life of a household or a single person in the registry.
//!
//! A command (`command`) meets the state (`state`) in [`decide`](fn@decide), which has all
//! rules and answers with events (`event`) or a refusal; `state` keeps events and
//! has no rules. Who may send a command is decided before (`access`); what the
//! answers of a case come to is computed in `conditions`.

mod anonymisation;
mod apply;
mod best_interests;
mod command;
mod conflict;
mod consent;
mod consequences;
pub mod decide;
mod departure;
mod document;
mod due;
mod event;
mod facts;
mod flag;
mod incident;
mod lifecycle;
mod monitoring;
mod number;
mod open;
mod organisers;
mod own_part;
mod parts;
mod pause;
mod places_part;
mod solution;
mod state;
mod summary;
mod withdrawal;

pub use anonymisation::{
    Anonymisation, AnonymisationProposal, AnonymisationRequest, KEEP_AUDITED_YEARS,
    KEEP_CASE_YEARS, LegalHold, LegalHoldLifting, LegalHoldReason, LegalHoldRequest, UnfreeReturn,
};
pub use best_interests::{
    BestInterestsGround, BestInterestsKind, BestInterestsOutcome, BestInterestsRecord,
    BestInterestsReport, PanelMember,
};
pub use command::{
    ANSWERS_AT_MOST, Command, DestinationChoice, DisplacementReport, EARLIEST_DAY, FindingRequest,
    MEMBERS_AT_MOST, MemberJoining, NewAnswers, Registration, Retraction, ReturnNature,
    ReturnReport, Transition, Verification,
};
pub use conflict::{
    CONFLICT_OF_INTEREST, CONFLICT_TEXT, ConflictDeclaration, ConflictEnd, ConflictEnding,
    ConflictKind, ConflictRecord, DeclaredConflict,
};
pub use consent::{
    ConsentDecision, ConsentForm, ConsentPurpose, ConsentRecord, ConsentStatement,
    ConsentWithdrawal, InformationPack, InterviewConditions, PackEdition,
};
pub use consequences::{Consequence, consequences};
pub use decide::{Context, Decided, decide};
pub use departure::{Approval, ApprovalRequest, ArrivalReport, Departure, DepartureReport};
pub use document::{CaseDocument, IdentityView, LegalView, MemberView, ProtectionView};
pub use due::{DueKind, NextDue};
pub use event::{AssessmentTiming, Event, IssuedFinding, Meta, Registered, ReturnRecord};
pub(crate) use facts::contested_in_place;
pub use facts::{AreaKnowledge, CaseFacts, KnownArea};
pub use flag::LostFlag;
pub use incident::{IncidentAction, IncidentKind, IncidentRecord, IncidentReport, IncidentStatus};
pub use lifecycle::{STEPS, State, Step};
pub use monitoring::{
    CRITERIA, Criteria, Monitoring, PersonRound, Reached, Round, RoundAnswers, RoundRecord,
    RoundReport, Said,
};
pub use number::CaseNumber;
pub use organisers::{ORGANISERS_AT_MOST, ReturnOrganisers};
pub use own_part::{CasePart, Joined, PartDamaged};
pub use parts::{PartsError, put_summary_together, put_together, take_apart, take_summary_apart};
pub use pause::{
    ClosureReason, ClosureRequest, Hold, HoldReason, HoldRequest, REVIEW_WITHIN_DAYS,
    ReopeningRequest,
};
pub use places_part::PlacesPart;
pub use solution::{AchievedSolution, ChosenSolution, Solution, SolutionChoice};
pub use state::{CaseState, CaseVoid, OutOfOrder};
pub use summary::{CaseSummary, FindingSummary};
pub use withdrawal::{StepBack, StepBackReason, Withdrawal, WithdrawalChannel, WithdrawalRecord};
