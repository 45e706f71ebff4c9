//! Every kind of fact has a fixture under `tests/data/events/`: what was written
//! once is understood for ever.
//!
//! A released fixture is never changed. A new kind gets its fixture with
//! `SANAD_BLESS=1 cargo test --test store events`, which writes missing ones only.

use jiff::{SignedDuration, ToSpan as _};
use sanad_core::access::{Grant, Role};
use sanad_core::answer::{EvidenceReference, FileRecord, FileType, NewFile};
use sanad_core::area::{AreaCommand, AreaEventKind, AreaFact, FindingsLost, NewAreaEvent};
use sanad_core::case::{
    AnonymisationRequest, CRITERIA, ClosureReason, ClosureRequest, Command, ConflictDeclaration,
    ConflictEnding, ConflictKind, ConsentPurpose, DestinationChoice, DisplacementReport, Event,
    HoldReason, HoldRequest, LegalHoldLifting, LegalHoldReason, LegalHoldRequest, MemberJoining,
    NewAnswers, ReopeningRequest, Retraction, ReturnNature, ReturnOrganisers, StepBack,
    StepBackReason, Withdrawal, WithdrawalChannel,
};
use sanad_core::conditions::Value;
use sanad_core::ids::PersonId;
use sanad_core::person::{Cause, Displacement, Leaving, LeavingReason};
use sanad_testkit::builders::{self, OBSERVED, TODAY};
use sanad_testkit::country::{QALAT_NOUR, TELL_ASHJAR};
use sanad_testkit::{Backend, Staff, TestDatabase, World, country, staff};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Every kind that there is. The matches below do not compile when one is missing
/// there; add it in both places.
const KINDS: [&str; 54] = [
    "advanced",
    "anonymisation_proposed",
    "anonymised",
    "answer_confirmed",
    "answer_recorded",
    "answer_retracted",
    "approved",
    "area_answer_confirmed",
    "area_answer_recorded",
    "area_answer_retracted",
    "area_event_recorded",
    "area_evidence_file_attached",
    "area_evidence_recorded",
    "area_evidence_verified",
    "area_opened",
    "arrived",
    "best_interests_recorded",
    "case_registered",
    "closed",
    "conflict_declared",
    "conflict_end_proposed",
    "conflict_ended",
    "consent_stated",
    "consent_taken_back",
    "consent_withdrawn",
    "contact_point_added",
    "departed",
    "destination_chosen",
    "displaced_again",
    "displacement_recorded",
    "evidence_file_attached",
    "evidence_recorded",
    "evidence_verified",
    "finding_issued",
    "findings_lost",
    "held",
    "incident_confirmed",
    "incident_followed",
    "incident_recorded",
    "legal_hold_lifted",
    "legal_hold_placed",
    "member_corrected",
    "member_joined",
    "member_left",
    "monitoring_began",
    "reopened",
    "resumed",
    "return_organisers_named",
    "return_recorded",
    "round_recorded",
    "solution_achieved",
    "solution_chosen",
    "solution_proposed",
    "stepped_back",
];

fn kind_of_event(event: &Event) -> &'static str {
    match event {
        Event::CaseRegistered(_) => "case_registered",
        Event::MemberJoined(_) => "member_joined",
        Event::MemberCorrected { .. } => "member_corrected",
        Event::MemberLeft { .. } => "member_left",
        Event::ContactPointAdded(_) => "contact_point_added",
        Event::DisplacementRecorded { .. } => "displacement_recorded",
        Event::DestinationChosen { .. } => "destination_chosen",
        Event::Advanced(_) => "advanced",
        Event::AnswerRecorded(_) => "answer_recorded",
        Event::EvidenceRecorded(_) => "evidence_recorded",
        Event::EvidenceFileAttached { .. } => "evidence_file_attached",
        Event::EvidenceVerified(_) => "evidence_verified",
        Event::ReturnOrganisersNamed { .. } => "return_organisers_named",
        Event::ConflictDeclared(_) => "conflict_declared",
        Event::ConflictEndProposed { .. } => "conflict_end_proposed",
        Event::ConflictEnded { .. } => "conflict_ended",
        Event::AnswerConfirmed(_) => "answer_confirmed",
        Event::AnswerRetracted { .. } => "answer_retracted",
        Event::FindingIssued(_) => "finding_issued",
        Event::Approved(_) => "approved",
        Event::Departed(_) => "departed",
        Event::Arrived { .. } => "arrived",
        Event::ConsentWithdrawn(_) => "consent_withdrawn",
        Event::SteppedBack { .. } => "stepped_back",
        Event::Held { .. } => "held",
        Event::Resumed => "resumed",
        Event::DisplacedAgain => "displaced_again",
        Event::Closed { .. } => "closed",
        Event::Reopened { .. } => "reopened",
        Event::ConsentStated(_) => "consent_stated",
        Event::ConsentTakenBack { .. } => "consent_taken_back",
        Event::BestInterestsRecorded(_) => "best_interests_recorded",
        Event::IncidentRecorded(_) => "incident_recorded",
        Event::IncidentConfirmed { .. } => "incident_confirmed",
        Event::IncidentFollowed { .. } => "incident_followed",
        Event::MonitoringBegan { .. } => "monitoring_began",
        Event::RoundRecorded(_) => "round_recorded",
        Event::SolutionChosen(_) => "solution_chosen",
        Event::SolutionProposed => "solution_proposed",
        Event::SolutionAchieved(_) => "solution_achieved",
        Event::ReturnRecorded(_) => "return_recorded",
        Event::LegalHoldPlaced { .. } => "legal_hold_placed",
        Event::LegalHoldLifted { .. } => "legal_hold_lifted",
        Event::AnonymisationProposed { .. } => "anonymisation_proposed",
        Event::Anonymised(_) => "anonymised",
        Event::Destroyed => "destroyed",
    }
}

fn kind_of_area_fact(fact: &AreaFact) -> &'static str {
    match fact {
        AreaFact::AreaOpened { .. } => "area_opened",
        AreaFact::AnswerRecorded(_) => "area_answer_recorded",
        AreaFact::EvidenceRecorded(_) => "area_evidence_recorded",
        AreaFact::EvidenceFileAttached { .. } => "area_evidence_file_attached",
        AreaFact::EvidenceVerified(_) => "area_evidence_verified",
        AreaFact::AnswerConfirmed(_) => "area_answer_confirmed",
        AreaFact::AnswerRetracted { .. } => "area_answer_retracted",
        AreaFact::EventRecorded(_) => "area_event_recorded",
    }
}

/// The kind of a payload and what the program writes for it.
fn understood(kind: &str, payload: &Json) -> (&'static str, Json) {
    if kind == FindingsLost::KIND {
        let fact: FindingsLost = serde_json::from_value(payload.clone()).unwrap();
        (FindingsLost::KIND, serde_json::to_value(&fact).unwrap())
    } else if kind.starts_with("area_") {
        let fact: AreaFact = serde_json::from_value(payload.clone()).unwrap();
        assert_eq!(fact.kind(), kind_of_area_fact(&fact));
        (fact.kind(), serde_json::to_value(&fact).unwrap())
    } else {
        let event: Event = serde_json::from_value(payload.clone()).unwrap();
        assert_eq!(event.kind(), kind_of_event(&event));
        (event.kind(), serde_json::to_value(&event).unwrap())
    }
}

/// Everyone who works at the office of the fixtures.
struct Office {
    registrar: Staff,
    caseworker: Staff,
    officer: Staff,
    supervisor: Staff,
}

fn office() -> Office {
    Office {
        registrar: Staff::of(Role::Registrar, 1),
        caseworker: Staff::of(Role::Caseworker, 1),
        officer: Staff::of(Role::ProtectionOfficer, 1),
        supervisor: Staff::of(Role::Supervisor, 1),
    }
}

/// There and back again: a facilitated return, displaced again, a withdrawal, a hold,
/// a closure.
fn a_journey(world: &World, office: &Office) {
    let case = world.compliant_case();
    world.returned(case.id, ReturnNature::Facilitated);
    let again = Displacement::new(
        vec![Cause::ForcedEviction],
        country::place(QALAT_NOUR),
        country::place(TELL_ASHJAR),
        Some(TODAY),
        Some(TODAY),
    );
    let report = Box::new(DisplacementReport {
        displacement: again.unwrap(),
    });
    world.done(
        &office.registrar,
        case.id,
        Command::RecordDisplacement(report),
    );

    let case = world.compliant_case();
    let withdrawal = Withdrawal {
        purpose: ConsentPurpose::Return,
        withdrawn_on: TODAY,
        channel: WithdrawalChannel::Telephone,
    };
    let person = case.members[0].id;
    let withdraw = Command::WithdrawConsent(person, withdrawal);
    world.done(&office.registrar, case.id, withdraw);
    let hold = HoldRequest {
        reason: HoldReason::NotReached,
        review_on: TODAY.tomorrow().unwrap(),
        remark: Some(builders::remark()),
    };
    world.done(&office.caseworker, case.id, Command::Hold(hold));
    world.done(&office.caseworker, case.id, Command::Resume);
    let closure = ClosureRequest {
        reason: ClosureReason::NoContact,
        remark: Some(builders::remark()),
    };
    world.done(&office.supervisor, case.id, Command::Close(closure));
    let remark = builders::remark();
    world.done(
        &office.supervisor,
        case.id,
        Command::Reopen(ReopeningRequest { remark }),
    );
}

/// What changes in a household, and what it answers.
fn a_household(world: &World, office: &Office) {
    let id = world.registered(1, builders::registration(1)).id;
    let joining = MemberJoining {
        joined_on: OBSERVED,
        profile: builders::relative("Perwîn"),
    };
    let case = world.done(&office.registrar, id, Command::AddMember(Box::new(joining)));
    let person = case.members[4].id;
    let profile = Box::new(builders::relative("Perwîn Xan"));
    world.done(
        &office.registrar,
        id,
        Command::CorrectMember(person, profile),
    );
    let leaving = Leaving {
        on: TODAY,
        reason: LeavingReason::MovedOut,
    };
    world.done(
        &office.registrar,
        id,
        Command::RecordLeaving(person, leaving),
    );
    world.done(
        &office.registrar,
        id,
        Command::AddContactPoint(builders::address()),
    );
    let displacement = builders::displacement_to("XZ0199");
    let report = Box::new(DisplacementReport { displacement });
    world.done(&office.caseworker, id, Command::RecordDisplacement(report));
    let home = DestinationChoice {
        place: country::place("XZ010101"),
        chosen_on: OBSERVED,
    };
    world.done(&office.caseworker, id, Command::ChooseDestination(home));
    let about = Some(case.members[0].id);
    let asked = Command::RecordAnswers(answer("VOL-06", about, Value::No));
    let case = world.done(&office.caseworker, id, asked);
    let answered = case.answers.answers()[0].id;
    world.done(&office.supervisor, id, Command::ConfirmAnswer(answered));
    world.done(
        &office.caseworker,
        id,
        Command::RetractAnswer(answered, retraction()),
    );
}

fn read<T: serde::de::DeserializeOwned>(json: Json) -> T {
    serde_json::from_value(json).unwrap()
}

/// Consents, a child's best interests, an incident.
fn protection(world: &World, office: &Office) {
    let case = world.registered(1, builders::registration(1));
    let (id, person) = (case.id, case.members[0].id);
    let said = json!({
        "purpose": "sharing_with_country_of_origin", "decision": "given", "said_on": OBSERVED, "form": "thumbprint",
        "information": {"edition": "notice 2", "dated": OBSERVED},
        "interview": {"alone": true, "language": "kmr-Latn", "persons_present": "interviewer", "chosen_sex_offered": true},
    });
    let consent = Command::StateConsent(person, Box::new(read(said)));
    world.done(&office.caseworker, id, consent);
    let back = json!({"purpose": "sharing_with_country_of_origin", "withdrawn_on": TODAY, "channel": "message"});
    world.done(
        &office.registrar,
        id,
        Command::WithdrawConsent(person, read(back)),
    );
    let child = case
        .members
        .iter()
        .find(|member| member.for_rule(TODAY).is_child_on(TODAY, 18));
    let report = json!({"kind": "determination", "ground": "parents_disagree", "outcome": "opened", "dated": TODAY});
    let opened = Command::RecordBestInterests(child.unwrap().id, Box::new(read(report)));
    world.done(&Staff::of(Role::ChildProtectionOfficer, 1), id, opened);
    let report = read(json!({"kind": "detention", "happened_on": OBSERVED, "person": person}));
    let case = world.done(&office.registrar, id, Command::RecordIncident(report));
    let incident = case.incidents[0].id;
    world.done(&office.officer, id, Command::ConfirmIncident(incident));
    let action = read(json!({"status": "closed", "remark": "released"}));
    world.done(
        &office.officer,
        id,
        Command::FollowIncident(incident, action),
    );
}

/// Monitoring up to the end of displacement, and another solution.
fn after_a_return(world: &World, office: &Office) {
    let case = world.registered(1, builders::registration(1));
    let departed_on = TODAY.checked_sub(13.months()).unwrap();
    let report = json!({"nature": "self_organised", "departed_on": departed_on, "destination": country::place(QALAT_NOUR)});
    world.done(
        &office.registrar,
        case.id,
        Command::RecordReturn(read(report)),
    );
    let arrival = Command::ConfirmArrival(read(json!({"arrived_on": departed_on})));
    world.done(&office.registrar, case.id, arrival);
    let criteria: serde_json::Map<String, Json> = CRITERIA
        .iter()
        .map(|name| ((*name).to_owned(), json!("yes")))
        .collect();
    let said = json!({"criteria": criteria, "guarantee_kept": "yes", "property_access": "no",
        "would_decide_the_same": "yes", "intends_to_leave": "no", "remedies": "unknown"});
    let persons: Vec<Json> = case
        .members
        .iter()
        .map(|member| json!({"person": member.id, "reached": "yes", "answers": said}))
        .collect();
    let round = json!({"round": "month12", "held_on": TODAY, "tries": 1, "persons": persons});
    world.done(
        &Staff::of(Role::FieldMonitor, 1),
        case.id,
        Command::RecordRound(read(round)),
    );
    world.done(&office.officer, case.id, Command::ProposeSolution);
    world.done(&office.supervisor, case.id, Command::ConfirmSolution);

    let case = world.compliant_case();
    let back = StepBack {
        reason: StepBackReason::ChangeOfMind,
        remark: None,
    };
    world.done(&office.caseworker, case.id, Command::StepBack(back));
    let choice = json!({"solution": "local_integration", "chosen_on": TODAY});
    world.done(
        &office.officer,
        case.id,
        Command::ChooseSolution(read(choice)),
    );
}

/// Evidence by itself, who runs the return, and who may not handle the case.
fn a_case_with_evidence(world: &World, office: &Office) {
    let id = world.registered(1, builders::registration(1)).id;
    let note = || Box::new(builders::evidence("INT", OBSERVED));
    let case = world.done(&office.caseworker, id, Command::RecordEvidence(note()));
    let item = case.answers.items()[0].id;
    let file = NewFile {
        record: FileRecord {
            media_type: FileType::Jpeg,
            bytes: 2_048,
            sha256: "5e".repeat(32),
            orientation: Some(6),
        },
        bytes: Arc::new(vec![0; 2_048]),
    };
    let attach = Command::AttachEvidenceFile(item, file.clone());
    world.done(&office.caseworker, id, attach);
    let organisers = ReturnOrganisers {
        organisations: vec![staff::organisation(2)],
    };
    world.done(
        &office.caseworker,
        id,
        Command::NameReturnOrganisers(organisers),
    );
    let declaration = ConflictDeclaration {
        kind: ConflictKind::Relative,
        user: None,
        remark: Some(builders::remark()),
    };
    world.done(&office.registrar, id, Command::DeclareConflict(declaration));
    let second = Staff::new(
        802,
        "second_supervisor",
        vec![Grant {
            role: Role::Supervisor,
            organisation: staff::organisation(1),
            areas: Vec::new(),
        }],
    );
    for one in [&office.supervisor, &second] {
        let reason = builders::remark();
        let ending = Command::EndConflict(office.registrar.user, ConflictEnding { reason });
        world.done(one, id, ending);
    }
    let place = country::place("XZ010201");
    let record_note = AreaCommand::RecordEvidence(note());
    let area = world.done_area(&office.officer, &place, record_note);
    let item = area.answers.items()[area.answers.items().len() - 1].id;
    let attach = AreaCommand::AttachEvidenceFile(item, file);
    world.done_area(&office.officer, &place, attach);
}

/// What is recorded about a place.
fn an_area(world: &World, office: &Office) {
    let place = country::place("XZ010201");
    let command = AreaCommand::RecordAnswers(answer("PHY-01", None, Value::Yes));
    let area = world.done_area(&office.officer, &place, command);
    let answered = area.answers.answers()[0].id;
    world.done_area(
        &office.supervisor,
        &place,
        AreaCommand::ConfirmAnswer(answered),
    );
    world.done_area(
        &office.officer,
        &place,
        AreaCommand::RetractAnswer(answered, retraction()),
    );
    let event = NewAreaEvent {
        kind: AreaEventKind::ArmedClash,
        happened_on: TODAY,
        remark: Some(builders::remark()),
    };
    world.done_area(&office.officer, &place, AreaCommand::RecordEvent(event));
}

fn answer(indicator: &str, about: Option<PersonId>, value: Value) -> NewAnswers {
    NewAnswers {
        answers: vec![builders::answer(
            builders::indicator(indicator),
            about,
            value,
            OBSERVED,
        )],
    }
}

fn retraction() -> Retraction {
    Retraction {
        remark: builders::remark(),
    }
}

/// A clash where somebody was going to return to.
fn a_loss(world: &World, office: &Office) {
    world.compliant_case();
    let event = NewAreaEvent {
        kind: AreaEventKind::ArmedClash,
        happened_on: TODAY,
        remark: None,
    };
    let home = country::place(QALAT_NOUR);
    world.done_area(&office.officer, &home, AreaCommand::RecordEvent(event));
}

/// A case whose time is over: the data of its persons is kept for a claim, and then
/// destroyed.
fn an_end(world: &World, office: &Office) {
    let id = world.registered(1, builders::registration(1)).id;
    let closure = ClosureRequest {
        reason: ClosureReason::NoContact,
        remark: None,
    };
    world.done(&office.supervisor, id, Command::Close(closure));
    world.pass(SignedDuration::from_hours(6 * 366 * 24));
    let focal_point = Staff::of(Role::DataProtectionFocalPoint, 1);
    let reason = LegalHoldReason::LegalClaim;
    let hold = LegalHoldRequest {
        reason,
        reference: EvidenceReference::parse("claim 14 of 2025").ok(),
    };
    world.done(&focal_point, id, Command::PlaceLegalHold(hold));
    let remark = builders::remark();
    let lifting = Command::LiftLegalHold(reason, LegalHoldLifting { remark });
    world.done(&focal_point, id, lifting);
    let weighed = AnonymisationRequest {
        child_records_weighed: true,
    };
    world.done(&focal_point, id, Command::ProposeAnonymisation(weighed));
    world.done(&office.supervisor, id, Command::ConfirmAnonymisation);
}

/// A registry in which everything that can happen happened, as the first payload
/// of every kind.
fn one_of_every_kind() -> BTreeMap<String, Vec<u8>> {
    let database = TestDatabase::new(Backend::Sqlite);
    let (world, office) = (World::new(&database), office());
    a_journey(&world, &office);
    a_household(&world, &office);
    protection(&world, &office);
    after_a_return(&world, &office);
    an_area(&world, &office);
    a_case_with_evidence(&world, &office);
    a_loss(&world, &office);
    an_end(&world, &office);

    let mut raw = database.raw();
    let kinds: BTreeSet<String> = raw
        .texts("SELECT kind AS value FROM journal")
        .into_iter()
        .collect();
    let first = |kind: &String| {
        raw.texts(&format!(
            "SELECT CAST(payload AS TEXT) AS value FROM journal WHERE kind = '{kind}' ORDER BY position LIMIT 1"
        ))
        .remove(0)
        .into_bytes()
    };
    let payloads: Vec<_> = kinds.iter().map(first).collect();
    kinds.into_iter().zip(payloads).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/events")
}

#[expect(
    clippy::disallowed_methods,
    reason = "how one asks a test to write its fixtures"
)]
fn blessed() -> bool {
    std::env::var("SANAD_BLESS").is_ok_and(|wish| wish == "1")
}

#[test]
fn every_kind_of_fact_has_a_fixture_that_is_understood_and_written_again_as_it_was() {
    let written = one_of_every_kind();
    assert_eq!(
        written.keys().map(String::as_str).collect::<Vec<_>>(),
        KINDS
    );
    for (kind, payload) in &written {
        let path = folder().join(format!("{kind}.v1.json"));
        if blessed() && !path.exists() {
            std::fs::create_dir_all(folder()).unwrap();
            let json: Json = serde_json::from_slice(payload).unwrap();
            std::fs::write(&path, format!("{json:#}\n")).unwrap();
        }
        assert!(
            path.exists(),
            "no fixture for `{kind}`; write it with: SANAD_BLESS=1 cargo test --test store events"
        );
    }
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (kind, version) = name
            .strip_suffix(".json")
            .unwrap()
            .split_once(".v")
            .unwrap();
        assert!(KINDS.contains(&kind), "{name}: no such kind");
        assert_eq!(version, "1", "{name}: say here how this version is read");
        let fixture: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let (read, again) = understood(kind, &fixture);
        assert_eq!(read, kind, "{name}");
        assert_eq!(again, fixture, "{name}");
    }
}
