//! Monitoring after the arrival, what is due, the end of displacement, other solutions.

use crate::steps::{Case, place, the};
use crate::world::{World, today};
use jiff::ToSpan as _;
use jiff::civil::Date;
use sanad_core::access::Role;
use sanad_core::case::CRITERIA;
use sanad_testkit::country::{EDITION, QALAT_NOUR};
use sanad_testkit::each_backend;
use serde_json::{Map, Value, json};

fn months_ago(months: i32) -> Date {
    today().checked_sub(months.months()).unwrap()
}

/// A household that came home by itself, so many months ago.
fn home_since(world: &World, months: i32) -> Case<'_> {
    let case = world.household();
    let on = months_ago(months);
    let report =
        json!({"nature": "self_organised", "departed_on": on, "destination": place(QALAT_NOUR)});
    let registrar = the(Role::Registrar);
    case.post(&registrar, "/returns", &report).expect(201);
    let arrival = json!({"arrived_on": on, "place": place(QALAT_NOUR)});
    let receipt = case.post(&registrar, "/arrivals", &arrival).expect(201);
    assert_eq!(receipt.json()["state"], "monitoring");
    case
}

fn round(case: &Case<'_>, round: &str, said: &str) -> Value {
    let criteria: Map<String, Value> = CRITERIA
        .iter()
        .map(|name| ((*name).to_owned(), json!(said)))
        .collect();
    let answers = json!({"criteria": criteria, "guarantee_kept": said, "property_access": said,
        "would_decide_the_same": said, "intends_to_leave": "no"});
    let persons: Vec<Value> = case
        .persons
        .iter()
        .map(|person| json!({"person": person, "reached": "yes", "answers": answers}))
        .collect();
    json!({"round": round, "held_on": today(), "tries": 1, "persons": persons})
}

#[test]
fn what_is_due_is_listed_until_it_was_done() {
    each_backend(|database| {
        let world = World::start(database);
        let case = home_since(&world, 2);
        let officer = the(Role::FieldMonitor);
        let due = |by: Date| -> Vec<Value> {
            let listed = world
                .as_(&officer)
                .get(&format!("/v1/cases?due_by={by}"))
                .expect(200);
            listed.json()["items"].as_array().unwrap().clone()
        };
        assert_eq!(due(months_ago(2)).len(), 0);
        let listed = due(today());
        assert_eq!(listed.len(), 1);
        let first = json!({"what": "month1", "on": months_ago(2).checked_add(1.month()).unwrap()});
        assert_eq!(listed[0]["next_due"], first);
        case.post(
            &the(Role::FieldMonitor),
            "/monitoring-rounds",
            &round(&case, "month1", "yes"),
        )
        .expect(201);
        assert_eq!(due(today()).len(), 0);
        assert_eq!(due(today().checked_add(2.months()).unwrap()).len(), 1);
        // The same on a past day: nobody had recorded the return yesterday.
        let yesterday = today().yesterday().unwrap();
        let then = world
            .as_(&officer)
            .get(&format!("/v1/cases?due_by={}&as_of={yesterday}", today()));
        assert_eq!(then.expect(200).json()["items"], json!([]));
    });
}

#[test]
fn a_no_on_safety_is_an_event_of_the_place_and_names_no_case() {
    each_backend(|database| {
        let world = World::start(database);
        let case = home_since(&world, 1);
        case.post(
            &the(Role::FieldMonitor),
            "/monitoring-rounds",
            &round(&case, "month1", "no"),
        )
        .expect(201);
        let dossier = world
            .as_(&the(Role::ProtectionOfficer))
            .get(&format!("/v1/areas/{EDITION}/{QALAT_NOUR}"))
            .expect(200);
        let kinds: Vec<Value> = dossier.json()["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|record| record["event"]["kind"].clone())
            .collect();
        assert_eq!(
            kinds,
            [json!("returnee_not_safe"), json!("guarantee_not_kept")]
        );
        assert!(!dossier.text().contains(&case.id));
    });
}

#[test]
fn displacement_ends_by_two_officers_when_everyone_passed() {
    each_backend(|database| {
        let world = World::start(database);
        let case = home_since(&world, 12);
        let (officer, supervisor) = (the(Role::ProtectionOfficer), the(Role::Supervisor));
        let propose = || case.write(&officer, "POST", "/solutions/proposal", None);
        let confirm = || case.write(&supervisor, "POST", "/solutions/confirmation", None);
        propose().refused(409, "ROUND_MISSING");
        case.post(
            &the(Role::FieldMonitor),
            "/monitoring-rounds",
            &round(&case, "month12", "unknown"),
        )
        .expect(201);
        propose().refused(409, "CRITERION_NOT_PASSED");
        let again = case.post(
            &the(Role::FieldMonitor),
            "/monitoring-rounds",
            &round(&case, "month12", "yes"),
        );
        // The last round is held again until everybody passes it, and then no more.
        again.expect(201);
        let third = case.post(
            &the(Role::FieldMonitor),
            "/monitoring-rounds",
            &round(&case, "month12", "yes"),
        );
        third.refused(409, "ROUND_HELD");

        let case = home_since(&world, 12);
        case.post(
            &the(Role::FieldMonitor),
            "/monitoring-rounds",
            &round(&case, "month12", "yes"),
        )
        .expect(201);
        let propose = || case.write(&officer, "POST", "/solutions/proposal", None);
        let confirm_this = || case.write(&supervisor, "POST", "/solutions/confirmation", None);
        confirm().refused(409, "PROPOSAL_MISSING");
        confirm_this().refused(409, "PROPOSAL_MISSING");
        propose().expect(200);
        confirm_this().expect(200);
        let read = case.get(&the(Role::Auditor), "").expect(200).json();
        assert_eq!(read["state"], "solution_achieved");
        assert_eq!(read["achieved_solutions"][0]["solution"], "return");
    });
}

#[test]
fn another_solution_is_the_free_choice_of_everyone_who_decides() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let officer = the(Role::ProtectionOfficer);
        let choice = json!({"solution": "local_integration", "chosen_on": today()});
        case.post(&officer, "/solutions", &choice)
            .refused(409, "WRONG_STATE");
        let back = json!({"reason": "change_of_mind"});
        case.post(&the(Role::Caseworker), "/steps-back", &back)
            .expect(201);
        case.post(&officer, "/solutions", &choice).expect(201);
        let read = case.get(&the(Role::Auditor), "").expect(200).json();
        assert_eq!(read["state"], "local_integration");
        assert_eq!(read["chosen_solution"]["solution"], "local_integration");
        let unasked = world.household();
        unasked
            .advance(&the(Role::Caseworker), "profiled")
            .expect(200);
        unasked
            .post(&officer, "/solutions", &choice)
            .refused(409, "CHOICE_NOT_FREE");
    });
}

#[test]
fn the_report_of_outcomes_says_what_is_due_held_and_not_reached() {
    each_backend(|database| {
        let world = World::start(database);
        let case = home_since(&world, 4);
        case.post(
            &the(Role::FieldMonitor),
            "/monitoring-rounds",
            &round(&case, "month1", "yes"),
        )
        .expect(201);
        let mut silent = round(&case, "month3", "yes");
        silent["tries"] = json!(3);
        for person in silent["persons"].as_array_mut().unwrap() {
            *person = json!({"person": person["person"], "reached": "not_reached"});
        }
        case.post(&the(Role::FieldMonitor), "/monitoring-rounds", &silent)
            .expect(201);
        let displaced = home_since(&world, 4);
        let episode = json!({"displacement": {"causes": ["forced_eviction"], "from": place(QALAT_NOUR),
            "to": place(sanad_testkit::country::TELL_ASHJAR), "left_on": today(), "arrived_on": today()}});
        let again = displaced.post(&the(Role::Caseworker), "/displacements", &episode);
        assert_eq!(again.expect(201).json()["state"], "redisplaced");
        let report = world
            .as_(&the(Role::Auditor))
            .get("/v1/reports/post-return-outcomes")
            .expect(200)
            .json();
        let rows = report["rows"].as_array().unwrap();
        let of = |section: &'static str| rows.iter().filter(move |row| row["section"] == section);
        let stands: Vec<_> = of("round")
            .filter(|row| row["case_id"] == json!(case.id))
            .map(|row| {
                (
                    row["round"].as_str().unwrap(),
                    row["outcome"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            stands,
            [
                ("month1", "done"),
                ("month3", "not_reached"),
                ("month6", "not_yet_due"),
                ("month12", "not_yet_due")
            ]
        );
        let overdue = of("round")
            .filter(|row| row["outcome"] == "overdue")
            .count();
        assert_eq!(overdue, 2, "of the household that was displaced again");
        let passed: Vec<_> = of("criterion_total").collect();
        assert_eq!(passed.len(), 10);
        let counts = ["passed", "not_passed", "unknown"].map(|name| &passed[0][name]);
        assert_eq!(counts, ["withheld"; 3], "few persons are not counted out");
        assert_eq!(passed[0]["general_population"], "not_recorded");
        let rounds: Vec<_> = of("round_total").collect();
        assert_eq!(rounds.len(), 4 * 5, "every round with every outcome");
        assert!(rounds.iter().all(|row| row["households"] == "withheld"));
        let redisplaced: Vec<_> = of("redisplaced_total").collect();
        assert_eq!(redisplaced[0]["households"], "<5");
        assert_eq!(redisplaced[0]["redisplaced"], "withheld");
    });
}
