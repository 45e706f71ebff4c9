//! §2.3 to §2.7: from values to conditions, finding, warnings and expiry, and
//! who may not issue one.

use crate::household::*;
use sanad_core::conditions::file::{AnswerEntry, FactsFile};
use sanad_core::conditions::{Catalogue, Condition, Finding, Outcome, Value, WarningKind, assess};

// --- §2.3 and §2.4: outcomes ---

#[test]
fn any_no_is_not_met_else_any_unknown_is_undetermined() {
    let failed = asked(family(), vec![no("MAT-05", "household")]);
    let both = asked(failed, vec![answer("MAT-02", "household", Value::Unknown)]);
    assert_eq!(
        assessed(&both).outcome(Condition::MaterialSafety),
        Outcome::NotMet
    );
    assert_eq!(finding(&both), Finding::NotCompliant);
    let unknown = asked(
        family(),
        vec![answer("MAT-02", "household", Value::Unknown)],
    );
    assert_eq!(
        assessed(&unknown).outcome(Condition::MaterialSafety),
        Outcome::Undetermined
    );
    assert_eq!(finding(&unknown), Finding::Undetermined);
}

#[test]
fn nothing_applicable_is_never_met() {
    // A catalogue whose only DIG question is about school-age children.
    let text = include_str!("../../../../../reference/catalogue/sanad-2025.toml");
    let mut own = text.replace("id = \"sanad-2025\"", "id = \"own\"");
    for entry in text
        .split("[[indicator]]")
        .filter(|entry| entry.contains("id = \"DIG-"))
    {
        let asked = entry.replace("applies_to = \"always\"", "applies_to = \"school_age\"");
        own = own.replace(entry, &asked);
    }
    let catalogue = Catalogue::load(&own).unwrap();
    let file = all_yes(vec![member("p1", Some("1990-01-01"), &[])]);
    let assessment = assess(&catalogue, &file.to_facts(&catalogue).unwrap()).unwrap();
    assert!(assessment.reasons.is_empty());
    assert_eq!(
        assessment.outcome(Condition::Dignified),
        Outcome::Undetermined
    );
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
    assert_eq!(
        (unknown, unknown.and(Outcome::NotMet)),
        (Outcome::Undetermined, Outcome::NotMet)
    );
}

#[test]
fn advisory_answers_are_warnings_and_a_high_return_index_must_be_answered() {
    let high = asked(family(), vec![no("PHY-07", "area")]);
    let high = asked(high, vec![no("DEM-05", "area")]);
    let high = asked(high, vec![answer("MAT-07", "area", Value::Unknown)]);
    let report = report(&high);
    assert_eq!(report.finding, Finding::Compliant);
    let warnings: Vec<_> = report
        .warnings
        .iter()
        .map(|w| (w.reason.indicator.as_str(), w.kind))
        .collect();
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
    file.answers
        .retain(|a| !matches!(a.indicator.as_str(), "PHY-05" | "VOL-12" | "DEM-02"));
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
        let asked = catalogue
            .get(catalogue.find(&answer.indicator).unwrap())
            .unwrap();
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
        let answer = file
            .answers
            .iter_mut()
            .find(|a| a.indicator == indicator)
            .unwrap();
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
    let change_own = |change: fn(&mut AnswerEntry)| {
        by("VOL-06", &|file| {
            file.answers
                .iter_mut()
                .filter(|a| a.by == "u_assessor")
                .for_each(change);
        })
    };
    assert!(
        change_own(|answer| answer.retracted = true),
        "retracted or not"
    );
    assert!(
        change_own(|answer| answer.observed_on = "2030-01-01".parse().unwrap()),
        "any date"
    );
    assert!(change_own(|answer| answer.value = Value::No), "any value");
    assert!(!by("VOL-06", &|file| file.assessor = None));
}
