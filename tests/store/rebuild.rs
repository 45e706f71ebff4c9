//! Everything that readers see can be made again from the journal, to the byte.

use sanad_core::access::Role;
use sanad_core::area::{AreaCommand, AreaEventKind, NewAreaEvent};
use sanad_core::case::{
    Command, DestinationChoice, DisplacementReport, MemberJoining, NewAnswers, Retraction,
    ReturnNature, ReturnReport, Transition,
};
use sanad_core::conditions::{Catalogue, Level, Value};
use sanad_core::ids::CaseId;
use sanad_core::person::{Leaving, LeavingReason};
use sanad_store::rebuild::{fingerprint, rebuild};
use sanad_testkit::builders::{self, OBSERVED, TODAY};
use sanad_testkit::{Dice, Failure, Staff, World, country, each_backend, journey};
use std::collections::BTreeSet;

/// A command of any kind about a case, whether or not it fits.
#[expect(clippy::too_many_lines, reason = "one arm a kind of command")]
fn any_command(world: &World, dice: &mut Dice, id: CaseId) -> (Role, Command) {
    let place =
        |dice: &mut Dice| *dice.pick(&[country::QALAT_NOUR, country::TELL_ASHJAR, "XZ010201"]);
    let case = sanad_testkit::wait(world.store.read(move |db| {
        sanad_store::journal::case_of(&db.stream(sanad_store::journal::case_stream(id), None)?)
    }));
    let case = case.unwrap().unwrap();
    let person = dice.pick(&case.members).id;
    let answers = case.answers.answers();
    match dice.below(14) {
        0 => {
            let joining = MemberJoining {
                joined_on: OBSERVED,
                profile: builders::relative("Perwîn"),
            };
            (Role::Registrar, Command::AddMember(Box::new(joining)))
        }
        1 => {
            let mut profile = case.members[0].profile.clone();
            profile.nationality_doubt = !profile.nationality_doubt;
            (
                Role::Caseworker,
                Command::CorrectMember(case.members[0].id, Box::new(profile)),
            )
        }
        2 => {
            let leaving = Leaving {
                on: TODAY,
                reason: LeavingReason::Married,
            };
            (Role::Registrar, Command::RecordLeaving(person, leaving))
        }
        3 => (
            Role::Registrar,
            Command::AddContactPoint(builders::address()),
        ),
        4 => {
            let displacement = builders::displacement_to(place(dice));
            (
                Role::Caseworker,
                Command::RecordDisplacement(Box::new(DisplacementReport { displacement })),
            )
        }
        5 => {
            let choice = DestinationChoice {
                place: country::place(place(dice)),
                chosen_on: TODAY,
            };
            (Role::Caseworker, Command::ChooseDestination(choice))
        }
        6 => {
            let step = *dice.pick(&[
                Transition::Profiled,
                Transition::Counselling,
                Transition::ConsentRecorded,
            ]);
            (Role::Caseworker, Command::Advance(step))
        }
        7 => (
            Role::Caseworker,
            Command::Advance(Transition::UnderAssessment),
        ),
        8 if !answers.is_empty() => {
            let retraction = Retraction {
                remark: builders::remark(),
            };
            (
                Role::Caseworker,
                Command::RetractAnswer(dice.pick(answers).id, retraction),
            )
        }
        9 if !answers.is_empty() => (
            Role::Supervisor,
            Command::ConfirmAnswer(dice.pick(answers).id),
        ),
        10 => (
            Role::Supervisor,
            Command::VerifyEvidence(journey::unverified(&case.answers)),
        ),
        11 => (
            Role::ProtectionOfficer,
            Command::IssueFinding(sanad_core::case::FindingRequest { profile: None }),
        ),
        12 if dice.once_in(5) => {
            let nature = *dice.pick(&[
                ReturnNature::Facilitated,
                ReturnNature::Forced,
                ReturnNature::Unknown,
            ]);
            let destination = country::place(place(dice));
            (
                Role::Caseworker,
                Command::RecordReturn(ReturnReport {
                    nature,
                    departed_on: TODAY,
                    destination,
                }),
            )
        }
        _ => {
            let asked = Catalogue::shipped().indicators().iter();
            let asked: Vec<_> = asked
                .filter(|one| matches!(one.level, Level::Person | Level::Household))
                .collect();
            let indicator = *dice.pick(&asked);
            let about = (indicator.level == Level::Person).then_some(person);
            let value = *dice.pick(&[Value::Yes, Value::No, Value::Unknown]);
            let answer = builders::answer(indicator, about, value, OBSERVED);
            (
                Role::Caseworker,
                Command::RecordAnswers(NewAnswers {
                    answers: vec![answer],
                }),
            )
        }
    }
}

/// A clash where all of them want to go.
fn clash(world: &World) {
    let event = NewAreaEvent {
        kind: AreaEventKind::ArmedClash,
        happened_on: TODAY,
        remark: None,
    };
    world.done_area(
        &Staff::of(Role::ProtectionOfficer, 1),
        &country::place(country::QALAT_NOUR),
        AreaCommand::RecordEvent(event),
    );
}

/// A registry in which much happened: 20 cases of two organisations in all states,
/// 300 commands at random, and one case more that is left alone. Answers how many commands were carried out.
fn busy_registry(world: &World, seed: u64) -> usize {
    let dice = &mut Dice::new(seed);
    world.places_in_order();
    let mut cases: Vec<(CaseId, u32)> = Vec::new();
    for number in 0..20_usize {
        let organisation = if number < 15 { 1 } else { 2 };
        let id = match number {
            0..6 => world.under_assessment().id,
            _ => {
                world
                    .registered(organisation, builders::registration(organisation))
                    .id
            }
        };
        cases.push((id, organisation));
    }
    world.finding_issued(cases[0].0);
    world.finding_issued(cases[1].0);
    world.returned(cases[1].0, ReturnNature::Facilitated);
    // Nobody does anything about this one: it stays open, and is flagged.
    let left = world.under_assessment().id;
    assert!(world.finding_issued(left).open_finding().is_some());
    clash(world);
    world.finding_issued(cases[2].0);
    world.returned(cases[2].0, ReturnNature::SelfOrganised);
    let mut done = 0;
    for _ in 0..300 {
        let (id, organisation) = *dice.pick(&cases);
        let (role, command) = any_command(world, dice, id);
        let what = format!("{command:?}");
        match world.send(&Staff::of(role, organisation), Some(id), command) {
            Ok(_) => done += 1,
            Err(Failure::Refused(_)) => {}
            Err(failure) => panic!("{what}: {failure:?}"),
        }
    }
    done
}

#[test]
fn a_rebuild_gives_every_row_again_to_the_byte() {
    each_backend(|database| {
        let world = World::new(database);
        let done = busy_registry(&world, 20_250_512);
        assert!(done > 120, "only {done} of 300 commands were carried out");

        let mut db = database.connect();
        let live = fingerprint(&mut *db).unwrap();
        let mut raw = database.raw();
        let mut count = |table: &str| {
            raw.number(&format!(
                "SELECT CAST(COUNT(*) AS TEXT) AS value FROM {table}"
            ))
        };
        let rows = ["case_head", "case_document", "finding", "return_record"].map(&mut count);
        assert!(
            rows[0] == 21 && rows[1] == 21 && rows[2] >= 3 && rows[3] >= 2,
            "{rows:?}"
        );
        let open = ["open_finding", "finding_lost"].map(&mut count);
        assert!(open[0] >= 1 && open[1] >= 1, "{open:?}");

        assert_eq!(rebuild(&mut *db).unwrap(), 21);
        assert_eq!(fingerprint(&mut *db).unwrap(), live);
        assert_eq!(rebuild(&mut *db).unwrap(), 21);
        assert_eq!(fingerprint(&mut *database.connect()).unwrap(), live);
    });
}

#[test]
fn the_same_commands_project_the_same_rows_on_both_backends() {
    let fingerprints: BTreeSet<_> = sanad_testkit::databases()
        .iter()
        .map(|database| {
            busy_registry(&World::new(database), 7);
            fingerprint(&mut *database.connect()).unwrap()
        })
        .collect();
    assert_eq!(fingerprints.len(), 1);
}

#[test]
fn a_row_changed_by_hand_shows_and_a_rebuild_mends_it() {
    each_backend(|database| {
        let world = World::new(database);
        world.compliant_case();
        world.registered(2, builders::registration(2));
        clash(&world);
        let mut db = database.connect();
        let live = fingerprint(&mut *db).unwrap();
        for change in [
            "UPDATE case_head SET state = 'returned' WHERE state = 'registered'",
            "UPDATE case_head SET finding_outcome = 'not_compliant' WHERE finding_id IS NOT NULL",
            "UPDATE case_document SET revision = revision + 1",
            "UPDATE finding SET profile = 'strict'",
            "DELETE FROM case_document",
            "DELETE FROM finding",
            "DELETE FROM open_finding",
            "DELETE FROM finding_lost",
        ] {
            database.raw().execute(change).unwrap();
            assert_ne!(fingerprint(&mut *db).unwrap(), live, "{change}");
            rebuild(&mut *db).unwrap();
            assert_eq!(fingerprint(&mut *db).unwrap(), live, "{change}");
        }
    });
}
