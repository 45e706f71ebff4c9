//! What single reports of auditors say about small worlds, row by row, and how their
//! pages and tables keep what people wrote from being run.
//!
//! Not here: what all reports have in common (`audit`).

use crate::audit::{ask, in_section, lived_in, path, rows};
use crate::client::Reply;
use crate::steps::{answer, evidence_of, the, value_of};
use crate::world::{World, today};
use sanad_core::access::Role;
use sanad_testkit::country::{EDITION, QALAT_NOUR, TELL_ASHJAR};
use sanad_testkit::{Staff, builders, each_backend};
use serde_json::{Value, json};

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
                "section": "forced_return", "case_id": forced.id, "nature": "forced", "departed_on": today(),
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
                "place_code": "XZ0201", "protection_action": "open", "returns": "<5",
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
            let sql = format!("UPDATE place SET names = replace(names, '{from}', '{to}')");
            database.raw().execute(&sql).unwrap();
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
        let [english, arabic] = ["", "lang=ar"]
            .map(|query| ask(&auditor, &path("forced-returns", query), "text/html").expect(200));
        assert!(arabic.text().contains("<html lang=\"ar\" dir=\"rtl\">"));
        assert!(arabic.text().contains("حالات العودة القسرية"));
        assert_eq!(arabic.header("content-language"), Some("ar"));
        assert!(english.text().contains("<html lang=\"en\" dir=\"ltr\">"));
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
