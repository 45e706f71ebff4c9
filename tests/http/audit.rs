//! The reports of auditors over HTTP: the same rows in three renderings with one hash,
//! cut at a day, limited to what the reader may see, and not to be fooled by a row
//! altered by hand.
//!
//! Not here: who may see which case (`strangers`), the register of findings (`reports`).

use crate::client::{Client, Reply};
use crate::steps::{Case, answer, evidence_of, the, value_of};
use crate::world::{World, today};
use sanad_core::access::Role;
use sanad_testkit::country::{EDITION, QALAT_NOUR, TELL_ASHJAR};
use sanad_testkit::{Raw, Staff, TestDatabase, builders, each_backend};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const REPORTS: [&str; 9] = [
    "case-compliance-file",
    "finding-register",
    "returns-without-finding",
    "area-dossier",
    "consent-integrity",
    "segregation-of-duties",
    "children",
    "forced-returns",
    "access-verification",
];

fn path(name: &str, query: &str) -> String {
    format!("/v1/reports/{name}?{query}")
}

fn ask(client: &Client, path: &str, media_type: &str) -> Reply {
    client.call("GET", path).header("accept", media_type).send()
}

/// The rows of a report; its hash is computed here anew, and its other renderings must
/// have the same.
#[track_caller]
fn rows(client: &Client, path: &str) -> Vec<Value> {
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
    let columns: Vec<&str> = reader.headers().unwrap().iter().map(|_| "").collect();
    assert_eq!(columns.len(), report["columns"].as_array().unwrap().len());
    assert_eq!(
        reader.records().map(Result::unwrap).count(),
        rows.len(),
        "{path}"
    );

    let page = ask(client, path, "text/html").expect(200);
    assert!(page.text().contains(&hash), "{path}");
    assert!(page.text().ends_with("</html>\n"), "{path}");
    rows
}

fn in_section<'r>(rows: &'r [Value], section: &str) -> Vec<&'r Value> {
    rows.iter()
        .filter(|row| row["section"] == section)
        .collect()
}

fn raw(database: &TestDatabase, sql: &str) {
    database.raw().execute(sql).unwrap();
}

/// A household that went home with everything in order, one that went by itself and one
/// that was forced.
fn lived_in(world: &World) -> [Case<'_>; 3] {
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
            ["approved", "departed", "arrived", "return_recorded"]
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

#[test]
fn a_forced_return_is_listed_with_its_place_and_counted_by_month() {
    each_backend(|database| {
        let world = World::start(database);
        let [.., forced] = lived_in(&world);
        let auditor = world.as_(&the(Role::Auditor));
        let all = rows(&auditor, &path("forced-returns", ""));
        let mut one = in_section(&all, "forced_return")[0].clone();
        for changing in ["return_id", "recorded_at"] {
            assert!(
                one.as_object_mut()
                    .unwrap()
                    .remove(changing)
                    .unwrap()
                    .is_string()
            );
        }
        let by = the(Role::Caseworker);
        assert_eq!(
            one,
            json!({
                "section": "forced_return", "case_id": forced.id, "departed_on": today(),
                "place_edition": EDITION, "place_code": TELL_ASHJAR, "place_name": "Tell Ashjar",
                "destination_edition": EDITION, "destination_code": QALAT_NOUR,
                "destination_name": "Qalat Nour", "persons": 1, "finding_id": null,
                "recorded_by": by.user, "recorded_by_login": by.login,
            })
        );
        let month = today().to_string()[..7].to_owned();
        assert_eq!(
            in_section(&all, "forced_return_total"),
            [&json!({
                "section": "forced_return_total", "month": month, "place_edition": EDITION,
                "place_code": TELL_ASHJAR, "returns": 1,
            })]
        );
        for (query, count) in [
            ("part=rows&place=XZ-2025/XZ02", 1),
            ("part=rows&place=XZ-2025/XZ01", 0),
            ("part=rows&to=2024-12-31", 0),
        ] {
            assert_eq!(
                rows(&auditor, &path("forced-returns", query)).len(),
                count,
                "{query}"
            );
        }
    });
}

#[test]
fn an_attempt_that_four_eyes_refused_is_kept_and_the_answer_is_as_ever() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let (officer, auditor) = (the(Role::ProtectionOfficer), world.as_(&the(Role::Auditor)));
        let receipt = case
            .post(
                &officer,
                "/answers",
                &json!({"answers": [answer("VOL-07", Some(&case.persons[0]), "yes")]}),
            )
            .expect(201)
            .json();
        case.post(&officer, "/verifications", &evidence_of(&receipt))
            .refused(409, "SELF_VERIFICATION");
        let findings = case.get(&the(Role::Auditor), "/findings").json();
        let approval = json!({"finding": findings["items"][0]["id"]});
        case.post(&the(Role::Caseworker), "/approvals", &approval)
            .refused(403, "ROLE_FORBIDDEN");
        // Whoever may not know of the case has tried nothing in it.
        world
            .as_(&Staff::of(Role::Supervisor, 2))
            .call("POST", &case.path("/approvals"))
            .if_match("\"1\"")
            .json(&approval)
            .send()
            .refused(404, "NOT_FOUND");

        let all = rows(&auditor, &path("segregation-of-duties", ""));
        let blocked: Vec<(&str, &str, &str)> = in_section(&all, "blocked_attempt")
            .into_iter()
            .map(|row| {
                assert_eq!(row["case_id"], case.id.as_str());
                let text = |name: &str| row[name].as_str().unwrap();
                (text("login"), text("code"), text("command"))
            })
            .collect();
        assert_eq!(
            blocked,
            [
                (
                    officer.login.as_str(),
                    "SELF_VERIFICATION",
                    "evidence.verify"
                ),
                (
                    the(Role::Caseworker).login.as_str(),
                    "ROLE_FORBIDDEN",
                    "cases.approve"
                ),
            ]
        );
        let chain = in_section(&all, "chain")[0];
        assert_eq!(chain["consent_recorders"], the(Role::Caseworker).login);
        assert_eq!(chain["assessor_login"], officer.login);
        assert_eq!(chain["breaches"], "");
        assert_eq!(in_section(&all, "blocked_total").len(), 2);
    });
}

#[test]
fn a_place_is_named_with_its_questions_its_gaps_and_its_visits() {
    each_backend(|database| {
        let world = World::start(database);
        world.places_in_order();
        let case = world.household();
        case.to_assessment();
        let auditor = world.as_(&the(Role::Auditor));
        let at_home = format!("place={EDITION}/{QALAT_NOUR}");
        let all = rows(&auditor, &path("area-dossier", &at_home));
        let place = in_section(&all, "area")[0];
        assert_eq!(
            (&place["cases_heading"], &place["questions_open"]),
            (&json!(1), &json!(0))
        );
        let asked = in_section(&all, "area_indicator");
        let phy = asked
            .iter()
            .find(|row| row["indicator"] == "PHY-01")
            .unwrap();
        assert_eq!(phy["freshness"], "fresh");
        assert_eq!(
            (&phy["independent"], &phy["cases_affected"]),
            (&json!(true), &json!(1))
        );

        let access = rows(&auditor, &path("access-verification", &at_home));
        assert_eq!(access[0]["permission"], "yes");
        assert_eq!(access[0]["days_since_visit"], 1);
        assert_eq!(access[0]["permission_without_visit"], false);
        world
            .as_(&the(Role::ProtectionOfficer))
            .post(
                &format!("/v1/areas/{EDITION}/{QALAT_NOUR}/events"),
                &json!({"kind": "access_denied", "happened_on": today()}),
            )
            .expect(201);
        let access = rows(&auditor, &path("access-verification", &at_home));
        assert_eq!(
            (&access[0]["denials"], &access[0]["last_denial_on"]),
            (&json!(1), &json!(today()))
        );

        // Nobody answered anything about where this one wants to go.
        let lost = world.registered(1, &builders::single_person(1, TELL_ASHJAR));
        let far = json!({"place": {"edition": EDITION, "code": "XZ010201"}, "chosen_on": today()});
        lost.put(&the(Role::Caseworker), "/destination", &far)
            .expect(200);
        let gaps = rows(
            &auditor,
            &path("area-dossier", &format!("place={EDITION}/XZ010201")),
        );
        assert!(
            in_section(&gaps, "area_indicator")
                .iter()
                .all(|row| row["freshness"] == "gap")
        );
        assert!(in_section(&gaps, "area_indicator").len() > 10);
    });
}

#[test]
fn small_numbers_of_people_are_not_shown_and_nobody_signed_for_another() {
    each_backend(|database| {
        let world = World::start(database);
        world.places_in_order();
        for number in 0..3 {
            let case = world.household();
            case.to_assessment();
            assert_eq!(case.persons.len(), 4, "household {number}");
        }
        let auditor = world.as_(&the(Role::Auditor));
        let all = rows(&auditor, &path("consent-integrity", ""));
        let consent = in_section(&all, "consent");
        assert_eq!(consent.len(), 3, "women, men, and the sum");
        assert_eq!(
            (&consent[0]["sex"], &consent[0]["adults"]),
            (&json!("female"), &json!("<5"))
        );
        assert_eq!(consent[2]["adults"], "withheld");
        let checks = in_section(&all, "consent_check");
        assert_eq!(checks[1]["check"], "head_of_household_only");
        assert_eq!(checks[1]["households"], 0);
        for _ in 0..2 {
            world.household().to_assessment();
        }
        let all = rows(&auditor, &path("consent-integrity", ""));
        let consent = in_section(&all, "consent");
        let shown = |row: &Value| {
            [
                &row["adults"],
                &row["interviewed_in_private"],
                &row["percent"],
            ]
            .map(Clone::clone)
        };
        assert_eq!(shown(consent[0]), [json!(5), json!(5), json!(100)]);
        assert_eq!(consent[2]["adults"], 10);
    });
}

#[test]
fn a_child_alone_who_returned_is_listed_with_what_was_determined() {
    each_backend(|database| {
        let world = World::start(database);
        let mut child = value_of(&builders::single_person(1, TELL_ASHJAR));
        child["members"][0]["birth"] = json!({"date": "2015-01-05", "precision": "day"});
        child["members"][0]["unaccompanied_or_separated"] = json!(true);
        let child = serde_json::from_value(child).unwrap();
        let gone = world.registered(1, &child);
        let negative = answer("VOL-10", Some(&gone.persons[0]), "no");
        gone.post(
            &the(Role::ProtectionOfficer),
            "/answers",
            &json!({"answers": [negative]}),
        )
        .expect(201);
        gone.returned("forced").expect(201);
        world
            .registered(1, &child)
            .returned("self_organised")
            .expect(201);
        let auditor = world.as_(&the(Role::Auditor));
        let all = rows(&auditor, &path("children", ""));
        let mut returned: Vec<(&str, &str)> = in_section(&all, "child_returned")
            .into_iter()
            .map(|row| {
                (
                    row["nature"].as_str().unwrap(),
                    row["bid"].as_str().unwrap(),
                )
            })
            .collect();
        returned.sort_unstable();
        assert_eq!(
            returned,
            [("forced", "negative"), ("self_organised", "none")]
        );
        let negative = in_section(&all, "negative_bid");
        assert_eq!(negative.len(), 1);
        assert_eq!(
            (&negative[0]["returned"], &negative[0]["respected"]),
            (&json!("forced"), &json!(true)),
            "nobody facilitated it"
        );
        assert!(
            in_section(&all, "children_total")
                .iter()
                .all(|row| row["children"] == "<5")
        );
    });
}

#[test]
fn a_name_from_a_list_is_never_run_by_a_browser_or_a_spreadsheet() {
    each_backend(|database| {
        let world = World::start(database);
        for (from, to) in [
            ("Tell Ashjar", "<script>alert(1)</script>"),
            ("Qalat Nour", "=HYPERLINK(1)"),
        ] {
            raw(
                database,
                &format!("UPDATE place SET names = replace(names, '{from}', '{to}')"),
            );
        }
        lived_in(&world);
        let auditor = world.as_(&the(Role::Auditor));
        let all = path("forced-returns", "");
        let page = ask(&auditor, &all, "text/html").expect(200);
        assert!(
            page.text()
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
        );
        assert!(!page.text().contains("<script"));
        let policy = page.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe-inline") && !page.text().contains(" style=\""));
        let table = ask(&auditor, &all, "text/csv").expect(200).text();
        assert!(table.contains(",'=HYPERLINK(1),"), "{table}");
        assert!(!table.contains(",=HYPERLINK"), "{table}");
    });
}

#[test]
fn arabic_is_written_from_right_to_left_with_the_same_rows() {
    each_backend(|database| {
        let world = World::start(database);
        lived_in(&world);
        let auditor = world.as_(&the(Role::Auditor));
        let [english, arabic, unknown] = ["", "lang=ar", "lang=tlh"]
            .map(|query| ask(&auditor, &path("forced-returns", query), "text/html").expect(200));
        assert!(arabic.text().contains("<html lang=\"ar\" dir=\"rtl\">"));
        assert!(arabic.text().contains("حالات العودة القسرية"));
        assert_eq!(arabic.header("content-language"), Some("ar"));
        assert!(english.text().contains("<html lang=\"en\" dir=\"ltr\">"));
        assert_eq!(unknown.body, english.body);
        let hash = |page: &Reply| {
            let text = page.text();
            let at = text
                .find("SHA-256 of the rows")
                .or_else(|| text.find("بصمة الصفوف"));
            text[at.unwrap()..].split("\">").nth(1).unwrap()[..64].to_owned()
        };
        assert_eq!(hash(&english), hash(&arabic));
        assert!(english.text().contains("<td dir=\"auto\">Qalat Nour</td>"));
        auditor
            .get(&path("children", "lang=no_such!"))
            .refused(400, "PARAMETER_INVALID");
    });
}
