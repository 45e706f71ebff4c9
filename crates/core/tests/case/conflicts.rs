//! Declared conflicts of interest (return conditions §2.7 –): a user never handles the
//! case of their own family.

use crate::words::*;
use crate::world::World;
use sanad_core::answer::SourceClass;
use sanad_core::case::{Command, ConflictDeclaration, ConflictEnding, ConflictKind, State};
use sanad_core::ids::UserId;

fn declaring(user: Option<UserId>) -> Command {
    Command::DeclareConflict(ConflictDeclaration {
        kind: ConflictKind::Relative,
        user,
        remark: None,
    })
}

#[test]
fn from_the_declaration_on_the_user_does_nothing_in_the_case() {
    for state in [
        State::Registered,
        State::UnderAssessment,
        State::Approved,
        State::OnHold,
        State::Closed,
    ] {
        let mut world = World::with_family_in(state);
        let salma = world.member(0);
        world.does(LEYLA, declaring(None));
        let mut outside = evidence("TPM");
        outside.source_class = SourceClass::AuthorityInControl;
        for command in [
            destination(HOME, "2025-05-11"),
            closing(),
            withdrawing(salma),
            run_by(&[]),
            Command::Resume,
            Command::RecordEvidence(Box::new(outside)),
            Command::RecordAnswers(sanad_core::case::NewAnswers {
                answers: vec![no("DIG-06", None)],
            }),
        ] {
            assert_eq!(
                world.refused(LEYLA, command),
                ["CONFLICT_OF_INTEREST"],
                "{state:?}"
            );
        }
    }
}

#[test]
fn a_conflict_of_one_user_keeps_nobody_else_from_the_case() {
    let mut world = World::with_family();
    world.does(LEYLA, declaring(None));
    world.answered(NADIA, yes("DIG-06", None));
}

#[test]
fn what_the_user_did_before_stands() {
    let mut world = World::with_family();
    world.answered(LEYLA, yes("DIG-06", None));
    world.everything_is_verified();
    world.does(LEYLA, declaring(None));
    assert_eq!(world.value_of("DIG-06", "household"), "yes");
}

#[test]
fn a_conflict_is_declared_once() {
    let mut world = World::with_family();
    world.does(LEYLA, declaring(None));
    assert_eq!(
        world.refused(LEYLA, declaring(None)),
        ["CONFLICT_DECLARED_ALREADY"]
    );
    assert_eq!(
        world.refused(HANA, declaring(Some(LEYLA))),
        ["CONFLICT_DECLARED_ALREADY"]
    );
}

#[test]
fn another_user_is_kept_from_the_case_by_somebody_who_is_not() {
    let mut world = World::with_family();
    world.does(HANA, declaring(Some(NADIA)));
    let declared = &world.case().conflicts[0];
    assert_eq!(
        (declared.conflict.user, declared.declared_by),
        (NADIA, HANA)
    );
    assert_eq!(
        world.refused(NADIA, declaring(Some(OMAR))),
        ["CONFLICT_OF_INTEREST"],
        "whoever may not handle the case keeps nobody else from it"
    );
    world.answered(HANA, yes("DIG-06", None));
}

fn ending(user: UserId) -> Command {
    Command::EndConflict(
        user,
        ConflictEnding {
            reason: remark("another family of the same name"),
        },
    )
}

/// Two supervisors find that it was a mistake.
fn ended(world: &mut World, user: UserId) {
    world.does(HANA, ending(user));
    world.does(OMAR, ending(user));
}

#[test]
fn the_end_of_a_conflict_is_the_word_of_two() {
    let mut world = World::with_family();
    world.does(LEYLA, declaring(None));
    world.does(HANA, ending(LEYLA));
    let proposed = world.case().conflicts[0].end_proposed.clone().unwrap();
    assert_eq!(proposed.by, HANA);
    assert_eq!(
        world.refused(LEYLA, destination(HOME, "2025-05-11")),
        ["CONFLICT_OF_INTEREST"],
        "a proposal changes nothing"
    );
    assert_eq!(
        world.refused(HANA, ending(LEYLA)),
        ["SECOND_OFFICER_REQUIRED"]
    );
    world.does(OMAR, ending(LEYLA));
    let end = world.case().conflicts[0].ended.clone().unwrap();
    assert_eq!((end.by, world.case().in_conflict(LEYLA)), (OMAR, false));
    // What is declared anew is found a mistake anew.
    world.does(LEYLA, declaring(None));
    world.does(OMAR, ending(LEYLA));
    assert!(world.case().in_conflict(LEYLA));
}

#[test]
fn whoever_declared_it_for_another_is_one_of_the_two_and_no_more() {
    let mut world = World::with_family();
    world.does(HANA, declaring(Some(NADIA)));
    world.does(HANA, ending(NADIA));
    assert_eq!(
        world.refused(HANA, ending(NADIA)),
        ["SECOND_OFFICER_REQUIRED"]
    );
    world.does(OMAR, ending(NADIA));
    assert!(!world.case().in_conflict(NADIA));
}

#[test]
fn the_word_of_somebody_with_a_conflict_of_their_own_no_longer_counts() {
    let mut world = World::with_family();
    world.does(LEYLA, declaring(None));
    world.does(HANA, ending(LEYLA));
    world.does(HANA, declaring(None));
    world.does(OMAR, ending(LEYLA));
    assert!(
        world.case().in_conflict(LEYLA),
        "only one is left who says so"
    );
    assert_eq!(
        world.refused(OMAR, ending(LEYLA)),
        ["SECOND_OFFICER_REQUIRED"]
    );
}

#[test]
fn a_mistake_is_ended_by_others_whom_nothing_keeps_from_the_case() {
    let mut world = World::with_family();
    assert_eq!(
        world.refused(HANA, ending(LEYLA)),
        ["CONFLICT_NOT_DECLARED"]
    );
    world.does(LEYLA, declaring(None));
    world.does(NADIA, declaring(None));
    // Neither the user, who is no supervisor either, nor one who has a conflict.
    let mut supervisor = World::with_family();
    supervisor.does(HANA, declaring(None));
    supervisor.does(LEYLA, declaring(None));
    for user in [HANA, LEYLA] {
        assert_eq!(
            supervisor.refused(HANA, ending(user)),
            ["CONFLICT_OF_INTEREST"]
        );
    }
    ended(&mut world, LEYLA);
    world.answered(LEYLA, yes("DIG-06", None));
    assert_eq!(
        world.refused(NADIA, destination(HOME, "2025-05-11")),
        ["CONFLICT_OF_INTEREST"],
        "the other one is in force"
    );
    assert_eq!(
        world.refused(HANA, ending(LEYLA)),
        ["CONFLICT_NOT_DECLARED"]
    );
    // Both facts stay, and a true one can be declared after all.
    assert_eq!(world.case().conflicts[0].ended.clone().unwrap().by, OMAR);
    world.does(LEYLA, declaring(None));
    assert_eq!(
        world.refused(LEYLA, destination(HOME, "2025-05-11")),
        ["CONFLICT_OF_INTEREST"]
    );
    let of_leyla = &world.case().conflicts;
    let of_leyla = of_leyla.iter().filter(|one| one.conflict.user == LEYLA);
    let in_force: Vec<bool> = of_leyla.map(|one| one.ended.is_none()).collect();
    assert_eq!(in_force, [false, true]);
}

#[test]
fn of_a_past_moment_the_conflict_was_in_force_until_its_end() {
    let mut world = World::with_family();
    world.does(LEYLA, declaring(None));
    let then = world.case().clone();
    ended(&mut world, LEYLA);
    assert!(then.in_conflict(LEYLA), "what was done then was a breach");
    assert!(!world.case().in_conflict(LEYLA));
}
