//! What is wrong with a row: where, a code for programs, a text for people.
//!
//! The text never repeats what stands in the cell: it may be a name or a birth date,
//! and reports are mailed around and pasted into tickets.

use sanad_core::value::ValueError;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

/// A fault of one cell, as found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The header of the column.
    pub column: Arc<str>,
    /// Stable code in upper case.
    pub code: &'static str,
    /// What is wrong and what would be right.
    pub text: Cow<'static, str>,
}

impl Fault {
    /// A fault with a text of its own.
    pub fn new(column: &Arc<str>, code: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            column: column.clone(),
            code,
            text: text.into(),
        }
    }

    /// A value that the rules did not accept.
    pub fn of(column: &Arc<str>, error: ValueError) -> Self {
        Self::new(column, error.code, error.text)
    }
}

/// A fault with its row, as reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowError {
    /// The row as a spreadsheet numbers it; the first row of the file is 1.
    pub row: u32,
    /// The header of the column.
    pub column: Arc<str>,
    /// Stable code in upper case.
    pub code: &'static str,
    /// What is wrong and what would be right.
    pub text: Arc<str>,
}

/// All faults of a file. Texts are kept once: a file may be wrong in every row.
#[derive(Debug, Default)]
pub struct RowErrors {
    found: Vec<RowError>,
    texts: HashSet<Arc<str>>,
}

impl RowErrors {
    /// Adds a fault.
    pub fn push(&mut self, row: u32, fault: Fault) {
        let known = self.texts.get(fault.text.as_ref()).cloned();
        let text = known.unwrap_or_else(|| {
            let text: Arc<str> = Arc::from(fault.text);
            self.texts.insert(text.clone());
            text
        });
        self.found.push(RowError {
            row,
            column: fault.column,
            code: fault.code,
            text,
        });
    }

    /// No fault was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All faults in the order of the rows.
    pub fn into_sorted(mut self) -> Vec<RowError> {
        self.found.sort_by_key(|error| error.row);
        self.found
    }
}
