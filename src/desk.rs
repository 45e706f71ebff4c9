//! A local command at its desk: the database it works on, the user it acts for,
//! and what the policy lets them do.
//!
//! Whoever holds the database file can read it anyway; naming a user keeps
//! commands within the same rules as requests, and puts a name on what they write.
//! Not here: the rules (`sanad_core::access`).

use crate::cli::Failure;
use sanad_api::accounts::directory::grants_of;
use sanad_api::app::table_of;
use sanad_core::access::{Actor, Denied, Policy};
use sanad_core::area::PlaceTable;
use sanad_core::ids::UserId;
use sanad_store::db::Db;
use sanad_store::{Database, Store};

/// Logins that are named at most when none was given.
const NAMED: i64 = 12;

/// The access policy that comes with the program.
pub fn policy() -> Result<Policy, Failure> {
    Policy::shipped()
        .map_err(|error| Failure::Failed(format!("the access policy is not valid: {error}")))
}

/// A connection to a database whose migrations are applied.
pub fn open(database: &Database) -> Result<Box<dyn Db>, Failure> {
    // Opening a file that is not there would make an empty one.
    if let Database::Sqlite(path) = database
        && !path.exists()
    {
        return Err(Failure::Refused(format!(
            "there is no database file {}; name the right one with --database or SANAD_DATABASE, or make a new one with `sanad migrate`",
            path.display()
        )));
    }
    let mut db = Store::connect(database)?;
    let pending = db.pending_migrations()?.len();
    if pending > 0 {
        return Err(Failure::Failed(format!(
            "the database needs {pending} migration(s); run `sanad migrate` first"
        )));
    }
    Ok(db)
}

/// The user that a command acts for, as `--as LOGIN` names them.
pub fn acting(db: &mut dyn Db, login: Option<&str>) -> Result<Actor, Failure> {
    let Some(login) = login else {
        return Err(Failure::Refused(nobody_named(db)?));
    };
    let known = match db.account_by_login(login)? {
        Some(row) => db.account(row.user_id)?,
        None => None,
    };
    let Some((account, grants)) = known else {
        return Err(Failure::Refused(
            "--as: there is no user of this login name; `sanad user add` makes one".to_owned(),
        ));
    };
    if account.disabled {
        return Err(Failure::Refused(
            "--as: this account is not in use".to_owned(),
        ));
    }
    Ok(Actor::from_verified_token(
        UserId(account.user_id.0),
        grants_of(&grants),
    ))
}

fn nobody_named(db: &mut dyn Db) -> Result<String, Failure> {
    let accounts = db.list_accounts(None, NAMED)?;
    let logins: Vec<String> = accounts
        .iter()
        .filter(|(account, _)| !account.disabled)
        .map(|(account, grants)| {
            let mut roles: Vec<&str> = grants.iter().map(|grant| grant.role.as_str()).collect();
            roles.dedup();
            format!("{} ({})", account.login, roles.join(", "))
        })
        .collect();
    let known = if logins.is_empty() {
        "there are no users yet; `sanad user add` makes one".to_owned()
    } else {
        format!("there are {}", logins.join("; "))
    };
    Ok(format!(
        "say for which user this is done, with --as LOGIN; {known}"
    ))
}

/// The imported places.
pub fn places(db: &mut dyn Db) -> Result<PlaceTable, Failure> {
    Ok(table_of(&db.places()?)?)
}

/// What a user is told whom the policy refuses.
pub fn denied(denied: Denied) -> Failure {
    Failure::Refused(denied.to_string())
}
