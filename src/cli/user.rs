//! `sanad user add` and `sanad user reset`: the first users of a registry, further ones,
//! and those who are locked out, by whoever may start the program on its machine.

use super::DatabaseArgument;
use super::output::{Failure, say};
use super::password::{PasswordArguments, readable_password};
use super::report::parse_place;
use crate::desk;
use clap::ValueEnum;
use sanad_api::accounts::directory::rows_of;
use sanad_api::accounts::one_time;
use sanad_api::clock;
use sanad_api::v1::accounts::login_name;
use sanad_core::access::{Grant, Role};
use sanad_core::area::PlaceRef;
use sanad_core::ids::{OrganisationId, UserId};
use sanad_core::value::bounded;
use sanad_store::db::Db;
use sanad_store::rows::{AccountRow, OrganisationRow};
use sanad_store::sql_types::{At, Key};
use sanad_store::{StoreError, in_transaction};
use secrecy::{ExposeSecret as _, SecretString};
use std::io::{BufRead as _, IsTerminal as _};
use std::process::ExitCode;
use uuid::Uuid;

/// Keep the users of the registry.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Add a user with one or more roles; asks for the password.
    Add(Box<Add>),
    /// Give a user a password that is good once, and end their sessions.
    Reset(Reset),
}

/// For whoever is locked out while no administrator can help.
#[derive(Debug, clap::Args)]
struct Reset {
    /// Login name.
    login: String,
    /// Take the second factor off as well: device and codes on paper are lost.
    #[arg(long)]
    second_factor: bool,
    #[command(flatten)]
    hashing: PasswordArguments,
    #[command(flatten)]
    database: DatabaseArgument,
}

#[derive(Debug, clap::Args)]
struct Add {
    /// Login name: letters a to z, digits, `.`, `-` or `_`.
    login: String,
    /// Name shown to colleagues.
    #[arg(long)]
    name: String,
    /// What the user may do; give it again for a second role.
    #[arg(long = "role", value_name = "ROLE", required = true, value_enum)]
    roles: Vec<RoleName>,
    /// The organisation whose cases the roles open, by its name.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// Limit the roles to this area and what lies in it; may be given again.
    #[arg(long = "area", value_name = "EDITION/CODE")]
    areas: Vec<String>,
    /// Add the organisation if the registry does not know it yet.
    #[arg(long)]
    create_organisation: bool,
    /// Read the password from standard input (one line) instead of asking.
    #[arg(long)]
    password_stdin: bool,
    /// The password is good for one sign-in within three days, which sets another.
    #[arg(long)]
    one_time: bool,
    #[command(flatten)]
    hashing: PasswordArguments,
    #[command(flatten)]
    database: DatabaseArgument,
}

/// A role, as it is written on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum RoleName {
    /// Registers households.
    Registrar,
    /// Counsels households and records answers.
    Caseworker,
    /// Assesses, keeps the answers about areas, issues findings.
    ProtectionOfficer,
    /// Records best interests of children.
    ChildProtectionOfficer,
    /// Verifies, adjudicates, reads reports.
    Supervisor,
    /// Answers about places; records departures, arrivals and rounds of monitoring.
    FieldMonitor,
    /// Reads facts and findings without identities; writes nothing.
    Auditor,
    /// Keeps people's rights over their data: legal holds, the end of old cases.
    DataProtectionFocalPoint,
    /// Works with aggregates alone.
    InformationManagementOfficer,
    /// Keeps accounts and place tables; reads no case.
    Administrator,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Registrar => Self::Registrar,
            RoleName::Caseworker => Self::Caseworker,
            RoleName::ProtectionOfficer => Self::ProtectionOfficer,
            RoleName::ChildProtectionOfficer => Self::ChildProtectionOfficer,
            RoleName::Supervisor => Self::Supervisor,
            RoleName::FieldMonitor => Self::FieldMonitor,
            RoleName::Auditor => Self::Auditor,
            RoleName::DataProtectionFocalPoint => Self::DataProtectionFocalPoint,
            RoleName::InformationManagementOfficer => Self::InformationManagementOfficer,
            RoleName::Administrator => Self::Administrator,
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match &arguments.what {
        What::Add(new) => add(new),
        What::Reset(reset) => give_again(reset),
    }
}

fn give_again(asked: &Reset) -> Result<ExitCode, Failure> {
    let passwords = asked.hashing.passwords()?;
    let mut db = desk::open(&asked.database.database)?;
    let Some(account) = db.account_by_login(&asked.login)? else {
        return Err(Failure::Refused(
            "there is no user of this login name".to_owned(),
        ));
    };
    let password = readable_password()?;
    let hash = passwords
        .hash_again(&password)
        .map_err(|error| Failure::Failed(error.to_string()))?;
    let (user, now) = (account.user_id, At::from(clock::now()));
    let until = one_time::until();
    in_transaction(db.as_mut(), |db| {
        db.end_sessions_of(user, None, now)?;
        db.forget_devices(user)?;
        if asked.second_factor {
            db.remove_second_factor(user)?;
        }
        db.set_password(user, None, &hash, Some(At::from(until)))
    })?;
    say(format_args!(
        "{}\ngood for one sign-in until {until}, which sets another",
        password.expose_secret()
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn add(new: &Add) -> Result<ExitCode, Failure> {
    let refused = |error: &dyn std::fmt::Display| Failure::Refused(error.to_string());
    let login = login_name(&new.login).map_err(|error| refused(&error))?;
    let display_name = bounded(&new.name, 120).map_err(|error| refused(&error))?;
    let organisation_name = bounded(&new.organisation, 120).map_err(|error| refused(&error))?;
    let areas = new
        .areas
        .iter()
        .map(|area| parse_place(area))
        .collect::<Result<Vec<_>, _>>()?;
    let passwords = new.hashing.passwords()?;
    let mut db = desk::open(&new.database.database)?;
    passwords
        .fit(db.as_mut())
        .map_err(|error| refused(&error))?;
    check_areas(db.as_mut(), &areas)?;
    let (organisation, added) =
        organisation(db.as_mut(), &organisation_name, new.create_organisation)?;
    let grants: Vec<Grant> = new
        .roles
        .iter()
        .map(|role| Grant {
            role: Role::from(*role),
            organisation,
            areas: areas.clone(),
        })
        .collect();
    desk::policy()?
        .check_grants(&grants)
        .map_err(|pair| refused(&pair))?;
    if db.account_by_login(&login)?.is_some() {
        return Err(login_taken());
    }

    // Asked for last: nobody should think of a good password for a refused user.
    let own = [login.as_str(), display_name.as_str()];
    let password_hash = passwords
        .hash(&password(new.password_stdin)?, &own)
        .map_err(|error| refused(&error))?;
    let now = At::from(clock::now());
    let user = UserId(new_id()?);
    let account = AccountRow {
        user_id: Key(user.0),
        login,
        display_name,
        password_hash,
        disabled: false,
        created_at: now,
        one_time_until: new.one_time.then(|| At::from(one_time::until())),
    };
    let stored = in_transaction(db.as_mut(), |db| {
        if added {
            let organisation_id = Key(organisation.0);
            db.put_organisation(&OrganisationRow {
                organisation_id,
                name: organisation_name.clone(),
                created_at: now,
            })?;
        }
        db.put_account(&account, &rows_of(user, &grants))
    });
    match stored {
        Err(StoreError::Conflict) => Err(login_taken()),
        other => Ok(other?),
    }?;
    say(format_args!("added `{}` with id {user}", account.login))?;
    Ok(ExitCode::SUCCESS)
}

fn login_taken() -> Failure {
    Failure::Refused("this login name is taken".to_owned())
}

fn new_id() -> Result<Uuid, Failure> {
    let bytes = clock::entropy().map_err(|error| Failure::Failed(error.to_string()))?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

fn check_areas(db: &mut dyn Db, areas: &[PlaceRef]) -> Result<(), Failure> {
    if areas.is_empty() {
        return Ok(());
    }
    let places = desk::places(db)?;
    match areas.iter().find(|area| places.find(area).is_none()) {
        Some(unknown) => Err(Failure::Refused(format!(
            "no imported list of places has `{unknown}`; `sanad import areas` brings one in"
        ))),
        None => Ok(()),
    }
}

/// The organisation of a name, and whether it is still to be added.
fn organisation(
    db: &mut dyn Db,
    name: &str,
    create: bool,
) -> Result<(OrganisationId, bool), Failure> {
    let all = db.organisations()?;
    if let Some(row) = all.iter().find(|row| row.name == name) {
        return Ok((OrganisationId(row.organisation_id.0), false));
    }
    if create {
        return Ok((OrganisationId(new_id()?), true));
    }
    let names: Vec<String> = all.iter().map(|row| format!("`{}`", row.name)).collect();
    let known = if names.is_empty() {
        "there are none yet".to_owned()
    } else {
        format!("there are {}", names.join(", "))
    };
    Err(Failure::Refused(format!(
        "the registry does not know this organisation; {known}; --create-organisation adds it"
    )))
}

fn password(from_stdin: bool) -> Result<SecretString, Failure> {
    if from_stdin {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        return Ok(SecretString::from(
            line.trim_end_matches(['\r', '\n']).to_owned(),
        ));
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::Refused(
            "there is no terminal to ask for the password on; use --password-stdin".to_owned(),
        ));
    }
    let ask = |prompt: &str| rpassword::prompt_password(prompt).map(SecretString::from);
    let first = ask("Password (12 characters or more; a sentence is easy to keep in mind): ")?;
    let second = ask("The same again: ")?;
    if first.expose_secret() == second.expose_secret() {
        Ok(first)
    } else {
        Err(Failure::Refused(
            "the two passwords are not the same; nothing was added".to_owned(),
        ))
    }
}
