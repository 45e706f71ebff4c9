//! What a report is made of: sections with named columns, rows of cells.
//!
//! The canonical form of a row is its JSON object in the order of the columns and a
//! line break: the hash of a report is over these, whatever the rendering.
//! Not here: how a row looks (`html`, `csv`, `stream`).

use jiff::Timestamp;
use jiff::civil::Date;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

/// A group of rows with the same columns. Names are stable: programs read them.
#[derive(Debug)]
pub struct Section {
    /// Its name, as rows give it.
    pub key: &'static str,
    /// The columns, in order.
    pub columns: &'static [&'static str],
    /// It sums the rows of other sections up.
    pub totals: bool,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text that people wrote, a name or a question: of either direction.
    Text(String),
    /// A code, an id, a hash or a day: the same in every language.
    Code(String),
    /// A count.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Where more can be read, as a path of this API.
    Link(String),
}

impl Cell {
    /// A text of people.
    pub fn text(value: impl Into<String>) -> Self {
        Self::Text(value.into())
    }

    /// The value as text; empty for nothing.
    pub fn plain(&self) -> std::borrow::Cow<'_, str> {
        use std::borrow::Cow;
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) | Self::Code(text) | Self::Link(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Flag(true) => Cow::Borrowed("true"),
            Self::Flag(false) => Cow::Borrowed("false"),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => to.serialize_none(),
            Self::Text(text) | Self::Code(text) | Self::Link(text) => to.serialize_str(text),
            Self::Number(number) => to.serialize_i64(*number),
            Self::Flag(flag) => to.serialize_bool(*flag),
        }
    }
}

macro_rules! code_from {
    ($($kind:ty),+) => {
        $(impl From<$kind> for Cell {
            fn from(value: $kind) -> Self {
                Self::Code(value.to_string())
            }
        })+
    };
}

code_from!(
    &str,
    String,
    Date,
    Timestamp,
    uuid::Uuid,
    sanad_core::ids::CaseId,
    sanad_core::ids::FindingId,
    sanad_core::ids::ReturnId,
    sanad_core::ids::PersonId,
    sanad_core::ids::AnswerId,
    sanad_core::ids::EvidenceId,
    sanad_core::ids::OrganisationId,
    sanad_core::ids::UserId,
    &sanad_core::area::PlaceRef
);

impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl From<u64> for Cell {
    fn from(value: u64) -> Self {
        Self::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Cell {
    fn from(value: usize) -> Self {
        Self::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// The code of a value whose JSON is a text, such as `in_person`.
pub fn code_of(value: &impl Serialize) -> Cell {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(code)) => Cell::Code(code),
        _ => Cell::Empty,
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which of the report's sections it belongs to.
    pub section: usize,
    /// A cell for each of the section's columns.
    pub cells: Vec<Cell>,
}

impl Row {
    /// A row of a section.
    pub fn new(section: usize, cells: Vec<Cell>) -> Self {
        Self { section, cells }
    }
}

/// A list of cells, each made of what it holds.
macro_rules! cells {
    ($($value:expr),* $(,)?) => { vec![$($crate::reports::cell::Cell::from($value)),*] };
}
pub(crate) use cells;

/// Which sections of a report were asked for, and the columns that follow.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The report's sections.
    pub sections: &'static [Section],
    /// Those that are shown.
    pub shown: Vec<usize>,
    /// Every column of a flat table.
    pub columns: Vec<&'static str>,
}

/// The column that says which section a row belongs to, where there are several.
const SECTION: &str = "section";

impl Shape {
    /// The shape of these sections.
    pub fn of(sections: &'static [Section], shows: impl Fn(&Section) -> bool) -> Self {
        let shown: Vec<usize> = (0..sections.len())
            .filter(|number| shows(&sections[*number]))
            .collect();
        let mut columns = Vec::new();
        if shown.len() > 1 {
            columns.push(SECTION);
        }
        for number in &shown {
            for column in sections[*number].columns {
                if !columns.contains(column) {
                    columns.push(column);
                }
            }
        }
        Self {
            sections,
            shown,
            columns,
        }
    }

    /// Whether rows say which section they belong to.
    pub fn names_sections(&self) -> bool {
        self.shown.len() > 1
    }

    /// A row for a table of all columns.
    pub fn flat<'r>(&'r self, row: &'r Row) -> impl Iterator<Item = Cell> + 'r {
        let section = &self.sections[row.section];
        self.columns.iter().map(move |column| {
            if self.names_sections() && *column == SECTION {
                return Cell::from(section.key);
            }
            let at = section.columns.iter().position(|known| known == column);
            at.and_then(|at| row.cells.get(at))
                .cloned()
                .unwrap_or(Cell::Empty)
        })
    }

    /// The canonical JSON of a row.
    pub fn canonical(&self, row: &Row) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&Shaped { shape: self, row })
    }
}

struct Shaped<'r> {
    shape: &'r Shape,
    row: &'r Row,
}

impl Serialize for Shaped<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let section = &self.shape.sections[self.row.section];
        let mut map = to.serialize_map(None)?;
        if self.shape.names_sections() {
            map.serialize_entry(SECTION, section.key)?;
        }
        for (name, cell) in section.columns.iter().zip(&self.row.cells) {
            map.serialize_entry(name, cell)?;
        }
        map.end()
    }
}
