//! Ten thousand random lives of a case, by random people: what no life may hold.
//!
//! The same is tried on the databases, on a sample, in `tests/store/lives.rs`.

use crate::stories::any_life;
use crate::words::*;
use crate::world::World;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use sanad_core::answer::AnswerRecord;
use sanad_core::case::{Anonymisation, CaseState, Event, Meta, ReturnNature, State};
use sanad_core::conditions::Finding;
use sanad_core::ids::{AnswerId, UserId};
use std::sync::LazyLock;

/// The family in every state; each life begins with a copy of one.
static BEGINNINGS: LazyLock<Vec<World>> = LazyLock::new(|| State::ALL.map(beginning_in).into());

/// What was closed was closed long ago, so that its end may come.
fn beginning_in(state: State) -> World {
    let mut world = World::with_family_in(state);
    if state == State::Closed {
        world.today = YEARS_LATER;
    }
    world
}

fn beginning(state: State) -> World {
    let at = State::ALL.iter().position(|one| *one == state);
    BEGINNINGS[at.unwrap()].clone()
}

/// Whether somebody recorded the consent of anyone of the case.
fn recorded_consent(case: &CaseState, by: UserId) -> bool {
    let consent = ["VOL-01", "VOL-02", "VOL-03", "VOL-06"];
    case.answers
        .answers()
        .iter()
        .any(|answer| answer.recorded_by == by && consent.contains(&answer.indicator.as_str()))
}

fn answer(case: &CaseState, id: AnswerId) -> &AnswerRecord {
    case.answers.find(id).unwrap()
}

/// Only what is compliant on the day is approved, departs, and arrives as facilitated.
fn compliant(world: &World, event: &Event) -> Result<(), TestCaseError> {
    let case = world.case();
    let finding = |id| {
        let finding = case.findings.iter().find(|one| one.id == id);
        &finding.unwrap().assessment
    };
    match event {
        Event::Approved(approval) => {
            let finding = finding(approval.finding);
            prop_assert_eq!(finding.finding, Finding::Compliant);
            prop_assert!(approval.approved_on <= finding.expires_on);
        }
        Event::Departed(departure) => {
            let finding = finding(departure.finding);
            prop_assert_eq!(finding.finding, Finding::Compliant);
            prop_assert!(departure.departed_on <= finding.expires_on);
            let on_the_day = world.report(departure.departed_on);
            prop_assert_eq!(on_the_day.finding, Finding::Compliant);
            prop_assert!(case.approval.is_some());
        }
        Event::ReturnRecorded(record) => {
            let departed = world.journal.iter().any(|(event, _)| {
                matches!(event, Event::Departed(one) if Some(one.finding) == record.finding)
            });
            let facilitated = record.nature == ReturnNature::Facilitated;
            prop_assert!(!facilitated || (record.compliant && departed));
            prop_assert!(record.nature != ReturnNature::Forced || !record.compliant);
        }
        _ => {}
    }
    Ok(())
}

/// Nobody checks their own work (return conditions §2.7).
fn four_eyes(case: &CaseState, event: &Event, meta: &Meta) -> Result<(), TestCaseError> {
    let by = meta.recorded_by;
    match event {
        Event::FindingIssued(_) => prop_assert!(!recorded_consent(case, by)),
        Event::Approved(approval) => {
            let finding = case.findings.iter().find(|one| one.id == approval.finding);
            prop_assert_ne!(finding.unwrap().assessor, by);
            prop_assert!(!recorded_consent(case, by));
        }
        Event::EvidenceVerified(items) => {
            let evidence = case.answers.answers().iter().flat_map(|one| &one.evidence);
            for item in evidence.filter(|item| items.contains(&item.id)) {
                prop_assert_ne!(item.uploaded_by, by);
            }
        }
        Event::AnswerConfirmed(id) => prop_assert_ne!(answer(case, *id).recorded_by, by),
        Event::AnswerRecorded(new) if new.adjudication => {
            let others = case.answers.answers().iter();
            let mut about_it = others.filter(|old| {
                old.id != new.id && old.indicator == new.indicator && old.person == new.person
            });
            prop_assert!(about_it.all(|old| old.adjudication || old.recorded_by != by));
        }
        Event::Anonymised(anonymised) => {
            prop_assert_eq!(anonymised.confirmed_by, by);
            prop_assert_ne!(anonymised.proposed_by, by);
        }
        Event::SolutionAchieved(achieved) => {
            prop_assert_eq!(achieved.confirmed_by, by);
            prop_assert_ne!(achieved.proposed_by, by);
        }
        _ => {}
    }
    Ok(())
}

/// Whoever withdrew does not travel, and nobody says otherwise for them.
fn withdrawals_win(world: &World, event: &Event) -> Result<(), TestCaseError> {
    let case = world.case();
    if let Event::ConsentWithdrawn(withdrawal) = event {
        prop_assert!(case.approval.is_none() && case.departure.is_none());
        // Whoever has left the household since is not asked any more.
        let mut members = case.members_on(world.today);
        if members.any(|member| member.id == withdrawal.person) {
            let value = world.value_of("VOL-01", &withdrawal.person.to_string());
            prop_assert_ne!(value, "yes");
        }
    }
    for withdrawal in &case.withdrawals {
        prop_assert!(!answer(case, withdrawal.answer).retracted);
    }
    Ok(())
}

/// Whatever a life was: when the data of its persons is destroyed, what is left of the
/// facts comes to the same case as all of them did, and nobody stands in it.
fn forgotten(world: &World) -> Result<(), TestCaseError> {
    let (last, meta) = world.journal.last().unwrap();
    let end = match last {
        Event::Anonymised(_) => return Ok(()),
        _ => Event::Anonymised(Box::new(Anonymisation {
            anonymised_on: YEARS_LATER,
            kept_until: YEARS_LATER,
            proposed_by: DINA,
            confirmed_by: HANA,
            persons: 3,
            consent_recorders: Vec::new(),
            unfree_returns: Vec::new(),
        })),
    };
    let fold = |events: &[Event]| {
        let metas = world.journal.iter().map(|(_, meta)| *meta).chain([*meta]);
        CaseState::fold(events.iter().zip(metas)).unwrap().unwrap()
    };
    let mut whole: Vec<Event> = world
        .journal
        .iter()
        .map(|(event, _)| event.clone())
        .collect();
    whole.push(end.clone());
    let left: Vec<Event> = whole.iter().map(Event::without_persons).collect();
    prop_assert_eq!(&fold(&left), &fold(&whole));
    let written = serde_json::to_string(&left).unwrap();
    for name in [
        "Salma",
        "Adam",
        "Somebody",
        "1987-03-01",
        "asked again",
        "legal aid was asked",
    ] {
        prop_assert!(!written.contains(name), "{} in {}", name, written);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn no_life_breaks_a_rule((state, story) in any_life()) {
        let mut world = beginning(state);
        for step in story {
            let known = world.journal.len();
            let before = world.journal.last().cloned();
            let _ = step.is_tried(&mut world);
            // Every recorded fact is still there.
            prop_assert_eq!(known.checked_sub(1).map(|last| &world.journal[last]), before.as_ref());
            for (event, meta) in &world.journal[known..] {
                compliant(&world, event)?;
                four_eyes(world.case(), event, meta)?;
                withdrawals_win(&world, event)?;
            }
        }
        let all = CaseState::fold(world.journal.iter().map(|(event, meta)| (event, *meta)));
        prop_assert_eq!(&all.unwrap().unwrap(), world.case());
        forgotten(&world)?;
    }
}

#[test]
fn lives_approve_depart_arrive_and_withdraw() {
    // Else ten thousand lives would prove nothing.
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut departed, mut withdrawn, mut confirmed, mut forgotten) = (0, 0, 0, 0);
    for _ in 0..500 {
        let (state, story) = any_life().new_tree(&mut runner).unwrap().current();
        let mut world = beginning(state);
        let known = world.journal.len();
        for step in story {
            let _ = step.is_tried(&mut world);
        }
        for (event, _) in &world.journal[known..] {
            departed += u32::from(matches!(event, Event::Departed(_)));
            withdrawn += u32::from(matches!(event, Event::ConsentWithdrawn(_)));
            confirmed += u32::from(matches!(event, Event::AnswerConfirmed(_)));
            forgotten += u32::from(matches!(event, Event::Anonymised(_)));
        }
    }
    assert!(
        departed > 0 && withdrawn > 20 && confirmed > 5 && forgotten > 0,
        "{departed} {withdrawn} {confirmed} {forgotten}"
    );
    assert_eq!(
        ORGANISATION,
        beginning(State::Registered).case().organisation
    );
}
