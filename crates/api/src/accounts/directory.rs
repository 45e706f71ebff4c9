//! Accounts as the program knows them, between the rows and the rules.
//!
//! Every request asks for its account and its session; the answers are kept for two
//! seconds, so a disabled user, and whoever signed out, is refused within two seconds
//! wherever the program runs, and at once in the process that was told.

use super::token::Verified;
use crate::clock;
use crate::http::ApiError;
use jiff::Timestamp;
use moka::sync::Cache;
use sanad_core::access::{Actor, Grant, Role};
use sanad_core::area::PlaceRef;
use sanad_core::ids::{OrganisationId, SessionId, UserId};
use sanad_store::rows::{AccountRow, RoleGrantRow};
use sanad_store::sql_types::Key;
use sanad_store::{Store, StoreError};
use std::sync::Arc;
use std::time::Duration;

/// How long an account may be remembered.
const REMEMBERED: Duration = Duration::from_secs(2);

/// A user of the registry.
#[derive(Debug, Clone)]
pub struct Account {
    /// Their id.
    pub user: UserId,
    /// Login name.
    pub login: String,
    /// Name shown to colleagues.
    pub display_name: String,
    /// May not sign in or act.
    pub disabled: bool,
    /// What they were granted.
    pub grants: Vec<Grant>,
}

impl Account {
    /// The account behind rows; a grant with an unknown role or place opens
    /// nothing and is left out.
    pub fn of(row: &AccountRow, grants: &[RoleGrantRow]) -> Self {
        Self {
            user: UserId(row.user_id.0),
            login: row.login.clone(),
            display_name: row.display_name.clone(),
            disabled: row.disabled,
            grants: grants_of(grants),
        }
    }
}

/// The rows of grants: one for each place of a grant, or one without a place for a
/// whole organisation.
pub fn rows_of(user: UserId, grants: &[Grant]) -> Vec<RoleGrantRow> {
    let mut rows = Vec::new();
    for grant in grants {
        let row = |edition: &str, code: &str| RoleGrantRow {
            user_id: Key(user.0),
            role: grant.role.as_str().to_owned(),
            organisation_id: Key(grant.organisation.0),
            place_edition: edition.to_owned(),
            place_code: code.to_owned(),
        };
        if grant.areas.is_empty() {
            rows.push(row("", ""));
        }
        for area in &grant.areas {
            rows.push(row(area.edition.as_str(), area.code.as_str()));
        }
    }
    rows
}

/// The grants behind rows; the inverse of [`rows_of`].
pub fn grants_of(rows: &[RoleGrantRow]) -> Vec<Grant> {
    let mut grants: Vec<Grant> = Vec::new();
    for row in rows {
        let Some(role) = Role::ALL
            .iter()
            .copied()
            .find(|role| role.as_str() == row.role)
        else {
            tracing::warn!("an account has a role that this program does not know");
            continue;
        };
        let organisation = OrganisationId(row.organisation_id.0);
        let whole = row.place_code.is_empty();
        let area = PlaceRef::parse(&row.place_edition, &row.place_code).ok();
        if !whole && area.is_none() {
            tracing::warn!("an account is limited to a place that cannot be read");
            continue;
        }
        // A row for the whole organisation stands by itself; those with places are
        // one grant together.
        let known = grants.iter_mut().find(|grant| {
            grant.role == role && grant.organisation == organisation && !grant.areas.is_empty()
        });
        match (known, area) {
            (Some(grant), Some(area)) => grant.areas.push(area),
            (_, area) => {
                grants.push(Grant {
                    role,
                    organisation,
                    areas: area.into_iter().collect(),
                });
            }
        }
    }
    grants
}

/// A session that lasts.
#[derive(Debug, Clone, Copy)]
struct Lasting {
    user: UserId,
    ends_at: Timestamp,
}

/// Looks accounts and sessions up, with a short memory.
#[derive(Clone)]
pub struct Directory {
    known: Cache<UserId, Arc<Account>>,
    /// Sessions that last, with their end.
    sessions: Cache<SessionId, Lasting>,
    /// Organisations are never taken away, so one that was seen once is known.
    organisations: Cache<OrganisationId, ()>,
}

impl Default for Directory {
    fn default() -> Self {
        Self {
            known: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(REMEMBERED)
                .build(),
            sessions: Cache::builder()
                .max_capacity(50_000)
                .time_to_live(REMEMBERED)
                .build(),
            organisations: Cache::new(10_000),
        }
    }
}

impl Directory {
    /// The account of a user.
    pub async fn account(
        &self,
        store: &Store,
        user: UserId,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        if let Some(account) = self.known.get(&user) {
            return Ok(Some(account));
        }
        let found = store.read(move |db| db.account(Key(user.0))).await?;
        Ok(found.map(|(row, grants)| {
            let account = Arc::new(Account::of(&row, &grants));
            self.known.insert(user, account.clone());
            account
        }))
    }

    /// Whether an organisation works with this registry.
    pub async fn knows(
        &self,
        store: &Store,
        organisation: OrganisationId,
    ) -> Result<bool, StoreError> {
        if !self.organisations.contains_key(&organisation) {
            for row in store.read(|db| db.organisations()).await? {
                let id = OrganisationId(row.organisation_id.0);
                self.organisations.insert(id, ());
            }
        }
        Ok(self.organisations.contains_key(&organisation))
    }

    /// Forgets a user whose account was changed.
    pub fn forget(&self, user: UserId) {
        self.known.invalidate(&user);
    }

    /// Forgets a session that was ended.
    pub fn forget_session(&self, session: SessionId) {
        self.sessions.invalidate(&session);
    }

    async fn lasts(&self, store: &Store, token: Verified) -> Result<bool, StoreError> {
        let lasting = if let Some(known) = self.sessions.get(&token.session) {
            known
        } else {
            let row = store
                .read(move |db| db.session(Key(token.session.0)))
                .await?;
            let Some(row) = row.filter(|row| row.ended_at.is_none()) else {
                return Ok(false);
            };
            let known = Lasting {
                user: UserId(row.user_id.0),
                ends_at: row.ends_at.timestamp(),
            };
            self.sessions.insert(token.session, known);
            known
        };
        Ok(lasting.user == token.user && lasting.ends_at > clock::now())
    }

    /// The actor of a user whose token was checked, while their session lasts.
    pub async fn actor(&self, store: &Store, token: Verified) -> Result<Actor, ApiError> {
        let account = self.account(store, token.user).await?;
        let Some(account) = account.filter(|account| !account.disabled) else {
            return Err(ApiError::unauthorised(
                "ACCOUNT_DISABLED",
                "this account is not in use",
            ));
        };
        if !self.lasts(store, token).await? {
            return Err(ApiError::unauthorised(
                "SESSION_ENDED",
                "this session has ended; sign in again",
            ));
        }
        let grants = account.grants.clone();
        Ok(Actor::from_verified_token(token.user, grants))
    }
}
