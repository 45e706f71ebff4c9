//! T23: a closed case is kept for its time, longer under a legal hold; then two people
//! have the data of its persons destroyed.

use crate::words::*;
use crate::world::World;
use jiff::ToSpan as _;
use sanad_core::case::{
    CaseDocument, CaseSummary, Command, DueKind, Event, FindingRequest, LegalHoldReason,
    ReopeningRequest, State,
};
use serde_json::json;

/// The family's case, closed today.
fn closed() -> World {
    World::with_family_in(State::Closed)
}

/// The same when its time is over.
fn over() -> World {
    let mut world = closed();
    world.today = YEARS_LATER;
    world
}

#[test]
fn a_case_is_kept_for_five_years_after_it_was_closed_and_for_six_with_a_finding() {
    let mut early = World::with_family();
    early.does(HANA, closing());
    let five = TODAY.checked_add(5.years()).unwrap();
    assert_eq!(early.case().kept_until(), Some(five));
    // What a finding rests on is kept for those who examine it.
    let mut world = closed();
    let kept_until = world.case().kept_until().unwrap();
    assert_eq!(kept_until, TODAY.checked_add(6.years()).unwrap());
    world.today = kept_until;
    assert_eq!(
        world.refused(DINA, proposing_the_end(true)),
        ["RETENTION_NOT_OVER"]
    );
    world.today = kept_until.tomorrow().unwrap();
    world.does(DINA, proposing_the_end(true));
    let due = closed().case().next_due().unwrap();
    assert_eq!((due.what, due.on), (DueKind::Anonymisation, world.today));
}

#[test]
fn only_a_closed_case_and_everything_that_is_missing_is_named_at_once() {
    let mut world = World::with_family_in(State::Assessed);
    world.does(LEYLA, reporting("violence", TODAY));
    world.does(DINA, keeping(LegalHoldReason::LegalClaim));
    assert_eq!(
        world.refused(HANA, Command::ConfirmAnonymisation),
        [
            "WRONG_STATE",
            "LEGAL_HOLD",
            "INCIDENT_OPEN",
            "PROPOSAL_MISSING"
        ]
    );
}

#[test]
fn each_legal_hold_keeps_the_case_until_it_is_lifted() {
    let mut world = over();
    world.does(DINA, keeping(LegalHoldReason::LegalClaim));
    world.does(DINA, keeping(LegalHoldReason::Audit));
    assert_eq!(world.case().next_due(), None);
    assert_eq!(
        world.refused(DINA, keeping(LegalHoldReason::Audit)),
        ["LEGAL_HOLD_IN_FORCE"]
    );
    assert_eq!(
        world.refused(DINA, proposing_the_end(true)),
        ["LEGAL_HOLD", "LEGAL_HOLD"]
    );
    world.does(DINA, not_keeping(LegalHoldReason::Audit));
    assert_eq!(
        world.refused(DINA, not_keeping(LegalHoldReason::Audit)),
        ["LEGAL_HOLD_NOT_IN_FORCE"]
    );
    assert_eq!(world.refused(DINA, proposing_the_end(true)), ["LEGAL_HOLD"]);
    world.does(DINA, not_keeping(LegalHoldReason::LegalClaim));
    world.does(DINA, proposing_the_end(true));
}

#[test]
fn somebody_weighs_whether_a_child_may_need_the_record() {
    let mut world = over();
    assert_eq!(
        world.refused(DINA, proposing_the_end(false)),
        ["CHILD_RECORDS_NOT_WEIGHED"]
    );
    let mut grown_ups = World::with(read(with(
        family_json(),
        json!({"members": [person("Salma", "1987-03-01", "self")]}),
    )));
    grown_ups.does(HANA, closing());
    grown_ups.today = YEARS_LATER;
    grown_ups.does(DINA, proposing_the_end(false));
}

#[test]
fn two_people_do_it_and_whatever_is_recorded_between_begins_it_anew() {
    let mut world = over();
    assert_eq!(
        world.refused(HANA, Command::ConfirmAnonymisation),
        ["PROPOSAL_MISSING"]
    );
    world.does(DINA, proposing_the_end(true));
    assert_eq!(
        world.refused(DINA, Command::ConfirmAnonymisation),
        ["SECOND_OFFICER_REQUIRED"]
    );
    world.answered(LEYLA, yes("DIG-06", None));
    assert_eq!(
        world.refused(HANA, Command::ConfirmAnonymisation),
        ["PROPOSAL_MISSING"]
    );
    world.does(DINA, proposing_the_end(true));
    world.does(HANA, Command::ConfirmAnonymisation);
    assert_eq!(world.case().state, State::Anonymised);
}

#[test]
fn what_was_found_stays_and_nobody_stands_in_it() {
    let mut world = World::with_family_in(State::Monitoring);
    world.does(LEYLA, reporting("violence", TODAY));
    let incident = world.case().incidents[0].id;
    world.does(OMAR, Command::ConfirmIncident(incident));
    world.does(OMAR, following(incident, "closed"));
    let (finding, home) = (
        world.case().findings[0].clone(),
        world.case().returns[0].clone(),
    );
    world.does(HANA, closing());
    world.today = A_YEAR_LATER.checked_add(7.years()).unwrap();
    world.does(DINA, proposing_the_end(true));
    world.does(HANA, Command::ConfirmAnonymisation);

    let mut left = finding;
    left.assessment = left.assessment.without_persons();
    let case = world.case();
    assert_eq!(
        (&case.findings[..], &case.returns[..]),
        (&[left][..], &[home][..])
    );
    assert!(case.members.is_empty() && case.contact_points.is_empty());
    assert!(case.incidents.is_empty() && case.answers.answers().is_empty());
    let summary = CaseSummary::of(case).unwrap();
    assert_eq!((summary.members, summary.next_due), (4, None));
    let document = CaseDocument::of(case);
    let anonymised = document.anonymised.as_ref().unwrap();
    assert_eq!(
        (anonymised.proposed_by, anonymised.confirmed_by),
        (DINA, HANA)
    );
    let text = serde_json::to_string(&document).unwrap();
    for name in ["Salma", "Adam", "violence", "1987"] {
        assert!(!text.contains(name), "{name}: {text}");
    }
}

#[test]
fn nothing_is_recorded_about_persons_who_are_not_known_any_more() {
    let mut world = World::with_family_in(State::Anonymised);
    let remark = remark("they came back");
    for command in [
        Command::Reopen(ReopeningRequest { remark }),
        returned(HOME, TODAY),
        keeping(LegalHoldReason::Audit),
        Command::ConfirmAnonymisation,
    ] {
        assert_eq!(world.refused(HANA, command), ["CASE_ANONYMISED"]);
    }
}

#[test]
fn no_text_that_somebody_wrote_stays() {
    let mut world = over();
    world.does(DINA, keeping(LegalHoldReason::LegalClaim));
    world.does(DINA, not_keeping(LegalHoldReason::LegalClaim));
    let texts = |event: &Event| serde_json::to_string(event).unwrap().contains("court");
    assert_eq!(
        world
            .journal
            .iter()
            .filter(|(event, _)| texts(event))
            .count(),
        2
    );
    let left = world
        .journal
        .iter()
        .map(|(event, _)| event.without_persons());
    assert_eq!(left.filter(texts).count(), 0);
}

#[test]
fn of_a_finding_stays_why_and_not_about_whom() {
    let mut world = World::with_family_in(State::UnderAssessment);
    world.answered(NADIA, no("VOL-03", Some(world.member(1))));
    world.does(
        OMAR,
        Command::IssueFinding(FindingRequest { profile: None }),
    );
    let about = |world: &World| {
        let report = &world.case().findings[0].assessment;
        let reason = report.reasons.iter().find(|one| one.indicator == "VOL-03");
        reason.unwrap().subject.clone()
    };
    assert_eq!(about(&world), world.member(1).to_string());
    let incidents: Vec<_> = world.case().incidents.iter().map(|one| one.id).collect();
    for incident in incidents {
        world.does(OMAR, Command::ConfirmIncident(incident));
        world.does(OMAR, following(incident, "closed"));
    }
    world.does(HANA, closing());
    world.today = YEARS_LATER;
    world.does(DINA, proposing_the_end(true));
    world.does(HANA, Command::ConfirmAnonymisation);
    assert_eq!(about(&world), "person");
    let end = world.case().anonymised.clone().unwrap();
    assert_eq!(end.consent_recorders, [LEYLA, NADIA]);
    assert!(
        world
            .case()
            .displacements
            .iter()
            .all(|one| one.left_on().is_none())
    );
}

#[test]
fn a_child_who_left_before_is_weighed_as_well() {
    let mut world = World::with_family();
    for child in [2, 3] {
        let leaving = read(json!({"on": "2025-05-10", "reason": "other"}));
        world.does(LEYLA, Command::RecordLeaving(world.member(child), leaving));
    }
    world.does(HANA, closing());
    world.today = YEARS_LATER;
    assert_eq!(
        world.refused(DINA, proposing_the_end(false)),
        ["CHILD_RECORDS_NOT_WEIGHED"]
    );
}
