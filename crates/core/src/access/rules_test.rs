//! The shipped policy, rule by rule.
//!
//! Not here: what is refused in a policy file (see `policy_file_test`), lists against
//! single decisions (see `worlds_test`).

use uuid::Uuid;

use super::{
    Actor, Denied, Effect, Grant, Permission, Policy, Resource, Role, Scope, Subject, Tier, Tiers,
};
use crate::area::PlaceRef;
use crate::ids::{OrganisationId, UserId};

const CASE_ROLES: [Role; 6] = [
    Role::Registrar,
    Role::Caseworker,
    Role::ProtectionOfficer,
    Role::ChildProtectionOfficer,
    Role::Supervisor,
    Role::FieldMonitor,
];

fn policy() -> Policy {
    Policy::shipped().unwrap()
}

fn organisation(number: u128) -> OrganisationId {
    OrganisationId(Uuid::from_u128(number))
}

fn place(code: &str) -> PlaceRef {
    PlaceRef::parse("XZ-1", code).unwrap()
}

fn grant(role: Role, number: u128, areas: &[&str]) -> Grant {
    let areas = areas.iter().map(|code| place(code)).collect();
    Grant {
        role,
        organisation: organisation(number),
        areas,
    }
}

fn actor(grants: &[Grant]) -> Actor {
    Actor::from_verified_token(UserId(Uuid::from_u128(7)), grants.to_vec())
}

fn with_role(role: Role) -> Actor {
    actor(&[grant(role, 1, &[])])
}

/// A case of organisation 1 and an area that every grant without areas covers.
fn decide(role: Role, permission: Permission) -> Result<Tiers, Denied> {
    let places = [place("XZ0101"), place("XZ01"), place("XZ")];
    let resource = match permission.subject() {
        Subject::Case => Resource::Case {
            organisation: organisation(1),
            places: &places,
        },
        Subject::Area => Resource::Area { places: &places },
        Subject::Registry => Resource::Registry,
    };
    policy()
        .permit(&with_role(role), permission, &resource)
        .map(|permit| permit.tiers())
}

fn roles_with(permission: Permission) -> Vec<Role> {
    Role::ALL
        .into_iter()
        .filter(|&role| decide(role, permission).is_ok())
        .collect()
}

#[test]
fn an_auditor_writes_nothing() {
    for &permission in Permission::ALL {
        if permission.effect() == Effect::Write {
            assert_eq!(
                decide(Role::Auditor, permission),
                Err(Denied::Forbidden { permission })
            );
        }
    }
}

#[test]
fn an_auditor_reads_facts_of_every_organisation_and_no_identity() {
    let case = Resource::Case {
        organisation: organisation(99),
        places: &[],
    };
    let permit = policy()
        .permit(&with_role(Role::Auditor), Permission::CasesRead, &case)
        .unwrap();
    assert_eq!(permit.tiers(), [Tier::D].into_iter().collect());
    assert_eq!(permit.organisation(), Some(organisation(99)));
    let identifying: Tiers = [Tier::A, Tier::B, Tier::C].into_iter().collect();
    for &permission in Permission::ALL {
        if let Ok(tiers) = decide(Role::Auditor, permission) {
            assert!(tiers.intersection(identifying).is_empty(), "{permission}");
        }
    }
}

#[test]
fn a_system_administrator_reads_nothing_in_a_case_and_may_not_know_it_exists() {
    for &permission in Permission::ALL {
        if permission.subject() == Subject::Case && permission != Permission::CasesCreate {
            assert_eq!(decide(Role::Administrator, permission), Err(Denied::Hidden));
            let visibility = policy().visibility(&with_role(Role::Administrator), permission);
            assert!(visibility.sees_nothing(), "{permission}");
        }
    }
}

#[test]
fn only_an_administrator_manages_accounts_and_imports_places() {
    assert_eq!(
        roles_with(Permission::AccountsManage),
        [Role::Administrator]
    );
    assert_eq!(roles_with(Permission::PlacesImport), [Role::Administrator]);
}

#[test]
fn only_a_protection_officer_issues_a_finding() {
    assert_eq!(
        roles_with(Permission::FindingsIssue),
        [Role::ProtectionOfficer]
    );
}

#[test]
fn only_a_registrar_registers_a_case() {
    assert_eq!(roles_with(Permission::CasesCreate), [Role::Registrar]);
}

#[test]
fn a_supervisor_alters_no_answer() {
    for permission in [
        Permission::CasesAnswer,
        Permission::CasesRetractAnswer,
        Permission::AreasAnswer,
        Permission::CasesCompose,
    ] {
        assert_eq!(
            decide(Role::Supervisor, permission),
            Err(Denied::Forbidden { permission }),
            "{permission}"
        );
    }
}

#[test]
fn any_case_role_records_a_return() {
    assert_eq!(roles_with(Permission::ReturnsRecord), CASE_ROLES);
}

#[test]
fn a_registrar_opens_no_protection_sensitive_data() {
    for &permission in Permission::ALL {
        if let Ok(tiers) = decide(Role::Registrar, permission) {
            assert!(!tiers.contains(Tier::C), "{permission}");
        }
    }
}

#[test]
fn everyone_reads_their_own_account_the_places_and_the_catalogue() {
    for permission in [
        Permission::MeRead,
        Permission::PlacesRead,
        Permission::CatalogueRead,
    ] {
        assert_eq!(roles_with(permission), Role::ALL, "{permission}");
    }
}

#[test]
fn another_organisation_s_case_is_hidden_for_every_permission() {
    let places = [place("XZ01")];
    let theirs = Resource::Case {
        organisation: organisation(2),
        places: &places,
    };
    for role in CASE_ROLES {
        for &permission in Permission::ALL {
            if permission.subject() == Subject::Case && permission != Permission::CasesCreate {
                let answer = policy().permit(&with_role(role), permission, &theirs);
                assert_eq!(answer, Err(Denied::Hidden), "{role} {permission}");
            }
        }
    }
}

#[test]
fn a_visible_case_says_what_is_missing_instead_of_hiding() {
    let permission = Permission::FindingsIssue;
    assert_eq!(
        decide(Role::Caseworker, permission),
        Err(Denied::Forbidden { permission })
    );
}

#[test]
fn registering_a_case_elsewhere_is_forbidden_because_there_is_nothing_to_hide() {
    let elsewhere = Resource::Case {
        organisation: organisation(2),
        places: &[],
    };
    let permission = Permission::CasesCreate;
    assert_eq!(
        policy().permit(&with_role(Role::Registrar), permission, &elsewhere),
        Err(Denied::Forbidden { permission })
    );
}

#[test]
fn a_scope_by_area_uses_explicit_ancestors_and_never_prefixes() {
    let officer = actor(&[grant(Role::ProtectionOfficer, 1, &["XZ01"])]);
    let ask = |places: &[PlaceRef]| {
        let case = Resource::Case {
            organisation: organisation(1),
            places,
        };
        policy()
            .permit(&officer, Permission::CasesRead, &case)
            .is_ok()
    };
    assert!(ask(&[place("XZ01")]));
    assert!(
        ask(&[place("QQ77"), place("XZ01"), place("XZ")]),
        "an ancestor of another spelling"
    );
    assert!(
        !ask(&[place("XZ0101"), place("XZ02"), place("XZ")]),
        "a code that only looks inside"
    );
    assert!(
        !ask(&[place("XZ")]),
        "a grant for a part is not one for the whole"
    );
    assert!(
        !ask(&[]),
        "a case whose place is unknown lies in no named area"
    );
}

#[test]
fn an_area_of_another_edition_is_another_area() {
    let officer = actor(&[grant(Role::ProtectionOfficer, 1, &["XZ01"])]);
    let places = [PlaceRef::parse("XZ-2", "XZ01").unwrap()];
    let area = Resource::Area { places: &places };
    let permission = Permission::AreasRead;
    assert_eq!(
        policy().permit(&officer, permission, &area),
        Err(Denied::Forbidden { permission })
    );
}

#[test]
fn what_is_recorded_about_an_area_is_hidden_from_who_reads_neither_places_nor_areas() {
    let text = include_str!("../../../../reference/roles.toml");
    let secret_places = Policy::load(&text.replace("\"places.read\", ", "")).unwrap();
    let places = [place("XZ01")];
    let permission = Permission::AreasVerify;
    let ask = |policy: &Policy, role| {
        policy.permit(
            &with_role(role),
            permission,
            &Resource::Area { places: &places },
        )
    };
    let forbidden = Err(Denied::Forbidden { permission });
    assert_eq!(
        ask(&policy(), Role::Registrar),
        forbidden,
        "reads the places"
    );
    assert_eq!(
        ask(&secret_places, Role::Caseworker),
        forbidden,
        "reads the areas"
    );
    assert_eq!(ask(&secret_places, Role::Registrar), Err(Denied::Hidden));
}

#[test]
fn several_grants_open_together_what_each_opens_where_it_holds() {
    let both = actor(&[
        grant(Role::Registrar, 1, &[]),
        grant(Role::ProtectionOfficer, 1, &["XZ01"]),
    ]);
    let tiers = |code: &str| {
        let places = [place(code)];
        let case = Resource::Case {
            organisation: organisation(1),
            places: &places,
        };
        policy()
            .permit(&both, Permission::CasesRead, &case)
            .unwrap()
            .tiers()
            .to_string()
    };
    assert_eq!(tiers("XZ01"), "ABCD");
    assert_eq!(tiers("XZ02"), "AB");
}

#[test]
fn incompatible_roles_are_refused_across_organisations_with_the_reason() {
    for role in CASE_ROLES {
        for other in [Role::Administrator, Role::Auditor] {
            let grants = [grant(role, 1, &[]), grant(other, 2, &["XZ01"])];
            let refused = policy().check_grants(&grants).unwrap_err();
            assert_eq!((refused.a, refused.b), (other, role));
            assert!(refused.reason.starts_with("who "), "{refused}");
        }
    }
    let compatible = CASE_ROLES.map(|role| grant(role, 1, &[]));
    assert_eq!(policy().check_grants(&compatible), Ok(()));
}

#[test]
fn incompatible_grants_slipped_past_the_check_open_nothing() {
    let grants = [
        grant(Role::Caseworker, 1, &[]),
        grant(Role::Administrator, 1, &[]),
    ];
    let case = Resource::Case {
        organisation: organisation(1),
        places: &[],
    };
    for &permission in Permission::ALL {
        for resource in [case, Resource::Area { places: &[] }, Resource::Registry] {
            assert!(
                policy()
                    .permit(&actor(&grants), permission, &resource)
                    .is_err()
            );
        }
        assert!(
            policy()
                .visibility(&actor(&grants), permission)
                .sees_nothing()
        );
    }
}

#[test]
fn a_user_without_grants_may_do_nothing() {
    for &permission in Permission::ALL {
        assert!(
            policy()
                .permit(&actor(&[]), permission, &Resource::Registry)
                .is_err()
        );
        assert!(policy().visibility(&actor(&[]), permission).sees_nothing());
    }
}

#[test]
fn a_permission_about_one_case_is_never_given_for_the_whole_registry() {
    for role in Role::ALL {
        for &permission in Permission::ALL {
            if permission.subject() != Subject::Registry {
                assert_eq!(
                    policy().permit(&with_role(role), permission, &Resource::Registry),
                    Err(Denied::Forbidden { permission })
                );
            }
        }
    }
}

#[test]
fn a_permission_that_writes_shows_nothing() {
    for &permission in Permission::ALL {
        if permission.effect() == Effect::Write {
            for role in Role::ALL {
                assert!(
                    policy()
                        .visibility(&with_role(role), permission)
                        .sees_nothing()
                );
            }
        }
    }
}

#[test]
fn a_list_that_no_role_opens_is_forbidden_not_empty() {
    let permission = Permission::ReportsRead;
    let ask = |role| {
        policy()
            .visibility(&with_role(role), permission)
            .or_forbidden()
    };
    assert_eq!(ask(Role::Registrar), Err(Denied::Forbidden { permission }));
    assert_eq!(ask(Role::Supervisor).unwrap().permission(), permission);
}

#[test]
fn only_an_auditor_reads_cases_across_organisations() {
    for role in Role::ALL {
        let across = policy()
            .rule(role, Permission::CasesRead)
            .map(|rule| rule.scope)
            == Some(Scope::All);
        assert_eq!(across, role == Role::Auditor, "{role}");
    }
}

#[test]
fn an_actor_s_organisation_is_known_only_when_all_grants_agree() {
    let one = [
        grant(Role::Registrar, 1, &[]),
        grant(Role::Caseworker, 1, &["XZ01"]),
    ];
    assert_eq!(actor(&one).organisation(), Some(organisation(1)));
    let two = [
        grant(Role::Registrar, 1, &[]),
        grant(Role::Caseworker, 2, &[]),
    ];
    assert_eq!(actor(&two).organisation(), None);
    assert_eq!(actor(&[]).organisation(), None);
}
