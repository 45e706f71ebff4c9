//! `sanad report …`: registers for auditors, streamed to standard output.

use super::DatabaseArgument;
use super::output::Failure;
use crate::desk;
use clap::ValueEnum;
use jiff::civil::Date;
use sanad_api::v1::reports::ReturnEntry;
use sanad_core::access::{Permission, Visibility};
use sanad_core::area::PlaceRef;
use sanad_store::db::{Db, RegisterFilter};
use sanad_store::sql_types::On;
use std::io::Write;
use std::process::ExitCode;

/// Read registers over many cases.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List every recorded return whose departure had no compliant, unexpired finding.
    ///
    /// Among the facilitated returns this list must be empty. It holds no names.
    ReturnsWithoutFinding(Returns),
}

#[derive(Debug, clap::Args)]
struct Returns {
    /// Departed on this day or later (YYYY-MM-DD).
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Departed on this day or earlier.
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Only households displaced in this place, or in a place that lies in it.
    #[arg(long, value_name = "EDITION/CODE")]
    area: Option<String>,
    /// How to print the list.
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// The user for whom this is done.
    #[arg(long = "as", value_name = "LOGIN")]
    login: Option<String>,
    #[command(flatten)]
    database: DatabaseArgument,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A table with a header, for a spreadsheet.
    Csv,
    /// A list of objects, for programs.
    Json,
}

/// Rows of one read: memory stays flat however long the list is.
const PAGE: i64 = 500;

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let What::ReturnsWithoutFinding(arguments) = &arguments.what;
    let place = arguments.area.as_deref().map(parse_place).transpose()?;
    let policy = desk::policy()?;
    let mut db = desk::open(&arguments.database.database)?;
    let actor = desk::acting(db.as_mut(), arguments.login.as_deref())?;
    let who = policy
        .visibility(&actor, Permission::ReportsRead)
        .or_forbidden()
        .map_err(desk::denied)?;
    let filter = RegisterFilter {
        place: place.map(|place| place.to_string()),
        from: arguments.from.map(On),
        to: arguments.to.map(On),
        without_compliant_finding: true,
        ..RegisterFilter::default()
    };
    let out = std::io::BufWriter::new(std::io::stdout().lock());
    let written = match arguments.format {
        Format::Csv => csv(db.as_mut(), &who, &filter, out),
        Format::Json => json(db.as_mut(), &who, &filter, out),
    };
    match written {
        // A reader that went away (`| head`) is no fault.
        Err(Written::Out(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            Ok(ExitCode::SUCCESS)
        }
        Err(Written::Out(error)) => Err(error.into()),
        Err(Written::Read(failure)) => Err(failure),
        Ok(()) => Ok(ExitCode::SUCCESS),
    }
}

pub(super) fn parse_place(text: &str) -> Result<PlaceRef, Failure> {
    let wrong =
        || Failure::Refused("a place is written EDITION/CODE, such as XZ-2025-01/XZ01".to_owned());
    let (edition, code) = text.split_once('/').ok_or_else(wrong)?;
    PlaceRef::parse(edition, code).map_err(|error| Failure::Refused(error.to_string()))
}

/// Why a list broke off.
enum Written {
    Out(std::io::Error),
    Read(Failure),
}

impl From<std::io::Error> for Written {
    fn from(error: std::io::Error) -> Self {
        Self::Out(error)
    }
}

fn each(
    db: &mut dyn Db,
    who: &Visibility,
    filter: &RegisterFilter,
    mut show: impl FnMut(ReturnEntry) -> Result<(), Written>,
) -> Result<(), Written> {
    let mut after = 0;
    loop {
        let rows = db
            .list_returns(who, filter, after, PAGE)
            .map_err(|error| Written::Read(error.into()))?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.position;
        for row in &rows {
            show(ReturnEntry::from(row))?;
        }
    }
}

/// Cells hold ids, days and codes of fixed lists, and the codes of places; one of
/// these that a spreadsheet would run as a formula gets an apostrophe before it.
fn csv(
    db: &mut dyn Db,
    who: &Visibility,
    filter: &RegisterFilter,
    out: impl Write,
) -> Result<(), Written> {
    let mut out = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(out);
    out.write_record([
        "return_id",
        "case_id",
        "nature",
        "departed_on",
        "place_edition",
        "place_code",
        "destination_edition",
        "destination_code",
        "assessed",
        "finding_id",
        "finding",
        "finding_expires_on",
        "recorded_at",
        "recorded_by",
    ])
    .map_err(of_csv)?;
    each(db, who, filter, |mut entry| {
        for cell in [
            &mut entry.place_edition,
            &mut entry.place_code,
            &mut entry.destination_edition,
            &mut entry.destination_code,
        ] {
            if cell.starts_with(['=', '+', '-', '@']) {
                cell.insert(0, '\'');
            }
        }
        out.serialize(entry).map_err(of_csv)
    })?;
    Ok(out.flush()?)
}

fn of_csv(error: csv::Error) -> Written {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Written::Out(error),
        other => Written::Read(Failure::Failed(format!(
            "the list cannot be written: {other:?}"
        ))),
    }
}

fn json(
    db: &mut dyn Db,
    who: &Visibility,
    filter: &RegisterFilter,
    mut out: impl Write,
) -> Result<(), Written> {
    let mut separator = "[\n";
    each(db, who, filter, |entry| {
        let line = serde_json::to_string(&entry)
            .map_err(|error| Written::Read(Failure::Failed(error.to_string())))?;
        write!(out, "{separator}{line}")?;
        separator = ",\n";
        Ok(())
    })?;
    let end = if separator == "[\n" { "[]" } else { "\n]" };
    writeln!(out, "{end}")?;
    Ok(out.flush()?)
}
