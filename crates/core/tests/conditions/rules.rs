//! One test per rule of return conditions §2, named as the rule.
//!
//! MAT-02 stands for an ordinary question (household, 365 days, HLP), MAT-01 for
//! one that ages faster (180 days), PHY-02 for one where a no prevails and an
//! independent source is needed (area, 365 days, MAC).

use crate::household::*;
use sanad_core::conditions::Flag::{HasSpecificNeed, NationalityDoubt, Refugee, Uasc};
use sanad_core::conditions::file::FactsFile;
use sanad_core::conditions::{
    AccessProfile, Catalogue, Condition, Finding, Flag, NaReason, Outcome, Value, WarningKind,
    assess,
};

const MAT: (&str, &str) = ("MAT-02", "household");

fn mat(answers: Vec<sanad_core::conditions::file::AnswerEntry>) -> String {
    value_of(&asked(family(), answers), MAT.0, MAT.1)
}

fn mat_yes() -> sanad_core::conditions::file::AnswerEntry {
    yes(MAT.0, MAT.1)
}

fn mat_no() -> sanad_core::conditions::file::AnswerEntry {
    no(MAT.0, MAT.1)
}

fn phy(answers: Vec<sanad_core::conditions::file::AnswerEntry>) -> String {
    value_of(&asked(family(), answers), "PHY-02", "area")
}

// --- §2.2 (1) and (2): what counts as a yes ---

#[test]
fn a_fresh_supported_yes_counts() {
    assert_eq!(finding(&family()), Finding::Compliant);
    assert_eq!(mat(vec![mat_yes()]), "yes");
}

#[test]
fn an_answer_observed_after_the_day_of_evaluation_does_not_count() {
    assert_eq!(mat(vec![mat_yes().on("2025-05-13")]), "unknown no_answer");
    assert_eq!(mat(vec![mat_yes().on("2025-05-12")]), "yes");
}

#[test]
fn a_retracted_answer_does_not_count() {
    assert_eq!(mat(vec![mat_yes().taken_back()]), "unknown no_answer");
    assert_eq!(mat(vec![mat_yes(), mat_no().by("u_two").taken_back()]), "yes");
}

#[test]
fn a_yes_holds_through_the_last_day_of_its_validity() {
    assert_eq!(mat(vec![mat_yes().on("2024-05-12")]), "yes");
    assert_eq!(mat(vec![mat_yes().on("2024-05-11")]), "unknown stale");
}

#[test]
fn a_yes_needs_accepted_and_verified_evidence() {
    let bare = || mat_yes().unproven();
    assert_eq!(mat(vec![bare()]), "unknown insufficient_evidence");
    assert_eq!(mat(vec![bare().proof("HLP", false, true)]), "unknown insufficient_evidence");
    assert_eq!(mat(vec![bare().proof("INT", true, true)]), "unknown insufficient_evidence");
    assert_eq!(mat(vec![bare().proof("INT", true, true).proof("HLP", true, false)]), "yes");
}

#[test]
fn where_marked_one_accepted_and_verified_item_comes_from_an_independent_source() {
    let bare = || yes("PHY-02", "area").unproven();
    assert_eq!(phy(vec![bare().proof("MAC", true, false)]), "unknown not_independent");
    // Neither an independent item of another kind nor an unverified one helps.
    let other = bare().proof("MAC", true, false).proof("SIT", true, true);
    assert_eq!(phy(vec![other]), "unknown not_independent");
    let unverified = bare().proof("MAC", true, false).proof("MAC", false, true);
    assert_eq!(phy(vec![unverified]), "unknown not_independent");
    assert_eq!(phy(vec![bare().proof("MAC", true, true)]), "yes");
}

#[test]
fn the_first_reason_that_applies_is_given() {
    let mut file = asked(family(), vec![yes("PHY-02", "area").unproven().on("2023-01-01")]);
    assert_eq!(value_of(&file, "PHY-02", "area"), "unknown stale");
    file.events.push(event("PHY-02", None, "2025-05-01"));
    assert_eq!(value_of(&file, "PHY-02", "area"), "unknown invalidated");
}

#[test]
fn an_answered_unknown_is_unknown_and_the_latest_reason_is_given() {
    let unknown = || answer(MAT.0, MAT.1, Value::Unknown);
    assert_eq!(mat(vec![unknown()]), "unknown unknown");
    assert_eq!(mat(vec![mat_yes().unproven().on("2025-05-03"), unknown()]), INSUFFICIENT);
    assert_eq!(mat(vec![mat_yes().unproven(), unknown().seq(2)]), "unknown unknown");
    // A yes that holds is not disturbed by somebody who did not know.
    assert_eq!(mat(vec![mat_yes(), unknown().seq(2)]), "yes");
}

const INSUFFICIENT: &str = "unknown insufficient_evidence";

// --- §1.9: events ---

#[test]
fn an_event_voids_what_was_observed_before_its_day_from_its_day_on() {
    let with = |on: &str| {
        let mut file = family();
        file.events.push(event("MAT-02", None, on));
        value_of(&file, MAT.0, MAT.1)
    };
    assert_eq!(with("2025-05-03"), "unknown invalidated");
    assert_eq!(with("2025-05-12"), "unknown invalidated");
    assert_eq!(with("2025-05-02"), "yes", "observed on the day of the event");
    assert_eq!(with("2025-05-13"), "yes", "the event is still to come");
}

#[test]
fn an_event_voids_a_condition_or_an_indicator_about_all_or_one() {
    let with = |voids: &str, subject: Option<&str>| {
        let mut file = family();
        file.events.push(event(voids, subject, "2025-05-10"));
        reasons(&file)
    };
    assert_eq!(with("VOL-06", Some("p2")), ["VOL-06 p2 unknown invalidated"]);
    assert_eq!(with("VOL-06", None).len(), 2, "both adults");
    assert_eq!(with("PHY", Some("area")).len(), 3, "PHY-01, PHY-02, PHY-04");
    assert_eq!(with("PHY", None).len(), 7, "and PHY-05 of three persons, PHY-06");
    assert!(with("PHY-02", Some("household")).is_empty());
}

#[test]
fn an_event_never_voids_a_no() {
    let mut file = asked(family(), vec![mat_no()]);
    file.events.push(event("MAT", None, "2025-05-10"));
    assert_eq!(value_of(&file, MAT.0, MAT.1), "no known_failure");
}

// --- §2.2 (3) and (4): a no, and what overtakes it ---

#[test]
fn a_no_never_goes_stale_and_needs_no_evidence() {
    assert_eq!(mat(vec![mat_no().on("2015-01-01")]), "no known_failure");
}

#[test]
fn a_later_supported_yes_that_names_the_no_overtakes_it() {
    let later = |answer: sanad_core::conditions::file::AnswerEntry| {
        mat(vec![mat_no().on("2025-04-01"), answer.by("u_two").names("a")])
    };
    assert_eq!(later(mat_yes()), "yes");
    assert_eq!(later(mat_yes().unproven()), "no known_failure");
    assert_eq!(later(mat_yes().on("2025-03-31")), "unknown contested", "not later");
}

#[test]
fn recorders_overtake_their_own_no_by_a_later_yes() {
    let with = |answer| mat(vec![mat_no().seq(5), answer]);
    assert_eq!(with(mat_yes().seq(6)), "yes");
    assert_eq!(with(mat_yes().on("2025-05-03").seq(1)), "yes");
    assert_eq!(with(mat_yes().seq(5)), "no known_failure", "at equal time the no wins");
    assert_eq!(with(mat_yes().seq(4)), "no known_failure", "an own later no replaces a yes");
    assert_eq!(with(mat_yes().seq(6).by("u_two")), "unknown contested", "somebody else's");
}

#[test]
fn a_yes_later_by_more_than_the_validity_overtakes_a_no() {
    let with = |no_on| {
        let no = no("MAT-01", "household").on(no_on).by("u_two");
        value_of(&asked(family(), vec![no, yes("MAT-01", "household")]), "MAT-01", "household")
    };
    assert_eq!(with("2024-11-03"), "unknown contested", "180 days before the yes");
    assert_eq!(with("2024-11-02"), "yes", "181 days before the yes");
}

#[test]
fn an_answer_that_is_set_aside_still_sets_aside_what_it_overtook() {
    // u_one: yes (1), no (3). u_two: no (0), overtaken by the yes that names it.
    let answers = vec![
        mat_no().seq(0).by("u_two"),
        mat_yes().seq(1).names("a"),
        mat_no().seq(3),
        mat_yes().seq(2).by("u_three"),
    ];
    // Only u_one's no and u_three's yes stand.
    assert_eq!(mat(answers.clone()), "unknown contested");
    // Without u_one's no, u_one's and u_three's yes stand and u_two's no does not.
    assert_eq!(mat(vec![answers[0].clone(), answers[1].clone(), answers[3].clone()]), "yes");
    // Both of one recorder's answers can be gone: no (0), yes (1), no (2), yes (3).
    let swings = vec![mat_no().seq(0), mat_yes().seq(1), mat_no().seq(2), mat_yes().seq(3)];
    assert_eq!(mat(swings), "yes");
}

#[test]
fn where_a_no_prevails_only_a_named_and_confirmed_yes_overtakes_it() {
    let with = |answer: sanad_core::conditions::file::AnswerEntry| {
        phy(vec![no("PHY-02", "area").on("2024-01-10"), answer])
    };
    let yes = || yes("PHY-02", "area");
    assert_eq!(with(yes()), "no no_prevails", "same recorder and long after");
    assert_eq!(with(yes().names("a")), "no no_prevails", "not confirmed");
    assert_eq!(with(yes().confirmed_by("u_two")), "no no_prevails", "does not name it");
    assert_eq!(with(yes().names("a").confirmed_by("u_one")), "no no_prevails", "own officer");
    assert_eq!(with(yes().names("a").confirmed_by("u_two")), "yes");
    assert_eq!(with(yes().unproven().names("a").confirmed_by("u_two")), "no known_failure");
}

// --- §2.2 (5): contest and adjudication ---

#[test]
fn a_yes_and_a_no_of_two_recorders_are_contested() {
    assert_eq!(mat(vec![mat_yes(), mat_no().by("u_two")]), "unknown contested");
    assert_eq!(mat(vec![mat_yes().seq(2), mat_no().by("u_two")]), "unknown contested");
}

#[test]
fn an_adjudication_stands_in_place_of_every_answer_before_it() {
    let contest = |ruling: sanad_core::conditions::file::AnswerEntry| {
        let ruling = ruling.on("2025-05-04").by("u_super").adjudicates();
        mat(vec![mat_yes(), mat_no().by("u_two"), ruling])
    };
    assert_eq!(contest(mat_yes()), "yes");
    assert_eq!(contest(mat_no()), "no known_failure");
    // It is itself classified like any other answer.
    assert_eq!(contest(mat_yes().unproven()), INSUFFICIENT);
    assert_eq!(contest(mat_yes().taken_back()), "unknown contested");
}

#[test]
fn later_answers_reopen_an_adjudication() {
    let ruling = mat_yes().by("u_super").adjudicates().on("2025-05-04");
    let before = mat_no().by("u_two").on("2025-05-03");
    assert_eq!(mat(vec![ruling.clone(), before]), "yes");
    let later = mat_no().by("u_two").on("2025-05-05");
    assert_eq!(mat(vec![ruling.clone(), later]), "unknown contested");
    let same_day = mat_no().by("u_two").on("2025-05-04").seq(2);
    assert_eq!(mat(vec![ruling, same_day]), "unknown contested");
}

#[test]
fn only_the_latest_adjudication_counts() {
    let first = mat_no().by("u_super").adjudicates();
    let second = mat_yes().by("u_other").adjudicates().on("2025-05-04");
    assert_eq!(mat(vec![second, first]), "yes");
}

// --- §2.1: not applicable ---

fn child_of_four(flags: &[Flag]) -> FactsFile {
    all_yes(vec![member("p1", Some("2021-04-04"), flags)])
}

#[test]
fn a_typed_not_applicable_is_unknown() {
    let na = |reason: Option<NaReason>| {
        let answer = answer(MAT.0, MAT.1, Value::NotApplicable).proof("LAW", true, true);
        mat(vec![reason.map_or(answer.clone(), |reason| answer.because(reason))])
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
        let file = asked(child_of_four(&[Uasc]), vec![na(indicator).proof("BID", true, false)]);
        assert_eq!(value_of(&file, indicator, "p1"), accepted, "{indicator}");
    }
    let refused = |file, answer| value_of(&asked(file, vec![answer]), "VOL-01", "p1");
    let unproven = na("VOL-01");
    assert_eq!(refused(child_of_four(&[Uasc]), unproven), "unknown na_not_allowed");
    let unverified = na("VOL-01").proof("BID", false, true);
    assert_eq!(refused(child_of_four(&[Uasc]), unverified), "unknown na_not_allowed");
    let adult = all_yes(vec![member("p1", Some("1990-01-01"), &[Uasc])]);
    let proven = na("VOL-01").proof("BID", true, true);
    assert_eq!(refused(adult, proven), "unknown na_not_allowed", "an adult decides");
}

#[test]
fn no_exposure_with_a_legal_note_excuses_from_guarantee_and_amnesty() {
    let na = |indicator: &str, kind: &str| {
        let answer = answer(indicator, "area", Value::NotApplicable).because(NaReason::NoExposure);
        value_of(&asked(family(), vec![answer.proof(kind, true, false)]), indicator, "area")
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
    assert_eq!(value_of(&na("2024-11-13"), "LEG-02", "area"), "yes", "180 days");
    assert_eq!(value_of(&na("2024-11-12"), "LEG-02", "area"), "unknown stale");
    let mut repealed = na(ANSWERED);
    repealed.events.push(event("LEG-02", None, "2025-05-10"));
    assert_eq!(value_of(&repealed, "LEG-02", "area"), "unknown invalidated");
}

#[test]
fn an_accepted_not_applicable_does_not_hide_a_no() {
    let na = answer("LEG-02", "area", Value::NotApplicable).because(NaReason::NoExposure);
    let file = asked(family(), vec![na.proof("LAW", true, true), no("LEG-02", "area")]);
    assert_eq!(value_of(&file, "LEG-02", "area"), "no known_failure");
}

// --- §2.1, §2.10: applicability ---

/// The indicators asked of a file without any answer, as far as they are about
/// `subject`.
fn asked_about(mut file: FactsFile, subject: &str) -> Vec<String> {
    file.answers.clear();
    let entries = report(&file).reasons;
    entries.into_iter().filter(|r| r.subject == subject).map(|r| r.indicator).collect()
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
            assert_eq!(lost, if separated { vec!["VOL-09"] } else { vec![] }, "{flag}");
        }
    }
    let adult = Some("1990-01-01");
    let added = |born, flag| {
        let plain = about(born, &[]);
        about(born, &[flag]).into_iter().filter(|id| !plain.contains(id)).collect::<Vec<_>>()
    };
    assert_eq!(added(adult, Flag::NeedsDecisionSupport), ["VOL-11"]);
    assert_eq!(added(adult, NationalityDoubt), ["LEG-05"]);
    assert_eq!(added(adult, Refugee), ["LEG-07"]);
    assert_eq!(added(adult, HasSpecificNeed), ["MAT-06"]);
    assert!(added(adult, Uasc).is_empty());
    assert!(added(None, Flag::NeedsDecisionSupport).is_empty(), "of adults only");
    assert!(added(None, Uasc).contains(&"VOL-10".into()));
}

#[test]
fn schooling_is_asked_for_children_of_school_age_and_of_unknown_age() {
    let asked = |born| {
        let file = all_yes(vec![member("p1", Some("1990-01-01"), &[]), member("p2", born, &[])]);
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

// --- §2.3 and §2.4: outcomes ---

#[test]
fn any_no_is_not_met_else_any_unknown_is_undetermined() {
    let failed = asked(family(), vec![no("MAT-05", "household")]);
    let both = asked(failed, vec![answer(MAT.0, MAT.1, Value::Unknown)]);
    assert_eq!(assessed(&both).outcome(Condition::MaterialSafety), Outcome::NotMet);
    assert_eq!(finding(&both), Finding::NotCompliant);
    let unknown = asked(family(), vec![answer(MAT.0, MAT.1, Value::Unknown)]);
    assert_eq!(assessed(&unknown).outcome(Condition::MaterialSafety), Outcome::Undetermined);
    assert_eq!(finding(&unknown), Finding::Undetermined);
}

#[test]
fn nothing_applicable_is_never_met() {
    // A catalogue whose only DIG question is about school-age children.
    let text = include_str!("../../../../reference/catalogue/sanad-2025.toml");
    let mut own = text.replace("id = \"sanad-2025\"", "id = \"own\"");
    for entry in text.split("[[indicator]]").filter(|entry| entry.contains("id = \"DIG-")) {
        let asked = entry.replace("applies_to = \"always\"", "applies_to = \"school_age\"");
        own = own.replace(entry, &asked);
    }
    let catalogue = Catalogue::load(&own).unwrap();
    let file = all_yes(vec![member("p1", Some("1990-01-01"), &[])]);
    let assessment = assess(&catalogue, &file.to_facts(&catalogue).unwrap()).unwrap();
    assert!(assessment.reasons.is_empty());
    assert_eq!(assessment.outcome(Condition::Dignified), Outcome::Undetermined);
    assert_eq!(assessment.finding, Finding::Undetermined);
}

#[test]
fn a_household_without_members_is_never_compliant() {
    let empty = assessed(&all_yes(vec![]));
    assert_eq!(empty.finding, Finding::Undetermined);
    assert_eq!(empty.conditions, [Outcome::Undetermined; 8]);
}

#[test]
fn safe_is_physical_and_legal_and_material() {
    let named = assessed(&asked(family(), vec![no("LEG-03", "p2")])).named();
    assert_eq!(named.safe.physical, Outcome::Met);
    assert_eq!(named.safe.legal, Outcome::NotMet);
    assert_eq!(named.safe.material, Outcome::Met);
    assert_eq!(named.safe.outcome, Outcome::NotMet);
    assert_eq!(named.dignified, Outcome::Met);
    let unknown = Outcome::Met.and(Outcome::Undetermined);
    assert_eq!((unknown, unknown.and(Outcome::NotMet)), (Outcome::Undetermined, Outcome::NotMet));
}

#[test]
fn advisory_answers_are_warnings_and_a_high_return_index_must_be_answered() {
    let high = asked(family(), vec![no("PHY-07", "area")]);
    let high = asked(high, vec![no("DEM-05", "area")]);
    let high = asked(high, vec![answer("MAT-07", "area", Value::Unknown)]);
    let report = report(&high);
    assert_eq!(report.finding, Finding::Compliant);
    let warnings: Vec<_> =
        report.warnings.iter().map(|w| (w.reason.indicator.as_str(), w.kind)).collect();
    assert_eq!(
        warnings,
        [
            ("PHY-07", WarningKind::AnswerInWriting),
            ("MAT-07", WarningKind::Advisory),
            ("DEM-05", WarningKind::Advisory),
        ]
    );
}

#[test]
fn reasons_come_in_catalogue_order_and_then_in_the_order_of_members() {
    let mut file = family();
    file.members.reverse();
    file.answers.retain(|a| !matches!(a.indicator.as_str(), "PHY-05" | "VOL-12" | "DEM-02"));
    assert_eq!(
        reasons(&file),
        [
            "VOL-12 area unknown no_answer",
            "PHY-05 p3 unknown no_answer",
            "PHY-05 p2 unknown no_answer",
            "PHY-05 p1 unknown no_answer",
            "DEM-02 area unknown no_answer",
        ]
    );
}

// --- §2.6 and §2.7 ---

#[test]
fn a_finding_expires_with_its_first_answer_or_after_thirty_days() {
    let expiry = |file: &FactsFile| assessed(file).expires_on.to_string();
    // VOL-06, PHY-06 and DIG-03 hold 14 days from 2 May.
    assert_eq!(expiry(&family()), "2025-05-16");
    let mut last_day = family();
    last_day.on = "2025-05-16".parse().unwrap();
    assert_eq!(finding(&last_day), Finding::Compliant);
    last_day.on = "2025-05-17".parse().unwrap();
    assert_eq!(finding(&last_day), Finding::Undetermined);
    // All of today, those of 14 and 30 days left out: thirty days.
    let mut file = family();
    let catalogue = Catalogue::shipped();
    file.answers.retain_mut(|answer| {
        answer.observed_on = file.on;
        let asked = catalogue.get(catalogue.find(&answer.indicator).unwrap()).unwrap();
        asked.validity_days > 30
    });
    assert_eq!(expiry(&file), "2025-06-11");
}

#[test]
fn an_older_answer_beside_a_newer_one_does_not_shorten_a_finding() {
    let older = yes("VOL-06", "p1").on("2025-04-29");
    let mut file = asked(family(), vec![older, yes("VOL-06", "p1")]);
    assert_eq!(assessed(&file).expires_on.to_string(), "2025-05-16");
    file.answers.pop();
    assert_eq!(assessed(&file).expires_on.to_string(), "2025-05-13");
}

#[test]
fn whoever_recorded_consent_may_not_issue_the_finding() {
    let by = |indicator: &str, change: &dyn Fn(&mut FactsFile)| {
        let mut file = family();
        let answer = file.answers.iter_mut().find(|a| a.indicator == indicator).unwrap();
        answer.by = "u_assessor".into();
        file.assessor = Some("u_assessor".into());
        change(&mut file);
        let catalogue = Catalogue::shipped();
        assess(catalogue, &file.to_facts(catalogue).unwrap()).is_err()
    };
    let breaches = |indicator| by(indicator, &|_| {});
    let barred: Vec<_> = Catalogue::shipped()
        .indicators()
        .iter()
        .map(|indicator| indicator.id.as_str())
        .filter(|id| breaches(id))
        .collect();
    assert_eq!(barred, ["VOL-01", "VOL-02", "VOL-03", "VOL-06"]);
    let change_own = |change: fn(&mut sanad_core::conditions::file::AnswerEntry)| {
        by("VOL-06", &|file| {
            file.answers.iter_mut().filter(|a| a.by == "u_assessor").for_each(change);
        })
    };
    assert!(change_own(|answer| answer.retracted = true), "retracted or not");
    assert!(change_own(|answer| answer.observed_on = "2030-01-01".parse().unwrap()), "any date");
    assert!(change_own(|answer| answer.value = Value::No), "any value");
    assert!(!by("VOL-06", &|file| file.assessor = None));
}
