//! The roles a user can be granted.
//!
//! Not here: what a role may do; that is data (`reference/roles.toml`), read by
//! [`policy`](super::policy).

use serde::{Deserialize, Serialize};

/// A role, granted for an organisation and, where needed, for some areas only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Registration assistant.
    Registrar,
    /// Protection or return caseworker.
    Caseworker,
    /// Assessor: issues findings.
    ProtectionOfficer,
    /// Best interests of children.
    ChildProtectionOfficer,
    /// Head of protection: verifies, confirms and adjudicates.
    Supervisor,
    /// Field or third-party monitor: places, departures, arrivals, rounds.
    FieldMonitor,
    /// Inspector or donor monitor: reads facts, writes nothing.
    Auditor,
    /// Keeps the rights of persons over their data; no protection content.
    DataProtectionFocalPoint,
    /// Aggregates only; nobody's row.
    InformationManagementOfficer,
    /// A program under an agreement; nobody signs in with it.
    Integrator,
    /// System administrator: accounts and place tables, no case.
    Administrator,
    /// Somebody of a household, over their own record.
    PersonConcerned,
}

impl Role {
    /// Every role, in the order in which tables show them.
    pub const ALL: [Self; 12] = [
        Self::Registrar,
        Self::Caseworker,
        Self::ProtectionOfficer,
        Self::ChildProtectionOfficer,
        Self::Supervisor,
        Self::FieldMonitor,
        Self::Auditor,
        Self::DataProtectionFocalPoint,
        Self::InformationManagementOfficer,
        Self::Integrator,
        Self::Administrator,
        Self::PersonConcerned,
    ];

    /// Whether people sign in with it: an integrator is a program with a key of its own,
    /// and a person concerned has no way in of their own yet.
    pub const fn signs_in(self) -> bool {
        !matches!(self, Self::Integrator | Self::PersonConcerned)
    }

    /// The word used in files and over HTTP.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registrar => "registrar",
            Self::Caseworker => "caseworker",
            Self::ProtectionOfficer => "protection_officer",
            Self::ChildProtectionOfficer => "child_protection_officer",
            Self::Supervisor => "supervisor",
            Self::FieldMonitor => "field_monitor",
            Self::Auditor => "auditor",
            Self::DataProtectionFocalPoint => "data_protection_focal_point",
            Self::InformationManagementOfficer => "information_management_officer",
            Self::Integrator => "integrator",
            Self::Administrator => "administrator",
            Self::PersonConcerned => "person_concerned",
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_reads_and_writes_the_same_word_everywhere() {
        for role in Role::ALL {
            let json = serde_json::to_string(&role).unwrap();
            assert_eq!(json, format!("\"{role}\""));
            assert_eq!(serde_json::from_str::<Role>(&json).unwrap(), role);
        }
    }
}
