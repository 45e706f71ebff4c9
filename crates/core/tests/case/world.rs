//! The registry of these tests: one case and its places, kept in memory. A user
//! acts in whatever role may do the thing, so that only the rules of the case decide.
//!
//! Not here: who may do what (`access`), keeping a journal on disk.

use crate::words::{
    A_YEAR_LATER, CAMP, DINA, HANA, HOME, HOME_UNITS, LEYLA, OMAR, ORGANISATION, TODAY,
    YEARS_LATER, arriving, asking, choosing, closing, country, destination, episode_json, family,
    holding, items, place, proposing_the_end, read, returned, with, yes_about_a_place,
    yes_about_the_case,
};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use sanad_core::access::{Actor, Grant, Permission, Permit, Policy, Resource, Role};
use sanad_core::answer::{AnswerBook, AnswerRecord, NewAnswer};
use sanad_core::area::{
    self, AreaCommand, AreaEventKind, AreaEventRecord, AreaFact, AreaState, NewAreaEvent,
};
use sanad_core::area::{PlaceRef, PlaceTable};
use sanad_core::case::{
    ApprovalRequest, AreaKnowledge, CaseFacts, CaseState, Command, Context, Decided,
    DepartureReport, Event, FindingRequest, KnownArea, Meta, NewAnswers, Registration, Round,
    Solution, State, StepBack, StepBackReason, Transition, consequences, decide,
};
use sanad_core::conditions::file::AssessmentReport;
use sanad_core::conditions::indicator::Place as About;
use sanad_core::conditions::{AccessProfile, Catalogue, Level, assess};
use sanad_core::ids::{AnswerId, EvidenceId, PersonId, UserId};
use sanad_core::refusal::Refusal;
use serde_json::json;
use std::collections::BTreeMap;

/// One case, its places, and what was recorded about them.
#[derive(Clone)]
pub(crate) struct World {
    policy: Policy,
    places: PlaceTable,
    pub(crate) today: Date,
    pub(crate) profile: AccessProfile,
    case: Option<CaseState>,
    pub(crate) journal: Vec<(Event, Meta)>,
    pub(crate) areas: BTreeMap<PlaceRef, AreaState>,
    pub(crate) area_journal: Vec<(PlaceRef, AreaFact, Meta)>,
    position: u64,
    commands: u8,
}

impl World {
    /// Nobody is registered yet.
    pub(crate) fn empty() -> Self {
        Self {
            policy: Policy::shipped().unwrap(),
            places: country(),
            today: TODAY,
            profile: AccessProfile::Standard,
            case: None,
            journal: Vec::new(),
            areas: BTreeMap::new(),
            area_journal: Vec::new(),
            position: 0,
            commands: 0,
        }
    }

    /// The family is registered.
    pub(crate) fn with_family() -> Self {
        Self::with(family())
    }

    /// A household is registered.
    pub(crate) fn with(registration: Registration) -> Self {
        let mut world = Self::empty();
        world.does(LEYLA, Command::Register(Box::new(registration)));
        world
    }

    /// A case as its journal had it.
    pub(crate) fn of(case: CaseState, last: Meta) -> Self {
        let mut world = Self::empty();
        world.position = last.position;
        world.case = Some(case);
        world
    }

    /// The family has come to a state, with everything answered and verified.
    pub(crate) fn with_family_in(state: State) -> Self {
        if let Some(solution) = another_solution(state) {
            let mut world = Self::with_family_in(State::ConsentRecorded);
            let back = StepBack {
                reason: StepBackReason::ChangeOfMind,
                remark: None,
            };
            world.does(LEYLA, Command::StepBack(back));
            world.does(OMAR, choosing(solution, TODAY));
            return world;
        }
        let mut world = Self::with_family();
        if state >= State::Profiled {
            world.advances(Transition::Profiled);
        }
        if state >= State::Counselling {
            world.advances(Transition::Counselling);
            world.answers(LEYLA, yes_about_the_case(&world.people()));
            world.everything_is_verified();
        }
        if state >= State::ConsentRecorded {
            world.advances(Transition::ConsentRecorded);
            world.chooses(HOME, "2025-04-20");
            world.places_are_answered();
            world.everything_is_verified();
        }
        if state >= State::UnderAssessment {
            world.advances(Transition::UnderAssessment);
        }
        if state >= State::Assessed {
            world.does(
                OMAR,
                Command::IssueFinding(FindingRequest { profile: None }),
            );
        }
        if state >= State::Approved {
            let finding = world.case().findings[0].id;
            world.does(HANA, Command::Approve(ApprovalRequest::of(finding)));
        }
        if state >= State::Departed {
            world.does(
                LEYLA,
                Command::RecordDeparture(DepartureReport { departed_on: TODAY }),
            );
        }
        if state == State::Returned {
            world.does(LEYLA, returned(HOME, TODAY));
        } else if state > State::Returned {
            world.does(LEYLA, arriving(HOME, TODAY));
        }
        match state {
            State::Monitoring => world.today = A_YEAR_LATER,
            State::SolutionAchieved => {
                world.today = A_YEAR_LATER;
                let everyone = world.people();
                let round = asking(&everyone, Round::Month12, "yes", A_YEAR_LATER);
                world.does(OMAR, round);
                world.does(OMAR, Command::ProposeSolution);
                world.does(HANA, Command::ConfirmSolution);
            }
            State::Redisplaced => {
                let episode = with(
                    episode_json(HOME, CAMP),
                    json!({"left_on": TODAY.to_string(), "arrived_on": TODAY.to_string()}),
                );
                world.does(
                    LEYLA,
                    Command::RecordDisplacement(read(json!({"displacement": episode}))),
                );
            }
            State::OnHold => world.does(LEYLA, holding("2025-06-30")),
            State::Closed => world.does(HANA, closing()),
            State::Anonymised => {
                world.does(HANA, closing());
                world.today = YEARS_LATER;
                world.does(DINA, proposing_the_end(true));
                world.does(HANA, Command::ConfirmAnonymisation);
            }
            _ => {}
        }
        world
    }

    /// The case as it is.
    pub(crate) fn case(&self) -> &CaseState {
        self.case.as_ref().unwrap()
    }

    /// A member of the family, in the order of registration.
    pub(crate) fn member(&self, number: usize) -> PersonId {
        self.case().members[number].id
    }

    pub(crate) fn people(&self) -> Vec<PersonId> {
        self.case().person_ids()
    }

    /// The last answer about the case.
    pub(crate) fn last(&self) -> &AnswerRecord {
        self.case().answers.answers().last().unwrap()
    }

    /// The last answer about a place.
    pub(crate) fn last_at(&self, code: &str) -> &AnswerRecord {
        self.areas[&place(code)].answers.answers().last().unwrap()
    }

    /// What is known of the places of the case: each with all that it lies in.
    pub(crate) fn knowledge(&self) -> AreaKnowledge {
        let case = self.case.as_ref();
        let destination = case.and_then(|case| case.destination.as_ref());
        let displacement = case.and_then(CaseState::place_of_displacement);
        self.knowledge_of(destination.map(|(to, _)| to), displacement)
    }

    /// The same for any two places.
    pub(crate) fn knowledge_of(
        &self,
        destination: Option<&PlaceRef>,
        displacement: Option<&PlaceRef>,
    ) -> AreaKnowledge {
        let upwards = |from: &PlaceRef| {
            let known = |entry: &area::Place| KnownArea {
                place: entry.reference(),
                level: entry.level,
                itself: entry.reference() == *from,
                state: self
                    .areas
                    .get(&entry.reference())
                    .cloned()
                    .unwrap_or_default(),
            };
            self.places.lineage(from).map(known).collect()
        };
        AreaKnowledge {
            destination: destination.map(upwards).unwrap_or_default(),
            displacement: displacement.map(upwards).unwrap_or_default(),
            around: destination.map_or_else(Vec::new, |to| self.around(to)),
        }
    }

    /// Every place of the country.
    pub(crate) fn places(&self) -> &PlaceTable {
        &self.places
    }

    /// What happened in the other places of the destination's admin-3 unit.
    fn around(&self, to: &PlaceRef) -> Vec<AreaEventRecord> {
        let unit = self
            .places
            .at_level(to, 3)
            .map_or_else(|| to.clone(), area::Place::reference);
        let others = self.places.descendants(&unit).into_iter();
        others
            .map(area::Place::reference)
            .filter(|place| !self.places.lies_in(to, place))
            .filter_map(|place| self.areas.get(&place))
            .flat_map(|state| state.events.clone())
            .collect()
    }

    /// The facts of the case on a day.
    pub(crate) fn facts(&self, on: Date) -> CaseFacts {
        CaseFacts::gather(
            self.case(),
            &self.knowledge(),
            Catalogue::shipped(),
            on,
            self.profile,
            None,
        )
    }

    /// What the facts of the case come to on a day.
    pub(crate) fn report(&self, on: Date) -> AssessmentReport {
        let facts = self.facts(on);
        let assessment = assess(Catalogue::shipped(), &facts.facts).unwrap();
        AssessmentReport::new(&assessment, Catalogue::shipped(), |one| facts.name_of(one))
    }

    /// Why an indicator is not a yes today about a subject (a person's id,
    /// `household` or `area`), or `yes`. An advisory one counts too.
    pub(crate) fn value_of(&self, indicator: &str, subject: &str) -> String {
        let report = self.report(self.today);
        let advisory = report.warnings.iter().map(|warning| &warning.reason);
        report
            .reasons
            .iter()
            .chain(advisory)
            .find(|one| one.indicator == indicator && one.subject == subject)
            .map_or_else(|| "yes".to_owned(), |one| one.reason.to_string())
    }

    // --- What people do -------------------------------------------------------

    /// Somebody tries something about the case.
    pub(crate) fn tries(&mut self, by: UserId, command: Command) -> Result<(), Refusal> {
        let before = self.case.clone();
        let places = before.as_ref().map(|case| case.places.clone());
        let resource = Resource::Case {
            organisation: ORGANISATION,
            places: places.as_deref().unwrap_or_default(),
        };
        let permit = self.permit(by, command.permission(), &resource);
        let knowledge = self.knowledge();
        let context = self.context(Some(&knowledge));
        let decided = decide(&permit, before.as_ref(), command, &context)?;
        self.commands = self.commands.wrapping_add(1);
        assert_eq!(decided.by(), by);
        let follows = before
            .as_ref()
            .map_or_else(Vec::new, |case| consequences(case, &decided));
        for event in decided.into_events() {
            let meta = self.meta(by);
            self.case = Some(CaseState::step(self.case.take(), &event, meta).unwrap());
            self.journal.push((event, meta));
        }
        for consequence in follows {
            let place = consequence.place().clone();
            let state = self.areas.get(&place).cloned().unwrap_or_default();
            let entropy = [self.commands; 16];
            let decided = area::follow(&consequence, &state, entropy, self.now());
            self.keep_at(by, &place, decided);
        }
        Ok(())
    }

    /// Somebody does something about the case.
    pub(crate) fn does(&mut self, by: UserId, command: Command) {
        self.tries(by, command).unwrap();
    }

    /// Somebody tries something and is refused: the codes, all of them.
    pub(crate) fn refused(&mut self, by: UserId, command: Command) -> Vec<&'static str> {
        let before = self.case.clone();
        let codes = self.tries(by, command).unwrap_err().codes();
        assert_eq!(self.case, before, "a refusal changes nothing");
        codes
    }

    /// The same for one field that cannot be right: its code and its pointer.
    pub(crate) fn invalid(&mut self, by: UserId, command: Command) -> (&'static str, String) {
        fault(&self.tries(by, command).unwrap_err())
    }

    /// Somebody tries something about a place.
    pub(crate) fn tries_at(
        &mut self,
        by: UserId,
        code: &str,
        command: AreaCommand,
    ) -> Result<(), Refusal> {
        let place = place(code);
        let places: Vec<PlaceRef> = self
            .places
            .lineage(&place)
            .map(area::Place::reference)
            .collect();
        let resource = Resource::Area { places: &places };
        let permit = self.permit(by, command.permission(), &resource);
        let state = self.areas.get(&place).cloned().unwrap_or_default();
        let lineage = self.places.lineage(&place).map(|entry| KnownArea {
            place: entry.reference(),
            level: entry.level,
            itself: entry.reference() == place,
            state: self
                .areas
                .get(&entry.reference())
                .cloned()
                .unwrap_or_default(),
        });
        let known = AreaKnowledge {
            destination: lineage.collect(),
            ..AreaKnowledge::default()
        };
        let context = self.context(Some(&known));
        let decided = area::decide(&permit, &place, &state, command, &context)?;
        self.commands = self.commands.wrapping_add(1);
        self.keep_at(by, &place, decided);
        Ok(())
    }

    fn keep_at(&mut self, by: UserId, place: &PlaceRef, decided: Decided<AreaFact>) {
        for fact in decided.into_events() {
            let meta = self.meta(by);
            let state = self.areas.entry(place.clone()).or_default();
            state.apply(&fact, meta);
            self.area_journal.push((place.clone(), fact, meta));
        }
    }

    /// Somebody does something about a place.
    pub(crate) fn does_at(&mut self, by: UserId, code: &str, command: AreaCommand) {
        self.tries_at(by, code, command).unwrap();
    }

    pub(crate) fn advances(&mut self, transition: Transition) {
        self.does(LEYLA, Command::Advance(transition));
    }

    /// The household names its destination.
    pub(crate) fn chooses(&mut self, code: &str, on: &str) {
        self.does(LEYLA, destination(code, on));
    }

    pub(crate) fn answers(&mut self, by: UserId, answers: Vec<NewAnswer>) {
        self.does(by, Command::RecordAnswers(NewAnswers { answers }));
    }

    /// One answer about the case; its id.
    pub(crate) fn answered(&mut self, by: UserId, answer: NewAnswer) -> AnswerId {
        self.answers(by, vec![answer]);
        self.last().id
    }

    pub(crate) fn answers_at(&mut self, by: UserId, code: &str, answers: Vec<NewAnswer>) {
        self.does_at(by, code, AreaCommand::RecordAnswers(NewAnswers { answers }));
    }

    /// Something happens in a place.
    pub(crate) fn happens(&mut self, kind: AreaEventKind, code: &str, on: Date) {
        let event = NewAreaEvent {
            kind,
            happened_on: on,
            remark: None,
        };
        self.does_at(OMAR, code, AreaCommand::RecordEvent(event));
    }

    /// All that is asked about home, its region and the camp is answered with yes.
    pub(crate) fn places_are_answered(&mut self) {
        self.answers_at(
            OMAR,
            HOME,
            yes_about_a_place(Level::Area, About::Destination),
        );
        self.answers_at(
            OMAR,
            HOME_UNITS[2],
            yes_about_a_place(Level::Region, About::Destination),
        );
        self.answers_at(
            OMAR,
            CAMP,
            yes_about_a_place(Level::Area, About::Displacement),
        );
    }

    /// The supervisor saw all evidence.
    pub(crate) fn everything_is_verified(&mut self) {
        let of_case = unverified(&self.case().answers);
        if !of_case.is_empty() {
            self.does(HANA, Command::VerifyEvidence(items(&of_case)));
        }
        for (place, state) in self.areas.clone() {
            let of_place = unverified(&state.answers);
            if !of_place.is_empty() {
                let command = AreaCommand::VerifyEvidence(items(&of_place));
                self.does_at(HANA, place.code.as_str(), command);
            }
        }
    }

    // --- The machinery --------------------------------------------------------

    fn permit(&self, by: UserId, permission: Permission, resource: &Resource<'_>) -> Permit {
        let holds = |role: &Role| self.policy.rule(*role, permission).is_some();
        let grant = Grant {
            role: Role::ALL.into_iter().find(holds).unwrap(),
            organisation: ORGANISATION,
            areas: Vec::new(),
        };
        let actor = Actor::from_verified_token(by, vec![grant]);
        self.policy.permit(&actor, permission, resource).unwrap()
    }

    pub(crate) fn context<'a>(&'a self, areas: Option<&'a AreaKnowledge>) -> Context<'a> {
        let mut entropy = [7; 16];
        entropy[0] = self.commands;
        entropy[1..9].copy_from_slice(&self.position.to_be_bytes());
        Context {
            now: self.now(),
            entropy,
            catalogue: Catalogue::shipped(),
            places: &self.places,
            profile: self.profile,
            areas,
        }
    }

    fn now(&self) -> jiff::Timestamp {
        let noon: DateTime = self.today.at(12, 0, 0, 0);
        noon.to_zoned(TimeZone::UTC).unwrap().timestamp()
    }

    fn meta(&mut self, by: UserId) -> Meta {
        self.position += 1;
        Meta {
            recorded_at: self.now(),
            recorded_by: by,
            position: self.position,
        }
    }
}

/// The solution of a state that a household comes to without a return.
fn another_solution(state: State) -> Option<Solution> {
    [
        Solution::LocalIntegration,
        Solution::SettledElsewhere,
        Solution::Resettlement,
        Solution::OtherPathway,
    ]
    .into_iter()
    .find(|solution| solution.state() == Some(state))
}

/// Items of evidence that nobody verified yet.
pub(crate) fn unverified(book: &AnswerBook) -> Vec<EvidenceId> {
    let items = book.answers().iter().flat_map(|answer| &answer.evidence);
    items
        .filter(|item| item.verified_by.is_none())
        .map(|item| item.id)
        .collect()
}

/// The code and the pointer of a field that cannot be right.
pub(crate) fn fault(refusal: &Refusal) -> (&'static str, String) {
    match refusal {
        Refusal::Invalid { pointer, error } => (error.code, pointer.clone()),
        other => (other.code(), "(no field)".to_owned()),
    }
}
