//! What an import came to, for people and for programs. Holds no personal data.

use super::fault::RowError;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// Faults that are shown to people one by one.
const SHOWN: usize = 50;

/// What an import came to.
#[derive(Debug, Serialize)]
pub struct Report {
    /// What became of it.
    pub outcome: Outcome,
    /// Rows below the header that are not blank.
    pub rows: u64,
    /// Good households of the file, new or not.
    pub households: u64,
    /// Households that were registered now.
    pub registered: u64,
    /// Households that an earlier import of the same list had registered.
    pub already_there: u64,
    /// Rows that were not stored because of faults, their own or their household's.
    pub rejected_rows: u64,
    /// The file to which they were written (--partial); its name may have got a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected_file: Option<String>,
    /// How many faults there are of each code.
    pub faults: BTreeMap<&'static str, u64>,
    /// Every fault.
    pub errors: Vec<RowError>,
    /// Headers of columns that were not read.
    pub unread_columns: Vec<String>,
    /// How long it took.
    pub seconds: f64,
    /// Rows in a second.
    pub rows_per_second: u64,
}

/// What became of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything was stored, or had been before.
    Stored,
    /// The good households were stored, the bad rows were not.
    StoredInPart,
    /// Rows are bad; nothing was stored.
    Refused,
    /// Only looked; everything could be stored.
    WouldStore,
    /// Only looked; rows are bad.
    WouldRefuse,
}

impl Outcome {
    /// The exit code of the command: 0 done, 2 refused, 3 done in part.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Stored | Self::WouldStore => 0,
            Self::Refused | Self::WouldRefuse => 2,
            Self::StoredInPart => 3,
        }
    }
}

impl Report {
    /// Sets what follows from the list of faults.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<RowError>) -> Self {
        let mut last = None;
        for error in &errors {
            *self.faults.entry(error.code).or_default() += 1;
            self.rejected_rows += u64::from(last != Some(error.row));
            last = Some(error.row);
        }
        self.errors = errors;
        self
    }

    /// Sets how long it took.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate for people"
    )]
    pub fn after(mut self, took: Duration) -> Self {
        self.seconds = took.as_secs_f64();
        self.rows_per_second = (self.rows as f64 / self.seconds.max(1e-6)).round() as u64;
        self
    }

    /// The report for people; `elsewhere` says where all faults and the rejected
    /// rows are, if anywhere.
    pub fn text(&self, elsewhere: &[String]) -> String {
        let mut text = String::new();
        // Writing to a text does not fail.
        let _ = self.write(&mut text, elsewhere);
        text.truncate(text.trim_end().len());
        text
    }

    fn write(&self, f: &mut String, elsewhere: &[String]) -> std::fmt::Result {
        for error in self.errors.iter().take(SHOWN) {
            let column = if error.column.is_empty() {
                String::new()
            } else {
                format!(", {}", error.column)
            };
            writeln!(
                f,
                "row {}{column}: {} ({})",
                error.row, error.text, error.code
            )?;
        }
        if self.errors.len() > SHOWN {
            writeln!(
                f,
                "… and {} more faults; --errors FILE writes all of them",
                self.errors.len() - SHOWN
            )?;
        }
        if !self.faults.is_empty() {
            writeln!(
                f,
                "\n{} rows are not stored; their faults:",
                self.rejected_rows
            )?;
            for (code, count) in &self.faults {
                writeln!(f, "{count:>8}  {code}")?;
            }
            writeln!(f)?;
        }
        if !self.unread_columns.is_empty() {
            writeln!(
                f,
                "columns that were not read: {}",
                self.unread_columns.join(", ")
            )?;
        }
        let Self {
            rows,
            households,
            registered,
            already_there,
            ..
        } = self;
        match self.outcome {
            Outcome::Stored => {
                writeln!(
                    f,
                    "{rows} rows read: {registered} households registered, {already_there} were already there"
                )?;
            }
            Outcome::StoredInPart => writeln!(
                f,
                "{rows} rows read: {registered} households registered, {already_there} were already there, {} rows rejected",
                self.rejected_rows
            )?,
            Outcome::WouldStore => {
                writeln!(
                    f,
                    "{rows} rows read: {households} households could be stored; nothing was stored (--dry-run)"
                )?;
            }
            Outcome::WouldRefuse => writeln!(
                f,
                "{rows} rows read: {households} households are good, the rows above are not; nothing was stored (--dry-run)"
            )?,
            Outcome::Refused => writeln!(
                f,
                "{rows} rows read; nothing was stored. Put the rows above right, or store the {households} good households with --partial"
            )?,
        }
        for line in elsewhere {
            writeln!(f, "{line}")?;
        }
        writeln!(
            f,
            "{:.1} seconds, {} rows a second",
            self.seconds, self.rows_per_second
        )
    }
}
