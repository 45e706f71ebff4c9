//! Tables as people send them: rows of cells, one after the other, from a CSV file
//! or a spreadsheet. The cells of one row are kept, never those of the whole table.
//!
//! Not here: what a column means (`mapping`) and what a cell may hold (`row`).

mod csv;
mod guard;
mod xlsx;

pub use xlsx::day_of_serial;

use jiff::civil::Date;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use unicode_normalization::UnicodeNormalization as _;

/// The longest cell that is read, in characters: what a spreadsheet can hold.
pub const CELL_AT_MOST: usize = 32_767;
/// The most rows that one import takes.
pub const ROWS_AT_MOST: u32 = 2_000_000;
/// The most columns of a table.
const COLUMNS_AT_MOST: usize = 1_000;
/// The largest file, in bytes.
const FILE_AT_MOST: u64 = 1 << 30;

/// Why a table cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text} ({code})")]
pub struct TableFault {
    /// Stable code in upper case.
    pub code: &'static str,
    /// What is wrong and what would be right. Holds no cell of the table.
    pub text: String,
}

impl TableFault {
    /// A fault of the table as a whole.
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }
}

impl From<std::io::Error> for TableFault {
    fn from(error: std::io::Error) -> Self {
        Self::new("FILE_UNREADABLE", error.to_string())
    }
}

/// What a cell is besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Kind {
    /// A text, as everything is in CSV.
    #[default]
    Text,
    /// A number of a spreadsheet.
    Number(f64),
    /// A date of a spreadsheet; the text of the cell is the same as 2025-03-31.
    Day(Date),
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A fault of a spreadsheet's formula, such as `#N/A`.
    Fault,
    /// More than [`CELL_AT_MOST`] characters; the text is cut off.
    TooLong,
}

#[derive(Debug, Default)]
struct Cell {
    text: String,
    kind: Kind,
}

/// One row. The same one is filled again and again, so that reading a table
/// allocates nothing for each row.
#[derive(Debug, Default)]
pub struct Row {
    /// Its number as a spreadsheet shows it; the first row of the file is 1.
    pub number: u32,
    /// How much of the file is read, from 0 to 1.
    pub share: f64,
    cells: Vec<Cell>,
    width: usize,
}

impl Row {
    /// The number of cells, empty ones between them included.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The text of a cell without white space around it; empty where there is none.
    pub fn text(&self, column: usize) -> &str {
        if column < self.width {
            self.cells.get(column).map_or("", |cell| &cell.text)
        } else {
            ""
        }
    }

    /// What a cell is.
    pub fn kind(&self, column: usize) -> Kind {
        if column < self.width {
            self.cells.get(column).map_or(Kind::Text, |cell| cell.kind)
        } else {
            Kind::Text
        }
    }

    /// The texts of all cells.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.cells
            .iter()
            .take(self.width)
            .map(|cell| cell.text.as_str())
    }

    /// Nothing stands in it.
    pub fn is_blank(&self) -> bool {
        self.cells
            .iter()
            .take(self.width)
            .all(|cell| cell.text.is_empty() && cell.kind == Kind::Text)
    }

    fn clear(&mut self, number: u32) {
        self.number = number;
        self.width = 0;
    }

    /// Sets a cell; those between it and the last one become empty.
    fn set(&mut self, column: usize, raw: &str, kind: Kind) {
        while self.width <= column {
            if let Some(cell) = self.cells.get_mut(self.width) {
                cell.text.clear();
                cell.kind = Kind::Text;
            } else {
                self.cells.push(Cell::default());
            }
            self.width += 1;
        }
        let Some(cell) = self.cells.get_mut(column) else {
            return;
        };
        cell.text.clear();
        let text = without_guard(raw.trim());
        // Few cells have so many bytes that it is worth counting characters.
        let long = Some(text).filter(|text| text.len() > CELL_AT_MOST);
        let end = long.and_then(|text| text.char_indices().nth(CELL_AT_MOST));
        cell.text
            .push_str(end.map_or(text, |(end, _)| &text[..end]));
        cell.kind = if end.is_some() { Kind::TooLong } else { kind };
    }
}

/// Whether a spreadsheet program could take a text for a formula (OWASP ASVS 1.2.10 ○).
pub fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Takes off the apostrophe that keeps a text from being taken for a formula.
fn without_guard(text: &str) -> &str {
    text.strip_prefix('\'')
        .filter(|rest| looks_like_formula(rest))
        .unwrap_or(text)
}

/// How headers are compared: letter case, white space and invisible marks do not count.
pub fn plain_header(text: &str) -> String {
    let visible = text
        .chars()
        .filter(|c| !matches!(c, '\u{200E}' | '\u{200F}' | '\u{FEFF}' | '\u{0640}'));
    let text: String = visible.nfc().flat_map(char::to_lowercase).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where in the file the table stands.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// The sheet of a spreadsheet; the first visible one when left out.
    pub sheet: Option<String>,
    /// The row of the headers; 1 when left out.
    pub header_row: Option<u32>,
    /// What separates the cells of a CSV file; found from the header when left out.
    pub delimiter: Option<u8>,
}

/// A table whose header was read. Its rows can be read several times.
#[derive(Debug)]
pub struct Table {
    form: Form,
    headers: Vec<String>,
    header_row: u32,
}

#[derive(Debug)]
enum Form {
    Csv(csv::Source),
    Xlsx(Box<xlsx::Source>),
}

impl Table {
    /// Opens a file and reads its header. What kind of file it is is seen from its
    /// first bytes, whatever its name.
    pub fn open(path: &Path, layout: &Layout) -> Result<Self, TableFault> {
        let mut file = File::open(path)?;
        let size = file.metadata()?.len();
        if size > FILE_AT_MOST {
            return Err(TableFault::new(
                "FILE_TOO_LARGE",
                "the file is larger than 1 GiB; split it",
            ));
        }
        let mut magic = [0; 8];
        let read = file.read(&mut magic)?;
        file.seek(SeekFrom::Start(0))?;
        let form = match magic.get(..read).unwrap_or_default() {
            [b'P', b'K', 3, 4, ..] => Form::Xlsx(Box::new(xlsx::Source::open(file, layout)?)),
            [0xD0, 0xCF, 0x11, 0xE0, ..] => {
                return Err(TableFault::new(
                    "FILE_OLD_OR_LOCKED",
                    "this is an old .xls file or one with a password; save it as .xlsx without a password, or as CSV UTF-8",
                ));
            }
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
                return Err(TableFault::new(
                    "FILE_NOT_UTF8",
                    "the file is in UTF-16; save it as CSV UTF-8",
                ));
            }
            _ => Form::Csv(csv::Source::open(file, size, layout)?),
        };
        let header_row = layout.header_row.unwrap_or(1).max(1);
        let mut table = Self {
            form,
            headers: Vec::new(),
            header_row,
        };
        table.headers = table.read_headers()?;
        Ok(table)
    }

    /// The headers as they stand in the file.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The header of a column, or its letter where it has none.
    pub fn header(&self, column: usize) -> String {
        match self.headers.get(column) {
            Some(header) if !header.is_empty() => header.clone(),
            _ => column_letters(column),
        }
    }

    /// The row of the headers.
    pub fn header_row(&self) -> u32 {
        self.header_row
    }

    /// What separates cells, where that is a matter of choice.
    pub fn delimiter(&self) -> u8 {
        match &self.form {
            Form::Csv(source) => source.delimiter(),
            Form::Xlsx(_) => b',',
        }
    }

    /// Whether every row must have as many cells as there are headers. Spreadsheets
    /// leave empty cells out.
    pub fn rows_are_full(&self) -> bool {
        matches!(self.form, Form::Csv(_))
    }

    /// Shows every row below the header that is not blank.
    pub fn each_row<E: From<TableFault>>(
        &mut self,
        mut visit: impl FnMut(&Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let header_row = self.header_row;
        self.form.each_row(&mut |row| {
            if row.number <= header_row || row.is_blank() {
                return Ok(());
            }
            if row.number > ROWS_AT_MOST {
                return Err(TableFault::new(
                    "TOO_MANY_ROWS",
                    format!("the table has more than {ROWS_AT_MOST} rows; split it"),
                )
                .into());
            }
            visit(row)
        })
    }

    fn read_headers(&mut self) -> Result<Vec<String>, TableFault> {
        /// The header was found, or the table cannot be read.
        enum Stop {
            Found(Vec<String>),
            Fault(TableFault),
        }
        impl From<TableFault> for Stop {
            fn from(fault: TableFault) -> Self {
                Self::Fault(fault)
            }
        }
        let header_row = self.header_row;
        let stopped = self.form.each_row(&mut |row| {
            if row.number < header_row {
                return Ok(());
            }
            Err(Stop::Found(row.texts().map(str::to_owned).collect()))
        });
        let headers = match stopped {
            Err(Stop::Found(headers)) => headers,
            Err(Stop::Fault(fault)) => return Err(fault),
            Ok(()) => Vec::new(),
        };
        if headers.iter().all(String::is_empty) {
            return Err(TableFault::new(
                "HEADER_MISSING",
                format!(
                    "row {header_row} holds no headers; say in the mapping in which row they stand (`header_row`)"
                ),
            ));
        }
        if headers.len() > COLUMNS_AT_MOST {
            return Err(TableFault::new(
                "TOO_MANY_COLUMNS",
                format!("the table has more than {COLUMNS_AT_MOST} columns"),
            ));
        }
        Ok(headers)
    }
}

impl Form {
    fn each_row<E: From<TableFault>>(
        &mut self,
        visit: &mut dyn FnMut(&Row) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Self::Csv(source) => source.each_row(visit),
            Self::Xlsx(source) => source.each_row(visit),
        }
    }
}

/// The letters by which a spreadsheet names a column: A, B, … Z, AA.
fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0));
        rest = (rest - 1) / 26;
    }
    letters
        .iter()
        .rev()
        .map(|letter| char::from(*letter))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_a_spreadsheet_names_them() {
        for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(column_letters(column), letters);
        }
    }

    #[test]
    fn headers_are_the_same_in_any_letter_case_and_spacing() {
        assert_eq!(
            plain_header(" Given  Name\u{200F} "),
            plain_header("given name")
        );
        assert_eq!(plain_header("الاســم"), plain_header("الاسم"));
        assert_ne!(plain_header("الاسم"), plain_header("اسم الأب"));
    }

    #[test]
    fn the_apostrophe_before_a_formula_is_taken_off_and_no_other() {
        assert_eq!(without_guard("'+963 11"), "+963 11");
        assert_eq!(without_guard("'Abd"), "'Abd");
    }

    #[test]
    fn a_cell_is_empty_when_its_row_ends_before_it() {
        let mut row = Row::default();
        row.set(2, "c", Kind::Text);
        row.clear(2);
        row.set(0, " a ", Kind::Text);
        assert_eq!((row.width(), row.text(0), row.text(2)), (1, "a", ""));
        row.set(2, "", Kind::Text);
        assert_eq!(row.texts().collect::<Vec<_>>(), ["a", "", ""]);
    }
}
