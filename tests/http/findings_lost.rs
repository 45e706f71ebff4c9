//! What a fact about a place does to findings that were issued before it: who is told,
//! what a case shows, and when its flag ends.

use crate::steps::{Case, answer, evidence_of, place, the};
use crate::world::{World, today};
use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sanad_core::access::{Actor, Grant, Permission, Role};
use sanad_core::area::{AreaCommand, AreaEventKind, NewAreaEvent};
use sanad_store::db::LostFilter;
use sanad_testkit::country::{EDITION, QALAT_NOUR, TELL_ASHJAR};
use sanad_testkit::{Backend, Staff, TestDatabase, builders, country, each_backend, staff};
use serde_json::{Value, json};

fn path(rest: &str) -> String {
    format!("/v1/areas/{EDITION}/{QALAT_NOUR}{rest}")
}

/// Another case with a compliant finding; the places are in order already.
fn another(world: &World) -> Case<'_> {
    let case = world.household();
    case.to_assessment();
    issue(&case, "compliant");
    case
}

fn issue(case: &Case<'_>, expected: &str) {
    let officer = the(Role::ProtectionOfficer);
    let receipt = case.post(&officer, "/findings", &json!({})).expect(201);
    assert_eq!(receipt.json()["finding"]["finding"], expected);
}

fn clash(world: &World) -> Value {
    let event = json!({"kind": "armed_clash", "happened_on": today()});
    let officer = world.as_(&the(Role::ProtectionOfficer));
    officer.post(&path("/events"), &event).expect(201).json()
}

/// What a receipt says: nothing is told of others here.
fn open_findings(looked_at: u64, lost: u64) -> Value {
    let elsewhere = json!({"looked_at": 0, "lost": 0});
    json!({"looked_at": looked_at, "lost": lost, "elsewhere": elsewhere})
}

fn flag(case: &Case<'_>) -> Value {
    case.get(&the(Role::Auditor), "").expect(200).json()["finding_lost"].clone()
}

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    let mut ids: Vec<String> = items
        .iter()
        .map(|case| case["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort_unstable();
    ids
}

#[test]
fn a_clash_flags_exactly_the_cases_that_go_there_and_blocks_their_departure() {
    each_backend(|database| {
        let world = World::start(database);
        let (first, second) = (world.compliant_case(), another(&world));
        let registered = world.household();
        let finding = first.get(&the(Role::Auditor), "/findings").json()["items"][0]["id"].clone();
        let approval = json!({"finding": finding});
        first
            .post(&the(Role::Supervisor), "/approvals", &approval)
            .expect(201);
        assert!(flag(&first).is_null());

        let receipt = clash(&world);
        assert_eq!(receipt["open_findings"], open_findings(2, 2));
        let shown = flag(&first);
        assert_eq!(
            (
                &shown["finding"],
                &shown["place"]["code"],
                &shown["cause"],
                &shown["event"]
            ),
            (
                &finding,
                &json!(QALAT_NOUR),
                &json!("event_recorded"),
                &json!("armed_clash")
            )
        );
        assert!(flag(&registered).is_null());
        let mut flagged = vec![first.id.clone(), second.id.clone()];
        flagged.sort_unstable();
        let supervisor = world.as_(&the(Role::Supervisor));
        let page = supervisor.get("/v1/cases?flagged=true").expect(200).json();
        assert_eq!(ids(&page), flagged);
        assert_eq!(page["items"][0]["finding_lost"]["cause"], "event_recorded");
        let others = supervisor.get("/v1/cases?flagged=false").expect(200).json();
        assert_eq!(ids(&others), [registered.id]);
        let dossier = supervisor.get(&path("")).expect(200).json();
        assert_eq!(
            (
                &dossier["cases_heading_here"],
                &dossier["open_findings"],
                &dossier["flagged_cases"]
            ),
            (&json!(2), &json!(2), &json!(2))
        );
        let report = json!({"departed_on": today()});
        first
            .post(&the(Role::Registrar), "/departures", &report)
            .refused(409, "DEPARTURE_NOT_COMPLIANT");
        // The finding itself stays what it was.
        let issued = first.get(&the(Role::Auditor), "/findings").json();
        assert_eq!(issued["items"][0]["assessment"]["finding"], "compliant");
        // Nothing is left to lose, and what is known to be lost is not looked at again.
        assert_eq!(clash(&world)["open_findings"], open_findings(0, 0));
    });
}

#[test]
fn a_flag_is_tier_d_and_cases_out_of_scope_are_only_counted() {
    each_backend(|database| {
        let world = World::start(database);
        let (first, second) = (world.compliant_case(), another(&world));
        clash(&world);
        let list = path("/findings-lost");
        let officer = world.as_(&the(Role::ProtectionOfficer));
        let page = officer.get(&list).expect(200).json();
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        assert_eq!(page["elsewhere"], 0);
        assert_eq!(page["items"][0]["flagged"], true);
        let paged = officer.pages(&list, 1);
        assert_eq!(paged.len(), 2);
        assert_ne!(paged[0]["case_id"], paged[1]["case_id"]);

        let abroad = world.as_(&Staff::of(Role::Supervisor, 2));
        let page = abroad.get(&list).expect(200).json();
        assert_eq!(
            (&page["items"], &page["elsewhere"]),
            (&json!([]), &json!(0)),
            "fewer than five of another office are not told"
        );
        assert_eq!(
            lost_elsewhere(&world, database, &Staff::of(Role::Supervisor, 2)),
            2
        );
        assert!(ids(&abroad.get("/v1/cases?flagged=true").expect(200).json()).is_empty());

        let registrar = the(Role::Registrar);
        let read = first.get(&registrar, "").expect(200).json();
        assert!(read.get("finding_lost").is_none());
        assert!(read["withheld"].as_array().unwrap().contains(&json!("D")));
        let desk = world.as_(&registrar);
        let listed = desk.get("/v1/cases").expect(200).json();
        assert!(
            listed["items"]
                .as_array()
                .unwrap()
                .iter()
                .all(|one| one.get("finding_lost").is_none())
        );
        desk.get("/v1/cases?flagged=true")
            .refused(403, "ROLE_FORBIDDEN");
        desk.get(&list).refused(403, "ROLE_FORBIDDEN");
        desk.get(&format!("/v1/cases?flagged=true&as_of={}", today()))
            .refused(403, "ROLE_FORBIDDEN");
        officer
            .get(&format!("{list}?cursor=elsewhere"))
            .refused(400, "CURSOR_INVALID");
        officer
            .get("/v1/areas/XZ-1999/C1007/findings-lost")
            .expect(404);
        let then = second.get(&the(Role::Auditor), &format!("?as_of={}", today()));
        assert_eq!(then.expect(200).json()["finding_lost"], flag(&second));
        let then = second.get(&registrar, &format!("?as_of={}", today()));
        assert!(then.expect(200).json().get("finding_lost").is_none());
    });
}

#[test]
fn a_receipt_counts_the_cases_of_others_in_fives() {
    each_backend(|database| {
        let world = World::start(database);
        let own = world.compliant_case();
        let others: Vec<Case<'_>> = (0..6).map(|_| another(&world)).collect();
        // As if another office kept them.
        let hand_over = |case: &Case<'_>| {
            let id = case.id.replace('-', "");
            let office = staff::organisation(2).to_string().replace('-', "");
            database
                .raw()
                .execute(&match database.backend() {
                    Backend::Sqlite => format!(
                        "UPDATE case_head SET organisation_id = unhex('{office}') WHERE case_id = unhex('{id}')"
                    ),
                    Backend::Postgres => format!(
                        "UPDATE case_head SET organisation_id = '{office}' WHERE case_id = '{id}'"
                    ),
                })
                .unwrap();
        };
        others.iter().take(4).for_each(hand_over);
        let harmless = json!({"kind": "armed_clash", "happened_on": "2020-01-01"});
        let told = |who: &Staff, event: &Value| {
            let receipt = world.as_(who).post(&path("/events"), event).expect(201);
            receipt.json()["open_findings"].clone()
        };
        let counted = |here: [u64; 2], elsewhere: [u64; 2]| {
            json!({"looked_at": here[0], "lost": here[1],
                "elsewhere": {"looked_at": elsewhere[0], "lost": elsewhere[1]}})
        };
        let officer = the(Role::ProtectionOfficer);
        assert_eq!(told(&officer, &harmless), counted([3, 0], [0, 0]), "four");
        others.iter().skip(4).for_each(hand_over);
        assert_eq!(told(&officer, &harmless), counted([1, 0], [5, 0]), "six");
        let clash = json!({"kind": "armed_clash", "happened_on": today()});
        assert_eq!(told(&officer, &clash), counted([1, 1], [5, 5]));
        assert!(!flag(&own).is_null());
    });
}

#[test]
fn a_past_day_shows_the_flag_that_the_case_carried_at_its_end() {
    each_backend(|database| {
        let registry = World::start(database);
        let past = sanad_testkit::World::beside(database, 7);
        let end_of_day = || {
            let day = past.now().to_zoned(TimeZone::UTC).date();
            past.pass(SignedDuration::from_hours(24));
            day
        };
        let id = past.compliant_case().id;
        let issued = end_of_day();
        let event = NewAreaEvent {
            kind: AreaEventKind::ArmedClash,
            happened_on: issued,
            remark: None,
        };
        let home = country::place(QALAT_NOUR);
        let officer = the(Role::ProtectionOfficer);
        past.done_area(&officer, &home, AreaCommand::RecordEvent(event));
        let (lost, after) = (end_of_day(), end_of_day());
        let finding = past.finding_issued(id).findings[0].id;
        let replaced = end_of_day();

        let auditor = registry.as_(&the(Role::Auditor));
        let flag_of = |day: Date| {
            let one = format!("/v1/cases/{id}?as_of={day}");
            let one = auditor.get(&one).expect(200).json()["finding_lost"].clone();
            // The list says the same of it, and is asked for it.
            let list = |flagged| {
                let path = format!("/v1/cases?as_of={day}&flagged={flagged}");
                auditor.get(&path).expect(200).json()["items"].clone()
            };
            let (flagged, not) = (list(true), list(false));
            assert_eq!(flagged[0]["finding_lost"], one);
            assert_eq!(not.as_array().unwrap().is_empty(), !one.is_null());
            one
        };
        assert!(flag_of(issued).is_null(), "nobody knew of the clash");
        let shown = flag_of(lost);
        assert_eq!(
            (&shown["finding"], &shown["cause"], &shown["on"]),
            (&json!(finding), &json!("event_recorded"), &json!(lost))
        );
        assert_eq!(flag_of(after), shown, "since then, not of that day");
        assert!(flag_of(replaced).is_null(), "a new finding is there");
        assert!(flag_of(today()).is_null());
    });
}

/// How many there are that a user may not see, before it is told in fives.
fn lost_elsewhere(world: &World, database: &TestDatabase, user: &Staff) -> i64 {
    let actor = Actor::from_verified_token(user.user, user.grants.clone());
    let who = world
        .app
        .policy
        .visibility(&actor, Permission::FindingsRead);
    let filter = LostFilter {
        edition: EDITION.to_owned(),
        code: QALAT_NOUR.to_owned(),
        flagged: false,
    };
    let mut db = database.connect();
    db.count_lost_elsewhere(&who, &filter).unwrap()
}

#[test]
fn a_case_of_ones_own_is_neither_listed_nor_counted_where_findings_were_lost() {
    each_backend(|database| {
        let world = World::start(database);
        let (own, other) = (world.compliant_case(), another(&world));
        let (supervisor, abroad) = (the(Role::Supervisor), Staff::of(Role::Supervisor, 2));
        let officer = the(Role::ProtectionOfficer);
        let relative = json!({"kind": "relative"});
        own.post(&officer, "/conflicts", &relative).expect(201);
        let of_another = json!({"kind": "relative", "user": abroad.user});
        own.post(&supervisor, "/conflicts", &of_another).expect(201);
        // What the officer is told of the event adds up with what the officer is shown.
        let receipt = clash(&world);
        assert_eq!(receipt["open_findings"], open_findings(1, 1));
        for flagged in ["", "?flagged=true"] {
            let of = |who: &Staff| {
                let path = path(&format!("/findings-lost{flagged}"));
                let page = world.as_(who).get(&path).expect(200).json();
                let cases: Vec<String> = page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| one["case_id"].as_str().unwrap().to_owned())
                    .collect();
                (cases, page["elsewhere"].as_i64().unwrap())
            };
            assert_eq!(of(&officer), (vec![other.id.clone()], 0));
            // Far from the case, only the count would tell.
            assert_eq!(of(&abroad), (vec![], 0));
            assert_eq!(lost_elsewhere(&world, database, &abroad), 1);
            let (seen, elsewhere) = of(&supervisor);
            assert_eq!((seen.len(), elsewhere), (2, 0));
        }
        // The finding of the own case is lost all the same, and the case is flagged.
        assert!(!flag(&own).is_null());
    });
}

#[test]
fn a_flag_ends_with_a_new_finding_and_the_register_keeps_it() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        clash(&world);
        assert!(!flag(&case).is_null());
        issue(&case, "undetermined");
        assert!(flag(&case).is_null());
        let officer = world.as_(&the(Role::ProtectionOfficer));
        let all = officer.get(&path("/findings-lost")).json();
        assert_eq!(all["items"][0]["flagged"], false);
        let flagged = officer.get(&path("/findings-lost?flagged=true")).json();
        assert_eq!(
            (&flagged["items"], &flagged["elsewhere"]),
            (&json!([]), &json!(0))
        );
    });
}

#[test]
fn a_no_to_a_question_about_a_place_and_an_answer_taken_back_reach_the_cases() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let second = Staff::new(
            804,
            "second_officer",
            vec![Grant {
                role: Role::ProtectionOfficer,
                organisation: staff::organisation(1),
                areas: Vec::new(),
            }],
        );
        let second = world.hire(&second);
        // At the place of displacement, by somebody else: a clash of answers.
        let no = json!({"answers": [answer("VOL-12", None, "no")]});
        let there = format!("/v1/areas/{EDITION}/{TELL_ASHJAR}");
        let receipt = second
            .post(&format!("{there}/answers"), &no)
            .expect(201)
            .json();
        assert_eq!(receipt["open_findings"], open_findings(1, 1));
        assert_eq!(flag(&case)["cause"], "answer_recorded");
        assert_eq!(flag(&case)["place"], place(TELL_ASHJAR));
        // Taken back, the return is compliant again: the flag stays until a new finding.
        let taken = format!(
            "{there}/answers/{}/retraction",
            receipt["answers"][0]["answer_id"].as_str().unwrap()
        );
        let why = json!({"remark": "the report was about another camp"});
        second.post(&taken, &why).expect(200);
        assert!(!flag(&case).is_null());
        issue(&case, "compliant");
        assert!(flag(&case).is_null());

        // What a finding rests on is taken back by whoever recorded it.
        let officer = world.as_(&the(Role::ProtectionOfficer));
        let dossier = officer.get(&path("")).json();
        let indicators = dossier["indicators"].as_array().unwrap();
        let asked = indicators
            .iter()
            .find(|one| one["indicator"] == "PHY-01")
            .unwrap();
        let id = asked["answers"][0]["id"].as_str().unwrap();
        let retraction = path(&format!("/answers/{id}/retraction"));
        let receipt = officer.post(&retraction, &why).expect(200).json();
        assert_eq!(receipt["open_findings"], open_findings(1, 1));
        assert_eq!(flag(&case)["cause"], "answer_retracted");
    });
}

#[test]
fn what_is_recorded_elsewhere_or_takes_nothing_away_flags_nobody() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let officer = world.as_(&the(Role::ProtectionOfficer));
        let event = json!({"kind": "armed_clash", "happened_on": today()});
        let far = format!("/v1/areas/{EDITION}/XZ010201/events");
        let receipt = officer.post(&far, &event).expect(201).json();
        assert_eq!(receipt["open_findings"]["lost"], 0);
        let yes = json!({"answers": [answer("PHY-01", None, "yes")]});
        let receipt = officer.post(&path("/answers"), &yes).expect(201).json();
        assert_eq!(receipt["open_findings"], open_findings(1, 0));
        let supervisor = world.as_(&the(Role::Supervisor));
        let verified = supervisor
            .post(&path("/verifications"), &evidence_of(&receipt))
            .expect(200)
            .json();
        assert_eq!(verified["open_findings"], open_findings(1, 0));
        assert!(flag(&case).is_null());
        // Not knowing of another organisation's cases, an officer changes them as well.
        let other = world.registered(2, &builders::registration(2));
        assert!(
            other
                .get(&Staff::of(Role::Supervisor, 2), "")
                .expect(200)
                .json()
                .get("finding_lost")
                .is_none()
        );
    });
}

#[test]
fn a_dossier_tells_what_was_so_over_time_where_from_and_what_nobody_asked() {
    each_backend(|database| {
        let world = World::start(database);
        world.places_in_order();
        clash(&world);
        let auditor = world.as_(&the(Role::ProtectionOfficer));
        let dossier = auditor.get(&path("")).expect(200).json();
        let indicators = dossier["indicators"].as_array().unwrap();
        let one = |id: &str| {
            indicators
                .iter()
                .find(|one| one["indicator"] == id)
                .unwrap()
        };
        let history = one("PHY-01")["history"].as_array().unwrap();
        assert_eq!(history[0]["value"], "yes");
        let last = history.last().unwrap();
        assert_eq!(
            (&last["from"], &last["value"], &last["reason"]),
            (&json!(today()), &json!("unknown"), &json!("invalidated"))
        );
        let source = &one("PHY-01")["sources"][0];
        assert_eq!(
            (&source["items"], &source["verified"]),
            (&json!(1), &json!(1))
        );
        let gaps = dossier["gaps"].as_array().unwrap();
        for indicator in indicators {
            assert_eq!(
                gaps.contains(&indicator["indicator"]),
                indicator["gap"] == true
            );
        }
        assert!(gaps.contains(&json!("ACC-06")), "asked of the governorate");
        let past = auditor
            .get(&path(&format!("?as_of={}", today().yesterday().unwrap())))
            .json();
        assert!(past.get("open_findings").is_none());
    });
}
