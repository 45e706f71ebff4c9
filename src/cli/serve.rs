//! `sanad serve`: the registry over HTTP.

use super::DatabaseArgument;
use super::output::{Failure, say};
use super::password::PasswordArguments;
use crate::{desk, synthetic};
use clap::ValueEnum;
use sanad_api::limits::{Rate, Rates};
use sanad_api::{App, BodyDeadline, ServerSettings};
use sanad_core::conditions::{AccessProfile, Catalogue};
use sanad_store::{Database, Options, Store};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Start the registry and answer over HTTP.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: DatabaseArgument,
    /// Address and port to listen on.
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "SANAD_LISTEN",
        default_value = "127.0.0.1:8080"
    )]
    listen: SocketAddr,
    /// Bring the database up to the version of this program first.
    #[arg(long, env = "SANAD_MIGRATE")]
    migrate: bool,
    /// How "all areas in the region" is read (a person must decide this for a deployment).
    #[arg(long, value_enum, env = "SANAD_ACCESS_PROFILE", default_value_t = Profile::Standard)]
    access_profile: Profile,
    /// A variant catalogue of return conditions, under its own id.
    #[arg(long, value_name = "FILE", env = "SANAD_CATALOGUE")]
    catalogue: Option<PathBuf>,
    /// Keep files of evidence (papers, pictures). They are not encrypted yet.
    #[arg(long, env = "SANAD_EVIDENCE_FILES")]
    evidence_files: bool,
    #[command(flatten)]
    hashing: PasswordArguments,
    /// A folder with the keys that sign access tokens, shared by all servers of one
    /// database; without it each start makes its own.
    #[arg(long, value_name = "DIR", env = "SANAD_KEYS")]
    keys: Option<PathBuf>,
    #[command(flatten)]
    rates: RateArguments,
    /// Threads that answer requests; one for each core when left out.
    #[arg(long, value_name = "N", env = "SANAD_WORKERS")]
    workers: Option<usize>,
    /// Threads that read from the database.
    #[arg(long, value_name = "N", env = "SANAD_READERS", default_value_t = 4)]
    readers: usize,
    /// What is logged: error, warn, info, debug. Logs hold no personal data.
    #[arg(long, value_name = "LEVEL", env = "SANAD_LOG", default_value = "info")]
    log: String,
}

/// Requests a second: a number, or `off`. Ten seconds' worth may come at once.
#[derive(Debug, clap::Args)]
struct RateArguments {
    /// Requests a second that one account may send, or `off`.
    #[arg(long = "requests-per-account", value_name = "N", env = "SANAD_REQUESTS_PER_ACCOUNT", default_value_t = Rates::default().account)]
    account: Rate,
    /// Requests a second that one service key may send, or `off`.
    #[arg(long = "requests-per-key", value_name = "N", env = "SANAD_REQUESTS_PER_KEY", default_value_t = Rates::default().key)]
    key: Rate,
    /// Requests a second that one address may send, or `off`; behind a proxy that is everybody.
    #[arg(long = "requests-per-address", value_name = "N", env = "SANAD_REQUESTS_PER_ADDRESS", default_value_t = Rates::default().address)]
    address: Rate,
}

impl RateArguments {
    fn rates(&self) -> Rates {
        Rates {
            account: self.account,
            key: self.key,
            address: self.address,
        }
    }
}

/// How access to the region is read.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Profile {
    /// The place of return, its admin-3 unit and the route.
    Standard,
    /// Every admin-3 unit of the governorate.
    Strict,
}

impl From<Profile> for AccessProfile {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::Standard => Self::Standard,
            Profile::Strict => Self::Strict,
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    start_logging(&arguments.log)?;
    if arguments.migrate {
        Store::migrate(&arguments.database.database)?;
    }
    let catalogue = catalogue(arguments.catalogue.as_deref())?;
    let mut app = open(
        &arguments.database.database,
        arguments.readers,
        catalogue,
        arguments.access_profile,
    )?
    .with_evidence_files(arguments.evidence_files)
    .with_rates(arguments.rates.rates())
    .with_passwords(arguments.hashing.passwords()?);
    if let Some(folder) = &arguments.keys {
        app = app
            .with_keys(folder.clone())
            .map_err(|error| Failure::Refused(error.to_string()))?;
    }
    let mut db = desk::open(&arguments.database.database)?;
    let passwords = app.hashing.passwords();
    passwords
        .fit(db.as_mut())
        .map_err(|error| Failure::Refused(error.to_string()))?;
    if synthetic::is_synthetic(db.as_mut())? {
        tracing::warn!("the people in this registry are invented: no real person belongs in it");
    }
    let settings = ServerSettings {
        listen: arguments.listen,
        workers: arguments.workers.unwrap_or_else(cores),
        signals: true,
        body_deadline: BodyDeadline::default(),
    };
    serve(Arc::new(app), &settings, |address| {
        say(format_args!("listening on http://{address}"))
    })?;
    Ok(ExitCode::SUCCESS)
}

/// One thread for each core.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

/// The shipped catalogue, or a variant under its own id.
pub(super) fn catalogue(path: Option<&std::path::Path>) -> Result<Catalogue, Failure> {
    let Some(path) = path else {
        return Ok(Catalogue::shipped().clone());
    };
    let refused = |error: String| Failure::Refused(format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
    Catalogue::load(&text).map_err(|error| refused(error.to_string()))
}

/// The application over a database.
pub(super) fn open(
    database: &Database,
    readers: usize,
    catalogue: Catalogue,
    profile: Profile,
) -> Result<App, Failure> {
    let store = Store::open(database, Options { readers })?;
    App::new(store, catalogue, profile.into()).map_err(|error| Failure::Failed(error.to_string()))
}

/// Answers requests until the process is asked to stop; `ready` is called once the
/// server listens.
pub(super) fn serve(
    app: Arc<App>,
    settings: &ServerSettings,
    ready: impl FnOnce(SocketAddr) -> Result<(), Failure>,
) -> Result<(), Failure> {
    actix_web::rt::System::new().block_on(async {
        let running =
            sanad_api::start(app, settings).map_err(|error| Failure::Failed(error.to_string()))?;
        let handle = running.server.handle();
        let server = actix_web::rt::spawn(running.server);
        if let Err(failure) = ready(running.address) {
            handle.stop(false).await;
            return Err(failure);
        }
        match server.await {
            Ok(ended) => ended.map_err(|error| Failure::Failed(error.to_string())),
            Err(error) => Err(Failure::Failed(error.to_string())),
        }
    })
}

/// Logs as JSON lines on standard error.
pub(super) fn start_logging(level: &str) -> Result<(), Failure> {
    let filter = tracing_subscriber::EnvFilter::try_new(level)
        .map_err(|error| Failure::Refused(format!("--log: {error}")))?;
    // A second start within one process keeps the first subscriber.
    let _ = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
    Ok(())
}
