//! The decision: may this user do this to that?
//!
//! The policy itself is data, `reference/roles.toml`. How the file is read and
//! what is refused in it stands in `policy_file`; how it is shown to people in
//! `table`. Everything not written in the file is denied.
//!
//! Not here: rules that need the case itself (see `case::decide`).

use std::collections::BTreeMap;

use super::scope::Reach;
use super::{
    Actor, Denied, Effect, Grant, Permission, Permit, PolicyError, Resource, Role, Scope, Tiers,
    Visibility, VisibleScope, policy_file,
};

/// How far one permission of one role reaches, and which data it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// How far it reaches.
    pub scope: Scope,
    /// The data tiers it opens.
    pub tiers: Tiers,
}

/// Two roles that one user may not hold, in whatever organisations.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("one user may not be both {a} and {b}: {reason}")]
pub struct IncompatibleRoles {
    /// The one role.
    pub a: Role,
    /// The other role.
    pub b: Role,
    /// Why they are kept apart.
    pub reason: String,
}

/// What a role is called and is for, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RoleText {
    pub(super) title: String,
    pub(super) description: String,
}

/// Who may do what, and how far; made from a policy file that passed every check.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(super) edition: String,
    pub(super) source: String,
    pub(super) roles: BTreeMap<Role, RoleText>,
    pub(super) rules: BTreeMap<(Role, Permission), Rule>,
    pub(super) pairs: Vec<IncompatibleRoles>,
    pub(super) sha256: [u8; 32],
}

impl Policy {
    /// The policy that comes with the program.
    pub fn shipped() -> Result<Self, PolicyError> {
        Self::load(include_str!("../../../../reference/roles.toml"))
    }

    /// A policy from the text of a policy file; refused unless it passes every check.
    pub fn load(text: &str) -> Result<Self, PolicyError> {
        policy_file::load(text)
    }

    /// The edition of the policy file.
    pub fn edition(&self) -> &str {
        &self.edition
    }

    /// The SHA-256 of the policy file: which policy was in force.
    pub const fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// The rule of a role for a permission; `None` is denied.
    pub fn rule(&self, role: Role, permission: Permission) -> Option<Rule> {
        self.rules.get(&(role, permission)).copied()
    }

    /// Whether one user may hold all of these grants.
    pub fn check_grants(&self, grants: &[Grant]) -> Result<(), IncompatibleRoles> {
        let holds = |role| grants.iter().any(|grant| grant.role == role);
        match self
            .pairs
            .iter()
            .find(|pair| holds(pair.a) && holds(pair.b))
        {
            Some(pair) => Err(pair.clone()),
            None => Ok(()),
        }
    }

    /// May this user do this to that? The one way to a [`Permit`].
    pub fn permit(
        &self,
        actor: &Actor,
        permission: Permission,
        resource: &Resource<'_>,
    ) -> Result<Permit, Denied> {
        match self.tiers(actor, permission, resource) {
            Some(tiers) => Ok(Permit::new(actor.user(), permission, tiers, resource)),
            None if self.may_know_of(actor, permission, resource) => {
                Err(Denied::Forbidden { permission })
            }
            None => Err(Denied::Hidden),
        }
    }

    /// What this user sees under a read permission. A permission that writes
    /// shows nothing.
    pub fn visibility(&self, actor: &Actor, permission: Permission) -> Visibility {
        let scopes = match permission.effect() {
            Effect::Write => Vec::new(),
            Effect::Read => self
                .held(actor, permission)
                .map(|(reach, tiers)| VisibleScope {
                    organisation: reach.organisation,
                    areas: reach.areas.to_vec(),
                    tiers,
                })
                .collect(),
        };
        Visibility::new(actor.user(), permission, scopes)
    }

    /// The tiers that all covering grants open together; `None` is denied.
    fn tiers(
        &self,
        actor: &Actor,
        permission: Permission,
        resource: &Resource<'_>,
    ) -> Option<Tiers> {
        if !resource.fits(permission) {
            return None;
        }
        self.held(actor, permission)
            .filter(|(reach, _)| reach.covers(resource))
            .map(|(_, tiers)| tiers)
            .reduce(Tiers::union)
    }

    /// Where a user holds a permission. Nowhere for one with incompatible roles:
    /// grants that were refused when given may still be slipped into a database.
    fn held<'a>(
        &'a self,
        actor: &'a Actor,
        permission: Permission,
    ) -> impl Iterator<Item = (Reach<'a>, Tiers)> {
        let grants = match self.check_grants(actor.grants()) {
            Ok(()) => actor.grants(),
            Err(_) => &[],
        };
        grants.iter().filter_map(move |grant| {
            let rule = self.rule(grant.role, permission)?;
            Some((Reach::of(rule.scope, grant), rule.tiers))
        })
    }

    /// Whether a refusal may admit that the resource exists.
    fn may_know_of(&self, actor: &Actor, asked: Permission, resource: &Resource<'_>) -> bool {
        match resource {
            Resource::Registry => true,
            // Which places there are is public; what is recorded about them is not.
            Resource::Area { .. } => {
                self.tiers(actor, Permission::PlacesRead, &Resource::Registry)
                    .is_some()
                    || self.reads(actor, resource)
            }
            // A case about to be registered does not exist yet: nothing to hide.
            Resource::Case { .. } => {
                asked == Permission::CasesCreate || self.reads(actor, resource)
            }
        }
    }

    fn reads(&self, actor: &Actor, resource: &Resource<'_>) -> bool {
        Permission::ALL.iter().any(|&permission| {
            permission.effect() == Effect::Read && self.tiers(actor, permission, resource).is_some()
        })
    }
}
