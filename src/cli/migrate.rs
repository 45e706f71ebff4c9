//! `sanad migrate`: brings a database up to the version of this program.

use super::DatabaseArgument;
use super::output::{Failure, say};
use sanad_store::Store;
use std::process::ExitCode;

/// Bring a database up to the version of this program.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: DatabaseArgument,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let applied = Store::migrate(&arguments.database.database)?;
    if applied.is_empty() {
        say("the database is up to date")?;
    }
    for name in applied {
        say(format_args!("applied {name}"))?;
    }
    Ok(ExitCode::SUCCESS)
}
