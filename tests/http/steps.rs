//! The steps of a case over HTTP, each by the user whose task it is. The household and
//! the answers about it are those of the test kit's builders.
//!
//! Not here: what each step refuses (the files named after the steps).

use crate::client::Reply;
use crate::world::{World, observed, today};
use sanad_core::access::Role;
use sanad_core::case::Registration;
use sanad_core::conditions::Level;
use sanad_core::conditions::indicator::Place;
use sanad_core::ids::PersonId;
use sanad_testkit::country::{EDITION, NORTH, QALAT_NOUR, TELL_ASHJAR};
use sanad_testkit::{Staff, builders};
use serde::Serialize;
use serde_json::{Value, json};

pub(crate) fn value_of(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// A user of organisation 1.
pub(crate) fn the(role: Role) -> Staff {
    Staff::of(role, 1)
}

/// A place as a body names it.
pub(crate) fn place(code: &str) -> Value {
    json!({"edition": EDITION, "code": code})
}

/// The items of evidence that a receipt names.
pub(crate) fn evidence_of(receipt: &Value) -> Value {
    let answers = receipt["answers"].as_array().unwrap();
    let items = answers
        .iter()
        .flat_map(|answer| answer["evidence"].as_array().unwrap());
    json!({"evidence": items.collect::<Vec<_>>()})
}

/// A case of the registry.
pub(crate) struct Case<'w> {
    world: &'w World,
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) persons: Vec<String>,
}

impl<'w> Case<'w> {
    /// A case that was not registered here.
    pub(crate) fn known(world: &'w World, id: &str) -> Self {
        let read = world
            .as_(&the(Role::Auditor))
            .get(&format!("/v1/cases/{id}"));
        let read = read.expect(200).json();
        let members = read["members"].as_array().unwrap().iter();
        Self {
            world,
            id: id.to_owned(),
            number: read["number"].as_str().unwrap().to_owned(),
            persons: members
                .map(|member| member["id"].as_str().unwrap().to_owned())
                .collect(),
        }
    }
}

impl World {
    /// The registrar of its organisation registers a case.
    pub(crate) fn registered(&self, organisation: u32, new: &Registration) -> Case<'_> {
        let registrar = self.as_(&Staff::of(Role::Registrar, organisation));
        let receipt = registrar
            .post("/v1/cases", &value_of(new))
            .expect(201)
            .json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Case {
            world: self,
            id: text(&receipt["case_id"]),
            number: text(&receipt["number"]),
            persons: receipt["persons"]
                .as_array()
                .unwrap()
                .iter()
                .map(text)
                .collect(),
        }
    }

    /// The household of the builders, kept by organisation 1.
    pub(crate) fn household(&self) -> Case<'_> {
        self.registered(1, &builders::registration(1))
    }

    /// The protection officer answers about a place, the supervisor sees the evidence.
    pub(crate) fn place_answered(&self, code: &str, answers: &Value) -> Value {
        let path = format!("/v1/areas/{EDITION}/{code}");
        let officer = self.as_(&the(Role::ProtectionOfficer));
        let receipt = officer
            .post(&format!("{path}/answers"), answers)
            .expect(201)
            .json();
        let supervisor = self.as_(&the(Role::Supervisor));
        supervisor
            .post(&format!("{path}/verifications"), &evidence_of(&receipt))
            .expect(200);
        receipt
    }

    /// Everything about both places is answered with *yes* and verified.
    pub(crate) fn places_in_order(&self) {
        let all =
            |level, place| value_of(&builders::all_yes_about_a_place(level, place, observed()));
        self.place_answered(QALAT_NOUR, &all(Level::Area, Place::Destination));
        self.place_answered(NORTH, &all(Level::Region, Place::Destination));
        self.place_answered(TELL_ASHJAR, &all(Level::Area, Place::Displacement));
    }

    /// A case with a compliant finding, from its registration on.
    pub(crate) fn compliant_case(&self) -> Case<'_> {
        self.places_in_order();
        let case = self.household();
        case.to_assessment();
        let officer = the(Role::ProtectionOfficer);
        let receipt = case
            .post(&officer, "/findings", &json!({}))
            .expect(201)
            .json();
        assert_eq!(receipt["finding"]["finding"], "compliant", "{receipt}");
        case
    }
}

impl Case<'_> {
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/v1/cases/{}{rest}", self.id)
    }

    /// What somebody reads of it.
    pub(crate) fn get(&self, who: &Staff, rest: &str) -> Reply {
        self.world.as_(who).get(&self.path(rest))
    }

    /// Its entity tag now.
    pub(crate) fn etag(&self) -> String {
        self.get(&the(Role::Auditor), "")
            .expect(200)
            .etag()
            .to_owned()
    }

    /// A write on the case as it is now.
    pub(crate) fn write(
        &self,
        who: &Staff,
        method: &str,
        rest: &str,
        body: Option<&Value>,
    ) -> Reply {
        let call = self
            .world
            .as_(who)
            .call(method, &self.path(rest))
            .if_match(&self.etag());
        match body {
            Some(body) => call.json(body).send(),
            None => call.send(),
        }
    }

    pub(crate) fn post(&self, who: &Staff, rest: &str, body: &Value) -> Reply {
        self.write(who, "POST", rest, Some(body))
    }

    pub(crate) fn put(&self, who: &Staff, rest: &str, body: &Value) -> Reply {
        self.write(who, "PUT", rest, Some(body))
    }

    pub(crate) fn advance(&self, who: &Staff, to: &str) -> Reply {
        self.post(who, "/transitions", &json!({"to": to}))
    }

    /// *Yes* to everything that is asked about the household.
    pub(crate) fn all_yes(&self) -> Value {
        let persons: Vec<PersonId> = self.persons.iter().map(|id| id.parse().unwrap()).collect();
        value_of(&builders::all_yes_about_the_case(&persons, observed()))
    }

    /// T2 to T5, everything answered with *yes* and verified.
    pub(crate) fn to_assessment(&self) {
        let caseworker = the(Role::Caseworker);
        self.advance(&caseworker, "profiled").expect(200);
        self.advance(&caseworker, "counselling").expect(200);
        let home = json!({"place": place(QALAT_NOUR), "chosen_on": observed()});
        self.put(&caseworker, "/destination", &home).expect(200);
        let receipt = self
            .post(&caseworker, "/answers", &self.all_yes())
            .expect(201)
            .json();
        let officer = the(Role::ProtectionOfficer);
        self.post(&officer, "/verifications", &evidence_of(&receipt))
            .expect(200);
        self.advance(&caseworker, "consent_recorded").expect(200);
        self.advance(&caseworker, "under_assessment").expect(200);
    }

    /// The household went home today.
    ///
    /// A facilitated return is approved on the latest finding, departs and arrives.
    pub(crate) fn returned(&self, nature: &str) -> Reply {
        if nature == "facilitated" {
            return self.facilitated();
        }
        let report =
            json!({"nature": nature, "departed_on": today(), "destination": place(QALAT_NOUR)});
        self.post(&the(Role::Caseworker), "/returns", &report)
    }

    fn facilitated(&self) -> Reply {
        let auditor = the(Role::Auditor);
        let findings = self.get(&auditor, "/findings").expect(200).json();
        let latest = findings["items"].as_array().unwrap().last().unwrap()["id"].clone();
        let (supervisor, registrar) = (the(Role::Supervisor), the(Role::Registrar));
        self.post(&supervisor, "/approvals", &json!({"finding": latest}))
            .expect(201);
        self.post(&registrar, "/departures", &json!({"departed_on": today()}))
            .expect(201);
        let arrived = json!({"arrived_on": today(), "place": place(QALAT_NOUR)});
        self.post(&registrar, "/arrivals", &arrived)
    }
}

/// A short answer about one person with an interview as evidence.
pub(crate) fn answer(indicator: &str, person: Option<&str>, value: &str) -> Value {
    let mut answer = value_of(&builders::answer(
        builders::indicator(indicator),
        person.map(|id| id.parse().unwrap()),
        serde_json::from_value(json!(value)).unwrap(),
        observed(),
    ));
    if !matches!(value, "yes" | "no") {
        answer.as_object_mut().unwrap().remove("score");
    }
    answer
}
