//! `sanad bench-data N`: a synthetic registry of a given size, the same for the
//! same seed, for measuring.

use super::DatabaseArgument;
use super::demo_file::{Account, write_private};
use super::output::{Failure, say};
use super::password::{hash_of, readable_password};
use crate::desk;
use crate::synthetic::{self, Fault, Population};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use sanad_store::{Database, Store};
use secrecy::ExposeSecret as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// Fill a fresh database with a synthetic registry, for measuring.
///
/// People, places and offices are invented. The same number, seed and day give the
/// same registry, to the last id and moment; only passwords differ. A database that
/// holds anything already is refused.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How many persons; four to five of them are one case on average.
    #[arg(value_parser = clap::value_parser!(u32).range(1..=20_000_000))]
    persons: u32,
    /// Which registry; another number gives another one.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The last day of the registry (YYYY-MM-DD); it goes back 60 days from there.
    #[arg(long, value_name = "DATE", default_value = "2025-05-12")]
    day: Date,
    /// Write login names and passwords to this file (JSON, readable by you alone).
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseArgument,
}

/// Over how many days the cases come in.
const DAYS: i32 = 60;

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let until = midnight(arguments.day)?;
    let first = arguments.day.checked_sub(DAYS.days());
    let from = midnight(first.map_err(out_of_range)?)?;
    let population = Population {
        seed: arguments.seed,
        persons: arguments.persons,
        from,
        until,
    };
    fresh(&arguments.database.database)?;
    let mut db = desk::open(&arguments.database.database)?;
    let mut scribe = population.scribe()?;
    let password = readable_password()?;
    let hash = hash_of(&password)?;
    synthetic::found(db.as_mut(), &scribe, population.from, |_| Ok(hash.clone()))?;

    let begun = Instant::now();
    let mut told = Instant::now();
    let progress = synthetic::populate(db.as_mut(), &mut scribe, population, |progress| {
        if told.elapsed().as_secs() >= 5 {
            told = Instant::now();
            // The only sign of life during minutes; nothing depends on it.
            let _ = say(format_args!(
                "{} of {} persons",
                progress.persons, population.persons
            ));
        }
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    say(format_args!(
        "{} persons in {} cases by {} commands, {} facts, in {seconds:.1} s: {:.0} persons per second",
        progress.persons,
        progress.cases,
        scribe.commands(),
        db.last_position()?,
        f64::from(progress.persons) / seconds.max(1e-3),
    ))?;
    let seats = scribe.staff.seats();
    if let Some(path) = &arguments.users {
        let users: Vec<Account> = seats
            .iter()
            .map(|seat| Account::of(seat, &password))
            .collect();
        let json = serde_json::to_vec_pretty(&users)
            .map_err(|error| Failure::Failed(error.to_string()))?;
        write_private(path, &json)?;
    } else {
        let logins: Vec<&str> = seats.iter().map(|seat| seat.login).collect();
        say(format_args!("users: {}", logins.join(", ")))?;
        say(format_args!(
            "password of all of them: {}",
            password.expose_secret()
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The first moment of a day.
pub(super) fn midnight(day: Date) -> Result<Timestamp, Failure> {
    let zoned = day.to_zoned(TimeZone::UTC).map_err(out_of_range)?;
    Ok(zoned.timestamp())
}

/// Brings up a database without any table, and no other: a registry that is in use is
/// refused afterwards, and must not be migrated by the way.
pub(super) fn fresh(database: &Database) -> Result<(), Failure> {
    if Store::connect(database)?.last_position().is_err() {
        Store::migrate(database)?;
    }
    Ok(())
}

fn out_of_range(_: jiff::Error) -> Failure {
    Failure::Refused("--day: this day is out of range".to_owned())
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NotFresh => Self::Refused(fault.to_string()),
            Fault::Store(error) => error.into(),
            other => Self::Failed(other.to_string()),
        }
    }
}
