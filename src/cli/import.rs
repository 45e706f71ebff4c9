//! `sanad import`: lists of households and of places come into the registry.

use super::DatabaseArgument;
use super::output::{Failure, say};
use crate::import::areas::{self, AreaMapping, AreaReport};
use crate::import::households::{self, Mode};
use crate::import::mapping::{Mapping, to_start_from};
use crate::import::rejected::{Place, write_errors};
use crate::import::{Progress, Stage};
use clap::{Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sanad_api::clock;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Bring in a list of households or of places.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Register the households of a list (CSV or XLSX), one person a row.
    ///
    /// Everything is checked before anything is stored. When a row is bad, nothing is
    /// stored and every fault is reported with its row and column; --partial stores
    /// the good households and writes the other rows to a file to put right. The same
    /// list can be imported again: households that are there are not added twice.
    ///
    /// Exit code 0: stored. 2: rows are bad or the command is wrong, nothing was
    /// stored. 3: stored in part (--partial). 1: it could not be done.
    Households(Box<Households>),
    /// Take in a list of place codes (CSV or XLSX, as OCHA publishes them).
    ///
    /// The columns are Location, Admin Level, P-Code, Name, Parent P-Code and Valid
    /// from; names in other languages stand in `Name (ar)` and so on. The whole list
    /// is stored, or nothing. Exit codes as for households.
    Areas(Areas),
}

#[derive(Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
struct Households {
    /// The list: a CSV file in UTF-8 or an .xlsx file.
    #[arg(required_unless_present = "print_mapping")]
    file: Option<PathBuf>,
    /// Which header fills which field (TOML). Without it the headers are the fields.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Print a mapping to start from, and do nothing else.
    #[arg(long)]
    print_mapping: bool,
    /// The user for whom the households are registered.
    #[arg(long = "as", value_name = "LOGIN")]
    login: Option<String>,
    /// The organisation that keeps the cases, by name or id.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// Only check; store nothing.
    #[arg(long)]
    dry_run: bool,
    /// Store the good households, write the other rows to a file.
    #[arg(long, conflicts_with = "dry_run")]
    partial: bool,
    /// Where rejected rows go, a new file; beside the list when left out.
    #[arg(long, value_name = "FILE", requires = "partial")]
    rejected: Option<PathBuf>,
    /// Write every fault to this file (CSV).
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// The people of the list are invented; needed for a registry of invented people.
    #[arg(long)]
    synthetic: bool,
    /// How to print the report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    database: DatabaseArgument,
}

#[derive(Debug, clap::Args)]
struct Areas {
    /// The list: a CSV file in UTF-8 or an .xlsx file.
    file: PathBuf,
    /// The edition of the list, unless a column or the mapping says it.
    #[arg(long, value_name = "EDITION")]
    edition: Option<String>,
    /// Which header is which, where they are not the usual ones (TOML).
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// The user for whom the list is imported.
    #[arg(long = "as", value_name = "LOGIN")]
    login: Option<String>,
    /// Only check; store nothing.
    #[arg(long)]
    dry_run: bool,
    /// How to print the report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    database: DatabaseArgument,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match &arguments.what {
        What::Households(arguments) => import_households(arguments),
        What::Areas(arguments) => import_areas(arguments),
    }
}

fn import_households(arguments: &Households) -> Result<ExitCode, Failure> {
    let (Some(file), false) = (&arguments.file, arguments.print_mapping) else {
        say(to_start_from().trim_end())?;
        return Ok(ExitCode::SUCCESS);
    };
    let mapping = read_mapping(arguments.mapping.as_deref(), Mapping::parse)?;
    let mode = match (arguments.dry_run, arguments.partial) {
        (true, _) => Mode::DryRun,
        (false, true) => Mode::Partial(
            arguments
                .rejected
                .clone()
                .map_or(Place::Beside, Place::Named),
        ),
        (false, false) => Mode::AllOrNothing,
    };
    let request = households::Request {
        file,
        mapping: &mapping,
        login: arguments.login.as_deref(),
        organisation: arguments.organisation.as_deref(),
        mode,
        now: clock::now(),
        entropy: clock::entropy,
        invented: arguments.synthetic,
    };
    let bar = Bar::new();
    let result = households::import(&arguments.database.database, &request, &mut |progress| {
        bar.show(progress);
    });
    bar.finish();
    let report = result.map_err(|error| in_file(file, error))?;
    let mut elsewhere = Vec::new();
    if let Some(path) = arguments
        .errors
        .as_ref()
        .filter(|_| !report.errors.is_empty())
    {
        write_errors(path, &report.errors)?;
        elsewhere.push(format!("every fault: {}", path.display()));
    }
    if let Some(path) = &report.rejected_file {
        elsewhere.push(format!(
            "rejected rows, to put right and import again: {path}"
        ));
    }
    match arguments.format {
        Format::Text => say(report.text(&elsewhere))?,
        Format::Json => say_json(&report)?,
    }
    Ok(ExitCode::from(report.outcome.exit_code()))
}

fn import_areas(arguments: &Areas) -> Result<ExitCode, Failure> {
    let mapping = read_mapping(arguments.mapping.as_deref(), AreaMapping::parse)?;
    let request = areas::Request {
        file: &arguments.file,
        mapping: &mapping,
        edition: arguments.edition.as_deref(),
        login: arguments.login.as_deref(),
        dry_run: arguments.dry_run,
        now: clock::now(),
    };
    let report = areas::import(&arguments.database.database, &request)
        .map_err(|error| in_file(&arguments.file, error))?;
    match arguments.format {
        Format::Text => say(areas_text(&report))?,
        Format::Json => say_json(&report)?,
    }
    Ok(ExitCode::from(if report.errors.is_empty() { 0 } else { 2 }))
}

fn areas_text(report: &AreaReport) -> String {
    let told = report.errors.iter().take(50).map(|error| {
        let column = if error.column.is_empty() {
            String::new()
        } else {
            format!(", {}", error.column)
        };
        format!("row {}{column}: {} ({})", error.row, error.text, error.code)
    });
    let mut lines: Vec<String> = told.collect();
    let changes = report.changes;
    lines.push(match (report.errors.len(), report.stored) {
        (0, true) => format!(
            "{} places added, {} changed, {} were already there",
            changes.added, changes.changed, changes.same
        ),
        (0, false) => format!(
            "{} places would be added, {} changed, {} are there; nothing was stored (--dry-run)",
            changes.added, changes.changed, changes.same
        ),
        (faults, _) => format!("{faults} faults; nothing was stored"),
    });
    lines.join("\n")
}

fn read_mapping<T: Default, E: std::fmt::Display>(
    path: Option<&Path>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<T, Failure> {
    let Some(path) = path else {
        return Ok(T::default());
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Refused(format!("{}: {error}", path.display())))?;
    parse(&text).map_err(|error| Failure::Refused(format!("{}: {error}", path.display())))
}

fn in_file(file: &Path, error: Failure) -> Failure {
    match error {
        Failure::Refused(text) => Failure::Refused(format!("{}: {text}", file.display())),
        Failure::Failed(text) => Failure::Failed(text),
    }
}

fn say_json(report: &impl serde::Serialize) -> Result<(), Failure> {
    say(serde_json::to_string_pretty(report).map_err(|error| Failure::Failed(error.to_string()))?)
}

/// Rows, rate and time left, on a terminal only.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let shown = std::io::stderr().is_terminal();
        let target = if shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let form = "{msg} {wide_bar} {human_pos} of about {human_len} rows, {per_sec}, {eta} left";
        // The form is a constant; were it wrong, the bar would only look plain.
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        Self(bar)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate for people"
    )]
    fn show(&self, progress: Progress) {
        let message = match progress.stage {
            Stage::Checking => "checking",
            Stage::Storing => "storing",
        };
        if self.0.message() != message {
            self.0.reset();
            self.0.set_message(message);
        }
        let rows = u64::from(progress.rows);
        self.0
            .set_length((f64::from(progress.rows) / progress.share.max(1e-6)) as u64);
        self.0.set_position(rows);
    }

    fn finish(&self) {
        self.0.finish_and_clear();
    }
}
