//! Declared conflicts of interest (return conditions §2.7 –): a user never handles the
//! case of their own family.

use crate::words::*;
use crate::world::World;
use sanad_core::answer::SourceClass;
use sanad_core::case::{Command, ConflictDeclaration, ConflictKind, State};
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
fn a_conflict_is_declared_once_and_for_ever() {
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
