//! `sanad export facts CASE`: everything the rule reads about a case, as a file
//! that anybody can assess again.

use super::output::Failure;
use super::{DatabaseArgument, serve};
use crate::desk;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sanad_api::clock;
use sanad_core::access::{Actor, Denied, Permission, Policy, Resource};
use sanad_core::case::{CaseFacts, CaseNumber, CaseState, IssuedFinding};
use sanad_core::conditions::{AccessProfile, Catalogue};
use sanad_core::ids::CaseId;
use sanad_store::db::{CaseFilter, Db};
use sanad_store::sql_types::{At, Key};
use sanad_store::{journal, knowledge};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
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
        behind(db.as_mut(), &catalogue, &case, finding)?
    } else {
        let today = clock::now().to_zoned(TimeZone::UTC).date();
        let on = arguments.on.or(arguments.as_of).unwrap_or(today);
        let profile = arguments.access_profile.into();
        gather(db.as_mut(), &catalogue, &case, until, on, profile, None)?
    };
    std::io::stdout().write_all(&json)?;
    Ok(ExitCode::SUCCESS)
}

/// The facts from which a finding was computed, or a fault when they are no longer
/// the ones that its hash was made of.
fn behind(
    db: &mut dyn Db,
    catalogue: &Catalogue,
    case: &CaseState,
    finding: &IssuedFinding,
) -> Result<Vec<u8>, Failure> {
    let assessment = &finding.assessment;
    if assessment.catalogue.sha256 != catalogue.sha256() {
        return Err(Failure::Refused(format!(
            "the finding was made with the catalogue `{}` of edition {}; name its file with --catalogue",
            assessment.catalogue.id, assessment.catalogue.edition
        )));
    }
    let issued = db
        .findings_of(Key(case.id.0))?
        .into_iter()
        .find(|row| row.finding_id.0 == finding.id.0);
    let until = issued.map(|row| row.issued_at);
    let earlier = journal::case_of(&db.stream(journal::case_stream(case.id), until)?)?;
    let case = earlier.as_ref().unwrap_or(case);
    let json = gather(
        db,
        catalogue,
        case,
        until,
        assessment.on,
        assessment.profile,
        Some(finding),
    )?;
    let mut hash = String::new();
    for byte in Sha256::digest(&json) {
        let _ = write!(hash, "{byte:02x}");
    }
    if hash == finding.facts_sha256 {
        return Ok(json);
    }
    Err(Failure::Failed(
        "the facts as the registry has them now do not give the hash stored with the finding; \
         export with --as-of DATE and compare"
            .to_owned(),
    ))
}

fn gather(
    db: &mut dyn Db,
    catalogue: &Catalogue,
    case: &CaseState,
    until: Option<At>,
    on: Date,
    profile: AccessProfile,
    finding: Option<&IssuedFinding>,
) -> Result<Vec<u8>, Failure> {
    let places = desk::places(db)?;
    let areas = knowledge::of_case(db, &places, case, until)?;
    let assessor = finding.map(|finding| finding.assessor);
    let facts = CaseFacts::gather(case, &areas, catalogue, on, profile, assessor);
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
    let case = match id {
        Some(id) => journal::case_of(&db.stream(journal::case_stream(id), until)?)?,
        None => None,
    };
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
