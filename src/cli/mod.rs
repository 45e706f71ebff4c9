//! The command line. One file a command; texts are for field officers.
//!
//! Exit codes: 0 done; 1 it could not be done (the text says why); 2 the input or
//! the words of the command were refused, nothing was changed; 3 done in part: some
//! rows were refused and written to a file (`--partial`).

mod assess;
mod bench_area;
mod bench_constant;
mod bench_data;
mod bench_store;
mod demo;
mod demo_file;
mod export;
mod import;
mod keys;
mod migrate;
mod output;
mod password;
mod report;
mod serve;
mod user;

use clap::{Parser, Subcommand};
use sanad_store::Database;
use std::process::ExitCode;

pub use output::Failure;

/// Case registry for displaced people.
///
/// Registers households, records what people want and what the place of return is
/// like, and says, with reasons and sources, whether a return would be safe,
/// voluntary, dignified and with freedom of movement.
#[derive(Debug, Parser)]
#[command(name = "sanad", version, about, long_about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what a facts file comes to, offline; exit code 0 whatever the finding.
    Assess(assess::Arguments),
    /// Start the registry and answer over HTTP.
    Serve(serve::Arguments),
    /// Start a registry of invented people and show what it does.
    Demo(demo::Arguments),
    /// Bring in a list of households or of places.
    Import(import::Arguments),
    /// Keep the users of the registry.
    User(user::Arguments),
    /// Keep the keys that sign access tokens.
    Keys(keys::Arguments),
    /// Write out what the registry knows, for others to check.
    Export(export::Arguments),
    /// Read registers over many cases.
    Report(report::Arguments),
    /// Bring a database up to the version of this program.
    Migrate(migrate::Arguments),
    /// Fill a fresh database with a synthetic registry, for measuring.
    BenchData(bench_data::Arguments),
    /// Measure one fact about a place to which many cases go.
    BenchArea(bench_area::Arguments),
    /// Measure HTTP alone, as a limit beside the figures of the API.
    BenchConstant(bench_constant::Arguments),
    /// Measure the database alone, as a limit beside the figures of the API.
    BenchStore(bench_store::Arguments),
}

/// Where the registry keeps its data.
#[derive(Debug, Clone, clap::Args)]
pub struct DatabaseArgument {
    /// A file (created when it does not exist) or postgres://user@host/name.
    #[arg(
        long,
        value_name = "FILE or URL",
        env = "SANAD_DATABASE",
        default_value = "sanad.db",
        hide_env_values = true
    )]
    pub database: Database,
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Assess(arguments) => assess::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::User(arguments) => user::run(&arguments),
        Command::Keys(arguments) => keys::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Report(arguments) => report::run(&arguments),
        Command::Migrate(arguments) => migrate::run(&arguments),
        Command::BenchData(arguments) => bench_data::run(&arguments),
        Command::BenchArea(arguments) => bench_area::run(&arguments),
        Command::BenchConstant(arguments) => bench_constant::run(&arguments),
        Command::BenchStore(arguments) => bench_store::run(&arguments),
    };
    match result {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
