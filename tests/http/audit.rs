//! The reports of auditors over HTTP: the same rows in three renderings with one hash,
//! cut at a day, limited to what the reader may see, and not to be fooled by a row
//! altered by hand.
//!
//! Not here: who may see which case (`strangers`), the register of findings (`reports`).

use crate::client::{Client, Reply};
use crate::steps::{Case, the};
use crate::world::{World, today};
use sanad_core::access::Role;
use sanad_testkit::country::{EDITION, QALAT_NOUR, TELL_ASHJAR};
use sanad_testkit::{Raw, Staff, TestDatabase, builders, each_backend};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const REPORTS: [&str; 10] = [
    "case-compliance-file",
    "finding-register",
    "returns-without-finding",
    "area-dossier",
    "consent-integrity",
    "segregation-of-duties",
    "children",
    "forced-returns",
    "post-return-outcomes",
    "access-verification",
];

pub(crate) fn path(name: &str, query: &str) -> String {
    format!("/v1/reports/{name}?{query}")
}

pub(crate) fn ask(client: &Client, path: &str, media_type: &str) -> Reply {
    client.call("GET", path).header("accept", media_type).send()
}

/// The rows of a report; its hash is computed here anew, and its other renderings must
/// have the same.
#[track_caller]
pub(crate) fn rows(client: &Client, path: &str) -> Vec<Value> {
    let shown = client.get(path).expect(200);
    let report = shown.json();
    let rows = report["rows"].as_array().unwrap().clone();
    assert_eq!(report["row_count"], rows.len(), "{path}");
    // Each row stands on a line of its own, in its canonical form.
    let text = shown.text();
    let mut hash = Sha256::new();
    for line in text.lines().skip(1).take(rows.len()) {
        hash.update(line.trim_end_matches(','));
        hash.update(b"\n");
    }
    let hash: String = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(report["content_sha256"], hash, "{path}");

    let table = ask(client, path, "text/csv").expect(200);
    assert_eq!(table.header("sanad-content-sha256"), Some(hash.as_str()));
    assert_eq!(table.header("sanad-as-of"), report["as_of"].as_str());
    let mut reader = csv::Reader::from_reader(table.body.as_slice());
    let columns = reader.headers().unwrap().len();
    assert_eq!(
        columns,
        report["columns"].as_array().unwrap().len(),
        "{path}"
    );
    let records = reader.records().map(Result::unwrap).count();
    assert_eq!(records, rows.len(), "{path}");

    let page = ask(client, path, "text/html").expect(200);
    assert!(page.text().contains(&hash), "{path}");
    assert!(page.text().ends_with("</html>\n"), "{path}");
    rows
}

pub(crate) fn in_section<'r>(rows: &'r [Value], section: &str) -> Vec<&'r Value> {
    rows.iter()
        .filter(|row| row["section"] == section)
        .collect()
}

fn raw(database: &TestDatabase, sql: &str) {
    database.raw().execute(sql).unwrap();
}

/// A household that went home with everything in order, one that went by itself and one
/// that was forced.
pub(crate) fn lived_in(world: &World) -> [Case<'_>; 3] {
    let good = world.compliant_case();
    good.returned("facilitated").expect(201);
    let [alone, forced] = ["self_organised", "forced"].map(|nature| {
        let case = world.registered(1, &builders::single_person(1, TELL_ASHJAR));
        case.returned(nature).expect(201);
        case
    });
    [good, alone, forced]
}

#[test]
fn every_report_has_the_same_rows_and_hash_in_every_rendering() {
    each_backend(|database| {
        let world = World::start(database);
        let [good, ..] = lived_in(&world);
        for user in [the(Role::Auditor), the(Role::Supervisor)] {
            let client = world.as_(&user);
            for name in REPORTS {
                let query = match name {
                    "case-compliance-file" => format!("case_id={}", good.id),
                    _ => String::new(),
                };
                let all = rows(&client, &path(name, &query));
                assert!(!all.is_empty() || name == "children", "{name}");
            }
        }
    });
}

#[test]
fn a_report_of_a_past_day_shows_what_was_known_then_and_stays_the_same() {
    each_backend(|database| {
        let world = World::start(database);
        let [good, ..] = lived_in(&world);
        let auditor = world.as_(&the(Role::Auditor));
        let yesterday = format!("as_of={}&part=rows", today().yesterday().unwrap());
        auditor
            .get(&path("consent-integrity", "part=rows"))
            .refused(400, "PARAMETER_INVALID");
        let with_rows = |name: &&str| !["case-compliance-file", "consent-integrity"].contains(name);
        for name in REPORTS.into_iter().filter(with_rows) {
            let then = rows(&auditor, &path(name, &yesterday));
            assert_eq!(then, [] as [Value; 0], "{name}");
        }
        let file = path(
            "case-compliance-file",
            &format!("{yesterday}&case_id={}", good.id),
        );
        auditor.get(&file).refused(404, "CASE_NOT_FOUND");
        let sums = rows(
            &auditor,
            &path(
                "consent-integrity",
                &format!("as_of={}", today().yesterday().unwrap()),
            ),
        );
        assert!(
            in_section(&sums, "consent_check")
                .iter()
                .all(|row| row["households"] == 0)
        );
        let tomorrow = format!("as_of={}", today().tomorrow().unwrap());
        auditor
            .get(&path("children", &tomorrow))
            .refused(400, "PARAMETER_INVALID");
        let now = path("returns-without-finding", &format!("as_of={}", today()));
        assert_eq!(rows(&auditor, &now), rows(&auditor, &now));
    });
}

#[test]
fn a_report_shows_what_its_reader_may_see_and_to_others_nothing() {
    each_backend(|database| {
        let world = World::start(database);
        let [good, ..] = lived_in(&world);
        let elsewhere = world.as_(&Staff::of(Role::Supervisor, 2));
        for name in [
            "finding-register",
            "returns-without-finding",
            "segregation-of-duties",
            "children",
            "forced-returns",
        ] {
            assert_eq!(
                rows(&elsewhere, &path(name, "part=rows")),
                [] as [Value; 0],
                "{name}"
            );
        }
        let file = path("case-compliance-file", &format!("case_id={}", good.id));
        elsewhere.get(&file).refused(404, "CASE_NOT_FOUND");
        for role in [
            Role::Registrar,
            Role::Caseworker,
            Role::ProtectionOfficer,
            Role::Administrator,
        ] {
            for name in REPORTS {
                world
                    .as_(&the(role))
                    .get(&path(name, ""))
                    .refused(403, "ROLE_FORBIDDEN");
            }
        }
        let auditor = world.as_(&the(Role::Auditor));
        auditor
            .get("/v1/reports/nothing")
            .refused(404, "REPORT_NOT_FOUND");
        auditor
            .get(&path("forced-returns", "nature=forced"))
            .refused(400, "PARAMETER_UNKNOWN");
        auditor
            .get(&path("case-compliance-file", ""))
            .refused(400, "PARAMETER_NEEDED");
    });
}

#[test]
fn the_case_file_alone_says_who_did_what_when_and_why() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        case.returned("facilitated").expect(201);
        let auditor = world.as_(&the(Role::Auditor));
        let file = path("case-compliance-file", &format!("case_id={}", case.id));
        let all = rows(&auditor, &file);

        let findings = in_section(&all, "case_finding");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0]["finding"], "compliant");
        assert_eq!(
            findings[0]["assessor_login"],
            the(Role::ProtectionOfficer).login
        );
        assert_eq!(findings[0]["approver_login"], the(Role::Supervisor).login);
        assert_eq!(findings[0]["approved_on"], today().to_string());
        let link = findings[0]["recompute"].as_str().unwrap();
        assert_eq!(auditor.get(link).expect(200).json()["same"], true);

        let consent: Vec<&Value> = in_section(&all, "answer")
            .into_iter()
            .filter(|row| row["indicator"] == "VOL-01" && row["subject"] == "person 1")
            .collect();
        assert_eq!(consent.len(), 1);
        assert_eq!(consent[0]["recorded_by_login"], the(Role::Caseworker).login);
        assert_eq!(consent[0]["freshness"], "fresh");
        assert!(
            consent[0]["question"]
                .as_str()
                .unwrap()
                .contains("in their own name")
        );
        let behind = in_section(&all, "evidence");
        let item = behind
            .iter()
            .find(|row| row["answer_id"] == consent[0]["answer_id"])
            .unwrap();
        assert_eq!(
            item["verified_by_login"],
            the(Role::ProtectionOfficer).login
        );
        assert!(item["verified_at"].is_string());

        assert_eq!(
            in_section(&all, "condition").len(),
            2 * 8,
            "of the finding and of today"
        );
        assert_eq!(in_section(&all, "standard").len(), 56);
        let standard = in_section(&all, "standard");
        assert!(standard[0]["sources"].as_str().unwrap().contains('✔'));
        let steps: Vec<&str> = in_section(&all, "journey")
            .iter()
            .map(|row| row["kind"].as_str().unwrap())
            .collect();
        assert_eq!(
            steps,
            [
                "approved",
                "departed",
                "arrived",
                "return_recorded",
                "monitoring_began"
            ]
        );
        let history = case.get(&the(Role::Auditor), "/history").json();
        assert_eq!(
            in_section(&all, "timeline").len(),
            history["items"].as_array().unwrap().len()
        );

        let page = ask(&auditor, &file, "text/html").text();
        for role in [Role::Caseworker, Role::ProtectionOfficer, Role::Supervisor] {
            assert!(page.contains(&the(role).login), "{role}");
        }
        for personal in builders::PERSONAL {
            assert!(!page.contains(personal), "{personal}");
        }
    });
}

#[test]
fn a_finding_is_computed_again_and_an_altered_register_is_noticed() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let auditor = world.as_(&the(Role::Auditor));
        let findings = case.get(&the(Role::Auditor), "/findings").json();
        let id = findings["items"][0]["id"].as_str().unwrap().to_owned();
        let again = format!("/v1/findings/{id}/recompute");
        // What is recorded afterwards does not change what was found.
        world
            .as_(&the(Role::ProtectionOfficer))
            .post(
                &format!("/v1/areas/{EDITION}/{QALAT_NOUR}/events"),
                &json!({"kind": "armed_clash", "happened_on": today()}),
            )
            .expect(201);
        let same = auditor.get(&again).expect(200).json();
        assert_eq!(same["same"], true, "{same}");
        assert_eq!(same["facts_sha256_then"], same["facts_sha256_now"]);
        assert_eq!(same["differs"], json!([]));

        raw(database, "UPDATE finding SET outcome = 'not_compliant'");
        let altered = auditor.get(&again).expect(200).json();
        assert_eq!(altered["same"], false);
        assert_eq!(altered["differs"], json!(["register"]));
        assert_eq!(altered["finding_now"], "compliant");

        for stranger in [Staff::of(Role::Supervisor, 2), the(Role::Registrar)] {
            world
                .as_(&stranger)
                .get(&again)
                .refused(404, "FINDING_NOT_FOUND");
        }
    });
}

#[test]
fn no_facilitated_return_is_without_a_finding_until_somebody_alters_the_database() {
    each_backend(|database| {
        let world = World::start(database);
        let [good, alone, _] = lived_in(&world);
        let auditor = world.as_(&the(Role::Auditor));
        let name = "returns-without-finding";
        let facilitated = path(name, "nature=facilitated");
        let none = rows(&auditor, &facilitated);
        assert_eq!(none.len(), 1, "the zero itself is shown: {none:?}");
        assert_eq!(none[0]["returns"], 0);
        assert_eq!(rows(&auditor, &path(name, "part=rows")).len(), 2);

        // Somebody makes a facilitated return, with a finding, of one that was none.
        let quoted = |raw: &Raw, id: &str| match raw {
            Raw::Sqlite(_) => format!("X'{}'", id.replace('-', "")),
            Raw::Postgres(_) => format!("'{id}'"),
        };
        let mut db = database.raw();
        let yes = if matches!(db, Raw::Sqlite(_)) {
            "1"
        } else {
            "TRUE"
        };
        let alone_id = quoted(&db, &alone.id);
        db.execute(&format!(
            "UPDATE return_record SET nature = 'facilitated', compliant = {yes}, \
             finding_outcome = 'compliant' WHERE case_id = {alone_id}"
        ))
        .unwrap();
        let planted = rows(&auditor, &facilitated);
        let listed = in_section(&planted, "return");
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0]["case_id"], alone.id.as_str());
        assert_eq!(listed[0]["nature"], "self_organised");
        assert_eq!(listed[0]["nature_in_register"], "facilitated");
        assert_eq!(listed[0]["because"], "no_finding register_differs");
        assert_eq!(in_section(&planted, "return_total")[0]["returns"], 1);

        // Somebody removes one from the register.
        let good_id = quoted(&db, &good.id);
        db.execute(&format!(
            "DELETE FROM return_record WHERE case_id = {good_id}"
        ))
        .unwrap();
        let planted = rows(&auditor, &path(name, "nature=facilitated&part=rows"));
        let because: Vec<&str> = planted
            .iter()
            .map(|row| row["because"].as_str().unwrap())
            .collect();
        assert!(because.contains(&"not_in_register"), "{because:?}");
        assert_eq!(because.len(), 2);
    });
}
