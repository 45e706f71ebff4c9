//! Invented staff: two offices with users in every role, each one different, so
//! that recorder, verifier and assessor of a case are three people.

use super::Fault;
use jiff::Timestamp;
use sanad_core::access::{Actor, Grant, Role};
use sanad_core::ids::{OrganisationId, UserId};
use sanad_store::db::Db;
use sanad_store::rows::{AccountRow, OrganisationRow, RoleGrantRow};
use sanad_store::sql_types::{At, Key};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// What somebody does in an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Post {
    /// Registers households.
    Registrar,
    /// Counsels them and records answers.
    Caseworker,
    /// Verifies, knows the areas, issues findings.
    Assessor,
    /// Visits places and returned households.
    Monitor,
    /// Records what is in the best interests of children.
    ChildProtection,
    /// Keeps people's rights over their data.
    DataProtection,
    /// Works with aggregates alone.
    Information,
    /// Verifies what the assessor recorded.
    Supervisor,
    /// Reads without identities.
    Auditor,
    /// Keeps accounts.
    Administrator,
}

impl Post {
    const fn role(self) -> Role {
        match self {
            Self::Registrar => Role::Registrar,
            Self::Caseworker => Role::Caseworker,
            Self::Assessor => Role::ProtectionOfficer,
            Self::Monitor => Role::FieldMonitor,
            Self::ChildProtection => Role::ChildProtectionOfficer,
            Self::DataProtection => Role::DataProtectionFocalPoint,
            Self::Information => Role::InformationManagementOfficer,
            Self::Supervisor => Role::Supervisor,
            Self::Auditor => Role::Auditor,
            Self::Administrator => Role::Administrator,
        }
    }
}

/// Names of the offices.
const OFFICES: [&str; 2] = ["XZ Return Desk North", "XZ Return Desk South"];

/// Office, post, login, name.
const SEATS: [(usize, Post, &str, &str); 16] = [
    (0, Post::Registrar, "registrar", "Rana (registrar, North)"),
    (
        0,
        Post::Caseworker,
        "caseworker",
        "Karim (caseworker, North)",
    ),
    (
        0,
        Post::Assessor,
        "protection",
        "Parwin (protection officer, North)",
    ),
    (0, Post::Monitor, "monitor", "Marta (field monitor, North)"),
    (
        0,
        Post::ChildProtection,
        "child.protection",
        "Chia (child protection officer, North)",
    ),
    (
        0,
        Post::DataProtection,
        "data.protection",
        "Dina (data-protection focal point, North)",
    ),
    (
        0,
        Post::Information,
        "information",
        "Idris (information-management officer)",
    ),
    (
        0,
        Post::Supervisor,
        "supervisor",
        "Samer (supervisor, North)",
    ),
    (0, Post::Auditor, "auditor", "Adam (auditor)"),
    (
        0,
        Post::Administrator,
        "administrator",
        "Amal (administrator)",
    ),
    (
        1,
        Post::Registrar,
        "registrar.south",
        "Rebwar (registrar, South)",
    ),
    (
        1,
        Post::Caseworker,
        "caseworker.south",
        "Chnar (caseworker, South)",
    ),
    (
        1,
        Post::Assessor,
        "protection.south",
        "Pawel (protection officer, South)",
    ),
    (
        1,
        Post::Monitor,
        "monitor.south",
        "Mira (field monitor, South)",
    ),
    (
        1,
        Post::ChildProtection,
        "child.protection.south",
        "Chavan (child protection officer, South)",
    ),
    (
        1,
        Post::Supervisor,
        "supervisor.south",
        "Suad (supervisor, South)",
    ),
];

/// One user.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Login name.
    pub login: &'static str,
    /// Name shown to colleagues.
    pub name: &'static str,
    /// Role.
    pub role: Role,
    /// The user with what they are granted.
    pub actor: Actor,
    office: usize,
    post: Post,
}

/// Everybody.
#[derive(Debug, Clone)]
pub struct Staff {
    offices: Vec<OrganisationId>,
    seats: Vec<Seat>,
}

impl Staff {
    /// The same staff every time, with the same ids.
    pub fn new() -> Self {
        let offices: Vec<OrganisationId> = OFFICES
            .iter()
            .map(|name| OrganisationId(fixed_id("organisation", name)))
            .collect();
        let seats = SEATS
            .iter()
            .map(|&(office, post, login, name)| {
                let role = post.role();
                let grant = Grant {
                    role,
                    organisation: offices[office],
                    areas: Vec::new(),
                };
                let actor =
                    Actor::from_verified_token(UserId(fixed_id("user", login)), vec![grant]);
                Seat {
                    login,
                    name,
                    role,
                    actor,
                    office,
                    post,
                }
            })
            .collect();
        Self { offices, seats }
    }

    /// How many offices there are.
    pub fn offices(&self) -> usize {
        self.offices.len()
    }

    /// The organisation of an office.
    pub fn organisation(&self, office: usize) -> OrganisationId {
        self.offices[office % self.offices.len()]
    }

    /// The name of an office.
    pub fn office_name(&self, office: usize) -> &'static str {
        OFFICES[office % OFFICES.len()]
    }

    /// Everybody.
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// Who holds a post of an office.
    pub fn holder(&self, office: usize, post: Post) -> Result<&Actor, Fault> {
        self.seats
            .iter()
            .find(|seat| seat.office == office % self.offices.len() && seat.post == post)
            .map(|seat| &seat.actor)
            .ok_or_else(|| Fault::Made("nobody holds this post".to_owned()))
    }

    /// Stores offices and users; `hash` gives the password hash of a login.
    pub fn store(
        &self,
        db: &mut dyn Db,
        now: Timestamp,
        mut hash: impl FnMut(&Seat) -> Result<String, Fault>,
    ) -> Result<(), Fault> {
        let created_at = At::from(now);
        for (id, name) in self.offices.iter().zip(OFFICES) {
            db.put_organisation(&OrganisationRow {
                organisation_id: Key(id.0),
                name: name.to_owned(),
                created_at,
            })?;
        }
        for seat in &self.seats {
            let user_id = Key(seat.actor.user().0);
            let account = AccountRow {
                user_id,
                login: seat.login.to_owned(),
                display_name: seat.name.to_owned(),
                password_hash: hash(seat)?,
                disabled: false,
                created_at,
                one_time_until: None,
            };
            let grant = RoleGrantRow {
                user_id,
                role: seat.role.as_str().to_owned(),
                organisation_id: Key(self.organisation(seat.office).0),
                place_edition: String::new(),
                place_code: String::new(),
            };
            db.put_account(&account, &[grant])?;
        }
        Ok(())
    }
}

impl Default for Staff {
    fn default() -> Self {
        Self::new()
    }
}

/// The id of a fixed thing of every synthetic registry.
fn fixed_id(kind: &str, name: &str) -> Uuid {
    let digest = Sha256::new()
        .chain_update("sanad synthetic")
        .chain_update([0])
        .chain_update(kind)
        .chain_update([0])
        .chain_update(name)
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sanad_core::access::Policy;

    #[test]
    fn every_role_is_held_and_nobody_holds_what_does_not_go_together() {
        let (staff, policy) = (Staff::new(), Policy::shipped().unwrap());
        for role in Role::ALL.into_iter().filter(|role| role.signs_in()) {
            assert!(staff.seats().iter().any(|seat| seat.role == role), "{role}");
        }
        for seat in staff.seats() {
            assert!(
                policy.check_grants(seat.actor.grants()).is_ok(),
                "{}",
                seat.login
            );
        }
    }
}
