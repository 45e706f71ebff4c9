//! `sanad keys rotate`: the next key that signs access tokens.

use super::output::{Failure, say};
use sanad_api::accounts::keys::rotate;
use std::path::PathBuf;
use std::process::ExitCode;

/// Keep the keys that sign access tokens.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make the next key; running servers take it up by themselves and nobody is signed out.
    Rotate(Rotate),
}

#[derive(Debug, clap::Args)]
struct Rotate {
    /// The folder of the keys, as `sanad serve` has it.
    #[arg(long, value_name = "DIR", env = "SANAD_KEYS")]
    keys: PathBuf,
    /// A key was stolen: remove all others at once. Everybody's program asks for a new token.
    #[arg(long)]
    stolen: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let What::Rotate(Rotate { keys, stolen }) = &arguments.what;
    let rotated = rotate(keys, *stolen).map_err(|error| Failure::Refused(error.to_string()))?;
    say(format_args!(
        "key {} signs from {} on; {} removed",
        rotated.id, rotated.since, rotated.removed
    ))?;
    Ok(ExitCode::SUCCESS)
}
