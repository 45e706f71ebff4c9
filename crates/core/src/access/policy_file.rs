//! Reading a policy file: its form, and everything that is refused in one.
//!
//! A policy may be changed by a deployment, so it is checked for what would
//! undo it from within: someone who hands out roles and also works on cases, an
//! auditor who writes, a permission that crosses organisations.
//!
//! Not here: the decision (see [`policy`](super::policy)).

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::policy::RoleText;
use super::{
    Effect, IncompatibleRoles, Permission, Policy, Role, Rule, Scope, Subject, Tier, Tiers,
};

/// Why a policy file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not the form of a policy file, or a word it does not know; the text names
    /// the line.
    #[error("the policy file cannot be read: {0}")]
    Form(String),
    /// A text for people is empty.
    #[error("`{field}` is empty; people who read the policy need it")]
    Blank {
        /// Where.
        field: String,
    },
    /// A role of the program is left out.
    #[error("the role `{role}` is missing; a role that may do nothing is written without `may`")]
    MissingRole {
        /// The role.
        role: Role,
    },
    /// A permission stands twice under one role.
    #[error("`{permission}` stands twice under the role `{role}`")]
    Twice {
        /// The role.
        role: Role,
        /// The permission.
        permission: Permission,
    },
    /// A scope that the permission cannot have.
    #[error("`{permission}` of the role `{role}` cannot have the scope `{}`: {why}", scope.as_str())]
    Scope {
        /// The role.
        role: Role,
        /// The permission.
        permission: Permission,
        /// The scope written.
        scope: Scope,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Whoever hands out roles would work on cases.
    #[error("the role `{role}` administers accounts or the system and may not have `{permission}`")]
    Escalation {
        /// The role.
        role: Role,
        /// The permission.
        permission: Permission,
    },
    /// An auditor would write.
    #[error("an auditor writes nothing and may not have `{permission}`")]
    AuditorWrites {
        /// The permission.
        permission: Permission,
    },
    /// A role is declared incompatible with itself.
    #[error("the role `{role}` is declared incompatible with itself")]
    SelfPair {
        /// The role.
        role: Role,
    },
    /// Two roles that must be kept apart are not.
    #[error("the roles `{a}` and `{b}` must stand under `incompatible`")]
    MissingPair {
        /// The one role.
        a: Role,
        /// The other role.
        b: Role,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    edition: String,
    licence: String,
    source: String,
    roles: BTreeMap<Role, RoleEntry>,
    #[serde(default)]
    incompatible: Vec<PairEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleEntry {
    title: String,
    description: String,
    #[serde(default)]
    may: Vec<MayEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MayEntry {
    scope: Scope,
    tiers: Tiers,
    permissions: Vec<Permission>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PairEntry {
    role: Role,
    with: Vec<Role>,
    reason: String,
}

pub(super) fn load(text: &str) -> Result<Policy, PolicyError> {
    let file: File = toml::from_str(text).map_err(|error| PolicyError::Form(error.to_string()))?;
    not_blank("edition", &file.edition)?;
    not_blank("licence", &file.licence)?;
    not_blank("source", &file.source)?;
    let policy = Policy {
        rules: rules(&file.roles)?,
        roles: roles(file.roles)?,
        pairs: pairs(file.incompatible)?,
        edition: file.edition,
        source: file.source,
        sha256: Sha256::digest(text.as_bytes()).into(),
    };
    refuse_escalation(&policy)?;
    require_pairs(&policy)?;
    Ok(policy)
}

fn roles(entries: BTreeMap<Role, RoleEntry>) -> Result<BTreeMap<Role, RoleText>, PolicyError> {
    if let Some(role) = Role::ALL
        .into_iter()
        .find(|role| !entries.contains_key(role))
    {
        return Err(PolicyError::MissingRole { role });
    }
    for (role, entry) in &entries {
        not_blank(&format!("roles.{role}.title"), &entry.title)?;
        not_blank(&format!("roles.{role}.description"), &entry.description)?;
    }
    let text = |entry: RoleEntry| RoleText {
        title: entry.title,
        description: entry.description,
    };
    Ok(entries
        .into_iter()
        .map(|(role, entry)| (role, text(entry)))
        .collect())
}

fn rules(
    entries: &BTreeMap<Role, RoleEntry>,
) -> Result<BTreeMap<(Role, Permission), Rule>, PolicyError> {
    let mut rules = BTreeMap::new();
    for (&role, entry) in entries {
        for may in &entry.may {
            let reach = Rule {
                scope: may.scope,
                tiers: may.tiers,
            };
            for &permission in &may.permissions {
                check_scope(role, permission, reach)?;
                if rules.insert((role, permission), reach).is_some() {
                    return Err(PolicyError::Twice { role, permission });
                }
            }
        }
    }
    Ok(rules)
}

fn check_scope(role: Role, permission: Permission, reach: Rule) -> Result<(), PolicyError> {
    let without_identity: Tiers = [Tier::D, Tier::E].into_iter().collect();
    let why = match (permission.subject(), reach.scope) {
        (Subject::Registry, Scope::Organisation) => {
            "it is about the registry as a whole, so a limit would hold nothing back"
        }
        (Subject::Case | Subject::Area, Scope::All) if permission.effect() == Effect::Write => {
            "only reading reaches across organisations"
        }
        (Subject::Case | Subject::Area, Scope::All)
            if !reach.tiers.is_subset_of(without_identity) =>
        {
            "only tiers D and E reach across organisations"
        }
        (Subject::Registry, Scope::All)
        | (Subject::Case | Subject::Area, Scope::Organisation | Scope::All) => {
            return Ok(());
        }
    };
    Err(PolicyError::Scope {
        role,
        permission,
        scope: reach.scope,
        why,
    })
}

fn pairs(entries: Vec<PairEntry>) -> Result<Vec<IncompatibleRoles>, PolicyError> {
    let mut pairs = Vec::new();
    for entry in entries {
        not_blank("incompatible.reason", &entry.reason)?;
        for b in entry.with {
            if b == entry.role {
                return Err(PolicyError::SelfPair { role: b });
            }
            pairs.push(IncompatibleRoles {
                a: entry.role,
                b,
                reason: entry.reason.clone(),
            });
        }
    }
    Ok(pairs)
}

fn not_blank(field: &str, text: &str) -> Result<(), PolicyError> {
    if text.trim().is_empty() {
        return Err(PolicyError::Blank {
            field: field.to_owned(),
        });
    }
    Ok(())
}

/// Whether a permission works on what is recorded about people or areas.
fn works_on_records(permission: Permission) -> bool {
    match permission.subject() {
        Subject::Case | Subject::Area => true,
        Subject::Registry => false,
    }
}

fn administers(policy: &Policy, role: Role) -> bool {
    role == Role::Administrator || policy.rule(role, Permission::AccountsManage).is_some()
}

fn refuse_escalation(policy: &Policy) -> Result<(), PolicyError> {
    for &(role, permission) in policy.rules.keys() {
        if administers(policy, role) && works_on_records(permission) {
            return Err(PolicyError::Escalation { role, permission });
        }
        if role == Role::Auditor && permission.effect() == Effect::Write {
            return Err(PolicyError::AuditorWrites { permission });
        }
    }
    Ok(())
}

fn require_pairs(policy: &Policy) -> Result<(), PolicyError> {
    let any = |role, wanted: fn(Permission) -> bool| {
        policy
            .rules
            .keys()
            .any(|&(held_by, permission)| held_by == role && wanted(permission))
    };
    let apart = |a, b| {
        let joins =
            |pair: &IncompatibleRoles| (pair.a == a && pair.b == b) || (pair.a == b && pair.b == a);
        policy.pairs.iter().any(joins)
    };
    for a in Role::ALL {
        for b in Role::ALL.into_iter().filter(|&b| b != a) {
            let grants_itself_cases = administers(policy, a) && any(b, works_on_records);
            let examines_itself =
                a == Role::Auditor && any(b, |permission| permission.effect() == Effect::Write);
            if (grants_itself_cases || examines_itself) && !apart(a, b) {
                return Err(PolicyError::MissingPair { a, b });
            }
        }
    }
    Ok(())
}
