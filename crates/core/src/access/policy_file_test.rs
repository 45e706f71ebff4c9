//! What is refused in a policy file.
//!
//! Each test changes one thing in the shipped file. Not here: what the shipped
//! policy lets whom do (see `rules_test`).

use super::policy_file::load;
use super::{Permission, Policy, PolicyError, Role, Scope};

const SHIPPED: &str = include_str!("../../../../reference/roles.toml");

/// The shipped file with one text replaced; it must be there to be replaced.
fn with(old: &str, new: &str) -> Result<Policy, PolicyError> {
    assert!(
        SHIPPED.contains(old),
        "`{old}` is no longer in the policy file"
    );
    load(&SHIPPED.replacen(old, new, 1))
}

fn form(result: Result<Policy, PolicyError>) -> String {
    match result {
        Err(PolicyError::Form(text)) => text,
        other => panic!("refused for its form, expected; got {other:?}"),
    }
}

#[test]
fn an_unknown_permission_is_refused_with_its_line_and_name() {
    let line = SHIPPED
        .lines()
        .position(|line| line.contains("accounts.read"))
        .unwrap()
        + 1;
    let text = form(with("\"accounts.read\"", "\"accounts.raed\""));
    assert!(text.contains("accounts.raed"), "{text}");
    assert!(text.contains(&format!("line {line}")), "{text}");
}

#[test]
fn every_other_unknown_word_is_refused_with_its_name() {
    for (old, new, word) in [
        ("[roles.auditor]", "[roles.auditer]", "auditer"),
        ("scope = \"all\"", "scope = \"world\"", "world"),
        ("tiers = [\"A\", \"B\"]", "tiers = [\"A\", \"F\"]", "F"),
        ("role = \"auditor\"", "role = \"inspector\"", "inspector"),
        (
            "with = [\"registrar\"",
            "with = [\"registrator\"",
            "registrator",
        ),
        ("edition = ", "editon = ", "editon"),
    ] {
        let text = form(with(old, new));
        assert!(text.contains(word), "{text}");
    }
}

#[test]
fn a_role_left_out_is_refused() {
    let start = SHIPPED.find("[roles.supervisor]").unwrap();
    let end = SHIPPED.find("[roles.auditor]").unwrap();
    let without = format!("{}{}", &SHIPPED[..start], &SHIPPED[end..]);
    assert_eq!(
        load(&without).unwrap_err(),
        PolicyError::MissingRole {
            role: Role::Supervisor
        }
    );
}

#[test]
fn an_administrator_with_a_permission_over_cases_or_areas_is_refused() {
    for (word, permission) in [
        ("cases.read", Permission::CasesRead),
        ("reports.read", Permission::ReportsRead),
        ("areas.read", Permission::AreasRead),
    ] {
        let result = with(
            "tiers = []\npermissions = [\n  \"accounts.manage\",",
            &format!("tiers = []\npermissions = [\n  \"{word}\",\n  \"accounts.manage\","),
        );
        let expected = PolicyError::Escalation {
            role: Role::Administrator,
            permission,
        };
        assert_eq!(result.unwrap_err(), expected);
    }
}

#[test]
fn a_case_role_that_manages_accounts_is_refused() {
    let result = with(
        "\"catalogue.read\", ",
        "\"catalogue.read\", \"accounts.manage\", ",
    );
    assert!(
        matches!(
            result,
            Err(PolicyError::Escalation {
                role: Role::Registrar,
                ..
            })
        ),
        "{result:?}"
    );
}

#[test]
fn an_auditor_who_writes_is_refused() {
    let start = SHIPPED.find("[roles.auditor]").unwrap();
    let (before, auditor) = SHIPPED.split_at(start);
    let writing = auditor.replacen("\"places.read\"", "\"places.import\"", 1);
    assert_eq!(
        load(&format!("{before}{writing}")).unwrap_err(),
        PolicyError::AuditorWrites {
            permission: Permission::PlacesImport
        }
    );
}

#[test]
fn a_pair_that_must_be_kept_apart_cannot_be_dropped() {
    let result = with("\"auditor\", \"data_protection", "\"data_protection");
    let expected = PolicyError::MissingPair {
        a: Role::Auditor,
        b: Role::Administrator,
    };
    assert_eq!(result.unwrap_err(), expected);
    let result = with("with = [\"registrar\", ", "with = [");
    let expected = PolicyError::MissingPair {
        a: Role::Administrator,
        b: Role::Registrar,
    };
    assert_eq!(result.unwrap_err(), expected);
}

#[test]
fn a_role_incompatible_with_itself_is_refused() {
    let result = with("with = [\"registrar\"", "with = [\"administrator\"");
    assert_eq!(
        result.unwrap_err(),
        PolicyError::SelfPair {
            role: Role::Administrator
        }
    );
}

#[test]
fn writing_and_identities_never_reach_across_organisations() {
    for tiers in ["[\"A\", \"B\"]", "[\"D\"]"] {
        let result = with(
            "scope = \"organisation\"\ntiers = [\"A\", \"B\"]",
            &format!("scope = \"all\"\ntiers = {tiers}"),
        );
        assert!(
            matches!(
                result,
                Err(PolicyError::Scope {
                    scope: Scope::All,
                    ..
                })
            ),
            "{result:?}"
        );
    }
    let result = with(
        "tiers = [\"D\"]\npermissions = [\"cases.read\", \"ass",
        "tiers = [\"A\", \"D\"]\npermissions = [\"cases.read\", \"ass",
    );
    assert!(
        matches!(
            result,
            Err(PolicyError::Scope {
                role: Role::Auditor,
                ..
            })
        ),
        "{result:?}"
    );
}

#[test]
fn a_limit_that_would_hold_nothing_back_is_refused() {
    let result = with(
        "scope = \"all\"\ntiers = []",
        "scope = \"organisation\"\ntiers = []",
    );
    assert!(
        matches!(
            result,
            Err(PolicyError::Scope {
                scope: Scope::Organisation,
                ..
            })
        ),
        "{result:?}"
    );
}

#[test]
fn a_permission_that_stands_twice_under_a_role_is_refused() {
    let result = with(
        "\"cases.create\", \"cases.read\"",
        "\"cases.read\", \"cases.read\"",
    );
    let expected = PolicyError::Twice {
        role: Role::Registrar,
        permission: Permission::CasesRead,
    };
    assert_eq!(result.unwrap_err(), expected);
}

#[test]
fn texts_for_people_are_not_left_empty() {
    let result = with("title = \"Caseworker\"", "title = \" \"");
    assert_eq!(
        result.unwrap_err(),
        PolicyError::Blank {
            field: "roles.caseworker.title".to_owned()
        }
    );
}

#[test]
fn the_hash_tells_two_policies_apart() {
    let shipped = Policy::shipped().unwrap();
    let other = with("edition = \"", "edition = \"x-").unwrap();
    assert_ne!(shipped.sha256(), other.sha256());
    assert_eq!(shipped.sha256(), load(SHIPPED).unwrap().sha256());
}
