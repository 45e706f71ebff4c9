//! The file of rejected rows: what was not stored, with the reasons, ready to be
//! put right and imported again.
//!
//! The columns that are added stand first and are not read again. Cells that a
//! spreadsheet program would take for a formula get an apostrophe, which an import
//! takes off (OWASP ASVS 1.2.10 ○).

use super::fault::RowError;
use super::table::{Row, Table, looks_like_formula};
use crate::cli::Failure;
use csv::{Terminator, Writer, WriterBuilder};
use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, BufWriter, ErrorKind, Result, Write as _};
use std::path::{Path, PathBuf};

/// How the headers begin that are added and never read.
pub const PREFIX: &str = "import_";
const ADDED: [&str; 4] = ["import_row", "import_column", "import_code", "import_text"];
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// Where rejected rows go. What stands there already is never written over: people put
/// rejected rows right by hand, and that work is nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// To this file, which must not be there yet.
    Named(PathBuf),
    /// Beside the list, as `NAME.rejected.csv`; where that holds something else, as
    /// `NAME.rejected-2.csv` and so on.
    Beside,
}

impl Place {
    /// Refuses a file that is there already. Asked before anything is read or stored.
    pub fn check(&self) -> std::result::Result<(), Failure> {
        match self {
            // A link that leads nowhere is there as well.
            Self::Named(path) if path.symlink_metadata().is_ok() => Err(Failure::Refused(format!(
                "--rejected: {} is there already and may hold rows that somebody has put right; \
                 nothing was stored. Name another file, or leave --rejected out",
                path.display()
            ))),
            Self::Named(_) | Self::Beside => Ok(()),
        }
    }

    /// The file that is written to until it is complete.
    fn unfinished(&self, list: &Path) -> PathBuf {
        let mut name = match self {
            Self::Named(path) => path.clone(),
            Self::Beside => beside(list, 1),
        }
        .into_os_string();
        name.push(".unfinished");
        PathBuf::from(name)
    }
}

/// The file beside the list with this number; the first has none.
fn beside(list: &Path, number: u32) -> PathBuf {
    match number {
        1 => list.with_extension("rejected.csv"),
        _ => list.with_extension(format!("rejected-{number}.csv")),
    }
}

/// Writes rejected rows. The file appears under its name only when it is complete.
#[derive(Debug)]
pub struct Rejected {
    place: Place,
    list: PathBuf,
    unfinished: PathBuf,
    writer: Writer<BufWriter<File>>,
    rows: u32,
}

impl Rejected {
    /// Begins a file of rejected rows of this list.
    pub fn create(place: &Place, list: &Path, table: &Table) -> std::result::Result<Self, Failure> {
        let unfinished = place.unfinished(list);
        let mut file = BufWriter::new(private_file(&unfinished)?);
        file.write_all(BYTE_ORDER_MARK.as_bytes())?;
        let mut writer = WriterBuilder::new()
            .delimiter(table.delimiter())
            .flexible(true)
            .terminator(Terminator::CRLF)
            .from_writer(file);
        // The mapping says in which row the headers stand; they stand there again.
        for _ in 1..table.header_row() {
            writer
                .write_record([ADDED[0]])
                .map_err(std::io::Error::from)?;
        }
        let headers = table.headers().iter().map(|header| guarded(header));
        write(
            &mut writer,
            ADDED
                .iter()
                .map(|header| Cow::Borrowed(*header))
                .chain(headers),
        )?;
        Ok(Self {
            place: place.clone(),
            list: list.to_owned(),
            unfinished,
            writer,
            rows: 0,
        })
    }

    /// Adds a row with the reasons why it was not stored.
    pub fn add(&mut self, row: &Row, errors: &[RowError]) -> Result<()> {
        self.rows += 1;
        let joined = |part: &dyn Fn(&RowError) -> &str| {
            errors.iter().map(part).collect::<Vec<_>>().join(" | ")
        };
        let added = [
            row.number.to_string(),
            joined(&|error| &error.column),
            joined(&|error| error.code),
            joined(&|error| &error.text),
        ];
        let added = added.iter().map(|text| guarded(text));
        write(&mut self.writer, added.chain(row.texts().map(guarded)))
    }

    /// Puts the file in its place and answers where that is. Without rows there is none.
    pub fn finish(mut self) -> Result<Option<PathBuf>> {
        self.writer.flush()?;
        if self.rows == 0 {
            std::fs::remove_file(&self.unfinished)?;
            return Ok(None);
        }
        let path = match &self.place {
            // Somebody may have put a file there since `check`.
            Place::Named(path) if path.symlink_metadata().is_ok() => {
                return Err(std::io::Error::new(
                    ErrorKind::AlreadyExists,
                    format!(
                        "{} is there now; the rows are in {}",
                        path.display(),
                        self.unfinished.display()
                    ),
                ));
            }
            Place::Named(path) => path.clone(),
            Place::Beside => self.free_name(),
        };
        std::fs::rename(&self.unfinished, &path)?;
        Ok(Some(path))
    }

    /// The first name beside the list that is free or holds exactly these rows: the
    /// same list imported again leaves one file.
    fn free_name(&self) -> PathBuf {
        let mut number = 1;
        loop {
            let path = beside(&self.list, number);
            // What cannot be read is taken for something else and left alone.
            if path.symlink_metadata().is_err()
                || same_content(&path, &self.unfinished).unwrap_or(false)
            {
                return path;
            }
            number += 1;
        }
    }

    /// Takes the file away: nothing was stored, so nothing was rejected.
    pub fn discard(self) {
        // It could not be written, or is of no use; the reason is reported already.
        drop(std::fs::remove_file(&self.unfinished));
    }
}

/// Writes every fault of a file as CSV.
pub fn write_errors(path: &Path, errors: &[RowError]) -> Result<()> {
    let mut file = BufWriter::new(private_file(path)?);
    file.write_all(BYTE_ORDER_MARK.as_bytes())?;
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(file);
    writer.write_record(["row", "column", "code", "text"])?;
    for error in errors {
        let row = error.row.to_string();
        let texts = [row.as_str(), &error.column, error.code, &error.text];
        write(&mut writer, texts.into_iter().map(guarded))?;
    }
    writer.flush()
}

/// A text that no spreadsheet program takes for a formula.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if looks_like_formula(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn write<'a, W: std::io::Write>(
    writer: &mut Writer<W>,
    cells: impl Iterator<Item = Cow<'a, str>>,
) -> Result<()> {
    for cell in cells {
        writer.write_field(cell.as_ref())?;
    }
    writer.write_record(None::<&[u8]>)?;
    Ok(())
}

/// A file that only its owner reads: it holds names.
fn private_file(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn same_content(one: &Path, other: &Path) -> Result<bool> {
    if std::fs::metadata(one)?.len() != std::fs::metadata(other)?.len() {
        return Ok(false);
    }
    let mut one = BufReader::new(File::open(one)?);
    let mut other = BufReader::new(File::open(other)?);
    loop {
        let (here, there) = (one.fill_buf()?, other.fill_buf()?);
        let length = here.len().min(there.len());
        if length == 0 {
            return Ok(here.len() == there.len());
        }
        if here[..length] != there[..length] {
            return Ok(false);
        }
        one.consume(length);
        other.consume(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_kept_from_being_one() {
        for formula in ["=1+1", "+963", "-2", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        assert_eq!(guarded("سلمى"), "سلمى");
    }
}
