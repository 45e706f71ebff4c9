//! Registering, reading and listing cases.

use crate::client::Client;
use crate::steps::{Case, the, value_of};
use crate::world::{World, today};
use sanad_core::access::Role;
use sanad_core::case::CaseNumber;
use sanad_testkit::country::TELL_ASHJAR;
use sanad_testkit::{Staff, builders, each_backend, staff};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn a_registered_case_is_answered_with_a_receipt_and_read_by_its_id() {
    each_backend(|database| {
        let world = World::start(database);
        let registrar = world.as_(&the(Role::Registrar));
        let reply = registrar
            .post("/v1/cases", &value_of(&builders::registration(1)))
            .expect(201);
        let receipt = reply.json();
        let id = receipt["case_id"].as_str().unwrap();
        assert_eq!(
            reply.header("location"),
            Some(format!("/v1/cases/{id}").as_str())
        );
        assert_eq!(reply.etag(), "\"1\"");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(receipt["state"], "registered");
        assert_eq!(receipt["persons"].as_array().unwrap().len(), 4);

        let read = registrar.get(&format!("/v1/cases/{id}")).expect(200);
        assert_eq!(read.etag(), "\"1\"");
        let case = read.json();
        assert_eq!(case["number"], receipt["number"]);
        assert_eq!(case["members"][0]["identity"]["names"][0]["given"], "سلمان");
        assert_eq!(case["members"][1]["identity"]["names"][0]["given"], "Şêrîn");
        assert_eq!(case["contact_points"][0]["value"], "+999 555 0142");
        // A registrar opens neither protection-sensitive data nor answers and findings.
        assert_eq!(case["withheld"], json!(["C", "D"]));
    });
}

#[test]
fn a_registration_that_breaks_a_rule_is_refused_with_a_pointer() {
    each_backend(|database| {
        let world = World::start(database);
        let registrar = world.as_(&the(Role::Registrar));
        let good = value_of(&builders::registration(1));
        let tomorrow = today().tomorrow().unwrap().to_string();
        let cases: [(&str, Value, &str); 8] = [
            ("/registered_on", json!(tomorrow), "DATE_IN_FUTURE"),
            (
                "/place_of_displacement/code",
                json!("XZ77"),
                "PLACE_UNKNOWN",
            ),
            (
                "/place_of_origin/edition",
                json!("XZ-1999"),
                "PLACE_UNKNOWN",
            ),
            ("/members", json!([]), "NO_PERSON"),
            (
                "/members/0/relationship",
                json!("child"),
                "FOCAL_PERSON_NOT_ONE",
            ),
            ("/members/1/birth/date", json!(tomorrow), "BIRTH_IN_FUTURE"),
            ("/notice/given_on", json!(tomorrow), "DATE_IN_FUTURE"),
            ("/displacements/0/to/code", json!("XZ77"), "PLACE_UNKNOWN"),
        ];
        for (pointer, value, code) in cases {
            let mut bad = good.clone();
            *bad.pointer_mut(pointer).unwrap() = value;
            let refused = registrar.post("/v1/cases", &bad).expect(422);
            let (found, at) = refused.faults().remove(0);
            assert_eq!(found, code, "{pointer}");
            assert!(
                pointer.starts_with(&at) && !at.is_empty(),
                "{code} points to {at}"
            );
        }
        let mut foreign = good.clone();
        foreign["organisation"] = json!(staff::organisation(2));
        assert!([403, 404].contains(&registrar.post("/v1/cases", &foreign).status));
        assert_eq!(
            registrar.pages("/v1/cases", 50),
            [] as [Value; 0],
            "nothing of it was kept"
        );
    });
}

fn shown(client: &Client, query: &str) -> BTreeSet<String> {
    let items = client.pages(&format!("/v1/cases?{query}"), 2);
    let ids: Vec<String> = items
        .iter()
        .map(|case| case["id"].as_str().unwrap().to_owned())
        .collect();
    let once: BTreeSet<String> = ids.iter().cloned().collect();
    assert_eq!(ids.len(), once.len(), "{query}: a case stands twice");
    once
}

#[test]
fn every_filter_shows_the_cases_that_fit_and_no_other() {
    each_backend(|database| {
        let world = World::start(database);
        let compliant = world.compliant_case();
        let here = world.registered(1, &builders::registration_at(1, "XZ0199"));
        let there = world.registered(2, &builders::registration_at(2, "XZ0101"));
        let gone = world.household();
        gone.returned("forced").expect(201);
        let everything = [&compliant, &here, &there, &gone];
        let auditor = world.as_(&the(Role::Auditor));
        let shows = |query: &str, expected: &[&Case<'_>]| {
            let expected: BTreeSet<String> = expected.iter().map(|case| case.id.clone()).collect();
            assert_eq!(shown(&auditor, query), expected, "{query}");
        };
        shows("", &everything);
        shows("state=returned", &[&gone]);
        shows("state=registered", &[&here, &there]);
        shows("finding=compliant", &[&compliant]);
        shows("finding=undetermined", &[]);
        // XZ0199 begins like the north and lies in the south.
        shows("place=XZ-2025/XZ01", &[&there]);
        shows("place=XZ-2025%2FXZ02", &[&compliant, &here, &gone]);
        shows("destination=XZ-2025/C1007", &[&compliant]);
        shows(&format!("number={}", here.number), &[&here]);
        let typed = CaseNumber::parse(&here.number)
            .unwrap()
            .as_str()
            .to_lowercase()
            .replace('-', "");
        shows(&format!("number={typed}"), &[&here]);
        shows(
            &format!("organisation={}", staff::organisation(2)),
            &[&there],
        );
        shows(
            "registered_from=2025-04-01&registered_to=2025-04-01",
            &everything,
        );
        shows("registered_from=2025-04-02", &[]);
        shows("registered_to=2025-03-31", &[]);
        shows("place=XZ-2025/XZ02&state=registered", &[&here]);

        let supervisor = world.as_(&Staff::of(Role::Supervisor, 2));
        assert_eq!(shown(&supervisor, ""), BTreeSet::from([there.id.clone()]));
        let north = world.as_(&Staff::caseworker_in_the_north());
        assert_eq!(shown(&north, ""), BTreeSet::new());
        assert_eq!(
            builders::registration(1)
                .place_of_displacement
                .code
                .as_str(),
            TELL_ASHJAR
        );
    });
}

#[test]
fn a_list_holds_nothing_that_identifies_a_person() {
    each_backend(|database| {
        let world = World::start(database);
        world.compliant_case();
        let text = world
            .as_(&the(Role::Registrar))
            .get("/v1/cases")
            .expect(200)
            .text();
        for canary in builders::PERSONAL {
            assert!(!text.contains(canary), "{canary}");
        }
    });
}

#[test]
fn every_case_stands_once_in_the_pages_while_others_are_added() {
    each_backend(|database| {
        let world = World::start(database);
        let single = builders::single_person(1, TELL_ASHJAR);
        let before: BTreeSet<String> = (0..11).map(|_| world.registered(1, &single).id).collect();
        let caseworker = world.as_(&the(Role::Caseworker));
        let mut seen = Vec::new();
        let mut path = "/v1/cases?limit=3".to_owned();
        loop {
            let page = caseworker.get(&path).expect(200).json();
            seen.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|case| case["id"].as_str().unwrap().to_owned()),
            );
            world.registered(1, &single);
            let Some(next) = page["next"].as_str() else {
                break;
            };
            path = format!("/v1/cases?limit=3&cursor={next}");
        }
        assert_eq!(seen.len(), before.len());
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), before);
    });
}

#[test]
fn a_value_that_a_filter_cannot_have_is_refused_by_its_name() {
    each_backend(|database| {
        let world = World::start(database);
        let client = world.as_(&the(Role::Caseworker));
        let wrong = [
            ("state", "lost"),
            ("finding", "good"),
            ("place", "QQ77"),
            ("place", "/"),
            ("destination", "QQ"),
            ("place", "XZ-2014/XZ"),
            ("number", "1"),
            ("organisation", "Alef"),
            ("registered_from", "2025-02-30"),
            ("registered_to", "tomorrow"),
            ("limit", "0"),
            ("limit", "201"),
            ("limit", "-1"),
            ("limit", "many"),
            ("cursor", "forward"),
            ("cursor", "zz-00"),
        ];
        for (name, value) in wrong {
            let refused = client.get(&format!("/v1/cases?{name}={value}")).expect(400);
            let (code, parameter) = refused.faults().remove(0);
            assert_eq!(parameter, name, "{value}");
            assert!(
                ["PARAMETER_INVALID", "CURSOR_INVALID", "PLACE_UNKNOWN"].contains(&code.as_str()),
                "{code}"
            );
            assert!(
                value.len() < 3 || !refused.text().contains(value),
                "{name}: the value is repeated"
            );
        }
        let twice = client.get("/v1/cases?limit=1&limit=2").expect(400);
        assert_eq!(
            twice.faults(),
            [("PARAMETER_TWICE".to_owned(), "limit".to_owned())]
        );
    });
}

#[test]
fn as_of_shows_what_was_known_on_that_day() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let (auditor, yesterday) = (the(Role::Auditor), today().yesterday().unwrap());
        for rest in [
            "",
            "/answers",
            "/assessment",
            "/history",
            "/returns",
            "/facts",
        ] {
            // Registered as of 1 April, but recorded today: yesterday nobody knew.
            case.get(&auditor, &format!("{rest}?as_of={yesterday}"))
                .refused(404, "CASE_NOT_FOUND");
            let now = case.get(&auditor, rest).expect(200);
            let then = case
                .get(&auditor, &format!("{rest}?as_of={}", today()))
                .expect(200);
            assert_eq!(now.json(), then.json(), "{rest}");
            assert_eq!(now.header("etag"), then.header("etag"), "{rest}");
        }
        case.get(&auditor, "?as_of=9999-12-31")
            .refused(400, "PARAMETER_INVALID");
    });
}

#[test]
fn the_auditor_sees_no_names_and_is_told_so() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        case.returned("self_organised").expect(201);
        let auditor = the(Role::Auditor);
        let document = case.get(&auditor, "").expect(200).json();
        assert_eq!(document["withheld"], json!(["A", "B", "C"]));
        assert!(document.get("contact_points").is_none());
        for member in document["members"].as_array().unwrap() {
            assert!(member.get("identity").is_none() && member.get("protection").is_none());
        }
        let answers = case.get(&auditor, "/answers").expect(200).json();
        assert_eq!(answers["withheld"], json!(["C"]));
        let reads = [
            "",
            "/answers",
            "/assessment",
            "/history",
            "/findings",
            "/returns",
            "/facts",
        ];
        for rest in reads
            .into_iter()
            .flat_map(|rest| [rest.to_owned(), format!("{rest}?as_of={}", today())])
        {
            let text = case.get(&auditor, &rest).expect(200).text();
            for canary in builders::PERSONAL {
                // The rule needs ages; a facts file has birth dates and nothing beside them.
                let is_birth = canary.parse::<jiff::civil::Date>().is_ok();
                assert!(
                    !text.contains(canary) || (rest.starts_with("/facts") && is_birth),
                    "{rest}: {canary}"
                );
            }
        }
    });
}
