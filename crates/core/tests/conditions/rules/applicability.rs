//! §2.1 and §2.10: to whom a question applies, and when *not applicable* is
//! accepted as an answer.

use crate::household::*;
use sanad_core::conditions::Flag::{HasSpecificNeed, NationalityDoubt, Refugee, Uasc};
use sanad_core::conditions::file::FactsFile;
use sanad_core::conditions::{AccessProfile, Flag, NaReason, Value};

// --- §2.1: not applicable ---

fn child_of_four(flags: &[Flag]) -> FactsFile {
    all_yes(vec![member("p1", Some("2021-04-04"), flags)])
}

#[test]
fn a_typed_not_applicable_is_unknown() {
    let na = |reason: Option<NaReason>| {
        let answer = answer("MAT-02", "household", Value::NotApplicable).proof("LAW", true, true);
        let answer = reason.map_or(answer.clone(), |reason| answer.because(reason));
        value_of(&asked(family(), vec![answer]), "MAT-02", "household")
    };
    assert_eq!(na(None), "unknown na_not_allowed");
    assert_eq!(na(Some(NaReason::BelowMaturity)), "unknown na_not_allowed");
    assert_eq!(na(Some(NaReason::NoExposure)), "unknown na_not_allowed");
}

#[test]
fn below_maturity_with_a_best_interests_determination_excuses_a_separated_child() {
    let na = |indicator: &str| {
        answer(indicator, "p1", Value::NotApplicable).because(NaReason::BelowMaturity)
    };
    for (indicator, accepted) in [
        ("VOL-01", "yes"),
        ("VOL-02", "yes"),
        ("VOL-04", "yes"),
        ("VOL-03", "unknown na_not_allowed"),
        ("VOL-05", "unknown na_not_allowed"),
    ] {
        let file = asked(
            child_of_four(&[Uasc]),
            vec![na(indicator).proof("BID", true, false)],
        );
        assert_eq!(value_of(&file, indicator, "p1"), accepted, "{indicator}");
    }
    let refused = |file, answer| value_of(&asked(file, vec![answer]), "VOL-01", "p1");
    let unproven = na("VOL-01");
    assert_eq!(
        refused(child_of_four(&[Uasc]), unproven),
        "unknown na_not_allowed"
    );
    let unverified = na("VOL-01").proof("BID", false, true);
    assert_eq!(
        refused(child_of_four(&[Uasc]), unverified),
        "unknown na_not_allowed"
    );
    let adult = all_yes(vec![member("p1", Some("1990-01-01"), &[Uasc])]);
    let proven = na("VOL-01").proof("BID", true, true);
    assert_eq!(
        refused(adult, proven),
        "unknown na_not_allowed",
        "an adult decides"
    );
}

#[test]
fn no_exposure_with_a_legal_note_excuses_from_guarantee_and_amnesty() {
    let na = |indicator: &str, kind: &str| {
        let answer = answer(indicator, "area", Value::NotApplicable).because(NaReason::NoExposure);
        value_of(
            &asked(family(), vec![answer.proof(kind, true, false)]),
            indicator,
            "area",
        )
    };
    assert_eq!(na("LEG-01", "LAW"), "yes");
    assert_eq!(na("LEG-02", "LAW"), "yes");
    assert_eq!(na("LEG-01", "AGR"), "unknown na_not_allowed");
    assert_eq!(na("MAT-03", "LAW"), "unknown na_not_allowed");
}

#[test]
fn an_accepted_not_applicable_goes_stale_and_is_voided_like_a_yes() {
    let na = |on: &str| {
        let answer = answer("LEG-02", "area", Value::NotApplicable).because(NaReason::NoExposure);
        asked(family(), vec![answer.proof("LAW", true, false).on(on)])
    };
    assert_eq!(
        value_of(&na("2024-11-13"), "LEG-02", "area"),
        "yes",
        "180 days"
    );
    assert_eq!(
        value_of(&na("2024-11-12"), "LEG-02", "area"),
        "unknown stale"
    );
    let mut repealed = na(ANSWERED);
    repealed.events.push(event("LEG-02", None, "2025-05-10"));
    assert_eq!(value_of(&repealed, "LEG-02", "area"), "unknown invalidated");
}

#[test]
fn an_accepted_not_applicable_does_not_hide_a_no() {
    let na = answer("LEG-02", "area", Value::NotApplicable).because(NaReason::NoExposure);
    let file = asked(
        family(),
        vec![na.proof("LAW", true, true), no("LEG-02", "area")],
    );
    assert_eq!(value_of(&file, "LEG-02", "area"), "no known_failure");
}

// --- §2.1, §2.10: applicability ---

/// The indicators asked of a file without any answer, as far as they are about
/// `subject`.
fn asked_about(mut file: FactsFile, subject: &str) -> Vec<String> {
    file.answers.clear();
    let entries = report(&file).reasons;
    entries
        .into_iter()
        .filter(|r| r.subject == subject)
        .map(|r| r.indicator)
        .collect()
}

#[test]
fn a_child_becomes_an_adult_on_the_eighteenth_birthday() {
    let of = |born, on: &str| {
        let mut file = all_yes(vec![member("p1", born, &[])]);
        file.on = on.parse().unwrap();
        asked_about(file, "p1")
    };
    let child = of(Some("2007-05-13"), ON);
    let adult = of(Some("2007-05-12"), ON);
    assert!(child.contains(&"VOL-09".into()) && !child.contains(&"VOL-01".into()));
    assert!(adult.contains(&"VOL-01".into()) && !adult.contains(&"VOL-09".into()));
    assert_eq!(of(None, ON), child, "unknown age counts as child");
    // Born on 29 February: eighteen on 1 March of a year without one.
    assert_eq!(of(Some("2008-02-29"), "2026-02-28"), child);
    assert_eq!(of(Some("2008-02-29"), "2026-03-01"), adult);
}

#[test]
fn flags_only_add_questions() {
    let about = |born, flags: &[Flag]| asked_about(all_yes(vec![member("p1", born, flags)]), "p1");
    for born in [Some("1990-01-01"), Some("2012-01-01"), None] {
        let plain = about(born, &[]);
        for flag in Flag::ALL {
            let flagged = about(born, &[*flag]);
            // A separated child has no parent whose authority could be confirmed (VOL-09);
            // a panel decides on its best interests instead (VOL-10).
            let lost: Vec<_> = plain.iter().filter(|id| !flagged.contains(id)).collect();
            let separated = *flag == Uasc && born != Some("1990-01-01");
            assert_eq!(
                lost,
                if separated { vec!["VOL-09"] } else { vec![] },
                "{flag}"
            );
        }
    }
    let adult = Some("1990-01-01");
    let added = |born, flag| {
        let plain = about(born, &[]);
        about(born, &[flag])
            .into_iter()
            .filter(|id| !plain.contains(id))
            .collect::<Vec<_>>()
    };
    assert_eq!(added(adult, Flag::NeedsDecisionSupport), ["VOL-11"]);
    assert_eq!(added(adult, NationalityDoubt), ["LEG-05"]);
    assert_eq!(added(adult, Refugee), ["LEG-07"]);
    assert_eq!(added(adult, HasSpecificNeed), ["MAT-06"]);
    assert!(added(adult, Uasc).is_empty());
    assert!(
        added(None, Flag::NeedsDecisionSupport).is_empty(),
        "of adults only"
    );
    assert!(added(None, Uasc).contains(&"VOL-10".into()));
}

#[test]
fn schooling_is_asked_for_children_of_school_age_and_of_unknown_age() {
    let asked = |born| {
        let file = all_yes(vec![
            member("p1", Some("1990-01-01"), &[]),
            member("p2", born, &[]),
        ]);
        asked_about(file, "area").contains(&"MAT-04".to_owned())
    };
    assert!(asked(None));
    assert!(asked(Some("2019-05-12")), "six today");
    assert!(!asked(Some("2019-05-13")), "six tomorrow");
    assert!(asked(Some("2007-05-13")), "seventeen");
    assert!(!asked(Some("2007-05-12")), "eighteen");
}

#[test]
fn hazard_education_and_the_strict_profile_are_asked_where_they_apply() {
    let mut file = family();
    assert!(!asked_about(file.clone(), "p3").contains(&"PHY-03".to_owned()));
    assert!(!asked_about(file.clone(), "area").contains(&"ACC-06".to_owned()));
    file.hazard_area = true;
    file.profile = AccessProfile::Strict;
    assert!(asked_about(file.clone(), "p3").contains(&"PHY-03".to_owned()));
    assert!(asked_about(file, "area").contains(&"ACC-06".to_owned()));
}

#[test]
fn every_adult_decides_alone_and_a_household_of_children_has_no_adult_decision() {
    assert!(asked_about(family(), "household").contains(&"VOL-08".to_owned()));
    let children = all_yes(vec![member("p1", Some("2012-01-01"), &[Uasc])]);
    assert!(!asked_about(children, "household").contains(&"VOL-08".to_owned()));
}
