//! The list of cases as it was on a past day.

use crate::client::Client;
use crate::steps::the;
use crate::world::World;
use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sanad_core::access::{Grant, Role};
use sanad_core::case::{Command, DisplacementReport, Transition};
use sanad_testkit::country::{NORTH, QALAT_NOUR, TELL_ASHJAR};
use sanad_testkit::{Staff, builders, country, each_backend, staff};
use serde_json::{Value, json};

/// Ids of all pages.
fn listed(client: &Client, query: &str) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client
            .get(&format!("/v1/cases?{query}{cursor}"))
            .expect(200)
            .json();
        let items = page["items"].as_array().unwrap();
        ids.extend(
            items
                .iter()
                .map(|case| case["id"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return ids,
        }
    }
}

fn day(world: &sanad_testkit::World) -> Date {
    world.now().to_zoned(TimeZone::UTC).date()
}

fn week() -> SignedDuration {
    SignedDuration::from_hours(7 * 24)
}

#[test]
fn a_past_list_shows_what_was_known_on_that_day() {
    each_backend(|database| {
        let registry = World::start(database);
        let past = sanad_testkit::World::beside(database, 7);
        let auditor = registry.as_(&the(Role::Auditor));

        let first = past.registered(1, builders::registration(1));
        let registered_on = day(&past);
        past.pass(week());
        let advanced = Command::Advance(Transition::Profiled);
        past.done(&the(Role::Caseworker), first.id, advanced);
        let second = past.registered(2, builders::single_person(2, TELL_ASHJAR));
        let profiled_on = day(&past);

        let of = |query: String| listed(&auditor, &query);
        let (first, second) = (first.id.to_string(), second.id.to_string());
        assert!(of(format!("as_of={}", registered_on.yesterday().unwrap())).is_empty());
        assert_eq!(
            of(format!("as_of={registered_on}")),
            std::slice::from_ref(&first)
        );
        assert_eq!(
            of(format!("as_of={profiled_on}&limit=1")),
            [second.clone(), first.clone()]
        );
        // Filters ask for the case as it was.
        assert_eq!(
            of(format!("as_of={registered_on}&state=registered")),
            std::slice::from_ref(&first)
        );
        assert!(of(format!("as_of={registered_on}&state=profiled")).is_empty());
        assert_eq!(of(format!("as_of={profiled_on}&state=profiled")), [first]);

        let now: Value = auditor.get("/v1/cases").expect(200).json();
        let then = auditor
            .get(&format!("/v1/cases?as_of={profiled_on}"))
            .expect(200)
            .json();
        assert_eq!(now, then, "nothing happened since");
    });
}

#[test]
fn a_case_that_moved_out_of_reach_does_not_come_back_by_asking_for_a_past_day() {
    each_backend(|database| {
        let registry = World::start(database);
        let past = sanad_testkit::World::beside(database, 7);
        let north = registry.as_(&Staff::caseworker_in_the_north());
        let place = |code: &str| {
            country::table()
                .lineage(&country::place(code))
                .any(|place| place.code.as_str() == NORTH)
        };
        let (inside, outside) = if place(QALAT_NOUR) {
            (QALAT_NOUR, TELL_ASHJAR)
        } else {
            (TELL_ASHJAR, QALAT_NOUR)
        };
        assert!(place(inside) && !place(outside));

        let case = past.registered(1, builders::registration_at(1, inside));
        let lived_there = day(&past);
        let asked = format!("as_of={lived_there}");
        assert_eq!(listed(&north, &asked), [case.id.to_string()]);
        let path = format!("/v1/cases/{}?{asked}", case.id);
        north.get(&path).expect(200);

        past.pass(week());
        let moved = DisplacementReport {
            displacement: builders::displacement_to(outside),
        };
        past.done(
            &the(Role::Registrar),
            case.id,
            Command::RecordDisplacement(Box::new(moved)),
        );

        assert!(listed(&north, &asked).is_empty());
        north.get(&path).refused(404, "CASE_NOT_FOUND");
        for rest in ["answers", "assessment", "history", "returns", "facts"] {
            north
                .get(&format!("/v1/cases/{}/{rest}?{asked}", case.id))
                .refused(404, "CASE_NOT_FOUND");
        }
        // Whoever sees both places goes on seeing what was.
        let auditor = registry.as_(&the(Role::Auditor));
        assert_eq!(listed(&auditor, &asked), [case.id.to_string()]);
    });
}

#[test]
fn a_finding_moves_out_of_reach_with_its_case() {
    each_backend(|database| {
        let registry = World::start(database);
        let past = sanad_testkit::World::beside(database, 7);
        let case = past.compliant_case();
        let home = case.place_of_displacement().unwrap().clone();
        let elsewhere = if home.code.as_str() == QALAT_NOUR {
            TELL_ASHJAR
        } else {
            QALAT_NOUR
        };
        let of_here = |number, login, role| {
            let grant = Grant {
                role,
                organisation: staff::organisation(1),
                areas: vec![home.clone()],
            };
            let user = Staff::new(number, login, vec![grant]);
            registry.hire(&user)
        };
        let officer = of_here(501, "officer_here", Role::ProtectionOfficer);
        let head = of_here(502, "head_here", Role::Supervisor);
        let finding = format!("/v1/findings/{}", case.findings[0].id);
        officer.get(&finding).expect(200);
        let listed = |client: &Client| client.get("/v1/findings").expect(200).json();
        assert_eq!(listed(&head)["items"].as_array().unwrap().len(), 1);

        past.pass(week());
        let moved = DisplacementReport {
            displacement: builders::displacement_to(elsewhere),
        };
        past.done(
            &the(Role::Registrar),
            case.id,
            Command::RecordDisplacement(Box::new(moved)),
        );
        officer.get(&finding).refused(404, "FINDING_NOT_FOUND");
        officer
            .get(&format!("{finding}/facts"))
            .refused(404, "FINDING_NOT_FOUND");
        officer
            .get(&format!("/v1/cases/{}/findings", case.id))
            .refused(404, "CASE_NOT_FOUND");
        assert!(listed(&head)["items"].as_array().unwrap().is_empty());
        // The office that has it now, and the auditor, see it.
        let auditor = registry.as_(&the(Role::Auditor));
        auditor.get(&finding).expect(200);
        assert_eq!(listed(&auditor)["items"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_registrar_learns_nothing_of_what_was_answered_found_and_done() {
    each_backend(|database| {
        let registry = World::start(database);
        let case = registry.compliant_case();
        case.returned("self_organised").expect(201);
        let registrar = the(Role::Registrar);
        let document = case.get(&registrar, "").expect(200).json();
        assert_eq!(document["withheld"], json!(["C", "D"]));
        assert!(document.get("findings").is_none() && document.get("returns").is_none());
        let client = registry.as_(&registrar);
        let entry = client.get("/v1/cases").expect(200).json()["items"][0].clone();
        assert_eq!(entry["withheld"], json!(["D"]));
        assert!(entry.get("finding").is_none() && entry.get("returned_on").is_none());
        client
            .get("/v1/cases?finding=compliant")
            .refused(403, "ROLE_FORBIDDEN");
        case.get(&registrar, "/history")
            .refused(403, "ROLE_FORBIDDEN");

        let auditor = registry.as_(&the(Role::Auditor));
        let entry = auditor.get("/v1/cases").expect(200).json()["items"][0].clone();
        assert_eq!(entry["withheld"], json!([]));
        assert_eq!(entry["finding"]["finding"], "compliant");
        assert!(entry.get("returned_on").is_some());
        assert_eq!(
            listed(&auditor, "finding=compliant"),
            std::slice::from_ref(&case.id)
        );
    });
}
