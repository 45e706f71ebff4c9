//! The worked examples of the standard, lived through by people: each file's persons
//! are registered, each answer is recorded by a user of its own, evidence is verified
//! by a second one, and the registry gives the expected result.
//!
//! The day of evaluation is today, so every day of a file moves by as much. An answer
//! that a file has as *verified* is verified by the supervisor, who records none; one
//! that is not *independent* comes from the authority in control.

use crate::client::Client;
use crate::steps::{place, the, value_of};
use crate::world::{World, today};
use jiff::civil::Date;
use jiff::{Span, ToSpan as _, Unit};
use sanad_core::access::{Grant, Role};
use sanad_core::conditions::indicator::Place;
use sanad_core::conditions::{Catalogue, Level};
use sanad_testkit::country::{EDITION, NORTH, QALAT_NOUR, TELL_ASHJAR};
use sanad_testkit::{Staff, builders, each_backend, staff};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

fn files() -> Vec<(String, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/reference/examples");
    let mut files: Vec<(String, Value)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (
                name,
                serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap(),
            )
        })
        .collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// A worked example in a registry of its own.
struct Telling<'a> {
    world: &'a World,
    file: &'a Value,
    shift: Span,
    people: BTreeMap<String, Client>,
    case: String,
    /// The ids of this registry by those of the file: persons and answers.
    ids: BTreeMap<String, String>,
}

impl<'a> Telling<'a> {
    fn new(world: &'a World, file: &'a Value) -> Self {
        let on: Date = text(&file["on"]).parse().unwrap();
        let shift = today() - on;
        let mut this = Self {
            world,
            file,
            shift,
            people: BTreeMap::new(),
            case: String::new(),
            ids: BTreeMap::new(),
        };
        this.hire();
        this.register();
        this
    }

    /// A day of the file, as far from today as it was from the day of evaluation.
    fn day(&self, value: &Value) -> Date {
        text(value).parse::<Date>().unwrap() + self.shift
    }

    /// A birth that gives the same age, and as many days since the last birthday: the
    /// same number of days would not, for leap years lie elsewhere.
    fn birth(&self, born: &Value) -> Date {
        let (on, born): (Date, Date) = (
            text(&self.file["on"]).parse().unwrap(),
            text(born).parse().unwrap(),
        );
        let years = on.since((Unit::Year, born)).unwrap().get_years();
        let since_birthday = on - (born + years.years());
        today() - since_birthday - years.years()
    }

    /// Everyone who recorded an answer; the assessor of a file is an assessor here.
    fn hire(&mut self) {
        let authors = self.file["answers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|answer| text(&answer["by"]));
        let mut names: Vec<&str> = authors.chain(self.file["assessor"].as_str()).collect();
        names.sort_unstable();
        names.dedup();
        for (number, name) in (700..).zip(names) {
            let answers_about_areas = self.about_places().any(|answer| answer["by"] == name);
            let assesses = self.file["assessor"] == name;
            let role = if answers_about_areas || assesses {
                Role::ProtectionOfficer
            } else {
                Role::Caseworker
            };
            let grant = Grant {
                role,
                organisation: staff::organisation(1),
                areas: Vec::new(),
            };
            let client = self.world.hire(&Staff::new(number, name, vec![grant]));
            self.people.insert(name.to_owned(), client);
        }
    }

    fn about_places(&self) -> impl Iterator<Item = &'a Value> + use<'a> {
        self.file["answers"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|answer| answer["subject"] == "area")
    }

    /// The household of the file: ages and what the rule knows of each person.
    fn register(&mut self) {
        let mut registration = value_of(&builders::single_person(1, TELL_ASHJAR));
        registration["registered_on"] = json!(today());
        let template = registration["members"][0].clone();
        let members = self.file["members"].as_array().unwrap();
        registration["members"] = members
            .iter()
            .enumerate()
            .map(|(i, member)| {
                let mut profile = template.clone();
                profile["relationship"] = json!(if i == 0 { "self" } else { "other_relative" });
                profile["birth"] = match &member["born"] {
                    Value::Null => json!({"precision": "unknown"}),
                    born => json!({"date": self.birth(born), "precision": "day"}),
                };
                for flag in member["flags"].as_array().unwrap() {
                    match text(flag) {
                        "uasc" => profile["unaccompanied_or_separated"] = json!(true),
                        "refugee" => {
                            profile["legal_statuses"] =
                                json!([{"status": "REF", "since": "2015-03-01"}])
                        }
                        other => panic!("no way to register {other}"),
                    }
                }
                profile
            })
            .collect();
        let registrar = self.world.as_(&the(Role::Registrar));
        let receipt = registrar
            .post("/v1/cases", &registration)
            .expect(201)
            .json();
        text(&receipt["case_id"]).clone_into(&mut self.case);
        for (member, person) in members.iter().zip(receipt["persons"].as_array().unwrap()) {
            self.ids
                .insert(text(&member["id"]).to_owned(), text(person).to_owned());
        }
    }

    /// Where an answer is recorded: in the case, or at one of three places.
    fn desk(&self, answer: &Value) -> String {
        let indicator = builders::indicator(text(&answer["indicator"]));
        let place = match (indicator.level, indicator.place) {
            (Level::Person | Level::Household, _) => return format!("/v1/cases/{}", self.case),
            (_, Place::Displacement) => TELL_ASHJAR,
            (Level::Region, _) => NORTH,
            (Level::Area, _) => QALAT_NOUR,
        };
        format!("/v1/areas/{EDITION}/{place}")
    }

    /// A request as `who`, with the tag of the case where one is needed.
    fn post(&self, who: &Client, path: &str, body: &Value) -> crate::client::Reply {
        let call = who.call("POST", path);
        let call = if path.starts_with("/v1/cases/") {
            call.if_match(&self.etag())
        } else {
            call
        };
        call.json(body).send()
    }

    fn etag(&self) -> String {
        self.world
            .as_(&the(Role::Auditor))
            .get(&format!("/v1/cases/{}", self.case))
            .expect(200)
            .etag()
            .to_owned()
    }

    fn as_sent(&self, answer: &Value) -> Value {
        let observed = self.day(&answer["observed_on"]);
        let indicator = builders::indicator(text(&answer["indicator"]));
        let evidence: Vec<Value> = answer["evidence"].as_array().unwrap().iter().map(|item| {
            let (source, name) = if item["independent"] == true { ("independent", "Border Monitors") } else { ("authority_in_control", "Ministry of Return") };
            json!({"kind": item["kind"], "source_class": source, "source_name": name, "dated": observed, "persons_present": "caseworker, interpreter"})
        }).collect();
        let mut sent = json!({"indicator": answer["indicator"], "value": answer["value"], "observed_on": observed, "evidence": evidence});
        let measured = matches!(text(&answer["value"]), "yes" | "no");
        if indicator.scale.is_some() && measured {
            sent["score"] = json!(if answer["value"] == "yes" { 10 } else { 90 });
        }
        if indicator.level == Level::Person {
            sent["person"] = json!(self.ids[text(&answer["subject"])]);
        }
        if let Some(earlier) = answer["supersedes"].as_str() {
            sent["supersedes"] = json!(self.ids[earlier]);
        }
        if !answer["reason"].is_null() {
            sent["reason"] = answer["reason"].clone();
        }
        sent
    }

    /// Whether an answer is what a panel decided about a child alone.
    fn is_determination(&self, answer: &Value) -> bool {
        let alone = || {
            let members = self.file["members"].as_array().unwrap().iter();
            members
                .filter(|member| member["id"] == answer["subject"])
                .any(|member| member["flags"].as_array().unwrap().contains(&json!("uasc")))
        };
        answer["indicator"] == "VOL-10" && alone()
    }

    /// A panel decides; a supervisor has seen its report.
    fn determine(&mut self, answer: &Value) {
        let outcome = if answer["value"] == "yes" {
            "return_in_favour"
        } else {
            "return_against"
        };
        let report = json!({
            "kind": "determination", "ground": "unaccompanied_or_separated", "outcome": outcome,
            "dated": self.day(&answer["observed_on"]),
            "panel": ["child protection officer", "social worker", "head of the panel"],
        });
        let person = &self.ids[text(&answer["subject"])];
        let path = format!("/v1/cases/{}/members/{person}/best-interests", self.case);
        let officer = self.world.as_(&the(Role::ChildProtectionOfficer));
        let receipt = self.post(&officer, &path, &report).expect(201).json();
        let recorded = &receipt["answers"][0];
        self.ids.insert(
            text(&answer["id"]).to_owned(),
            text(&recorded["answer_id"]).to_owned(),
        );
        let evidence = json!({"evidence": recorded["evidence"]});
        let path = format!("/v1/cases/{}/verifications", self.case);
        let supervisor = self.world.as_(&the(Role::Supervisor));
        self.post(&supervisor, &path, &evidence).expect(200);
    }

    /// Records the answers in their order, those of one author at one desk together.
    fn record(&mut self) {
        let answers: Vec<&Value> = self.file["answers"].as_array().unwrap().iter().collect();
        let same = |a: &&Value, b: &&Value| {
            a["by"] == b["by"]
                && self.desk(a) == self.desk(b)
                && !self.is_determination(a)
                && !self.is_determination(b)
        };
        let runs: Vec<Vec<&Value>> = answers.chunk_by(same).map(<[_]>::to_vec).collect();
        for run in runs {
            assert!(
                run.iter()
                    .all(|answer| answer["adjudication"] == false && answer["retracted"] == false)
            );
            let desk = self.desk(run[0]);
            if self.is_determination(run[0]) {
                self.determine(run[0]);
                continue;
            }
            let body = json!({"answers": run.iter().map(|answer| self.as_sent(answer)).collect::<Vec<_>>()});
            let receipt = self
                .post(
                    &self.people[text(&run[0]["by"])],
                    &format!("{desk}/answers"),
                    &body,
                )
                .expect(201)
                .json();
            let mut verified = Vec::new();
            for (answer, recorded) in run.iter().zip(receipt["answers"].as_array().unwrap()) {
                self.ids.insert(
                    text(&answer["id"]).to_owned(),
                    text(&recorded["answer_id"]).to_owned(),
                );
                let items = answer["evidence"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .zip(recorded["evidence"].as_array().unwrap());
                verified.extend(
                    items
                        .filter(|(item, _)| item["verified"] == true)
                        .map(|(_, id)| id.clone()),
                );
            }
            let supervisor = self.world.as_(&the(Role::Supervisor));
            if !verified.is_empty() {
                self.post(
                    &supervisor,
                    &format!("{desk}/verifications"),
                    &json!({"evidence": verified}),
                )
                .expect(200);
            }
            for answer in run
                .iter()
                .filter(|answer| !answer["confirmed_by"].is_null())
            {
                let path = format!(
                    "{desk}/answers/{}/confirmation",
                    self.ids[text(&answer["id"])]
                );
                let call = supervisor.call("POST", &path);
                let call = if path.starts_with("/v1/cases") {
                    call.if_match(&self.etag())
                } else {
                    call
                };
                call.send().expect(200);
            }
        }
        for event in self.file["events"].as_array().unwrap() {
            assert_eq!(event["voids"], "PHY", "the files know of no other event");
            let clash = json!({"kind": "armed_clash", "happened_on": self.day(&event["on"])});
            let officer = self.world.as_(&the(Role::ProtectionOfficer));
            officer
                .post(&format!("/v1/areas/{EDITION}/{QALAT_NOUR}/events"), &clash)
                .expect(201);
        }
    }

    /// The steps up to a finding; `false` when the life of a case does not allow one,
    /// because somebody who decides was not asked.
    fn advanced(&self) -> bool {
        let caseworker = self.world.as_(&the(Role::Caseworker));
        let path = format!("/v1/cases/{}/transitions", self.case);
        for step in [
            "profiled",
            "counselling",
            "consent_recorded",
            "under_assessment",
        ] {
            let reply = self.post(&caseworker, &path, &json!({"to": step}));
            if reply.status == 409 {
                assert_eq!(
                    (step, reply.codes()),
                    ("consent_recorded", vec!["PERSON_NOT_ASKED".to_owned()])
                );
                return false;
            }
            reply.expect(200);
        }
        true
    }

    /// The expected reasons, with the persons of this registry.
    fn expected_reasons(&self) -> Vec<Value> {
        let mut reasons = self.file["expected"]["reasons"].as_array().unwrap().clone();
        for reason in &mut reasons {
            if let Some(person) = self.ids.get(text(&reason["subject"])) {
                reason["subject"] = json!(person);
            }
        }
        reasons
    }

    fn holds(&self, assessment: &Value, name: &str) {
        for part in ["finding", "conditions"] {
            assert_eq!(
                assessment[part], self.file["expected"][part],
                "{name}: {part}"
            );
        }
        assert_eq!(
            assessment["reasons"].as_array().unwrap(),
            &self.expected_reasons(),
            "{name}"
        );
    }

    /// What `sanad assess` makes of the exported facts, with no registry at hand.
    fn holds_offline(&self, name: &str) {
        let auditor = self.world.as_(&the(Role::Auditor));
        let exported = auditor.get(&format!("/v1/cases/{}/facts", self.case));
        let mut assess = Command::new(env!("CARGO_BIN_EXE_sanad"))
            .args(["assess", "-", "--format", "json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut facts = assess.stdin.take().unwrap();
        facts.write_all(&exported.expect(200).body).unwrap();
        drop(facts);
        let said = assess.wait_with_output().unwrap();
        assert!(said.status.success(), "{name}");
        let report: Value = serde_json::from_slice(&said.stdout).unwrap();
        for part in ["finding", "conditions"] {
            assert_eq!(report[part], self.file["expected"][part], "{name}: {part}");
        }
        // The persons of the file have other names than those of the registry.
        let named = |reasons: &Value| -> Vec<(String, String)> {
            let reasons = reasons.as_array().unwrap().iter();
            let mut named: Vec<_> = reasons
                .map(|one| {
                    (
                        text(&one["indicator"]).to_owned(),
                        text(&one["reason"]).to_owned(),
                    )
                })
                .collect();
            named.sort();
            named
        };
        assert_eq!(
            named(&report["reasons"]),
            named(&self.file["expected"]["reasons"]),
            "{name}"
        );
    }

    fn tell(mut self, name: &str) -> bool {
        let home = json!({"place": place(QALAT_NOUR), "chosen_on": self.day(&json!("2025-04-01"))});
        let caseworker = self.world.as_(&the(Role::Caseworker));
        let path = format!("/v1/cases/{}/destination", self.case);
        caseworker
            .call("PUT", &path)
            .if_match(&self.etag())
            .json(&home)
            .send()
            .expect(200);
        self.record();
        let issuing = self.advanced();
        let findings = format!("/v1/cases/{}/findings", self.case);
        if self.file["expected"]["error"] == "SELF_ASSESSMENT" {
            let assessor = &self.people[text(&self.file["assessor"])];
            self.post(assessor, &findings, &json!({}))
                .refused(409, "SELF_ASSESSMENT");
            return issuing;
        }
        let officer = match self.file["assessor"].as_str() {
            Some(name) => self.people[name].clone(),
            None => self.world.as_(&the(Role::ProtectionOfficer)),
        };
        let proposed = officer
            .get(&format!("/v1/cases/{}/assessment", self.case))
            .expect(200)
            .json();
        self.holds(&proposed["assessment"], name);
        self.holds_offline(name);
        if issuing {
            let reply = self.post(&officer, &findings, &json!({})).expect(201);
            let issued = officer
                .get(reply.header("location").unwrap())
                .expect(200)
                .json();
            self.holds(&issued["assessment"], name);
        }
        issuing
    }
}

#[test]
fn every_worked_example_gives_its_result_through_the_hands_of_people() {
    assert_eq!(Catalogue::shipped().id(), "sanad-2025");
    each_backend(|database| {
        let backend = database.backend();
        let mut not_issued = Vec::new();
        for (name, file) in files() {
            let own = sanad_testkit::TestDatabase::new(backend);
            let world = World::start(&own);
            if !Telling::new(&world, &file).tell(&name) {
                not_issued.push(name);
            }
        }
        // An adult who was never asked keeps the case from being assessed at all (T4).
        assert_eq!(
            not_issued,
            ["EX-02a", "EX-02b", "EX-06a", "EX-06d", "EX-06e"]
        );
    });
}
