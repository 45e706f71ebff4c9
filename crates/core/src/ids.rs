//! Typed identifiers, so that a person's id can never be passed where a case's
//! is meant. An identifier carries no meaning (DP-29) and is not a secret.
//!
//! Not here: case numbers (see `case::number`) and place codes (see `area`),
//! which people read aloud.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, format = Uuid))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

typed_ids! {
    /// A case: one household or one single person.
    CaseId;
    /// A person within a case.
    PersonId;
    /// An episode of displacement of a case.
    DisplacementId;
    /// One answer to one indicator about one subject.
    AnswerId;
    /// One item of evidence behind an answer.
    EvidenceId;
    /// A finding issued by a named person.
    FindingId;
    /// A return recorded as a fact.
    ReturnId;
    /// A protection incident.
    IncidentId;
    /// A statement of consent.
    ConsentId;
    /// A record of a child's best interests.
    BestInterestsId;
    /// An event that happened in a place and may void earlier answers.
    AreaEventId;
    /// A user of the registry (a member of staff or a service account).
    UserId;
    /// A time for which a user is signed in.
    SessionId;
    /// An organisation that works with the registry.
    OrganisationId;
    /// A command as sent by its caller; the same id is never applied twice.
    CommandId;
}

/// Ids for what one command makes.
///
/// The rules may not draw random numbers, so whoever sends a command brings 128
/// random bits and the time; the ids made from them are in order of time (RFC 9562
/// version 7), which keeps new rows together in an index. Running the command again
/// with the same bits makes the same ids.
#[derive(Debug, Clone)]
pub struct IdSource {
    entropy: [u8; 16],
    millis: u64,
    made: u32,
}

impl IdSource {
    /// Ids from random bits and a moment.
    pub fn new(entropy: [u8; 16], at: jiff::Timestamp) -> Self {
        Self {
            entropy,
            millis: u64::try_from(at.as_millisecond()).unwrap_or(0),
            made: 0,
        }
    }

    /// The next id.
    pub fn id<T: From<Uuid>>(&mut self) -> T {
        let digest = self.digest();
        let mut random = [0_u8; 10];
        random.copy_from_slice(&digest[..10]);
        T::from(uuid::Builder::from_unix_timestamp_millis(self.millis, &random).into_uuid())
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let digest = self.digest();
        let mut bytes = [0_u8; 8];
        bytes.copy_from_slice(&digest[..8]);
        u64::from_le_bytes(bytes)
    }

    fn digest(&mut self) -> [u8; 32] {
        use sha2::{Digest as _, Sha256};
        let digest = Sha256::new()
            .chain_update(b"sanad id")
            .chain_update(self.entropy)
            .chain_update(self.made.to_be_bytes())
            .finalize();
        self.made += 1;
        digest.into()
    }
}
