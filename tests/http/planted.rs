//! What somebody with a database shell plants in a history made through the API, and how
//! the report on returns without a finding and the one on segregation of duties list
//! exactly that. The rules themselves: `four_eyes`, `journey`.

use crate::audit::{path, rows};
use crate::shell::Shell;
use crate::steps::{Case, answer, evidence_of, the};
use crate::world::{World, today};
use sanad_core::access::Role;
use sanad_core::ids::UserId;
use sanad_store::rebuild::rebuild;
use sanad_testkit::country::{EDITION, QALAT_NOUR, TELL_ASHJAR};
use sanad_testkit::{Staff, TestDatabase, builders, each_backend};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const RETURNS: &str = "returns-without-finding";
const DUTIES: &str = "segregation-of-duties";
/// A case that never was.
const NOWHERE: &str = "0196a5c2-0000-7000-8000-00000000abcd";

fn home(world: &World) -> Case<'_> {
    let case = assessed(world);
    case.returned("facilitated").expect(201);
    case
}

/// A case with a compliant finding; the places are in order already.
fn assessed(world: &World) -> Case<'_> {
    let case = world.household();
    case.to_assessment();
    let officer = the(Role::ProtectionOfficer);
    let receipt = case.post(&officer, "/findings", &json!({})).expect(201);
    assert_eq!(receipt.json()["finding"]["finding"], "compliant");
    case
}

fn finding_of(case: &Case<'_>) -> String {
    let findings = case.get(&the(Role::Auditor), "/findings").json();
    findings["items"][0]["id"].as_str().unwrap().to_owned()
}

fn alone(world: &World) -> Case<'_> {
    let case = world.registered(1, &builders::single_person(1, TELL_ASHJAR));
    case.returned("self_organised").expect(201);
    case
}

/// Why each case is listed; a case that is listed twice has two reasons.
fn listed(world: &World, who: &Staff, query: &str) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows(
        &world.as_(who),
        &path(RETURNS, &format!("part=rows&{query}")),
    ) {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        found
            .entry(text("case_id"))
            .or_default()
            .push(text("because"));
    }
    found
}

fn rebuilt(database: &TestDatabase) {
    rebuild(database.connect().as_mut()).unwrap();
}

#[test]
fn what_is_planted_in_the_registers_is_listed_and_nothing_else() {
    each_backend(|database| {
        let world = World::start(database);
        world.places_in_order();
        let [
            untouched,
            hidden,
            deleted,
            redated,
            crossed,
            downgraded,
            prolonged,
            doubled,
            removed,
        ] = std::array::from_fn(|_| home(&world));
        let (raised, plain) = (alone(&world), alone(&world));
        let auditor = the(Role::Auditor);
        assert_eq!(
            listed(&world, &auditor, "nature=facilitated"),
            BTreeMap::new()
        );
        let before = listed(&world, &auditor, "");
        assert_eq!(before.len(), 2, "{before:?}");
        assert!(
            rows(&world.as_(&auditor), &path(DUTIES, "part=rows"))
                .iter()
                .all(|row| row["breaches"] == "")
        );

        let mut shell = Shell::of(database);
        shell.set("return_record", &raised, "nature = 'facilitated'");
        shell.set("return_record", &hidden, "nature = 'self_organised'");
        shell.set("return_record", &redated, "departed_on = '2025-01-01'");
        let other = shell.id(&finding_of(&untouched));
        shell.set("return_record", &crossed, &format!("finding_id = {other}"));
        shell.set("finding", &downgraded, "outcome = 'undetermined'");
        shell.set("finding", &prolonged, "expires_on = '2099-01-01'");
        let id = shell.id(&deleted.id);
        shell.run(&format!("DELETE FROM return_record WHERE case_id = {id}"));
        // A position far ahead does not hide a row.
        shell.row(&doubled, &doubled.id, None, "position + 1000000");
        shell.row(&untouched, NOWHERE, None, "position");
        shell.row(&untouched, NOWHERE, None, "position + 1000000");
        let stranger = "0a000000-0000-4000-8000-0000000000ff";
        shell.row(&untouched, stranger, Some(stranger), "position");
        let id = shell.id(&removed.id);
        shell.run(&format!("DELETE FROM journal WHERE stream_id = {id}"));

        let expected = |organisation: bool| {
            let mut all = vec![
                (raised.id.as_str(), vec!["no_finding register_differs"]),
                (&hidden.id, vec!["register_differs"]),
                (&redated.id, vec!["register_differs"]),
                (&crossed.id, vec!["register_differs"]),
                (&downgraded.id, vec!["finding_register_differs"]),
                (&prolonged.id, vec!["finding_register_differs"]),
                (&deleted.id, vec!["not_in_register"]),
                (&doubled.id, vec!["not_in_journal"]),
                (NOWHERE, vec!["not_in_journal"; 2]),
                (&removed.id, vec!["not_in_journal"]),
                (&plain.id, vec!["no_finding"]),
            ];
            if !organisation {
                all.push((stranger, vec!["not_in_journal"]));
            }
            let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
            all.into_iter()
                .map(|(id, because)| (id.to_owned(), owned(because)))
                .collect::<BTreeMap<_, Vec<String>>>()
        };
        assert_eq!(listed(&world, &auditor, ""), expected(false));
        let supervisor = the(Role::Supervisor);
        assert_eq!(listed(&world, &supervisor, ""), expected(true));
        let elsewhere = Staff::of(Role::Supervisor, 2);
        assert_eq!(listed(&world, &elsewhere, ""), BTreeMap::new());

        let mut facilitated = expected(false);
        facilitated.remove(&plain.id);
        assert_eq!(
            listed(&world, &auditor, "nature=facilitated"),
            facilitated,
            "also the one that the register no longer calls so"
        );
        let there = format!("place={EDITION}/{TELL_ASHJAR}");
        assert_eq!(listed(&world, &auditor, &there), expected(false));
        let nobody = format!("place={EDITION}/{QALAT_NOUR}");
        assert_eq!(listed(&world, &auditor, &nobody), BTreeMap::new());
        let sums = rows(
            &world.as_(&auditor),
            &path(RETURNS, "part=totals&nature=facilitated"),
        );
        assert_eq!(sums[0]["returns"], 12, "{sums:?}");

        rebuilt(database);
        let again = listed(&world, &auditor, "");
        let plain_ones = [&raised, &plain].map(|case| (case.id.clone(), vec!["no_finding".into()]));
        assert_eq!(again, BTreeMap::from(plain_ones), "made from the journal");
    });
}

#[test]
fn what_is_planted_in_the_journal_is_listed_and_nothing_else() {
    each_backend(|database| {
        let world = World::start(database);
        world.places_in_order();
        let [good, own, clerk, stranger, early] = std::array::from_fn(|_| home(&world));
        let (renamed, overtaken, bare) = (alone(&world), assessed(&world), assessed(&world));
        let supervisor = the(Role::Supervisor);
        let approval = json!({"finding": finding_of(&overtaken)});
        overtaken
            .post(&supervisor, "/approvals", &approval)
            .expect(201);
        // There was fighting after the approval, and after all others had arrived.
        let clash = json!({"kind": "armed_clash", "happened_on": today()});
        world
            .as_(&the(Role::ProtectionOfficer))
            .post(&format!("/v1/areas/{EDITION}/{QALAT_NOUR}/events"), &clash)
            .expect(201);
        let auditor = the(Role::Auditor);
        assert_eq!(
            listed(&world, &auditor, "nature=facilitated"),
            BTreeMap::new()
        );

        let mut shell = Shell::of(database);
        shell.author(&own, "approved", the(Role::Caseworker).user);
        shell.author(&clerk, "approved", the(Role::Registrar).user);
        shell.author(&stranger, "approved", NOWHERE.parse().map(UserId).unwrap());
        let (day, before) = (
            today().to_string(),
            today().yesterday().unwrap().to_string(),
        );
        shell.alter(&early, "departed", &[(&day, &before)]);
        shell.alter(
            &renamed,
            "return_recorded",
            &[("self_organised", "facilitated")],
        );
        let returns = good.get(&auditor, "/returns").json();
        let model = returns["items"][0]["id"].as_str().unwrap();
        for (number, (case, kinds)) in [
            (&overtaken, &["departed", "arrived", "return_recorded"][..]),
            (&bare, &["return_recorded"][..]),
        ]
        .into_iter()
        .enumerate()
        {
            let (finding, id) = (
                finding_of(case),
                format!("0196a5c2-0000-7000-8000-{number:012}"),
            );
            for kind in kinds {
                let replaced = [
                    (finding_of(&good), finding.clone()),
                    (model.to_owned(), id.clone()),
                ];
                let replaced = replaced.each_ref().map(|(a, b)| (a.as_str(), b.as_str()));
                shell.copy(&good, case, kind, &replaced);
            }
        }
        // Whoever can do that can also make the registers say the same.
        rebuilt(database);
        let expected = [
            (&own, "self_approved"),
            (&clerk, "approver_not_entitled"),
            (&stranger, "approver_not_entitled"),
            (&early, "no_departure"),
            (&renamed, "no_finding not_approved no_departure"),
            (&overtaken, "not_compliant_on_departure"),
            (&bare, "not_approved no_departure"),
        ];
        let expected = expected.map(|(case, why)| (case.id.clone(), vec![why.to_owned()]));
        assert_eq!(listed(&world, &auditor, ""), BTreeMap::from(expected));
    });
}

#[test]
fn a_chain_that_was_planted_names_the_rule_that_it_breaks() {
    each_backend(|database| {
        let world = World::start(database);
        world.places_in_order();
        let [good, assessor, approver, verifier, adjudicator, author] =
            std::array::from_fn(|_| assessed(&world));
        for case in [&good, &approver] {
            case.returned("facilitated").expect(201);
        }
        let caseworker = the(Role::Caseworker);
        // Two disagree, a third decides, and a finding is issued on it.
        let told = json!({"answers": [answer("DIG-07", None, "no")]});
        adjudicator
            .post(&the(Role::ProtectionOfficer), "/answers", &told)
            .expect(201);
        let mut decision = answer("DIG-07", None, "yes");
        decision["remark"] = json!("asked both of them again");
        let supervisor = the(Role::Supervisor);
        adjudicator
            .post(&supervisor, "/adjudications", &decision)
            .expect(201);
        adjudicator
            .post(&the(Role::ProtectionOfficer), "/findings", &json!({}))
            .expect(201);
        let breaches = || -> BTreeMap<String, String> {
            let all = rows(&world.as_(&the(Role::Auditor)), &path(DUTIES, "part=rows"));
            let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
            let pairs = all.iter().map(|row| {
                assert!(text(row, "uploaders").contains(&caseworker.login), "{row}");
                assert!(text(row, "uploaders").contains(&the(Role::ProtectionOfficer).login));
                (text(row, "case_id"), text(row, "breaches"))
            });
            pairs.filter(|(_, codes)| !codes.is_empty()).collect()
        };
        assert_eq!(breaches(), BTreeMap::new());

        let mut shell = Shell::of(database);
        shell.author(&assessor, "finding_issued", caseworker.user);
        shell.author(&approver, "approved", caseworker.user);
        shell.author(&verifier, "evidence_verified", caseworker.user);
        let (old, new) = (
            format!(r#""assessor":"{}""#, the(Role::ProtectionOfficer).user),
            format!(r#""assessor":"{}""#, caseworker.user),
        );
        shell.alter(&author, "finding_issued", &[(&old, &new)]);
        let (old, new) = (
            format!(r#""recorded_by":"{}""#, supervisor.user),
            format!(r#""recorded_by":"{}""#, caseworker.user),
        );
        shell.alter(&adjudicator, "answer_recorded", &[(&old, &new)]);
        let expected = [
            (&assessor, "SELF_ASSESSMENT"),
            (&approver, "SELF_APPROVAL"),
            (&verifier, "SELF_VERIFICATION"),
            (&adjudicator, "SELF_ADJUDICATION"),
            (&author, "SELF_ASSESSMENT"),
        ];
        let expected = expected.map(|(case, code)| (case.id.clone(), code.to_owned()));
        assert_eq!(breaches(), BTreeMap::from(expected));

        // What two people did about a place was done by one: every finding that looked
        // at the place has it.
        shell.run(&format!(
            "UPDATE journal SET recorded_by = {} WHERE kind = 'area_evidence_verified'",
            shell.id(&the(Role::ProtectionOfficer).user.to_string())
        ));
        let all = breaches();
        assert_eq!(all.len(), 6);
        assert_eq!(all[&good.id], "SELF_VERIFICATION");
        assert_eq!(all[&approver.id], "SELF_APPROVAL SELF_VERIFICATION");
    });
}

#[test]
fn an_attempt_about_a_place_that_four_eyes_refused_is_kept() {
    each_backend(|database| {
        let world = World::start(database);
        let officer = the(Role::ProtectionOfficer);
        let place = format!("/v1/areas/{EDITION}/{QALAT_NOUR}");
        let told = json!({"answers": [answer("PHY-01", None, "yes")]});
        let receipt = world
            .as_(&officer)
            .post(&format!("{place}/answers"), &told)
            .expect(201)
            .json();
        let verification = format!("{place}/verifications");
        world
            .as_(&officer)
            .post(&verification, &evidence_of(&receipt))
            .refused(409, "SELF_VERIFICATION");
        world
            .as_(&the(Role::Registrar))
            .post(&format!("{place}/answers"), &told)
            .refused(403, "ROLE_FORBIDDEN");
        let auditor = world.as_(&the(Role::Auditor));
        let kept = |query: &str| -> Vec<(String, String, String)> {
            let all = rows(&auditor, &path(DUTIES, &format!("part=rows&{query}")));
            let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
            all.iter()
                .map(|row| {
                    assert_eq!(row["section"], "blocked_attempt");
                    assert_eq!(row["case_id"], Value::Null);
                    assert_eq!(row["place_code"], QALAT_NOUR);
                    assert_eq!(row["place_edition"], EDITION);
                    (text(row, "login"), text(row, "code"), text(row, "command"))
                })
                .collect()
        };
        let expected = [
            (officer.login, "SELF_VERIFICATION", "areas.verify"),
            (the(Role::Registrar).login, "ROLE_FORBIDDEN", "areas.answer"),
        ];
        let expected =
            expected.map(|(login, code, command)| (login, code.to_owned(), command.to_owned()));
        assert_eq!(kept(""), expected);
        assert_eq!(kept(&format!("place={EDITION}/{QALAT_NOUR}")), expected);
        assert_eq!(kept(&format!("place={EDITION}/{TELL_ASHJAR}")), []);
    });
}

#[test]
fn a_case_without_its_persons_is_listed_unless_two_people_ended_it() {
    each_backend(|database| {
        let world = World::start(database);
        world.places_in_order();
        let [untouched, emptied, destroyed, ended] = [(); 4].map(|()| home(&world));
        let auditor = the(Role::Auditor);
        assert_eq!(listed(&world, &auditor, ""), BTreeMap::new());
        let mut shell = Shell::of(database);
        // Nobody to assess, nothing to assess again.
        shell.forget_members(&emptied);
        let (gone, of_it) = (shell.bytes("\"destroyed\""), shell.id(&destroyed.id));
        shell.run(&format!(
            "UPDATE journal SET payload = {gone} WHERE stream_id = {of_it} AND kind = 'answer_recorded'"
        ));
        // An end that no two people made, of a case that is not even closed.
        let nobody = uuid::Uuid::nil();
        let end = json!({"anonymised": {
            "anonymised_on": today(), "kept_until": "2020-01-01", "proposed_by": nobody,
            "confirmed_by": nobody, "persons": 4, "consent_recorders": [], "unfree_returns": [],
        }});
        shell.add(&ended, "anonymised", &end.to_string());
        let found = listed(&world, &auditor, "");
        assert!(!found.contains_key(&untouched.id), "{found:?}");
        for case in [&emptied, &destroyed, &ended] {
            let because = found.get(&case.id).unwrap_or_else(|| panic!("{found:?}"));
            assert!(because[0].contains("facts_missing"), "{because:?}");
        }
    });
}
