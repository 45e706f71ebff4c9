//! `sanad report NAME`: reports for auditors, streamed to standard output or to a file.
//!
//! Not here: what each report says and how it looks (`sanad_api::reports`).

use super::output::Failure;
use super::{DatabaseArgument, serve};
use crate::desk;
use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sanad_api::clock;
use sanad_api::reports::words::{Kind, Words};
use sanad_api::reports::{
    self, Filter, Format as Rendering, Report, ReportError, ReportPart, Run, Tail, View,
    last_moment,
};
use sanad_core::access::{Actor, Permission, Policy, Visibility};
use sanad_core::area::PlaceRef;
use sanad_core::case::{CaseNumber, ReturnNature};
use sanad_core::conditions::Finding;
use sanad_core::ids::CaseId;
use sanad_store::db::{CaseFilter, Db};
use sanad_store::knowledge::Until;
use sanad_store::sql_types::At;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Read reports over many cases, as they were at the end of a day.
///
/// They hold no names: persons are numbers, staff are their login names.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Which report.
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(reports::ALL.iter().map(|report| report.name)))]
    name: String,
    /// What the registry held at the end of this day (YYYY-MM-DD, UTC); now when left out.
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// What the report is about happened on this day or later (YYYY-MM-DD).
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// What the report is about happened on this day or earlier.
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Only households displaced in this place, or in a place that lies in it; reports
    /// about places: only these places.
    #[arg(long, visible_alias = "place", value_name = "EDITION/CODE")]
    area: Option<String>,
    /// The case, by its id or its number (case-compliance-file).
    #[arg(long, value_name = "ID or NUMBER")]
    case_id: Option<String>,
    /// How the return came about (returns-without-finding).
    #[arg(long, value_name = "CODE", value_parser = natures())]
    nature: Option<ReturnNature>,
    /// What the finding says (finding-register).
    #[arg(long, value_name = "CODE", value_parser = findings())]
    finding: Option<Finding>,
    /// Rows, sums or both; both when left out, only rows for returns-without-finding.
    #[arg(long, value_enum)]
    part: Option<Part>,
    /// How to print the report.
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// Language of the headings of HTML, such as ar; English when left out.
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<String>,
    /// Write to this file, which appears when the report is whole; standard output when
    /// left out.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The user for whom this is done.
    #[arg(long = "as", value_name = "LOGIN")]
    login: Option<String>,
    /// How "all areas in the region" is read.
    #[arg(long, value_enum, env = "SANAD_ACCESS_PROFILE", default_value_t = serve::Profile::Standard)]
    access_profile: serve::Profile,
    /// A variant catalogue of return conditions, under its own id.
    #[arg(long, value_name = "FILE", env = "SANAD_CATALOGUE")]
    catalogue: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseArgument,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A table with a header, for a spreadsheet; hash and day go to standard error.
    Csv,
    /// For programs.
    Json,
    /// One file to read and to print.
    Html,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Part {
    /// Rows and sums.
    All,
    /// Rows alone.
    Rows,
    /// Sums alone.
    Totals,
}

fn natures() -> impl TypedValueParser<Value = ReturnNature> {
    let codes = ReturnNature::ALL.into_iter().map(ReturnNature::code);
    PossibleValuesParser::new(codes).try_map(|code| ReturnNature::from_code(&code).ok_or(NoCode))
}

fn findings() -> impl TypedValueParser<Value = Finding> {
    let codes = Finding::ALL.iter().map(|finding| finding.code());
    PossibleValuesParser::new(codes).try_map(|code| Finding::from_code(&code).ok_or(NoCode))
}

/// A code that is in the list and not in the enumeration, which have the same codes.
#[derive(Debug, thiserror::Error)]
#[error("this is no code of the list")]
struct NoCode;

/// A case by its id, or by the number that stands on papers.
fn case_of(written: &str, who: &Visibility, db: &mut dyn Db) -> Result<CaseId, Failure> {
    if let Ok(id) = written.parse() {
        return Ok(id);
    }
    let number = CaseNumber::parse(written).map_err(|_| {
        Failure::Refused("--case-id: a case is named by its id or by its number".to_owned())
    })?;
    let filter = CaseFilter {
        number: Some(number.as_str().to_owned()),
        ..CaseFilter::default()
    };
    let found = db.list_cases(who, &filter, None, 1)?;
    let found = found.first().ok_or(ReportError::NoCase)?;
    Ok(CaseId(found.case_id.0))
}

pub(super) fn parse_place(text: &str) -> Result<PlaceRef, Failure> {
    let wrong =
        || Failure::Refused("a place is written EDITION/CODE, such as XZ-2025-01/XZ01".to_owned());
    let (edition, code) = text.split_once('/').ok_or_else(wrong)?;
    PlaceRef::parse(edition, code).map_err(|error| Failure::Refused(error.to_string()))
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let report = reports::find(&arguments.name)
        .ok_or_else(|| Failure::Refused("there is no report of this name".to_owned()))?;
    let policy = desk::policy()?;
    let mut db = desk::open(&arguments.database.database)?;
    let actor = desk::acting(db.as_mut(), arguments.login.as_deref())?;
    let view = Arc::new(view(arguments, report, &policy, &actor, db.as_mut())?);
    let format = match arguments.format {
        Format::Csv => Rendering::Csv,
        Format::Json => Rendering::Json,
        Format::Html => Rendering::Html,
    };
    let words = Words::of(arguments.lang.as_deref())?;
    let run = Run::begin(db.as_mut(), report, view.clone(), format, words)?;
    let written = match &arguments.output {
        Some(path) => to_file(path, run, db.as_mut()),
        None => {
            let out = std::io::BufWriter::new(std::io::stdout().lock());
            write(run, db.as_mut(), out)
        }
    };
    match written {
        // A reader that went away (`| head`) is no fault.
        Err(Written::Out(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            Ok(ExitCode::SUCCESS)
        }
        Err(Written::Out(error)) => Err(error.into()),
        Err(Written::Report(error)) => Err(error.into()),
        Ok(tail) => {
            if format == Rendering::Csv {
                let _ = about(&view, words, &tail);
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn view(
    arguments: &Arguments,
    report: &Report,
    policy: &Policy,
    actor: &Actor,
    db: &mut dyn Db,
) -> Result<View, Failure> {
    let who = policy
        .visibility(actor, Permission::ReportsRead)
        .or_forbidden()
        .map_err(desk::denied)?;
    for (name, given) in [
        ("place", arguments.area.is_some()),
        ("from", arguments.from.is_some()),
        ("to", arguments.to.is_some()),
        ("case_id", arguments.case_id.is_some()),
        ("nature", arguments.nature.is_some()),
        ("finding", arguments.finding.is_some()),
    ] {
        if given && !report.takes(name) {
            return Err(Failure::Refused(format!(
                "the report {} takes no --{}",
                report.name,
                name.replace('_', "-")
            )));
        }
    }
    let now = clock::now();
    let today = now.to_zoned(TimeZone::UTC).date();
    let as_of = arguments.as_of.unwrap_or(today);
    let until = match last_moment(as_of) {
        _ if as_of > today => None,
        Some(moment) if as_of < today => Some(Until::Moment(moment)),
        Some(_) => Some(Until::Position(db.last_position()? + 1)),
        None => None,
    };
    let part = match arguments.part {
        Some(Part::Rows) => ReportPart::Rows,
        Some(Part::Totals) => ReportPart::Totals,
        // A list as it always was, for scripts that read it.
        None if report.name == "returns-without-finding" => ReportPart::Rows,
        Some(Part::All) | None => ReportPart::All,
    };
    let case_id = match &arguments.case_id {
        Some(written) => Some(case_of(written, &who, db)?),
        None => None,
    };
    Ok(View {
        who,
        areas: policy.visibility(actor, Permission::AreasRead),
        catalogue: serve::catalogue(arguments.catalogue.as_deref())?,
        places: Arc::new(desk::places(db)?),
        profile: arguments.access_profile.into(),
        as_of,
        until: until.ok_or_else(|| {
            Failure::Refused("--as-of: this day is out of range or still to come".to_owned())
        })?,
        began: At::from(now),
        filter: Filter {
            place: arguments.area.as_deref().map(parse_place).transpose()?,
            from: arguments.from,
            to: arguments.to,
            case_id,
            nature: arguments.nature,
            finding: arguments.finding,
            part,
        },
    })
}

/// Why a report broke off.
enum Written {
    Out(std::io::Error),
    Report(ReportError),
}

impl From<std::io::Error> for Written {
    fn from(error: std::io::Error) -> Self {
        Self::Out(error)
    }
}

impl From<ReportError> for Written {
    fn from(error: ReportError) -> Self {
        Self::Report(error)
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Store(error) => error.into(),
            ReportError::NeedsCase => Self::Refused(format!("{error}, with --case-id ID")),
            ReportError::NoPart
            | ReportError::NoCase
            | ReportError::NoPlace
            | ReportError::NoLanguage
            | ReportError::Reversed => Self::Refused(error.to_string()),
            ReportError::Unwritable | ReportError::Changed => Self::Failed(error.to_string()),
        }
    }
}

fn write(mut run: Run, db: &mut dyn Db, mut out: impl Write) -> Result<Tail, Written> {
    while let Some(piece) = run.step(db)? {
        out.write_all(&piece)?;
    }
    out.flush()?;
    Ok(run.tail())
}

/// Under another name until it is whole: a report that broke off is never taken for one.
fn to_file(path: &Path, run: Run, db: &mut dyn Db) -> Result<Tail, Written> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&unfinished)?;
    let tail = write(run, db, std::io::BufWriter::new(&file));
    match tail {
        Ok(tail) => {
            file.sync_all()?;
            std::fs::rename(&unfinished, path)?;
            Ok(tail)
        }
        Err(error) => {
            drop(std::fs::remove_file(&unfinished));
            Err(error)
        }
    }
}

/// What stands around the rows of the other renderings, beside those of CSV.
fn about(view: &View, words: &Words, tail: &Tail) -> std::io::Result<()> {
    let catalogue = format!("{} {}", view.catalogue.id(), view.catalogue.edition());
    let mut out = std::io::stderr().lock();
    for (key, value) in [
        ("as_of", view.as_of.to_string()),
        ("catalogue", catalogue),
        ("catalogue_sha256", view.catalogue.sha256().to_owned()),
        ("profile", view.profile.code().to_owned()),
        ("row_count", tail.row_count.to_string()),
        ("content_sha256", tail.content_sha256.clone()),
    ] {
        writeln!(out, "{}: {value}", words.say(Kind::Text, key))?;
    }
    Ok(())
}
