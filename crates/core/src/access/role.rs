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
    /// Head of protection: verifies, confirms and adjudicates.
    Supervisor,
    /// Inspector or donor monitor: reads facts, writes nothing.
    Auditor,
    /// System administrator: accounts and place tables, no case.
    Administrator,
}

impl Role {
    /// Every role, in the order in which tables show them.
    pub const ALL: [Self; 6] = [
        Self::Registrar,
        Self::Caseworker,
        Self::ProtectionOfficer,
        Self::Supervisor,
        Self::Auditor,
        Self::Administrator,
    ];

    /// The word used in files and over HTTP.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registrar => "registrar",
            Self::Caseworker => "caseworker",
            Self::ProtectionOfficer => "protection_officer",
            Self::Supervisor => "supervisor",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
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
