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
use std::io::{BufWriter, Read as _, Result, Write as _};
use std::path::{Path, PathBuf};

/// How the headers begin that are added and never read.
pub const PREFIX: &str = "import_";
const ADDED: [&str; 4] = ["import_row", "import_column", "import_code", "import_text"];
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// Writes rejected rows. The file appears under its name only when it is complete.
#[derive(Debug)]
pub struct Rejected {
    path: PathBuf,
    unfinished: PathBuf,
    writer: Writer<BufWriter<File>>,
    rows: u32,
}

impl Rejected {
    /// Begins a file. One that is there already is replaced only when it is an
    /// earlier file of rejected rows.
    pub fn create(path: &Path, table: &Table) -> std::result::Result<Self, Failure> {
        if path.exists() && !is_ours(path)? {
            return Err(Failure::Refused(format!(
                "{} exists and is not a file of rejected rows; name another with --rejected",
                path.display()
            )));
        }
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".unfinished");
        let unfinished = PathBuf::from(unfinished);
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
            path: path.to_owned(),
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

    /// Puts the file in its place. Without rows there is none.
    pub fn finish(mut self) -> Result<()> {
        self.writer.flush()?;
        if self.rows == 0 {
            return std::fs::remove_file(&self.unfinished);
        }
        std::fs::rename(&self.unfinished, &self.path)
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

fn is_ours(path: &Path) -> Result<bool> {
    let mut start = Vec::new();
    let beginning = format!("{BYTE_ORDER_MARK}{}", ADDED[0]);
    File::open(path)?
        .take(beginning.len() as u64)
        .read_to_end(&mut start)?;
    Ok(start == beginning.as_bytes())
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
