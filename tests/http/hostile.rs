//! The document's own requests against a real registry: as they stand they are
//! accepted, and whatever is put in the place of any of their values, the registry
//! refuses or accepts, and never fails (5xx).

use crate::client::{Client, Reply};
use crate::contract::{Operation, operation, operations};
use crate::steps::evidence_of;
use crate::world::{World, now};
use sanad_core::access::{Grant, Role};
use sanad_core::ids::OrganisationId;
use sanad_store::rows::OrganisationRow;
use sanad_store::sql_types::{At, Key};
use sanad_testkit::{Staff, TestDatabase, each_backend};
use serde_json::{Value, json};
use std::cell::RefCell;

const LIST: &str = "Admin Level,P-Code,Name,Parent P-Code\n0,XZ,Ixzed,\n1,XZ01,North,XZ\n1,XZ02,South,XZ\n2,XZ0101,Lower North,XZ01\n2,XZ0202,Qalat Nour,XZ02\n";

/// The registry that the document's examples speak of.
struct Examples {
    world: World,
    /// Somebody with every role of a case, and a second one.
    everyone: Client,
    second: Client,
    admin: Client,
    case: String,
    person: String,
    answer: String,
    evidence: Value,
    user: String,
    program: String,
    /// The tag of the case now.
    etag: RefCell<String>,
}

fn example(id: &str) -> Value {
    operation(id).json_example().unwrap().clone()
}

impl Examples {
    fn new(database: &TestDatabase) -> Self {
        let world = World::start(database);
        let organisation: OrganisationId =
            serde_json::from_value(example("registerCase")["organisation"].clone()).unwrap();
        let row = OrganisationRow {
            organisation_id: Key(organisation.0),
            name: "Example Office".to_owned(),
            created_at: At::from(now()),
        };
        world
            .app
            .store
            .administer(|db| db.put_organisation(&row))
            .unwrap();
        let grants = |roles: &[Role]| -> Vec<Grant> {
            roles
                .iter()
                .map(|role| Grant {
                    role: *role,
                    organisation,
                    areas: Vec::new(),
                })
                .collect()
        };
        let all = [
            Role::Registrar,
            Role::Caseworker,
            Role::ProtectionOfficer,
            Role::Supervisor,
        ];
        let everyone = world.hire(&Staff::new(901, "everyone", grants(&all)));
        let second = world.hire(&Staff::new(902, "everyone_else", grants(&all)));
        let admin = world.hire(&Staff::new(903, "office", grants(&[Role::Administrator])));
        let import = admin.call("POST", "/v1/places/imports?edition=XZ-2025-01");
        import.raw("text/csv", LIST).send().expect(200);

        let receipt = everyone
            .post("/v1/cases", &example("registerCase"))
            .expect(201)
            .json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (case, person) = (text(&receipt["case_id"]), text(&receipt["persons"][0]));
        let account = admin
            .post("/v1/accounts", &example("addAccount"))
            .expect(201)
            .json();
        let program = admin
            .post("/v1/service-accounts", &example("addServiceAccount"))
            .expect(201)
            .json();
        let mut this = Self {
            program: text(&program["account"]["user_id"]),
            world,
            everyone,
            second,
            admin,
            case,
            person,
            answer: String::new(),
            evidence: Value::Null,
            user: text(&account["user_id"]),
            etag: RefCell::new("\"1\"".to_owned()),
        };
        let receipt = this
            .send(&operation("recordAnswers"), &this.body("recordAnswers"))
            .expect(201)
            .json();
        this.answer = text(&receipt["answers"][0]["answer_id"]);
        this.evidence = evidence_of(&receipt);
        this
    }

    /// The example of an operation, with the ids of this registry.
    fn body(&self, id: &str) -> Value {
        let mut body = example(id);
        for pointer in ["/person", "/answers/0/person"] {
            if let Some(place) = body.pointer_mut(pointer) {
                *place = json!(self.person);
            }
        }
        if id == "verifyEvidence" {
            self.evidence.clone()
        } else {
            body
        }
    }

    fn path(&self, operation: &Operation) -> String {
        let id = if operation.path.starts_with("/v1/accounts") {
            &self.user
        } else if operation.path.starts_with("/v1/service-accounts") {
            &self.program
        } else {
            &self.case
        };
        let ids = [
            ("id", id.as_str()),
            ("person_id", &self.person),
            ("answer_id", &self.answer),
            ("incident_id", &self.answer),
            ("user_id", &self.user),
            ("reason", "audit"),
            ("key_id", &self.user),
            (
                "evidence_id",
                self.evidence["evidence"][0].as_str().unwrap_or("-"),
            ),
        ];
        operation.path_with(
            &[
                ids.as_slice(),
                &[
                    ("edition", "XZ-2025-01"),
                    ("code", "XZ0202"),
                    ("name", "finding-register"),
                ],
            ]
            .concat(),
        )
    }

    fn caller(&self, operation: &Operation) -> &Client {
        match operation.id() {
            "addAccount" | "setAccountUse" | "setGrants" | "addOrganisation"
            | "addServiceAccount" | "setAgreement" | "addServiceKey" => &self.admin,
            "verifyEvidence" | "verifyAreaEvidence" | "adjudicateAnswers" | "confirmAnswer" => {
                &self.second
            }
            _ => &self.everyone,
        }
    }

    fn send(&self, operation: &Operation, body: &Value) -> Reply {
        let call = self
            .caller(operation)
            .call(operation.method, &self.path(operation));
        let call = if operation.on_case() {
            call.if_match(&self.etag.borrow())
        } else {
            call
        };
        let reply = call.json(body).send();
        if let (true, Some(etag)) = (operation.on_case(), reply.header("etag")) {
            etag.clone_into(&mut self.etag.borrow_mut());
        }
        reply
    }

    fn accepted(&self, id: &str, status: u16) -> Reply {
        self.send(&operation(id), &self.body(id)).expect(status)
    }
}

#[test]
fn every_example_of_a_request_is_accepted_as_it_stands() {
    each_backend(|database| {
        // `registerCase`, `addAccount`, `addServiceAccount` and `recordAnswers` stand as they are in `new`.
        let mut this = Examples::new(database);
        this.accepted("signIn", 401)
            .refused(401, "PASSWORD_CHANGE_REQUIRED");
        this.accepted("addOrganisation", 201);
        let csv =
            operation("importPlaces").described["requestBody"]["content"]["text/csv"]["example"]
                .as_str()
                .unwrap();
        this.admin
            .call("POST", "/v1/places/imports?edition=another")
            .raw("text/csv", csv)
            .send()
            .expect(200);
        for (id, status) in [
            ("verifyEvidence", 200),
            ("correctMember", 200),
            ("addContactPoint", 201),
            ("recordDisplacement", 201),
            ("chooseDestination", 200),
            ("advanceCase", 200),
        ] {
            this.accepted(id, status);
        }
        let first = this.person.clone();
        let joined = this.accepted("addMember", 201).json();
        this.person = joined["persons"][1].as_str().unwrap().to_owned();
        this.accepted("recordLeaving", 201);
        this.person = first;
        // A yes of the example's day is too old to stand against a no.
        let contrary = |body: &Value| {
            let mut body = body.clone();
            body["answers"][0]["value"] = json!("no");
            body
        };
        this.send(
            &operation("recordAnswers"),
            &contrary(&this.body("recordAnswers")),
        )
        .expect(201);
        this.accepted("adjudicateAnswers", 409)
            .refused(409, "NOTHING_TO_ADJUDICATE");
        this.accepted("retractAnswer", 200);
        let refused = this.accepted("issueFinding", 409);
        assert!(
            refused.codes().contains(&"WRONG_STATE".to_owned()),
            "only its time has not come"
        );
        this.accepted("recordReturn", 201);

        let receipt = this.accepted("recordAreaAnswers", 201).json();
        this.send(
            &operation("recordAreaAnswers"),
            &contrary(&example("recordAreaAnswers")),
        )
        .expect(201);
        this.answer = receipt["answers"][0]["answer_id"]
            .as_str()
            .unwrap()
            .to_owned();
        this.send(&operation("verifyAreaEvidence"), &evidence_of(&receipt))
            .expect(200);
        let path = this.path(&operation("adjudicateAreaAnswers"));
        this.second
            .post(&path, &example("adjudicateAreaAnswers"))
            .refused(409, "NOTHING_TO_ADJUDICATE");
        this.accepted("retractAreaAnswer", 200);
        this.accepted("recordAreaEvent", 201);
        for (id, status) in [
            ("recordEvidence", 201),
            ("nameReturnOrganisers", 200),
            ("recordAreaEvidence", 201),
            ("declareConflict", 201),
        ] {
            this.accepted(id, status);
        }
        // The sender reads the case no more; somebody else finds that it was a mistake.
        let declared = this.everyone.get("/v1/me").json()["user_id"].clone();
        let ids = [
            ("id", this.case.as_str()),
            ("user_id", declared.as_str().unwrap()),
        ];
        let ending = operation("endConflict").path_with(&ids);
        let call = this
            .second
            .call("POST", &ending)
            .if_match(&this.etag.borrow());
        call.json(&example("endConflict")).send().expect(200);
        this.accepted("setAgreement", 204);
        this.accepted("addServiceKey", 201);
        this.accepted("setGrants", 200);
        this.accepted("setAccountUse", 204);
        this.world
            .stranger()
            .post("/v1/sign-in", &example("signIn"))
            .refused(401, "SIGN_IN_REFUSED");
    });
}

/// Pointers to every value that holds no other.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(name, inner)| leaves(inner, &format!("{at}/{name}"), found)),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .for_each(|(i, inner)| leaves(inner, &format!("{at}/{i}"), found)),
        _ => found.push(at.to_owned()),
    }
}

fn hostile() -> Vec<Value> {
    vec![
        Value::Null,
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("a\u{0}b"),
        json!("\u{202e}\u{200b}"),
        json!("x".repeat(20_000)),
        json!("-009999-01-01"),
        json!("0000-01-01"),
        json!("0001-01-01"),
        json!("9999-12-31"),
        json!("2025-02-30"),
        json!(-1),
        json!(u64::MAX),
        json!(1e300),
        json!(true),
        json!([]),
        json!({}),
        json!("' OR 1=1 --"),
        json!("=1+1"),
    ]
}

#[test]
fn no_value_of_a_body_makes_the_registry_fail() {
    each_backend(|database| {
        let this = Examples::new(database);
        let (mut tried, mut carried_out) = (0, 0);
        for operation in operations() {
            // Hashing a password is slow by intent; signing in has a test of its own.
            if operation.json_example().is_none() || operation.id() == "signIn" {
                continue;
            }
            let body = this.body(operation.id());
            let mut places = Vec::new();
            leaves(&body, "", &mut places);
            for at in places {
                for value in hostile() {
                    let mut body = body.clone();
                    *body.pointer_mut(&at).unwrap() = value.clone();
                    let reply = this.send(&operation, &body);
                    assert!(
                        reply.status < 500,
                        "{} {at} {value:.40}: {}",
                        operation.id(),
                        reply.text()
                    );
                    assert_ne!(
                        reply.status,
                        412,
                        "{}: the tag is that of the case",
                        operation.id()
                    );
                    tried += 1;
                    carried_out += usize::from(reply.status < 300);
                }
            }
        }
        assert!(tried > 1_000 && carried_out > 50, "{tried}, {carried_out}");
        this.everyone
            .get(&format!("/v1/cases/{}", this.case))
            .expect(200);
    });
}

#[test]
fn no_parameter_or_path_makes_the_registry_fail() {
    each_backend(|database| {
        let this = Examples::new(database);
        let texts = [
            "%00",
            "a%00b",
            "%ff",
            "%ed%a0%80",
            "%20",
            "",
            "-1",
            "9223372036854775807",
            "18446744073709551616",
            "-009999-01-01",
            "0000-01-01",
            "9999-12-31",
            "%27%20OR%201%3D1",
            "XZ-2025-01/%00",
            "%00/XZ",
            "7fffffffffffffff-00000000000000000000000000000000",
            "-7fffffffffffffff-00000000000000000000000000000000",
            "1/2/3",
            "%E2%80%AE",
        ];
        for operation in operations()
            .into_iter()
            .filter(|operation| operation.method == "GET")
        {
            for caller in [&this.everyone, &this.admin] {
                let named = operation.described["parameters"]
                    .as_array()
                    .into_iter()
                    .flatten();
                for parameter in named {
                    let name = parameter["name"].as_str().unwrap();
                    for text in texts {
                        let path = match parameter["in"].as_str().unwrap() {
                            "query" => format!("{}?{name}={text}", this.path(&operation)),
                            "path" => this
                                .path(&Operation {
                                    path: operation.path,
                                    ..operation
                                })
                                .replacen(&segment(&this, &operation, name), text, 1),
                            _ => continue,
                        };
                        let reply = caller.get(&path);
                        assert!(reply.status < 500, "{path}: {}", reply.text());
                    }
                }
            }
        }
    });
}

/// What stands for a path parameter.
fn segment(this: &Examples, operation: &Operation, name: &str) -> String {
    let at = operation
        .path
        .split('/')
        .position(|part| part == format!("{{{name}}}"))
        .unwrap();
    this.path(operation).split('/').nth(at).unwrap().to_owned()
}
