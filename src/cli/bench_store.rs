//! `sanad bench-store`: the questions of the API in a bare loop, without HTTP: what
//! the database alone can do, as a limit beside the figures of the API.

use super::DatabaseArgument;
use super::output::{Failure, say};
use crate::desk;
use sanad_core::access::{Permission, Policy};
use sanad_store::db::{CaseFilter, Db};
use sanad_store::journal::CASE;
use sanad_store::sql_types::Key;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Measure the database alone: reads by id and lists, one after the other.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: DatabaseArgument,
    /// The user for whom the questions are asked.
    #[arg(long = "as", value_name = "LOGIN")]
    login: Option<String>,
    /// How long each question is asked.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

/// Ids that are read in turn.
const IDS: i64 = 5_000;

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let mut db = desk::open(&arguments.database.database)?;
    let actor = desk::acting(db.as_mut(), arguments.login.as_deref())?;
    let policy: Policy = desk::policy()?;
    let who = policy.visibility(&actor, Permission::CasesRead);
    let ids = db.stream_ids(CASE, None, IDS)?;
    if ids.is_empty() {
        return Err(Failure::Refused(
            "there are no cases to read; see `sanad bench-data`".to_owned(),
        ));
    }
    let span = Duration::from_secs(arguments.seconds);
    let reads = rate(db.as_mut(), span, |db, turn| {
        let id: Key = ids[turn % ids.len()];
        db.case_document(&who, id).map(drop)
    })?;
    say(format_args!("case by id: {reads:.0} per second"))?;
    let filter = CaseFilter::default();
    let lists = rate(db.as_mut(), span, |db, _| {
        db.list_cases(&who, &filter, None, 51).map(drop)
    })?;
    say(format_args!("list of 50: {lists:.0} per second"))?;
    Ok(ExitCode::SUCCESS)
}

fn rate(
    db: &mut dyn Db,
    span: Duration,
    mut ask: impl FnMut(&mut dyn Db, usize) -> Result<(), sanad_store::StoreError>,
) -> Result<f64, Failure> {
    let begun = Instant::now();
    let mut turn = 0_usize;
    while begun.elapsed() < span {
        // The clock is looked at once in a while: it would cost more than some reads.
        for _ in 0..64 {
            ask(db, turn)?;
            turn += 1;
        }
    }
    let turns = u32::try_from(turn).unwrap_or(u32::MAX);
    Ok(f64::from(turns) / begun.elapsed().as_secs_f64())
}
