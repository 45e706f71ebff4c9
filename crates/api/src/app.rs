//! What every request shares: the store, the policy, the catalogue, the places.

use crate::accounts::directory::Directory;
use crate::accounts::guesses::Guesses;
use crate::accounts::hashing::Hashing;
use crate::accounts::keys::KeysError;
use crate::accounts::password::Passwords;
use crate::accounts::service_keys::ServiceKeys;
use crate::accounts::token::{Tokens, Verified};
use crate::clock;
use crate::http::{ApiError, ApiResult};
use crate::limits::{Limits, Rates};
use crate::v1::evidence_files::EvidenceFiles;
use sanad_core::access::{Policy, PolicyError};
use sanad_core::area::{Place, PlaceTable};
use sanad_core::conditions::{AccessProfile, Catalogue};
use sanad_core::language::LanguageTag;
use sanad_store::db::PLACES_STAMP;
use sanad_store::rows::PlaceRow;
use sanad_store::{Store, StoreError};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// How long an imported list may go unnoticed by another process.
const PLACES_CHECKED: Duration = Duration::from_secs(2);

/// What every request shares.
pub struct App {
    /// The database.
    pub store: Store,
    /// Who may do what.
    pub policy: Policy,
    /// The standard in force.
    pub catalogue: Catalogue,
    /// How this deployment reads access to the region.
    pub profile: AccessProfile,
    /// Accounts.
    pub directory: Directory,
    /// Signs and checks tokens.
    pub tokens: Tokens,
    /// Whether files of evidence are kept here.
    pub evidence_files: EvidenceFiles,
    /// How often passwords were guessed lately.
    pub guesses: Guesses,
    /// Keys of programs.
    pub service_keys: ServiceKeys,
    /// How many requests everybody sent lately.
    pub limits: Limits,
    /// Where passwords are hashed and checked.
    pub hashing: Hashing,
    places: RwLock<Arc<PlaceTable>>,
    places_seen: Mutex<Option<(Instant, String)>>,
}

/// Why the program cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The policy is not valid.
    #[error("the access policy is not valid: {0}")]
    Policy(#[from] PolicyError),
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The operating system gives no random bits.
    #[error("{0}")]
    Entropy(#[from] clock::NoEntropy),
    /// The address cannot be used.
    #[error("cannot listen on this address: {0}")]
    Listen(std::io::Error),
}

impl App {
    /// The shipped policy over a store.
    pub fn new(
        store: Store,
        catalogue: Catalogue,
        profile: AccessProfile,
    ) -> Result<Self, StartError> {
        Ok(Self {
            store,
            policy: Policy::shipped()?,
            catalogue,
            profile,
            directory: Directory::default(),
            tokens: Tokens::in_memory()?,
            evidence_files: EvidenceFiles::new(false),
            guesses: Guesses::default(),
            service_keys: ServiceKeys::default(),
            limits: Limits::new(Rates::default()),
            hashing: Hashing::new(Passwords::default()),
            places: RwLock::default(),
            places_seen: Mutex::default(),
        })
    }

    /// The same, keeping files of evidence or not (DP-26 –: not, unless asked).
    #[must_use]
    pub fn with_evidence_files(self, kept: bool) -> Self {
        Self {
            evidence_files: EvidenceFiles::new(kept),
            ..self
        }
    }

    /// The same, with other limits on requests.
    #[must_use]
    pub fn with_rates(self, rates: Rates) -> Self {
        Self {
            limits: Limits::new(rates),
            ..self
        }
    }

    /// The same, hashing passwords so.
    #[must_use]
    pub fn with_passwords(self, passwords: Passwords) -> Self {
        Self {
            hashing: Hashing::new(passwords),
            ..self
        }
    }

    /// The same, with the keys of a folder, which outlive the process.
    pub fn with_keys(self, folder: PathBuf) -> Result<Self, KeysError> {
        let tokens = Tokens::in_folder(folder)?;
        Ok(Self { tokens, ..self })
    }

    /// Checks a token.
    pub fn verify(&self, token: &str) -> ApiResult<Verified> {
        self.tokens.check(token).map_err(|_| {
            ApiError::unauthorised(
                "TOKEN_INVALID",
                "sign in again; the token is not valid or no longer valid",
            )
        })
    }

    /// The imported places, read again when another import was recorded.
    pub async fn places(&self) -> Result<Arc<PlaceTable>, StoreError> {
        let known = self
            .places_seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let fresh = known
            .as_ref()
            .is_some_and(|(at, _)| at.elapsed() < PLACES_CHECKED);
        if !fresh {
            let seen = known.map(|(_, stamp)| stamp);
            let read = self
                .store
                .read(move |db| {
                    let stamp = db
                        .setting(PLACES_STAMP)?
                        .map_or_else(String::new, |row| row.value);
                    if Some(&stamp) == seen.as_ref() {
                        return Ok((stamp, None));
                    }
                    Ok((stamp, Some(table_of(&db.places()?)?)))
                })
                .await?;
            let (stamp, table) = read;
            if let Some(table) = table {
                *self.places.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(table);
            }
            *self
                .places_seen
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), stamp));
        }
        Ok(self
            .places
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone())
    }

    /// Forgets when the places were last looked at, after an import of our own.
    pub fn places_changed(&self) {
        *self
            .places_seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The table of places behind its rows.
pub fn table_of(rows: &[PlaceRow]) -> Result<PlaceTable, StoreError> {
    let unreadable = || StoreError::Unreadable("the table of places is damaged".to_owned());
    let places = rows
        .iter()
        .map(|row| {
            let names: BTreeMap<LanguageTag, sanad_core::area::PlaceName> =
                serde_json::from_str(&row.names).map_err(|_| unreadable())?;
            let place = sanad_core::area::PlaceRef::parse(&row.edition, &row.code)
                .map_err(|_| unreadable())?;
            Ok(Place {
                edition: place.edition,
                code: place.code,
                level: u8::try_from(row.level).map_err(|_| unreadable())?,
                parent: match &row.parent {
                    Some(code) => {
                        Some(sanad_core::area::PCode::parse(code).map_err(|_| unreadable())?)
                    }
                    None => None,
                },
                names,
                valid_from: row.valid_from.map(|day| day.0),
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    PlaceTable::new(places).map_err(|_| unreadable())
}
