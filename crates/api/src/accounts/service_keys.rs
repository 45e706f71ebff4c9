//! Keys of programs: `sanad_<id>_<256 random bits>`, for some operations only, for ninety
//! days at most, and never past the agreement under which the program works.
//!
//! The account behind a key has no password and cannot sign in; what its grants do not
//! open, no key opens. Not here: how keys are handed out (`v1::service_accounts`).

use super::sessions::{Secret, hash_of};
use crate::app::App;
use crate::clock;
use crate::document;
use crate::http::{ApiError, ApiResult};
use actix_web::http::StatusCode;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use moka::sync::Cache;
use sanad_core::access::Actor;
use sanad_core::ids::UserId;
use sanad_store::rows::{ServiceAgreementRow, ServiceKeyRow};
use sanad_store::sql_types::Key;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use utoipa::openapi::path::Operation;
use uuid::Uuid;

/// How every key begins; programs that look for secrets in the wrong places know it by that.
pub const PREFIX: &str = "sanad_";
/// A key lasts so long at most.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How long a key may be remembered.
const REMEMBERED: Duration = Duration::from_secs(2);

/// What a program may write: what it brings in from elsewhere, and what happened to people.
/// Everything else that is written, a named person vouches for (return conditions §2.7 –);
/// a new operation is closed to programs until it stands here.
const WRITTEN_BY_PROGRAMS: [&str; 8] = [
    "registerCase",
    "addMember",
    "correctMember",
    "recordLeaving",
    "addContactPoint",
    "recordDisplacement",
    "recordIncident",
    "importPlaces",
];

/// The operations that a key may be for, by method and path: reads and those above, nothing
/// about accounts, nor what is open to everybody.
static OPERATIONS: LazyLock<BTreeMap<(String, String), String>> = LazyLock::new(|| {
    let mut known = BTreeMap::new();
    for (path, item) in document::openapi().paths.paths {
        let methods = [
            ("GET", item.get),
            ("PUT", item.put),
            ("POST", item.post),
            ("DELETE", item.delete),
        ];
        for (method, operation) in methods {
            let reads = method == "GET";
            let for_programs = |operation| id_for_programs(operation, reads);
            if let Some(id) = operation.as_ref().and_then(for_programs) {
                known.insert((method.to_owned(), path.clone()), id.to_owned());
            }
        }
    }
    known
});

fn id_for_programs(operation: &Operation, reads: bool) -> Option<&str> {
    let about_accounts = |tags: &Vec<String>| tags.iter().any(|tag| tag == "Accounts");
    let id = operation.operation_id.as_deref()?;
    let closed = operation.security.is_some()
        || operation.tags.as_ref().is_some_and(about_accounts)
        || !(reads || WRITTEN_BY_PROGRAMS.contains(&id));
    (!closed).then_some(id)
}

/// Whether a key may be for an operation.
pub fn is_for_programs(id: &str) -> bool {
    OPERATIONS.values().any(|known| known == id)
}

/// A key that was just made.
pub struct Made {
    /// Its id.
    pub id: Uuid,
    /// Its secret, hashed for the database.
    pub secret_hash: [u8; 32],
    /// As the program sends it; shown once.
    pub text: String,
}

/// Makes a key.
pub fn make() -> Result<Made, clock::NoEntropy> {
    let id = uuid::Builder::from_random_bytes(clock::entropy()?).into_uuid();
    let secret = Secret::fresh()?.into_text();
    Ok(Made {
        id,
        secret_hash: hash_of(&secret),
        text: format!("{PREFIX}{}_{secret}", id.simple()),
    })
}

/// A key as it was found.
struct Found {
    row: ServiceKeyRow,
    agreement: ServiceAgreementRow,
    operations: BTreeSet<String>,
}

/// Looks keys up, with a short memory.
pub struct ServiceKeys {
    known: Cache<Uuid, Arc<Found>>,
}

impl Default for ServiceKeys {
    fn default() -> Self {
        Self {
            known: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(REMEMBERED)
                .build(),
        }
    }
}

impl ServiceKeys {
    /// Forgets a key that was ended.
    pub fn forget(&self, key: Uuid) {
        self.known.invalidate(&key);
    }

    /// Forgets all, after an agreement changed.
    pub fn forget_all(&self) {
        self.known.invalidate_all();
    }

    async fn find(&self, app: &App, id: Uuid) -> ApiResult<Option<Arc<Found>>> {
        if let Some(found) = self.known.get(&id) {
            return Ok(Some(found));
        }
        let found = app.store.read(move |db| db.service_key(Key(id))).await?;
        let Some((row, agreement)) = found else {
            return Ok(None);
        };
        let found = Arc::new(Found {
            operations: operations_of(&row),
            row,
            agreement,
        });
        self.known.insert(id, found.clone());
        Ok(Some(found))
    }

    /// The actor behind a key that may be used for an operation, and the key's id.
    pub async fn actor(
        &self,
        app: &App,
        text: &str,
        (method, path): (&str, Option<&str>),
    ) -> ApiResult<(Actor, Uuid)> {
        let unknown = || {
            ApiError::unauthorised(
                "KEY_INVALID",
                "this is no key of this registry; ask its administrators for one",
            )
        };
        let (id, secret) = parts(text).ok_or_else(unknown)?;
        let found = self.find(app, id).await?.ok_or_else(unknown)?;
        if found.row.secret_hash != hash_of(secret) {
            return Err(unknown());
        }
        app.limits.key(id)?;
        let now = clock::now();
        let today = now.to_zoned(TimeZone::UTC).date();
        let row = &found.row;
        if row.ended_at.is_some()
            || row.expires_at.timestamp() <= now
            || found.agreement.until.0 < today
        {
            return Err(ApiError::unauthorised(
                "KEY_OVER",
                "this key, or the agreement behind it, has ended",
            ));
        }
        let account = app
            .directory
            .account(&app.store, UserId(row.user_id.0))
            .await?;
        let Some(account) = account.filter(|account| !account.disabled) else {
            return Err(ApiError::unauthorised(
                "ACCOUNT_DISABLED",
                "this account is not in use",
            ));
        };
        let asked = path.and_then(|path| OPERATIONS.get(&(method.to_owned(), path.to_owned())));
        if !asked.is_some_and(|asked| found.operations.contains(asked)) {
            return Err(ApiError::new(
                StatusCode::FORBIDDEN,
                "KEY_SCOPE",
                "this key is not for this operation",
            ));
        }
        let actor = Actor::from_verified_token(account.user, account.grants.clone());
        Ok((actor, id))
    }
}

/// The id and the secret of a key, in its one form.
fn parts(text: &str) -> Option<(Uuid, &str)> {
    let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
    let lower = |text: &str| text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    let fits = id.len() == 32 && secret.len() == 64 && lower(id) && lower(secret);
    fits.then_some((id.parse().ok()?, secret))
}

/// The operations that a key is for; one that can no longer be read is for none.
pub fn operations_of(row: &ServiceKeyRow) -> BTreeSet<String> {
    row.operations
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_form() {
        let made = make().unwrap();
        let (id, secret) = parts(&made.text).unwrap();
        assert_eq!((id, hash_of(secret)), (made.id, made.secret_hash));
        let text = made.text;
        for other in [
            text.to_uppercase(),
            text.replace("sanad_", "reg_"),
            format!("{text}0"),
            text[..text.len() - 1].to_owned(),
            text.replacen('_', "__", 1),
            String::new(),
        ] {
            assert_eq!(parts(&other), None, "{other}");
        }
    }

    #[test]
    fn programs_keep_no_accounts_and_vouch_for_nothing() {
        for id in [
            "issueFinding",
            "approveReturn",
            "stateConsent",
            "withdrawConsent",
            "recordDeparture",
            "closeCase",
            "placeLegalHold",
            "proposeAnonymisation",
            "confirmAnonymisation",
            "addAccount",
            "getMe",
            "signIn",
            "getLive",
            "setGrants",
            "nothing",
        ] {
            assert!(!is_for_programs(id), "{id}");
        }
        for id in [
            "listCases",
            "getCase",
            "registerCase",
            "getReport",
            "listFindings",
        ] {
            assert!(is_for_programs(id), "{id}");
        }
        let ids: BTreeSet<String> = document::openapi()
            .paths
            .paths
            .into_values()
            .flat_map(|item| [item.get, item.put, item.post, item.delete])
            .filter_map(|operation| operation?.operation_id)
            .collect();
        for id in WRITTEN_BY_PROGRAMS {
            assert!(ids.contains(id), "{id} is no operation any more");
        }
    }
}
