//! For whom an import acts and what it finds in the registry: the user, the
//! organisation, the places.
//!
//! Whoever may start the program on the registry's machine may act for a user; what
//! that user may do is decided by the policy as everywhere (`sanad_core::access`).

use super::ImportError;
use sanad_api::accounts::directory::Account;
use sanad_core::access::Actor;
use sanad_core::area::PlaceTable;
use sanad_core::ids::OrganisationId;
use sanad_store::db::Db;
use sanad_store::{Database, Store};

/// A connection to a registry whose migrations are applied.
pub fn connect(database: &Database) -> Result<Box<dyn Db>, ImportError> {
    let mut db = Store::connect(database)?;
    if db.pending_migrations()?.is_empty() {
        Ok(db)
    } else {
        Err(ImportError::Failed("the database is not up to date; run `sanad migrate` first".to_owned()))
    }
}

/// The user of a login name.
pub fn actor(db: &mut dyn Db, login: &str) -> Result<Actor, ImportError> {
    let refused = |why: &str| ImportError::Refused(format!("--as `{login}`: {why}"));
    let row = db.account_by_login(login)?.ok_or_else(|| refused("there is no such user"))?;
    let (row, grants) = db.account(row.user_id)?.ok_or_else(|| refused("there is no such user"))?;
    let account = Account::of(&row, &grants);
    if account.disabled {
        return Err(refused("this account is not in use"));
    }
    Ok(Actor::from_verified_token(account.user, account.grants))
}

/// The organisation of a name or id; without one, that of the user's grants.
pub fn organisation(db: &mut dyn Db, wanted: Option<&str>, actor: &Actor) -> Result<OrganisationId, ImportError> {
    let Some(wanted) = wanted else {
        return actor.organisation().ok_or_else(|| {
            ImportError::Refused(
                "say for which organisation: --organisation NAME, or `organisation` in the mapping".to_owned(),
            )
        });
    };
    let all = db.organisations()?;
    let found = all.iter().find(|row| row.name == wanted || row.organisation_id.0.to_string() == wanted);
    found.map(|row| OrganisationId(row.organisation_id.0)).ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|row| row.name.as_str()).collect();
        ImportError::Refused(format!("there is no organisation `{wanted}`; there are: {}", names.join(", ")))
    })
}

/// All imported places.
pub fn places(db: &mut dyn Db) -> Result<PlaceTable, ImportError> {
    Ok(sanad_api::app::table_of(&db.places()?)?)
}
