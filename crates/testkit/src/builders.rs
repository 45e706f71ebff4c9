//! The household of the tests and what is answered about it: the case of worked
//! example EX-01 (a couple with two children returns to its own repaired house;
//! everything known, everything in order).
//!
//! Written as JSON, the way a caller sends it. All names are invented.
//! Not here: sending it ([`World`](crate::World)).

use crate::country::{EDITION, QALAT_NOUR, TELL_ASHJAR};
use crate::staff;
use jiff::civil::{Date, date};
use sanad_core::answer::{NewAnswer, NewEvidence, PersonsPresent, Remark, SourceClass, SourceName};
use sanad_core::case::{NewAnswers, Registration};
use sanad_core::conditions::indicator::Place;
use sanad_core::conditions::{Catalogue, Indicator, Level, Value};
use sanad_core::ids::PersonId;
use sanad_core::person::{ContactPoint, Displacement, PersonProfile};
use serde::de::DeserializeOwned;
use serde_json::json;

/// The day on which the worked examples are evaluated.
pub const TODAY: Date = date(2025, 5, 12);
/// The day on which their answers were observed.
pub const OBSERVED: Date = date(2025, 5, 2);

/// What the household's data hold that must be in no column but those classified
/// as personal: names, papers, telephone, address, birth dates, remarks.
pub const PERSONAL: [&str; 16] = [
    "سلمان",
    "الخطيب",
    "Salman",
    "al-Khatib",
    "Şêrîn",
    "Berzencî",
    "ئاڤان",
    "Zozan",
    "ܫܡܥܘܢ",
    "XZ-7788990",
    "555 0142",
    "olive press",
    "1987-03-01",
    "1991-07-09",
    "2016-01-05",
    "neighbour saw the damage",
];

fn read<T: DeserializeOwned>(value: serde_json::Value) -> T {
    serde_json::from_value(value).expect("a well-formed example")
}

/// A registration of the four-person household by an organisation (1 or 2): it
/// lives in Tell Ashjar and comes from Qalat Nour.
pub fn registration(organisation: u32) -> Registration {
    registration_at(organisation, TELL_ASHJAR)
}

/// The same household, living in another place.
pub fn registration_at(organisation: u32, place: &str) -> Registration {
    read(json!({
        "organisation": staff::organisation(organisation),
        "registered_on": "2025-04-01",
        "place_of_displacement": {"edition": EDITION, "code": place},
        "place_of_origin": {"edition": EDITION, "code": QALAT_NOUR},
        "processing": {
            "basis": "consent", "purpose": "return assistance", "recorded_on": "2025-04-01",
            "consent": {"given_on": "2025-04-01", "manner": "signature"},
        },
        "notice": {"version": "2025-1", "language": "ar", "given_on": "2025-04-01"},
        "members": [
            {
                "names": [
                    {"script": "Arab", "language": "ar", "given": "سلمان", "father": "حسن", "family": "الخطيب"},
                    {"script": "Latn", "transliterated": true, "given": "Salman", "family": "al-Khatib"},
                ],
                "birth": {"date": "1987-03-01", "precision": "day"},
                "sex": "male", "relationship": "self", "nationality": "XXZ",
                "legal_statuses": [{"status": "IDP", "since": "2015-03-01"}],
                "documents": [{"kind": "national_id", "state": "held", "number": "XZ-7788990", "seen_on": "2025-04-01"}],
            },
            {
                "names": [{"script": "Latn", "language": "ku", "given": "Şêrîn", "family": "Berzencî"}],
                "birth": {"date": "1991-07-09", "precision": "day"},
                "sex": "female", "relationship": "spouse",
            },
            {
                "names": [
                    {"script": "Arab", "language": "ckb", "given": "ئاڤان"},
                    {"script": "Syrc", "given": "ܫܡܥܘܢ"},
                ],
                "birth": {"date": "2016-01-05", "precision": "day"},
                "sex": "male", "relationship": "child",
            },
            {
                "names": [{"script": "Latn", "given": "Zozan"}],
                "birth": {"date": "2019-02-02", "precision": "day"},
                "sex": "female", "relationship": "child",
            },
        ],
        "displacements": [displacement_json()],
        "contact_points": [{"kind": "phone", "value": "+999 555 0142", "safe_to_contact": true}],
    }))
}

/// A registration of one adult: the smallest there is.
pub fn single_person(organisation: u32, place: &str) -> Registration {
    let mut registration = registration_at(organisation, place);
    registration.members.truncate(1);
    registration.displacements.clear();
    registration.contact_points.clear();
    registration
}

fn displacement_json() -> serde_json::Value {
    json!({
        "causes": ["armed_conflict"],
        "from": {"edition": EDITION, "code": QALAT_NOUR},
        "to": {"edition": EDITION, "code": TELL_ASHJAR},
        "left_on": "2015-03-01", "arrived_on": "2015-03-04",
    })
}

/// An episode of displacement of the last days, which ends in another place.
pub fn displacement_to(place: &str) -> Displacement {
    let mut episode = displacement_json();
    episode["left_on"] = json!("2025-05-05");
    episode["arrived_on"] = json!("2025-05-06");
    episode["to"] = json!({"edition": EDITION, "code": place});
    read(episode)
}

/// A person who can join any household.
pub fn relative(given: &str) -> PersonProfile {
    read(json!({
        "names": [{"script": "Latn", "given": given}],
        "birth": {"date": "1960-01-01", "precision": "year", "estimated": true},
        "sex": "female", "relationship": "parent",
    }))
}

/// Another way to reach the household.
pub fn address() -> ContactPoint {
    read(
        json!({"kind": "address", "value": "house behind the olive press", "safe_to_contact": false}),
    )
}

/// A short remark.
pub fn remark() -> Remark {
    Remark::parse("the neighbour saw the damage").expect("a short text")
}

/// An answer to an indicator with the first kind of evidence that it accepts, from
/// an independent source.
pub fn answer(
    indicator: &Indicator,
    person: Option<PersonId>,
    value: Value,
    on: Date,
) -> NewAnswer {
    let kind = indicator
        .evidence
        .iter()
        .next()
        .map(|kind| Catalogue::shipped().evidence_code(kind).to_owned())
        .expect("every indicator accepts some evidence");
    NewAnswer {
        indicator: indicator.id.clone(),
        person,
        value,
        score: indicator
            .scale
            .map(|_| if value == Value::No { 90 } else { 10 }),
        reason: None,
        observed_on: on,
        supersedes: None,
        remark: None,
        evidence: vec![evidence(&kind, on)],
        evidence_ids: Vec::new(),
    }
}

/// An item of evidence from an independent source.
pub fn evidence(kind: &str, on: Date) -> NewEvidence {
    let persons_present = (kind == "INT")
        .then(|| PersonsPresent::parse("caseworker, interpreter").expect("a short text"));
    NewEvidence {
        kind: kind.to_owned(),
        source_class: SourceClass::Independent,
        source_organisation: None,
        source_name: Some(SourceName::parse("Border Monitors").expect("a short text")),
        independent: None,
        dated: on,
        language: None,
        persons_present,
        reference: None,
    }
}

/// An indicator of the shipped catalogue.
pub fn indicator(id: &str) -> &'static Indicator {
    let catalogue = Catalogue::shipped();
    catalogue
        .find(id)
        .and_then(|index| catalogue.get(index))
        .expect("a known indicator")
}

/// *Yes* to everything that is asked about these persons and their household.
pub fn all_yes_about_the_case(persons: &[PersonId], on: Date) -> NewAnswers {
    let mut answers = Vec::new();
    for indicator in Catalogue::shipped().indicators() {
        match indicator.level {
            // The decision of a panel, recorded as such.
            Level::Person if indicator.id == "VOL-10" => {}
            Level::Person => answers.extend(
                persons
                    .iter()
                    .map(|person| answer(indicator, Some(*person), Value::Yes, on)),
            ),
            Level::Household => answers.push(answer(indicator, None, Value::Yes, on)),
            Level::Area | Level::Region => {}
        }
    }
    NewAnswers { answers }
}

/// *Yes* to everything that is asked about a place of return or of displacement,
/// or about the region around a place of return.
pub fn all_yes_about_a_place(level: Level, place: Place, on: Date) -> NewAnswers {
    let answers = Catalogue::shipped()
        .indicators()
        .iter()
        .filter(|indicator| indicator.level == level && indicator.place == place)
        .map(|indicator| answer(indicator, None, Value::Yes, on))
        .collect();
    NewAnswers { answers }
}
