//! The way of a case from its registration to a finding and a return, step by
//! step, each by the user whose task it is.

use crate::builders::{OBSERVED, all_yes_about_a_place, all_yes_about_the_case, registration};
use crate::country::{NORTH, QALAT_NOUR, TELL_ASHJAR, place};
use crate::{Staff, World, wait};
use sanad_core::access::Role;
use sanad_core::answer::AnswerBook;
use sanad_core::area::AreaCommand;
use sanad_core::case::{
    ApprovalRequest, ArrivalReport, CaseState, Command, DepartureReport, DestinationChoice,
    FindingRequest, NewAnswers, Registration, ReturnNature, ReturnReport, Transition, Verification,
};
use sanad_core::conditions::Level;
use sanad_core::conditions::indicator::Place;
use sanad_core::ids::CaseId;
use sanad_store::journal::{case_of, case_stream};

/// The items of evidence that nobody verified yet.
pub fn unverified(answers: &AnswerBook) -> Verification {
    let items = answers.answers().iter().flat_map(|answer| &answer.evidence);
    let open = items
        .filter(|item| item.verified_by.is_none())
        .map(|item| item.id);
    Verification {
        evidence: open.collect(),
    }
}

impl World {
    /// A new case, registered by the registrar of its organisation (1 or 2).
    pub fn registered(&self, organisation: u32, new: Registration) -> CaseState {
        let registrar = Staff::of(Role::Registrar, organisation);
        self.send(&registrar, None, Command::Register(Box::new(new)))
            .unwrap_or_else(|failure| panic!("registration: {failure:?}"))
    }

    /// Everything about both places is answered with *yes* and verified.
    pub fn places_in_order(&self) {
        let all = |level, place| all_yes_about_a_place(level, place, OBSERVED);
        self.place_answered(QALAT_NOUR, all(Level::Area, Place::Destination));
        self.place_answered(NORTH, all(Level::Region, Place::Destination));
        self.place_answered(TELL_ASHJAR, all(Level::Area, Place::Displacement));
    }

    /// The protection officer answers about a place, the supervisor sees the evidence.
    pub fn place_answered(&self, code: &str, answers: NewAnswers) {
        let (officer, supervisor) = (
            Staff::of(Role::ProtectionOfficer, 1),
            Staff::of(Role::Supervisor, 1),
        );
        let known = self.done_area(&officer, &place(code), AreaCommand::RecordAnswers(answers));
        let verification = unverified(&known.answers);
        self.done_area(
            &supervisor,
            &place(code),
            AreaCommand::VerifyEvidence(verification),
        );
    }

    /// The case of EX-01 up to its assessment (T1 to T5): everything about the
    /// household is answered with *yes* and verified.
    pub fn under_assessment(&self) -> CaseState {
        let id = self.registered(1, registration(1)).id;
        let caseworker = Staff::of(Role::Caseworker, 1);
        let officer = Staff::of(Role::ProtectionOfficer, 1);
        self.done(&caseworker, id, Command::Advance(Transition::Profiled));
        self.done(&caseworker, id, Command::Advance(Transition::Counselling));
        let home = DestinationChoice {
            place: place(QALAT_NOUR),
            chosen_on: OBSERVED,
        };
        let case = self.done(&caseworker, id, Command::ChooseDestination(home));
        let answers = all_yes_about_the_case(&case.person_ids(), OBSERVED);
        let case = self.done(&caseworker, id, Command::RecordAnswers(answers));
        let verification = unverified(&case.answers);
        self.done(&officer, id, Command::VerifyEvidence(verification));
        self.done(
            &caseworker,
            id,
            Command::Advance(Transition::ConsentRecorded),
        );
        self.done(
            &caseworker,
            id,
            Command::Advance(Transition::UnderAssessment),
        )
    }

    /// The protection officer issues a finding (T6).
    pub fn finding_issued(&self, id: CaseId) -> CaseState {
        let officer = Staff::of(Role::ProtectionOfficer, 1);
        self.done(
            &officer,
            id,
            Command::IssueFinding(FindingRequest { profile: None }),
        )
    }

    /// The household went home.
    ///
    /// A facilitated one is approved, departs and arrives.
    pub fn returned(&self, id: CaseId, nature: ReturnNature) -> CaseState {
        if nature == ReturnNature::Facilitated {
            return self.facilitated(id);
        }
        let report = ReturnReport {
            nature,
            departed_on: crate::builders::TODAY,
            destination: place(QALAT_NOUR),
        };
        self.done(
            &Staff::of(Role::Caseworker, 1),
            id,
            Command::RecordReturn(report),
        )
    }

    /// Approved by the supervisor on the latest finding, departed and arrived today.
    fn facilitated(&self, id: CaseId) -> CaseState {
        let (supervisor, registrar) = (
            Staff::of(Role::Supervisor, 1),
            Staff::of(Role::Registrar, 1),
        );
        let case = wait(
            self.store
                .read(move |db| case_of(&db.stream(case_stream(id), None)?)),
        );
        let case = case.ok().flatten().expect("the case is there");
        let finding = case.findings.last().expect("a finding was issued").id;
        let today = crate::builders::TODAY;
        self.done(
            &supervisor,
            id,
            Command::Approve(ApprovalRequest::of(finding)),
        );
        let departed = DepartureReport { departed_on: today };
        self.done(&registrar, id, Command::RecordDeparture(departed));
        let arrived = ArrivalReport {
            arrived_on: today,
            place: Some(place(QALAT_NOUR)),
        };
        self.done(&registrar, id, Command::ConfirmArrival(arrived))
    }

    /// EX-01 (a) as a whole: places in order, and a case with a compliant finding.
    pub fn compliant_case(&self) -> CaseState {
        self.places_in_order();
        let case = self.under_assessment();
        self.finding_issued(case.id)
    }
}
