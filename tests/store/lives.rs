//! Random lives of cases, by random people, on the databases: a sample of what
//! `crates/core/tests/case/lives.rs` tries ten thousand times in memory.

use jiff::ToSpan as _;
use sanad_core::access::Role;
use sanad_core::case::{CaseState, Command, Event, Meta};
use sanad_core::conditions::Finding;
use sanad_core::ids::{CaseId, FindingId};
use sanad_store::journal::{case_stream, decode};
use sanad_store::rebuild::{fingerprint, rebuild};
use sanad_testkit::builders::{self, OBSERVED, TODAY};
use sanad_testkit::country::{QALAT_NOUR, TELL_ASHJAR};
use sanad_testkit::{Dice, Failure, Staff, World, country, each_backend, journey, wait};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn read<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

/// The facts of a case, the earliest first.
fn facts(world: &World, id: CaseId) -> Vec<(Event, Meta)> {
    let rows = wait(world.store.read(move |db| db.stream(case_stream(id), None)));
    let facts = decode::<Event>(&rows.unwrap()).unwrap();
    facts
        .into_iter()
        .map(|fact| (fact.event, fact.meta))
        .collect()
}

/// Something that somebody tries, whether or not it fits.
fn any_move(dice: &mut Dice, case: &CaseState) -> Command {
    let person = dice.pick(&case.members).id;
    let finding = case.findings.last().map(|finding| finding.id);
    let codes: [&str; 3] = [QALAT_NOUR, QALAT_NOUR, TELL_ASHJAR];
    let place = country::place(codes[dice.below(3)]);
    let incident = case.incidents.last().map(|incident| incident.id);
    match dice.below(16) {
        0 | 1 => Command::Approve(read(
            json!({"finding": finding.unwrap_or(FindingId(uuid::Uuid::nil()))}),
        )),
        2 | 3 => Command::RecordDeparture(read(json!({"departed_on": TODAY}))),
        4 | 5 => Command::ConfirmArrival(read(json!({"arrived_on": TODAY, "place": place}))),
        6 => Command::WithdrawConsent(
            person,
            read(json!({"purpose": "return", "withdrawn_on": TODAY, "channel": "in_person"})),
        ),
        7 => Command::StepBack(read(json!({"reason": "change_of_mind"}))),
        8 => Command::Hold(read(
            json!({"reason": "other", "review_on": TODAY.checked_add(9.days()).unwrap()}),
        )),
        9 => Command::Resume,
        10 => Command::Close(read(json!({"reason": "other"}))),
        11 => Command::Reopen(read(json!({"remark": "they came back"}))),
        12 => Command::RecordReturn(read(
            json!({"nature": dice.pick(&["forced", "self_organised", "facilitated"]), "departed_on": TODAY, "destination": place}),
        )),
        13 => Command::RecordIncident(read(
            json!({"kind": "detention", "happened_on": OBSERVED, "person": person}),
        )),
        14 => match incident {
            Some(incident) => Command::ConfirmIncident(incident),
            None => Command::IssueFinding(read(json!({}))),
        },
        _ => Command::VerifyEvidence(journey::unverified(&case.answers)),
    }
}

/// What no life of a case may hold.
fn holds(facts: &[(Event, Meta)]) {
    let mut state = None;
    for (event, meta) in facts {
        let case: CaseState = CaseState::step(state, event, *meta).unwrap();
        let finding = |id| {
            let found = case.findings.iter().find(|finding| finding.id == id);
            found.unwrap().clone()
        };
        match event {
            Event::Approved(approval) => {
                let finding = finding(approval.finding);
                assert_ne!(finding.assessor, meta.recorded_by);
                assert_eq!(finding.assessment.finding, Finding::Compliant);
            }
            Event::Departed(departure) => {
                let finding = finding(departure.finding).assessment;
                assert_eq!(finding.finding, Finding::Compliant);
                assert!(departure.departed_on <= finding.expires_on);
            }
            _ => {}
        }
        state = Some(case);
    }
}

#[test]
fn lives_on_a_database_break_no_rule_and_are_projected_as_they_were() {
    each_backend(|database| {
        let world = World::new(database);
        let mut dice = Dice::new(7);
        let mut departed = 0;
        for _ in 0..30 {
            let id = if dice.once_in(4) {
                world.registered(1, builders::registration(1)).id
            } else {
                world.compliant_case().id
            };
            for _ in 0..25 {
                let before = facts(&world, id);
                let case = CaseState::fold(before.iter().map(|(event, meta)| (event, *meta)));
                let command = any_move(&mut dice, &case.unwrap().unwrap());
                let role = *dice.pick(&[
                    Role::Registrar,
                    Role::Caseworker,
                    Role::ProtectionOfficer,
                    Role::Supervisor,
                ]);
                let withdraws = matches!(command, Command::WithdrawConsent(..));
                match world.send(&Staff::of(role, 1), Some(id), command) {
                    Ok(case) if withdraws => {
                        assert!(case.approval.is_none() && case.departure.is_none());
                    }
                    Ok(_) | Err(Failure::Refused(_) | Failure::Denied(_)) => {}
                    Err(other) => panic!("{other:?}"),
                }
                let after = facts(&world, id);
                assert!(
                    after.starts_with(&before),
                    "every recorded fact is still there"
                );
            }
            let life = facts(&world, id);
            holds(&life);
            departed += life
                .iter()
                .filter(|(event, _)| matches!(event, Event::Departed(_)))
                .count();
        }
        assert!(departed > 0, "else the lives prove nothing");
        drop(world);
        let mut db = database.connect();
        let live = fingerprint(db.as_mut()).unwrap();
        assert_eq!(rebuild(db.as_mut()).unwrap(), 30);
        assert_eq!(fingerprint(db.as_mut()).unwrap(), live);
    });
}
