//! A case as its journal has it. How each fact changes it stands in `apply`; the
//! rules stand in `decide`.

use super::anonymisation::{Anonymisation, AnonymisationProposal, LegalHold};
use super::best_interests::BestInterestsRecord;
use super::conflict::DeclaredConflict;
use super::consent::{ConsentPurpose, ConsentRecord, ConsentWord};
use super::departure::{Approval, Departure};
use super::event::{Event, IssuedFinding, Meta, ReturnRecord};
use super::incident::{IncidentRecord, IncidentStatus};
use super::lifecycle::State;
use super::monitoring::Monitoring;
use super::number::CaseNumber;
use super::pause::{ClosureReason, Hold};
use super::solution::{AchievedSolution, ChosenSolution, Solution};
use super::withdrawal::WithdrawalRecord;
use crate::answer::AnswerBook;
use crate::area::PlaceRef;
use crate::ids::{CaseId, OrganisationId, PersonId};
use crate::person::{ContactPoint, Displacement, Person};
use crate::privacy::{Notice, ProcessingBasis};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Something that happened in the case itself and makes earlier answers void
/// (return conditions §1.9 –): a kind of the catalogue, and its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseVoid {
    /// Code of the kind of event in the catalogue.
    pub kind: &'static str,
    /// Answers observed before this day are void from it on.
    pub on: Date,
    /// Only answers about this person, where the event is one person's.
    pub person: Option<PersonId>,
}

/// The household changed: somebody joined, left, was born, died or turned 18.
pub(super) const HOUSEHOLD_CHANGED: &str = "household_changed";
/// A person withdrew consent to return.
pub(super) const CONSENT_WITHDRAWN: &str = "consent_withdrawn";
/// What a panel decided about a child counts no more.
pub(super) const BEST_INTERESTS_OVERTAKEN: &str = "best_interests_overtaken";
/// The household named another destination.
pub(super) const DESTINATION_CHANGED: &str = "destination_changed";

/// A case, folded from its journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseState {
    /// Its id.
    pub id: CaseId,
    /// Its number.
    pub number: CaseNumber,
    /// Who keeps it.
    pub organisation: OrganisationId,
    /// Where it stands.
    pub state: State,
    /// Day of registration.
    pub registered_on: Date,
    /// When the registry recorded it.
    pub opened_at: Timestamp,
    /// When the last fact was recorded.
    pub updated_at: Timestamp,
    /// Place of displacement and its ancestors.
    pub places: Vec<PlaceRef>,
    /// Where the household comes from.
    pub place_of_origin: Option<PlaceRef>,
    /// Lawful basis.
    pub processing: ProcessingBasis,
    /// Notice given.
    pub notice: Notice,
    /// Everyone who is or was in the case, in the order of joining.
    pub members: Vec<Person>,
    /// Episodes of displacement.
    pub displacements: Vec<Displacement>,
    /// How the household can be reached.
    pub contact_points: Vec<ContactPoint>,
    /// Where it wants to return to, and since when.
    pub destination: Option<(PlaceRef, Date)>,
    /// Answers about its persons and the household.
    pub answers: AnswerBook,
    /// Who organises the return or is paid for it.
    pub return_organisers: Vec<OrganisationId>,
    /// Users who may not handle the case, the earliest declared first.
    pub conflicts: Vec<DeclaredConflict>,
    /// What made answers void.
    pub voids: Vec<CaseVoid>,
    /// Findings, the earliest first.
    pub findings: Vec<IssuedFinding>,
    /// Returns, the earliest recorded first.
    pub returns: Vec<ReturnRecord>,
    /// The approval in force.
    pub approval: Option<Approval>,
    /// The departure in force.
    pub departure: Option<Departure>,
    /// Withdrawals of consent to return, the earliest recorded first.
    pub withdrawals: Vec<WithdrawalRecord>,
    /// Statements of consent, the earliest recorded first.
    pub consents: Vec<ConsentRecord>,
    /// What each person said last of each purpose, by the day on which they said it.
    pub consent_words: BTreeMap<(PersonId, ConsentPurpose), ConsentWord>,
    /// Best interests of its children, the earliest recorded first.
    pub best_interests: Vec<BestInterestsRecord>,
    /// Protection incidents, the earliest recorded first.
    pub incidents: Vec<IncidentRecord>,
    /// The solution other than return that the household chose last.
    pub chosen: Option<ChosenSolution>,
    /// Monitoring after each arrival, the last one at the end.
    pub monitoring: Vec<Monitoring>,
    /// Solutions that were achieved.
    pub achieved: Vec<AchievedSolution>,
    /// Where the case goes on, when it is on hold.
    pub hold: Option<Hold>,
    /// Why it is closed.
    pub closure: Option<ClosureReason>,
    /// The day on which it was closed.
    pub closed_on: Option<Date>,
    /// Why its data must be kept, whatever its age; each reason once.
    pub legal_holds: Vec<LegalHold>,
    /// Somebody proposed to anonymise it, and nothing was recorded since.
    pub anonymisation_proposed: Option<AnonymisationProposal>,
    /// The data of its persons was destroyed.
    pub anonymised: Option<Anonymisation>,
    /// Facts in its journal.
    pub revision: u64,
}

/// A journal that does not begin with a registration, or has a second one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal of the case is out of order")]
pub struct OutOfOrder;

impl CaseState {
    /// Folds a journal.
    pub fn fold<'a>(
        facts: impl IntoIterator<Item = (&'a Event, Meta)>,
    ) -> Result<Option<Self>, OutOfOrder> {
        let mut state = None;
        for (event, meta) in facts {
            state = Some(Self::step(state, event, meta)?);
        }
        Ok(state)
    }

    /// The state after one more fact.
    pub fn step(state: Option<Self>, event: &Event, meta: Meta) -> Result<Self, OutOfOrder> {
        match (state, event) {
            (None, Event::CaseRegistered(registered)) => {
                let registered = (**registered).clone();
                Ok(Self {
                    id: registered.id,
                    number: registered.number,
                    organisation: registered.organisation,
                    state: State::Registered,
                    registered_on: registered.registered_on,
                    opened_at: meta.recorded_at,
                    updated_at: meta.recorded_at,
                    places: registered.places,
                    place_of_origin: registered.place_of_origin,
                    processing: registered.processing,
                    notice: registered.notice,
                    members: registered.members,
                    displacements: registered.displacements,
                    contact_points: registered.contact_points,
                    destination: None,
                    answers: AnswerBook::default(),
                    return_organisers: Vec::new(),
                    conflicts: Vec::new(),
                    voids: Vec::new(),
                    findings: Vec::new(),
                    returns: Vec::new(),
                    approval: None,
                    departure: None,
                    withdrawals: Vec::new(),
                    consents: Vec::new(),
                    consent_words: BTreeMap::new(),
                    best_interests: Vec::new(),
                    incidents: Vec::new(),
                    chosen: None,
                    monitoring: Vec::new(),
                    achieved: Vec::new(),
                    hold: None,
                    closure: None,
                    closed_on: None,
                    legal_holds: Vec::new(),
                    anonymisation_proposed: None,
                    anonymised: None,
                    revision: 1,
                })
            }
            (Some(mut state), event) if !matches!(event, Event::CaseRegistered(_)) => {
                state.apply(event, meta);
                Ok(state)
            }
            _ => Err(OutOfOrder),
        }
    }

    /// Where the case stands, or stood before it was put on hold.
    pub fn stands_at(&self) -> State {
        self.hold.map_or(self.state, |hold| hold.from)
    }

    /// Whether the household is back from displacement: it returned, and was not
    /// displaced again.
    pub fn is_back(&self) -> bool {
        let looked_after = || {
            self.monitoring
                .last()
                .is_some_and(|monitoring| monitoring.solution == Solution::Return)
        };
        match self.stands_at() {
            State::Returned => true,
            State::Monitoring | State::SolutionAchieved => looked_after(),
            _ => false,
        }
    }

    /// Nobody stands in it any more: its persons were forgotten when its time was over. Of
    /// a day before that, too.
    pub fn is_forgotten(&self) -> bool {
        self.members.is_empty()
    }

    /// How many persons belong to the household on a day; of an anonymised case, how many
    /// belonged to it at the end.
    pub fn persons_on(&self, on: Date) -> u32 {
        match &self.anonymised {
            Some(anonymised) => anonymised.persons,
            None => u32::try_from(self.members_on(on).count()).unwrap_or(u32::MAX),
        }
    }

    /// Protection incidents that are not closed.
    pub fn open_incidents(&self) -> impl Iterator<Item = &IncidentRecord> {
        self.incidents
            .iter()
            .filter(|incident| incident.status != IncidentStatus::Closed)
    }

    /// Where the household lives now.
    pub fn place_of_displacement(&self) -> Option<&PlaceRef> {
        self.places.first()
    }

    /// A person of the case, present or past.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.members.iter().find(|person| person.id == id)
    }

    /// Who belongs to the household on a day.
    pub fn members_on(&self, on: Date) -> impl Iterator<Item = &Person> {
        self.members
            .iter()
            .filter(move |person| person.is_member(on))
    }

    /// Ids of everyone who is or was in the case.
    pub fn person_ids(&self) -> Vec<PersonId> {
        self.members.iter().map(|person| person.id).collect()
    }
}
