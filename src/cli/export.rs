//! `sanad export facts CASE`: everything the rule reads about a case, as a file
//! that anybody can assess again.

use super::output::Failure;
use super::{DatabaseArgument, serve};
use crate::desk;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sanad_api::clock;
use sanad_api::recompute::{NotRecomputed, facts_behind};
use sanad_core::access::{Actor, Denied, Permission, Policy, Resource};
use sanad_core::case::{CaseFacts, CaseNumber, CaseState};
use sanad_core::conditions::{AccessProfile, Catalogue};
use sanad_core::ids::CaseId;
use sanad_store::db::{CaseFilter, Db};
use sanad_store::sql_types::{At, Key};
use sanad_store::{journal, knowledge};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Write out what the registry knows, for others to check.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Write the facts of a case (sanad-facts/1) to standard output.
    ///
    /// The file names nobody: persons, answers and staff are numbers. `sanad assess`
    /// of it gives the stored outcome. Without --on and --as-of: the facts behind the
    /// latest issued finding, byte for byte as its hash was made, or those of today
    /// when none was issued.
    Facts(Facts),
}

#[derive(Debug, clap::Args)]
struct Facts {
    /// The case, by its number or id.
    case: String,
    /// Assess on this day (YYYY-MM-DD); today when left out.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// Only what the registry knew at the end of this day (UTC); also the day of
    /// assessment, unless --on is given.
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// The user for whom this is done.
    #[arg(long = "as", value_name = "LOGIN")]
    login: Option<String>,
    /// How "all areas in the region" is read; a stored finding keeps its own reading.
    #[arg(long, value_enum, env = "SANAD_ACCESS_PROFILE", default_value_t = serve::Profile::Standard)]
    access_profile: serve::Profile,
    /// A variant catalogue of return conditions, under its own id.
    #[arg(long, value_name = "FILE", env = "SANAD_CATALOGUE")]
    catalogue: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseArgument,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let What::Facts(arguments) = &arguments.what;
    let catalogue = serve::catalogue(arguments.catalogue.as_deref())?;
    let policy = desk::policy()?;
    let mut db = desk::open(&arguments.database.database)?;
    let actor = desk::acting(db.as_mut(), arguments.login.as_deref())?;
    let until = arguments.as_of.map(end_of).transpose()?;
    let case = find(db.as_mut(), &policy, &actor, &arguments.case, until)?;

    let finding = case
        .findings
        .last()
        .filter(|_| arguments.on.is_none() && until.is_none());
    let json = if let Some(finding) = finding {
        let row = db
            .findings_of(Key(case.id.0))?
            .into_iter()
            .find(|row| row.finding_id.0 == finding.id.0)
            .ok_or_else(|| Failure::Failed("the finding is not in the register".to_owned()))?;
        let places = desk::places(db.as_mut())?;
        facts_behind(db.as_mut(), &places, &catalogue, &row)?
    } else {
        let today = clock::now().to_zoned(TimeZone::UTC).date();
        let on = arguments.on.or(arguments.as_of).unwrap_or(today);
        let profile = arguments.access_profile.into();
        gather(db.as_mut(), &catalogue, &case, until, on, profile)?
    };
    std::io::stdout().write_all(&json)?;
    Ok(ExitCode::SUCCESS)
}

fn gather(
    db: &mut dyn Db,
    catalogue: &Catalogue,
    case: &CaseState,
    until: Option<At>,
    on: Date,
    profile: AccessProfile,
) -> Result<Vec<u8>, Failure> {
    let places = desk::places(db)?;
    let areas = knowledge::of_case(db, &places, case, until.into())?;
    let facts = CaseFacts::gather(case, &areas, catalogue, on, profile, None);
    serde_json::to_vec(&facts.to_file(catalogue))
        .map_err(|error| Failure::Failed(error.to_string()))
}

/// The case of a number or id, if the user may export its facts. A case that does
/// not exist and one that may not be seen are answered alike.
fn find(
    db: &mut dyn Db,
    policy: &Policy,
    actor: &Actor,
    wanted: &str,
    until: Option<At>,
) -> Result<CaseState, Failure> {
    let permission = Permission::FactsExport;
    let id = match (wanted.parse::<CaseId>(), CaseNumber::parse(wanted)) {
        (Ok(id), _) => Some(id),
        (_, Ok(number)) => {
            let filter = CaseFilter {
                number: Some(number.as_str().to_owned()),
                ..CaseFilter::default()
            };
            let who = policy.visibility(actor, Permission::CasesRead);
            db.list_cases(&who, &filter, None, 1)?
                .first()
                .map(|row| CaseId(row.case_id.0))
        }
        (Err(_), Err(error)) => return Err(Failure::Refused(error.to_string())),
    };
    let id = id.ok_or_else(|| desk::denied(Denied::Hidden))?;
    // What left the user's reach does not come back by asking for a past day.
    let now = policy.visibility(actor, Permission::CasesRead);
    if db.case_document(&now, journal::case_stream(id))?.is_none() {
        return Err(desk::denied(Denied::Hidden));
    }
    let case = journal::case_of(&db.stream(journal::case_stream(id), until)?)?;
    let case = case.ok_or_else(|| desk::denied(Denied::Hidden))?;
    let resource = Resource::Case {
        organisation: case.organisation,
        places: &case.places,
    };
    policy
        .permit(actor, permission, &resource)
        .map_err(desk::denied)?;
    Ok(case)
}

/// The last microsecond of a day, in UTC.
fn end_of(day: Date) -> Result<At, Failure> {
    let out_of_range = |_| Failure::Refused("--as-of: this day is out of range".to_owned());
    let next = day.tomorrow().map_err(out_of_range)?;
    let midnight = next
        .to_zoned(TimeZone::UTC)
        .map_err(out_of_range)?
        .timestamp();
    Ok(At::from_micros(At::from(midnight).micros() - 1))
}

impl From<NotRecomputed> for Failure {
    fn from(error: NotRecomputed) -> Self {
        match error {
            NotRecomputed::Store(error) => error.into(),
            NotRecomputed::OtherCatalogue { .. } => {
                Self::Refused(format!("{error}; name its file with --catalogue"))
            }
            other => Self::Failed(format!("{other}; export with --as-of DATE and compare")),
        }
    }
}
