//! Rules about a person as a whole; those about one field stand beside it.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn profile(more: &str) -> PersonProfile {
    read(more).unwrap()
}

fn read(more: &str) -> Result<PersonProfile, String> {
    let json = format!(
        r#"{{"names":[{{"script":"Arab","given":"سلمى"}}],"birth":{{"precision":"unknown"}},
             "sex":"female","relationship":"self"{more}}}"#
    );
    serde_json::from_str(&json).map_err(|error| error.to_string())
}

fn flags(more: &str) -> Vec<Flag> {
    let flags = profile(more).flags(date(2025, 6, 1));
    Flag::ALL
        .iter()
        .copied()
        .filter(|flag| flags.has(*flag))
        .collect()
}

#[test]
fn a_profile_without_any_fact_adds_no_safeguard() {
    assert_eq!(flags(""), []);
    assert_eq!(flags(r#","nationality":"SYR""#), []);
}

#[test]
fn a_separated_child_is_recognised_by_the_flag_and_by_the_need() {
    assert_eq!(flags(r#","unaccompanied_or_separated":true"#), [Flag::Uasc]);
    for need in ["SC-SC", "SC-UC"] {
        let more = format!(r#","specific_needs":["{need}"]"#);
        assert_eq!(flags(&more), [Flag::Uasc, Flag::HasSpecificNeed]);
    }
    assert_eq!(
        flags(r#","specific_needs":["ER-NF"]"#),
        [Flag::HasSpecificNeed]
    );
}

#[test]
fn a_refugee_is_one_on_the_days_on_which_the_status_holds() {
    let status = |code: &str, until: &str| {
        format!(r#","legal_statuses":[{{"status":"{code}","since":"2015-01-01"{until}}}]"#)
    };
    for code in ["REF", "ASY"] {
        assert_eq!(flags(&status(code, "")), [Flag::Refugee]);
        assert_eq!(flags(&status(code, r#","until":"2025-05-31""#)), []);
    }
    assert_eq!(flags(&status("IDP", "")), []);
}

#[test]
fn nationality_is_in_doubt_when_somebody_says_so_or_nobody_can_say() {
    for more in [
        r#","nationality_doubt":true"#,
        r#","nationality":"stateless""#,
        r#","nationality":"unknown""#,
        r#","legal_statuses":[{"status":"STA","since":"2015-01-01"}]"#,
    ] {
        assert_eq!(flags(more), [Flag::NationalityDoubt], "{more}");
    }
}

#[test]
fn a_person_belongs_to_the_case_from_joining_until_the_day_before_leaving() {
    let mut person = Person {
        id: PersonId(uuid::Uuid::nil()),
        profile: profile(""),
        joined_on: date(2025, 1, 10),
        left: None,
    };
    assert!(!person.is_member(date(2025, 1, 9)) && person.is_member(date(2025, 1, 10)));
    person.left = Some(Leaving {
        on: date(2025, 3, 1),
        reason: LeavingReason::Married,
    });
    assert!(person.is_member(date(2025, 2, 28)) && !person.is_member(date(2025, 3, 1)));
    assert_eq!(person.for_rule(date(2025, 2, 1)).born, None);
}

#[test]
fn what_must_not_be_collected_has_no_field() {
    for field in [
        "ethnicity",
        "race",
        "religion",
        "sect",
        "tribe",
        "political_opinion",
        "orientation",
        "biometrics",
    ] {
        let error = read(&format!(r#","{field}":"x""#)).unwrap_err();
        assert!(error.contains("unknown field"), "{error}");
    }
}

#[test]
fn a_need_that_is_named_twice_is_kept_once() {
    assert_eq!(
        profile(r#","specific_needs":["WG-SEE","WG-SEE"]"#)
            .specific_needs
            .len(),
        1
    );
}

proptest! {
    #[test]
    fn sex_name_and_relationship_never_reach_the_rule(sex in 0usize..4, relationship in 0usize..21) {
        let plain = profile("");
        let mut changed = plain.clone();
        changed.sex = Sex::ALL[sex];
        changed.relationship = Relationship::ALL[relationship];
        let on = date(2025, 6, 1);
        prop_assert_eq!(plain.flags(on), changed.flags(on));
        let json = serde_json::to_string(&changed).unwrap();
        prop_assert_eq!(serde_json::from_str::<PersonProfile>(&json).unwrap(), changed);
    }
}
