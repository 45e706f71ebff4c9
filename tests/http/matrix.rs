//! `docs/operations-table.md`: every operation tried by every role, on a case of one's own
//! organisation, outside of one's areas, of another organisation, closed and anonymised.
//! The test compares; `SANAD_BLESS=1` writes the table anew. An operation that is not in
//! the table fails it.
//!
//! Not here: what the rules of the case refuse (`docs/lifecycle-table.md`).

use crate::anonymisation::closed_long_ago;
use crate::client::Reply;
use crate::contract::{Operation, operations};
use crate::steps::{the, value_of};
use crate::world::World;
use sanad_core::access::{Grant, Role};
use sanad_testkit::country::{EDITION, NORTH, QALAT_NOUR, TELL_ASHJAR, place};
use sanad_testkit::{Staff, TestDatabase, builders, databases, staff};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Operations without a token, with the reason; the list may only shrink.
const PUBLIC: [(&str, &str); 6] = [
    ("getKeys", "gives the public halves of the keys of tokens"),
    ("getLive", "says that the program runs, and nothing else"),
    (
        "getReady",
        "says that the database answers, and nothing else",
    ),
    (
        "getMetrics",
        "counts requests and says nothing of their content",
    ),
    ("signIn", "is how one gets a token"),
    (
        "refreshSession",
        "is how one keeps one; asks for the refresh token",
    ),
];

/// What a user tries it on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum On {
    Own,
    Closed,
    Anonymised,
    OtherArea,
    OtherOrganisation,
}

/// What comes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    Yes,
    No,
    Hidden,
}

impl Verdict {
    fn of(reply: &Reply) -> Self {
        let problem = if reply.status >= 400 {
            reply.json()
        } else {
            json!({})
        };
        match (reply.status, problem["code"].as_str().unwrap_or_default()) {
            (403, "ROLE_FORBIDDEN") => Self::No,
            (404, "NOT_FOUND" | "CASE_NOT_FOUND" | "FINDING_NOT_FOUND") => Self::Hidden,
            (401, _) => panic!("{problem}"),
            _ => Self::Yes,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "–",
            Self::Hidden => "hidden",
        }
    }
}

/// A registry with one case of each kind.
struct Registry {
    world: World,
    cases: BTreeMap<On, (String, String)>,
    finding: String,
}

impl Registry {
    fn new(database: &TestDatabase) -> Self {
        let (world, old) = closed_long_ago(database);
        let anonymised = {
            let case = crate::steps::Case::known(&world, &old);
            let weighed = json!({"child_records_weighed": true});
            case.post(
                &the(Role::DataProtectionFocalPoint),
                "/anonymisation/proposal",
                &weighed,
            )
            .expect(200);
            case.write(
                &the(Role::Supervisor),
                "POST",
                "/anonymisation/confirmation",
                None,
            )
            .expect(200);
            (old, uuid::Uuid::from_u128(9).to_string())
        };
        drop(world);
        let world = World::beside_keeping_files(database);
        let mut cases = BTreeMap::from([(On::Anonymised, anonymised)]);
        let case = world.compliant_case();
        let findings = case
            .get(&the(Role::Auditor), "/findings")
            .expect(200)
            .json();
        let finding = findings["items"][0]["id"].as_str().unwrap().to_owned();
        for on in [On::Own, On::OtherArea] {
            cases.insert(on, (case.id.clone(), case.persons[0].clone()));
        }
        let closed = world.household();
        let closure = json!({"reason": "no_contact"});
        closed
            .post(&the(Role::Supervisor), "/closures", &closure)
            .expect(201);
        cases.insert(On::Closed, (closed.id.clone(), closed.persons[0].clone()));
        let foreign = world.registered(2, &builders::registration(2));
        cases.insert(
            On::OtherOrganisation,
            (foreign.id.clone(), foreign.persons[0].clone()),
        );
        Self {
            world,
            cases,
            finding,
        }
    }

    /// Who has the role; limited to an area in which the case does not lie.
    fn user(role: Role, on: On) -> Staff {
        if on != On::OtherArea {
            return the(role);
        }
        let grant = Grant {
            role,
            organisation: staff::organisation(1),
            areas: vec![place(NORTH)],
        };
        let number = 700 + Role::ALL.iter().position(|one| *one == role).unwrap();
        Staff::new(
            u32::try_from(number).unwrap(),
            &format!("{role}_elsewhere"),
            vec![grant],
        )
    }

    fn tried(&self, operation: &Operation, role: Role, on: On) -> Verdict {
        let (case, person) = &self.cases[&on];
        let nobody = uuid::Uuid::from_u128(9).to_string();
        let id = match operation.path {
            path if path.starts_with("/v1/cases") => case,
            path if path.starts_with("/v1/findings") => &self.finding,
            _ => &nobody,
        };
        let at = if on == On::OtherArea {
            TELL_ASHJAR
        } else {
            QALAT_NOUR
        };
        let ids = [
            ("id", id.as_str()),
            ("person_id", person),
            ("answer_id", &nobody),
            ("incident_id", &nobody),
            ("evidence_id", &nobody),
            ("user_id", &nobody),
            ("reason", "audit"),
            ("key_id", &nobody),
            ("edition", EDITION),
            ("code", at),
            ("name", "finding-register"),
        ];
        let query = if operation.id() == "importPlaces" {
            "?edition=XZ-M"
        } else {
            ""
        };
        let path = operation.path_with(&ids) + query;
        let client = self.world.as_(&Self::user(role, on));
        // A revision that no case has: who may do it is asked before.
        let call = client.call(operation.method, &path).if_match("\"900\"");
        let body = operation.json_example().cloned();
        Verdict::of(&match (body, operation.id()) {
            (_, "registerCase") => {
                let organisation = if on == On::OtherOrganisation { 2 } else { 1 };
                call.json(&value_of(&builders::registration(organisation)))
                    .send()
            }
            (Some(body), _) => call.json(&body).send(),
            (None, "importPlaces") => call.raw("text/csv", "code\n").send(),
            (None, "attachEvidenceFile" | "attachAreaEvidenceFile") => {
                call.raw("application/octet-stream", "text").send()
            }
            (None, _) => call.send(),
        })
    }

    /// A user's own session is needed until the end.
    fn operations() -> Vec<Operation> {
        let mut all: Vec<Operation> = operations()
            .into_iter()
            .filter(|operation| !PUBLIC.iter().any(|(id, _)| *id == operation.id()))
            .collect();
        all.sort_by_key(|operation| operation.id() == "signOut");
        all
    }
}

/// Whether it makes a difference whose case, or which place, it is about.
fn about_a_record(operation: &Operation) -> bool {
    let of_finding = operation.path.starts_with("/v1/findings/");
    operation.path.starts_with("/v1/cases/")
        || of_finding
        || operation.path.starts_with("/v1/areas/")
}

/// What each role got, in few words.
fn told(got: &[(Role, Verdict)]) -> String {
    let those = |wanted: Verdict| {
        let roles = got.iter().filter(|(_, verdict)| *verdict == wanted);
        let names: Vec<String> = roles.map(|(role, _)| role.to_string()).collect();
        match names.len() {
            0 => None,
            all if all == got.len() => Some(format!("{}, whoever asks", wanted.word())),
            _ => Some(format!("{}: {}", wanted.word(), names.join(", "))),
        }
    };
    let all = [Verdict::Yes, Verdict::No, Verdict::Hidden];
    all.into_iter()
        .filter_map(those)
        .collect::<Vec<_>>()
        .join("; ")
}

fn table(registry: &Registry) -> String {
    let mut out = String::from(
        "# Every operation, tried by every role\n\n\
         Generated by trying each operation of the HTTP interface as a user of each role; do not \
         edit. `yes`: the role may do it (the rules of the case may still say no, see \
         `lifecycle-table.md`). `–`: refused with 403. `hidden`: answered with 404, like a record \
         that does not exist. Which data a read shows is in `access-table.md`.\n\n\
         ## In one's own organisation\n\n\
         The same for an open, a closed and an anonymised case.\n\n| operation | |",
    );
    for role in Role::ALL {
        write!(out, " {role} |").unwrap();
    }
    out.push_str("\n|---|---|");
    out.push_str(&"---|".repeat(Role::ALL.len()));
    out.push('\n');
    let mut elsewhere = [String::new(), String::new()];
    for operation in Registry::operations() {
        let (id, method) = (operation.id(), operation.method);
        let path = operation.path.replace("/v1", "");
        write!(out, "| `{id}` | {method} `{path}` |").unwrap();
        for (list, on) in elsewhere
            .iter_mut()
            .zip([On::OtherArea, On::OtherOrganisation])
        {
            let no_organisation = operation.path.starts_with("/v1/areas/");
            let about = about_a_record(&operation) || id == "registerCase";
            if !about || (no_organisation && on == On::OtherOrganisation) {
                continue;
            }
            // The finding is one of the first organisation.
            if operation.path.starts_with("/v1/findings/") && on == On::OtherOrganisation {
                continue;
            }
            let told = told(&Role::ALL.map(|role| (role, registry.tried(&operation, role, on))));
            writeln!(list, "| `{id}` | {told} |").unwrap();
        }
        for role in Role::ALL {
            if operation.on_case() {
                let seen =
                    [On::Closed, On::Anonymised].map(|on| registry.tried(&operation, role, on));
                let own = registry.tried(&operation, role, On::Own);
                assert_eq!(seen, [own, own], "{id} as {role}");
            }
            let verdict = registry.tried(&operation, role, On::Own);
            write!(out, " {} |", verdict.word()).unwrap();
        }
        out.push('\n');
    }
    let [areas, organisations] = elsewhere;
    write!(
        out,
        "\n## Outside of the areas granted\n\nA user whose role holds in some areas only, and a case or place outside \
         of them.\n\n| operation | |\n|---|---|\n{areas}\n\
         ## In another organisation\n\nOf places there is none: they belong to no organisation.\n\n\
         | operation | |\n|---|---|\n{organisations}\n\
         ## Without signing in\n\n| operation | because it |\n|---|---|\n"
    )
    .unwrap();
    for (id, why) in PUBLIC {
        writeln!(out, "| `{id}` | {why} |").unwrap();
    }
    out
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a test has no command line to read this from"
)]
fn the_checked_in_table_is_what_every_role_gets() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operations-table.md");
    for database in databases() {
        let registry = Registry::new(&database);
        for role in Role::ALL {
            registry.world.hire(&Registry::user(role, On::OtherArea));
        }
        let table = table(&registry);
        if std::env::var("SANAD_BLESS").is_ok_and(|wish| wish == "1") {
            std::fs::write(path, &table).unwrap();
        }
        let checked_in = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            checked_in.replace("\r\n", "\n") == table,
            "docs/operations-table.md is not what the roles get; look at the change and run\n\
             SANAD_BLESS=1 ./scripts/with-postgres cargo test --test http matrix"
        );
    }
}

#[test]
fn whoever_has_no_token_gets_nothing_but_what_is_public() {
    let open: Vec<&str> = operations()
        .into_iter()
        .filter(|operation| operation.described.get("security").is_some())
        .map(|operation| operation.id())
        .collect();
    let mut known = PUBLIC.map(|(id, _)| id);
    known.sort_unstable();
    let mut open_sorted = open.clone();
    open_sorted.sort_unstable();
    assert_eq!(open_sorted, known);
}
