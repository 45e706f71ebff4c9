//! `sanad bench-area CASES`: what one fact about a place costs when so many cases with
//! a compliant finding go there.

use super::DatabaseArgument;
use super::bench_data::{fresh, midnight};
use super::output::{Failure, say};
use super::password::{hash_of, readable_password};
use crate::desk;
use crate::synthetic::{self, Scribe, heading};
use jiff::SignedDuration;
use jiff::civil::Date;
use sanad_core::area::PlaceRef;
use sanad_store::db::Db;
use std::process::ExitCode;
use std::time::Instant;

/// Measure one fact about a place to which many cases go.
///
/// Fills a fresh database with that many invented cases, each with a compliant
/// finding, and records clashes in their area of return: one before the last visit,
/// which takes nothing away, and one of today, which takes everything. Each is taken
/// back and recorded again; the last one is kept.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How many cases go to the area.
    #[arg(value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    cases: u32,
    /// How often each is measured; the best and the worst are told.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    rounds: u32,
    /// The day of the registry (YYYY-MM-DD).
    #[arg(long, value_name = "DATE", default_value = "2025-05-12")]
    day: Date,
    #[command(flatten)]
    database: DatabaseArgument,
}

/// Which registry of invented people.
const SEED: u64 = 1;
/// Between two commands: all of them fit into the day.
const STEP: SignedDuration = SignedDuration::from_micros(100);
/// Days ago: before the last visit to every place.
const BEFORE_THE_VISIT: i32 = 30;

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let from = midnight(arguments.day)?;
    fresh(&arguments.database.database)?;
    let mut db = desk::open(&arguments.database.database)?;
    let mut scribe = Scribe::new(SEED, from, STEP)?;
    let hash = hash_of(&readable_password()?)?;
    synthetic::found(db.as_mut(), &scribe, from, |_| Ok(hash.clone()))?;
    let begun = Instant::now();
    let mut told = Instant::now();
    let place = heading::fill(db.as_mut(), &mut scribe, arguments.cases, |done| {
        if told.elapsed().as_secs() >= 5 {
            told = Instant::now();
            // The only sign of life during minutes; nothing depends on it.
            let _ = say(format_args!("{done} of {} cases", arguments.cases));
        }
    })?;
    say(format_args!(
        "{} cases with a compliant finding go to {place}, {} facts, in {:.1} s",
        arguments.cases,
        db.last_position()?,
        begun.elapsed().as_secs_f64(),
    ))?;
    let rounds = arguments.rounds;
    for (what, days_ago) in [
        ("a clash before the last visit", BEFORE_THE_VISIT),
        ("a clash of today", 0),
    ] {
        let mut seconds = Vec::new();
        for _ in 0..rounds {
            seconds.push(measured(
                db.as_mut(),
                &mut scribe,
                &place,
                (what, days_ago),
                false,
            )?);
        }
        let best = seconds.iter().copied().fold(f64::INFINITY, f64::min);
        let worst = seconds.iter().copied().fold(0.0, f64::max);
        say(format_args!(
            "{what}: best {best:.3} s, worst {worst:.3} s of {rounds}, {:.0} findings per second",
            f64::from(arguments.cases) / best.max(1e-6),
        ))?;
    }
    let kept = measured(
        db.as_mut(),
        &mut scribe,
        &place,
        ("a clash of today, kept", 0),
        true,
    )?;
    say(format_args!("a clash of today, durable: {kept:.3} s"))?;
    Ok(ExitCode::SUCCESS)
}

/// The time from the beginning of the transaction to its end.
fn measured(
    db: &mut dyn Db,
    scribe: &mut Scribe,
    place: &PlaceRef,
    (what, days_ago): (&str, i32),
    keep: bool,
) -> Result<f64, Failure> {
    let begun = Instant::now();
    let again = heading::clash(db, scribe, place, days_ago, keep)?;
    let seconds = begun.elapsed().as_secs_f64();
    say(format_args!(
        "{what}: {} looked at, {} lost, {seconds:.3} s",
        again.here.looked_at + again.elsewhere.looked_at,
        again.here.lost + again.elsewhere.lost,
    ))?;
    Ok(seconds)
}
