//! What people of these tests say: households, persons, answers, as callers send
//! them. All names and places are invented.
//!
//! Not here: recording them (`world`).

use jiff::civil::{Date, date};
use sanad_core::answer::{
    EvidenceReference, FileRecord, FileType, NewAnswer, NewEvidence, NewFile, PersonsPresent,
    Remark, SourceClass, SourceName,
};
use sanad_core::area::{EditionCode, PCode, Place, PlaceName, PlaceRef, PlaceTable};
use sanad_core::case::{
    AnonymisationRequest, ArrivalReport, ClosureReason, ClosureRequest, Command, ConsentPurpose,
    DestinationChoice, HoldReason, HoldRequest, LegalHoldLifting, LegalHoldReason,
    LegalHoldRequest, Registration, Retraction, ReturnNature, ReturnOrganisers, ReturnReport,
    Round, Solution, SolutionChoice, State, Verification, Withdrawal, WithdrawalChannel,
};
use sanad_core::conditions::indicator::Place as About;
use sanad_core::conditions::{Catalogue, Indicator, Level, Value};
use sanad_core::ids::{EvidenceId, IncidentId, OrganisationId, PersonId, UserId};
use sanad_core::language::LanguageTag;
use sanad_core::person::PersonProfile;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// The day on which most of the tests play.
pub(crate) const TODAY: Date = date(2025, 5, 12);
/// A year after [`TODAY`]: when the last round of monitoring is due.
pub(crate) const A_YEAR_LATER: Date = date(2026, 5, 12);
/// When the time is over for which a case closed on [`TODAY`] is kept.
pub(crate) const YEARS_LATER: Date = date(2031, 5, 13);
/// The day on which most answers were observed.
pub(crate) const OBSERVED: Date = date(2025, 5, 2);
/// The day on which the household was registered.
pub(crate) const REGISTERED: Date = date(2025, 4, 1);

/// A caseworker who counsels the household.
pub(crate) const LEYLA: UserId = user(1);
/// Another caseworker.
pub(crate) const NADIA: UserId = user(2);
/// A protection officer.
pub(crate) const OMAR: UserId = user(3);
/// A supervisor.
pub(crate) const HANA: UserId = user(4);
/// A data-protection focal point.
pub(crate) const DINA: UserId = user(5);

const fn user(number: u128) -> UserId {
    UserId(uuid::Uuid::from_u128(0xB000 + number))
}

/// The organisation that keeps the case.
pub(crate) const ORGANISATION: OrganisationId = OrganisationId(uuid::Uuid::from_u128(0xA001));

/// The community that the household comes from and wants to return to.
pub(crate) const HOME: &str = "C1007";
/// The community where it lives now.
pub(crate) const CAMP: &str = "C2044";
/// What [`HOME`] lies in: admin-3, admin-2, governorate.
pub(crate) const HOME_UNITS: [&str; 3] = ["XZ010101", "XZ0101", "XZ01"];
/// Another community of the same admin-3 unit as [`HOME`].
pub(crate) const NEIGHBOUR: &str = "C1008";

const PLACES: [(&str, u8, &str); 10] = [
    ("XZ", 0, ""),
    ("XZ01", 1, "XZ"),
    ("XZ0101", 2, "XZ01"),
    ("XZ010101", 3, "XZ0101"),
    (HOME, 4, "XZ010101"),
    (NEIGHBOUR, 4, "XZ010101"),
    ("XZ02", 1, "XZ"),
    ("XZ0201", 2, "XZ02"),
    ("XZ020101", 3, "XZ0201"),
    (CAMP, 4, "XZ020101"),
];

pub(crate) fn place(code: &str) -> PlaceRef {
    PlaceRef::parse("XZ-2025", code).unwrap()
}

pub(crate) fn country() -> PlaceTable {
    let row = |(code, level, parent): &(&str, u8, &str)| Place {
        edition: EditionCode::parse("XZ-2025").unwrap(),
        code: PCode::parse(code).unwrap(),
        level: *level,
        parent: PCode::parse(parent).ok(),
        names: [(
            LanguageTag::parse("en").unwrap(),
            PlaceName::parse(code).unwrap(),
        )]
        .into(),
        valid_from: None,
    };
    PlaceTable::new(PLACES.iter().map(row).collect()).unwrap()
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// What a caller sends, read as the registry reads it.
pub(crate) fn read<T: DeserializeOwned>(json: Json) -> T {
    serde_json::from_value(json).unwrap()
}

/// A person, as JSON.
pub(crate) fn person(given: &str, born: &str, relationship: &str) -> Json {
    json!({
        "names": [{"script": "Latn", "given": given}],
        "birth": {"date": born, "precision": "day"},
        "sex": "female", "relationship": relationship,
    })
}

/// The record of a person with some more fields, or others.
pub(crate) fn profile(given: &str, born: &str, relationship: &str, more: Json) -> PersonProfile {
    read(with(person(given, born, relationship), more))
}

/// An object with some fields set.
pub(crate) fn with(mut object: Json, fields: Json) -> Json {
    for (field, value) in fields.as_object().unwrap() {
        object[field] = value.clone();
    }
    object
}

/// A couple with two children of nine and six, registered on [`REGISTERED`].
pub(crate) fn family_json() -> Json {
    json!({
        "organisation": ORGANISATION,
        "registered_on": REGISTERED.to_string(),
        "place_of_displacement": place(CAMP),
        "place_of_origin": place(HOME),
        "processing": {
            "basis": "consent", "purpose": "return assistance", "recorded_on": "2025-04-01",
            "consent": {"given_on": "2025-04-01", "manner": "thumbprint"},
        },
        "notice": {"version": "2025-1", "language": "ar", "given_on": "2025-04-01"},
        "members": [
            person("Salma", "1987-03-01", "self"),
            person("Adam", "1991-07-09", "spouse"),
            person("Nour", "2016-01-05", "child"),
            person("Dara", "2019-02-02", "child"),
        ],
        "displacements": [episode_json(HOME, CAMP)],
        "contact_points": [{"kind": "phone", "value": "+999 555 0142", "safe_to_contact": true}],
    })
}

pub(crate) fn family() -> Registration {
    read(family_json())
}

/// An episode of displacement in March 2015.
pub(crate) fn episode_json(from: &str, to: &str) -> Json {
    json!({
        "causes": ["armed_conflict"], "from": place(from), "to": place(to),
        "left_on": "2015-03-01", "arrived_on": "2015-03-04",
    })
}

/// The same, of the last days.
pub(crate) fn recent_episode_json(from: &str, to: &str) -> Json {
    with(
        episode_json(from, to),
        json!({"left_on": "2025-05-05", "arrived_on": "2025-05-06"}),
    )
}

/// An indicator of the shipped catalogue.
pub(crate) fn indicator(id: &str) -> &'static Indicator {
    let catalogue = Catalogue::shipped();
    catalogue.get(catalogue.find(id).unwrap()).unwrap()
}

/// An answer of [`OBSERVED`] with the first kind of evidence that is accepted,
/// from an independent source.
pub(crate) fn answer(id: &str, about: Option<PersonId>, value: Value) -> NewAnswer {
    let asked = indicator(id);
    let kind = Catalogue::shipped().evidence_code(asked.evidence.iter().next().unwrap());
    NewAnswer {
        indicator: id.to_owned(),
        person: about,
        value,
        score: asked
            .scale
            .map(|_| if value == Value::No { 90 } else { 10 }),
        reason: None,
        observed_on: OBSERVED,
        supersedes: None,
        remark: None,
        evidence: vec![evidence(kind)],
        evidence_ids: vec![],
    }
}

pub(crate) fn yes(id: &str, about: Option<PersonId>) -> NewAnswer {
    answer(id, about, Value::Yes)
}

pub(crate) fn no(id: &str, about: Option<PersonId>) -> NewAnswer {
    answer(id, about, Value::No)
}

/// The answer, observed on another day; its evidence is of that day.
pub(crate) fn observed(mut answer: NewAnswer, on: Date) -> NewAnswer {
    answer.observed_on = on;
    for item in &mut answer.evidence {
        item.dated = on;
    }
    answer
}

/// An item of independent evidence of [`OBSERVED`].
pub(crate) fn evidence(kind: &str) -> NewEvidence {
    NewEvidence {
        kind: kind.to_owned(),
        source_class: SourceClass::Independent,
        source_organisation: None,
        source_name: Some(SourceName::parse("Border Monitors").unwrap()),
        independent: None,
        dated: OBSERVED,
        language: None,
        persons_present: (kind == "INT")
            .then(|| PersonsPresent::parse("caseworker, interpreter").unwrap()),
        reference: None,
    }
}

/// *Yes* to all that is asked about these persons and their household.
pub(crate) fn yes_about_the_case(persons: &[PersonId]) -> Vec<NewAnswer> {
    let mut answers = Vec::new();
    for indicator in Catalogue::shipped().indicators() {
        match indicator.level {
            // The decision of a panel, and about a child alone only.
            Level::Person if indicator.id == "VOL-10" => {}
            Level::Person => {
                answers.extend(persons.iter().map(|one| yes(&indicator.id, Some(*one))));
            }
            Level::Household => answers.push(yes(&indicator.id, None)),
            Level::Area | Level::Region => {}
        }
    }
    answers
}

/// *Yes* to all that is asked about a place at a level.
pub(crate) fn yes_about_a_place(level: Level, about: About) -> Vec<NewAnswer> {
    let asked = Catalogue::shipped().indicators().iter();
    asked
        .filter(|indicator| indicator.level == level && indicator.place == about)
        .map(|indicator| yes(&indicator.id, None))
        .collect()
}

pub(crate) fn remark(text: &str) -> Remark {
    Remark::parse(text).unwrap()
}

pub(crate) fn taking_back() -> Retraction {
    Retraction {
        remark: remark("typed for another household"),
    }
}

/// What the journal says of a file.
pub(crate) fn a_file() -> NewFile {
    NewFile {
        record: FileRecord {
            media_type: FileType::Jpeg,
            bytes: 2_048,
            sha256: "00".repeat(32),
            orientation: Some(6),
        },
        bytes: Arc::new(b"never in a log".to_vec()),
    }
}

/// These organisations run the return.
pub(crate) fn run_by(organisations: &[OrganisationId]) -> Command {
    Command::NameReturnOrganisers(ReturnOrganisers {
        organisations: organisations.to_vec(),
    })
}

pub(crate) fn items(evidence: &[EvidenceId]) -> Verification {
    Verification {
        evidence: evidence.to_vec(),
    }
}

/// The household names its destination.
pub(crate) fn destination(code: &str, on: &str) -> Command {
    Command::ChooseDestination(DestinationChoice {
        place: place(code),
        chosen_on: on.parse().unwrap(),
    })
}

/// A return of the household's own making.
pub(crate) fn returned(code: &str, on: Date) -> Command {
    Command::RecordReturn(ReturnReport {
        nature: ReturnNature::SelfOrganised,
        departed_on: on,
        destination: place(code),
    })
}

/// The arrival of an approved return.
pub(crate) fn arriving(code: &str, on: Date) -> Command {
    Command::ConfirmArrival(ArrivalReport {
        arrived_on: on,
        place: Some(place(code)),
    })
}

/// The case waits for a document until a day.
pub(crate) fn holding(review_on: &str) -> Command {
    Command::Hold(HoldRequest {
        reason: HoldReason::AwaitingDocument,
        review_on: day(review_on),
        remark: None,
    })
}

pub(crate) fn closing() -> Command {
    Command::Close(ClosureRequest {
        reason: ClosureReason::NoContact,
        remark: None,
    })
}

/// Every state in which the household is still known.
pub(crate) fn states_before_the_end() -> impl Iterator<Item = State> {
    let mut states = State::ALL.into_iter();
    states.next_back();
    states
}

pub(crate) fn proposing_the_end(child_records_weighed: bool) -> Command {
    Command::ProposeAnonymisation(AnonymisationRequest {
        child_records_weighed,
    })
}

pub(crate) fn keeping(reason: LegalHoldReason) -> Command {
    Command::PlaceLegalHold(LegalHoldRequest {
        reason,
        reference: Some(EvidenceReference::parse("claim 14 before the court").unwrap()),
    })
}

pub(crate) fn not_keeping(reason: LegalHoldReason) -> Command {
    let remark = remark("the court has decided");
    Command::LiftLegalHold(reason, LegalHoldLifting { remark })
}

pub(crate) fn withdrawing(person: PersonId) -> Command {
    Command::WithdrawConsent(
        person,
        Withdrawal {
            purpose: ConsentPurpose::Return,
            withdrawn_on: TODAY,
            channel: WithdrawalChannel::Telephone,
        },
    )
}

/// Consent to a purpose after a private interview, with a current edition.
pub(crate) fn stating(person: PersonId, purpose: &str, decision: &str, on: Date) -> Command {
    let said = json!({
        "purpose": purpose, "decision": decision, "said_on": on.to_string(), "form": "signed",
        "information": {"edition": "C1007 no. 3", "dated": on.to_string()},
        "interview": {"alone": true, "language": "ar", "persons_present": "interviewer", "chosen_sex_offered": true},
    });
    Command::StateConsent(person, Box::new(read(said)))
}

/// What a panel of so many comes to about a child.
pub(crate) fn determining(
    child: PersonId,
    ground: &str,
    outcome: &str,
    panel: usize,
    on: Date,
) -> Command {
    let panel: Vec<String> = (0..panel)
        .map(|number| format!("child protection officer of agency {number}"))
        .collect();
    let report = json!({"kind": "determination", "ground": ground, "outcome": outcome, "dated": on.to_string(), "panel": panel});
    Command::RecordBestInterests(child, Box::new(read(report)))
}

/// A round in which everyone of these says the same to everything.
pub(crate) fn asking(persons: &[PersonId], round: Round, said: &str, on: Date) -> Command {
    let criteria: serde_json::Map<String, Json> = sanad_core::case::CRITERIA
        .iter()
        .map(|name| ((*name).to_owned(), json!(said)))
        .collect();
    let answers = json!({
        "criteria": criteria, "guarantee_kept": said, "property_access": said,
        "would_decide_the_same": said, "intends_to_leave": "no",
    });
    let persons: Vec<Json> = persons
        .iter()
        .map(|person| json!({"person": person, "reached": "yes", "answers": answers}))
        .collect();
    Command::RecordRound(read(
        json!({"round": round.code(), "held_on": on.to_string(), "tries": 1, "persons": persons}),
    ))
}

/// The household chooses another solution than return.
pub(crate) fn choosing(solution: Solution, on: Date) -> Command {
    Command::ChooseSolution(SolutionChoice {
        solution,
        chosen_on: on,
    })
}

/// Somebody was kept from returning.
pub(crate) fn reporting(kind: &str, on: Date) -> Command {
    Command::RecordIncident(read(json!({"kind": kind, "happened_on": on.to_string()})))
}

/// What was done about an incident.
pub(crate) fn following(incident: IncidentId, status: &str) -> Command {
    let action = json!({"status": status, "remark": "legal aid was asked"});
    Command::FollowIncident(incident, read(action))
}
