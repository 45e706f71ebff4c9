//! `sanad assess FILE`: the rule, offline.

use super::output::{Failure, say};
use clap::ValueEnum;
use jiff::civil::Date;
use sanad_core::conditions::Catalogue;
use sanad_core::conditions::file::text::explain_text;
use sanad_core::conditions::file::{FactsFile, Report};
use std::path::PathBuf;
use std::process::ExitCode;

/// Say what a facts file comes to.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The facts file (sanad-facts/1); `-` reads standard input.
    file: PathBuf,
    /// Assess as of this day (YYYY-MM-DD) instead of the day in the file.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// How to print the result.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// A variant catalogue of return conditions, under its own id.
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The largest facts file that is read, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let json = read(&arguments.file)?;
    let variant = match &arguments.catalogue {
        None => None,
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Failure::Refused(format!("{}: {error}", path.display())))?;
            let catalogue = Catalogue::load(&text)
                .map_err(|error| Failure::Refused(format!("{}: {error}", path.display())))?;
            Some(catalogue)
        }
    };
    let catalogue = variant.as_ref().unwrap_or_else(|| Catalogue::shipped());
    let refused = |error| Failure::Refused(format!("{}: {error}", arguments.file.display()));
    let mut file = FactsFile::parse(&json).map_err(refused)?;
    if let Some(on) = arguments.on {
        file.on = on;
    }
    let report = Report::of_file(&file, catalogue).map_err(refused)?;
    match arguments.format {
        Format::Text => say(explain_text(&report))?,
        Format::Json => say(serde_json::to_string_pretty(&report)
            .map_err(|error| Failure::Failed(error.to_string()))?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &std::path::Path) -> Result<Vec<u8>, Failure> {
    use std::io::Read as _;
    let unreadable = |error| Failure::Refused(format!("{}: {error}", path.display()));
    let mut json = Vec::new();
    let count = if path.as_os_str() == "-" {
        std::io::stdin().take(LARGEST + 1).read_to_end(&mut json)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut json))
    }
    .map_err(unreadable)?;
    if count as u64 > LARGEST {
        return Err(Failure::Refused(format!(
            "{}: the file is larger than 64 MiB",
            path.display()
        )));
    }
    Ok(json)
}
