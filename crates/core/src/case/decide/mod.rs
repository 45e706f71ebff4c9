//! All rules of a case: a command and the state it meets, and what follows.
//!
//! One file for each family of verbs. Only [`decide`] makes a [`Decided`], and the
//! journal takes nothing else; `decide` takes a [`Permit`], which only the policy
//! makes. So no fact is recorded that was not permitted and decided.

mod anonymisation;
mod answers;
mod children;
mod conflict;
mod consents;
mod departure;
mod evidence;
mod findings;
mod household;
mod incidents;
mod monitoring;
mod pause;
mod registration;
mod returns;
mod solutions;
mod steps;
mod withdrawal;

use super::command::{ANSWERS_AT_MOST, Command, EARLIEST_DAY, NewAnswers};
use super::consent::ConsentPurpose;
use super::consequences::Consequence;
use super::departure::ArrivalReport;
use super::event::Event;
use super::facts::AreaKnowledge;
use super::lifecycle::{ARRIVE, BEGIN_MONITORING, State};
use super::pause::Hold;
use super::state::CaseState;
use crate::access::Permit;
use crate::answer::{AnswerContext, NewAnswer, Owner};
use crate::area::{PlaceRef, PlaceTable};
use crate::conditions::{AccessProfile, Catalogue};
use crate::ids::{EvidenceId, IdSource, PersonId, UserId};
use crate::person::Person;
use crate::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// What the rules need besides the state: the day, the lists, random bits.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Now, from the server's clock.
    pub now: Timestamp,
    /// Random bits for new ids.
    pub entropy: [u8; 16],
    /// The catalogue in force.
    pub catalogue: &'a Catalogue,
    /// The imported places.
    pub places: &'a PlaceTable,
    /// How this deployment reads access to the region, unless asked otherwise.
    pub profile: AccessProfile,
    /// What is known of the case's places; needed for T5 to T8 and adjudications. For
    /// a command on a place: that place with what it lies in, as `destination`.
    pub areas: Option<&'a AreaKnowledge>,
}

impl Context<'_> {
    /// Today, in UTC.
    pub fn today(&self) -> Date {
        self.now.to_zoned(TimeZone::UTC).date()
    }
}

/// What a command came to. Made only by the rules, kept only by the journal:
///
/// ```compile_fail
/// let forged = sanad_core::case::Decided { by: todo!(), events: vec![()], file: None };
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided<E> {
    by: UserId,
    events: Vec<E>,
    file: Option<(EvidenceId, Arc<Vec<u8>>)>,
}

impl<E> Decided<E> {
    pub(crate) fn new(permit: &Permit, events: Vec<E>) -> Self {
        Self {
            by: permit.user(),
            events,
            file: None,
        }
    }

    /// Events of a place that follow from what was decided about a case.
    pub(crate) fn following(consequence: &Consequence, events: Vec<E>) -> Self {
        Self {
            by: consequence.by,
            events,
            file: None,
        }
    }

    /// With the bytes whose hash one of the events names: they are kept together.
    pub(crate) fn with_file(self, evidence: EvidenceId, bytes: Arc<Vec<u8>>) -> Self {
        let file = Some((evidence, bytes));
        Self { file, ..self }
    }

    /// The file to keep, with the item of evidence that it belongs to.
    pub fn file(&self) -> Option<(EvidenceId, &[u8])> {
        let (evidence, bytes) = self.file.as_ref()?;
        Some((*evidence, bytes.as_slice()))
    }

    /// Who is the author of the events.
    pub const fn by(&self) -> UserId {
        self.by
    }

    /// The events, in order.
    pub fn events(&self) -> &[E] {
        &self.events
    }

    /// The events, in order.
    pub fn into_events(self) -> Vec<E> {
        self.events
    }
}

/// Decides what a command comes to. `state` is `None` before registration.
pub fn decide(
    permit: &Permit,
    state: Option<&CaseState>,
    command: Command,
    context: &Context<'_>,
) -> Result<Decided<Event>, Refusal> {
    if permit.permission() != command.permission() {
        return Err(Refusal::WrongPermit);
    }
    let mut ids = IdSource::new(context.entropy, context.now);
    let file = command.file();
    let events = match (command, state) {
        (Command::Register(new), None) => registration::register(*new, context, &mut ids)?,
        (Command::Register(_), Some(_)) => {
            return Err(Refusal::missing(
                "ALREADY_REGISTERED",
                "this case is registered already",
            ));
        }
        (_, None) => return Err(Refusal::missing("NOT_REGISTERED", "there is no such case")),
        (command, Some(state)) => with_state(permit, state, command, context, &mut ids)?,
    };
    let decided = Decided::new(permit, events);
    Ok(match file {
        Some((evidence, bytes)) => decided.with_file(evidence, bytes),
        None => decided,
    })
}

fn with_state(
    permit: &Permit,
    state: &CaseState,
    command: Command,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Result<Vec<Event>, Refusal> {
    let by = permit.user();
    if !matches!(command, Command::DeclareConflict(_)) {
        state.refuse_conflicted(by)?;
    }
    anonymisation::refuse_forgotten(state)?;
    consents::refuse_without_consent(state, &command)?;
    match command {
        // `decide` has taken registration.
        Command::Register(_) => Err(Refusal::WrongPermit),
        Command::AddMember(joining) => household::join(state, *joining, context, ids),
        Command::CorrectMember(person, profile) => {
            household::correct(state, person, profile, context)
        }
        Command::RecordLeaving(person, leaving) => {
            household::leave(state, person, leaving, context)
        }
        Command::AddContactPoint(point) => household::contact(state, point),
        Command::RecordDisplacement(report) => {
            household::displace(state, report.displacement, context)
        }
        Command::ChooseDestination(choice) => household::choose_destination(state, choice, context),
        Command::Advance(transition) => steps::advance(state, transition, context),
        Command::RecordAnswers(new) => answers::record(state, new, by, context, ids),
        Command::Adjudicate(answer) => answers::adjudicate(state, *answer, by, context, ids),
        Command::RecordEvidence(item) => evidence::record(state, *item, by, context, ids),
        Command::AttachEvidenceFile(item, file) => {
            evidence::attach_file(state, item, file.record, by)
        }
        Command::NameReturnOrganisers(named) => evidence::name_organisers(named),
        Command::DeclareConflict(declared) => conflict::declare(state, declared, by),
        Command::EndConflict(user, ending) => conflict::end(state, user, ending, by),
        Command::VerifyEvidence(items) => {
            state.answers.check_verification(&items.evidence, by)?;
            Ok(vec![Event::EvidenceVerified(items.evidence)])
        }
        Command::ConfirmAnswer(answer) => {
            state.answers.check_confirmation(answer, by)?;
            Ok(vec![Event::AnswerConfirmed(answer)])
        }
        Command::RetractAnswer(answer, retraction) => {
            withdrawal::stands(state, answer)?;
            state.answers.check_retraction(answer, by)?;
            Ok(vec![Event::AnswerRetracted {
                answer,
                remark: retraction.remark,
            }])
        }
        Command::IssueFinding(request) => findings::issue(state, &request, by, context, ids),
        Command::Approve(request) => departure::approve(state, request, by, context),
        Command::RecordDeparture(report) => departure::depart(state, report, context),
        Command::ConfirmArrival(report) => arrival(state, report, by, context, ids),
        Command::StateConsent(person, said) => {
            consents::state(state, person, *said, by, context, ids)
        }
        Command::RecordBestInterests(child, report) => {
            children::record(state, child, *report, by, context, ids)
        }
        Command::WithdrawConsent(person, said) if said.purpose == ConsentPurpose::Return => {
            withdrawal::withdraw(state, person, said, by, context, ids)
        }
        Command::WithdrawConsent(person, said) => consents::take_back(state, person, said, context),
        Command::StepBack(request) => withdrawal::step_back(state, request),
        Command::Hold(request) => pause::hold(state, request, context),
        Command::Resume => pause::resume(state),
        Command::Close(request) => pause::close(state, request),
        Command::Reopen(request) => pause::reopen(state, request),
        Command::RecordReturn(report) => returns::record(state, report, by, context, ids),
        Command::RecordIncident(report) => incidents::record(state, report, by, context, ids),
        Command::ConfirmIncident(incident) => incidents::confirm(state, incident),
        Command::FollowIncident(incident, action) => incidents::follow(state, incident, action),
        Command::RecordRound(report) => monitoring::record_round(state, report, by, context),
        Command::ChooseSolution(choice) => solutions::choose(state, &choice, by, context),
        Command::ProposeSolution => solutions::propose(state, context),
        Command::ConfirmSolution => solutions::confirm(state, by, context),
        Command::PlaceLegalHold(request) => anonymisation::hold(state, request),
        Command::LiftLegalHold(reason, lifting) => anonymisation::lift(state, reason, lifting),
        Command::ProposeAnonymisation(request) => anonymisation::propose(state, request, context),
        Command::ConfirmAnonymisation => anonymisation::confirm(state, by, context),
    }
}

/// An arrival of whichever kind. A household that arrives while its case is on hold
/// has arrived: the case goes on by itself.
fn arrival(
    state: &CaseState,
    report: ArrivalReport,
    by: UserId,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Result<Vec<Event>, Refusal> {
    let arrives = |hold: &Hold| {
        ARRIVE.from.contains(&hold.from) || BEGIN_MONITORING.from.contains(&hold.from)
    };
    if let Some(hold) = state.hold.filter(arrives) {
        let resumed = CaseState {
            state: hold.from,
            hold: None,
            ..state.clone()
        };
        let mut events = vec![Event::Resumed];
        events.extend(arrival(&resumed, report, by, context, ids)?);
        return Ok(events);
    }
    if state.state == State::Departed {
        departure::arrive(state, report, by, context, ids)
    } else {
        monitoring::arrive(state, &report, context)
    }
}

/// Answers sent together, each with its pointer; refused when none or too many.
pub(crate) fn several(
    new: NewAnswers,
) -> Result<impl Iterator<Item = (String, NewAnswer)>, Refusal> {
    if new.answers.is_empty() {
        return Err(Refusal::invalid(
            "/answers",
            "LIST_EMPTY",
            "send at least one answer",
        ));
    }
    if new.answers.len() > ANSWERS_AT_MOST {
        return Err(Refusal::invalid(
            "/answers",
            "LIST_TOO_LONG",
            format!("send at most {ANSWERS_AT_MOST} answers together"),
        ));
    }
    Ok(new
        .answers
        .into_iter()
        .enumerate()
        .map(|(i, answer)| (format!("/answers/{i}"), answer)))
}

/// The context of answers about this case.
fn answering<'a>(context: &Context<'a>, by: UserId, persons: &'a [PersonId]) -> AnswerContext<'a> {
    AnswerContext {
        catalogue: context.catalogue,
        today: context.today(),
        by,
        owner: Owner::Case(persons),
    }
}

/// A place and everything it lies in, or a refusal for a place that no list has.
fn lineage(
    context: &Context<'_>,
    place: &PlaceRef,
    pointer: &str,
) -> Result<Vec<PlaceRef>, Refusal> {
    let places: Vec<PlaceRef> = context
        .places
        .lineage(place)
        .map(crate::area::Place::reference)
        .collect();
    if places.is_empty() {
        return Err(Refusal::invalid(
            pointer,
            "PLACE_UNKNOWN",
            "no imported list of places has this edition and code",
        ));
    }
    Ok(places)
}

/// Refuses a day after today.
fn not_after_today(context: &Context<'_>, day: Date, pointer: &str) -> Result<(), Refusal> {
    if day > context.today() {
        return Err(Refusal::invalid(
            pointer,
            "DATE_IN_FUTURE",
            "this day is still to come",
        ));
    }
    Ok(())
}

/// Refuses a day on which nobody was registered yet.
fn not_too_early(day: Date, pointer: &str) -> Result<(), Refusal> {
    if day < EARLIEST_DAY {
        return Err(Refusal::invalid(
            pointer,
            "DATE_TOO_EARLY",
            format!("this day is before {EARLIEST_DAY}; look at the year"),
        ));
    }
    Ok(())
}

/// Somebody of the household who has not left it by a day. What they said before they
/// were registered counts.
fn not_left(state: &CaseState, person: PersonId, day: Date) -> Result<&Person, Refusal> {
    state
        .person(person)
        .filter(|member| member.left.is_none_or(|leaving| leaving.on > day))
        .ok_or_else(not_in_case)
}

fn not_in_case() -> Refusal {
    Refusal::missing(
        "PERSON_NOT_IN_CASE",
        "this person does not belong to the household on that day",
    )
}
