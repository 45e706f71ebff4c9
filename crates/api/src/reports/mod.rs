//! Reports for auditors: what each says stands in a file of its own; how rows are
//! cut, hashed and shown stands here, once for all.
//!
//! A new report: a file with a `pub static REPORT`, its line in [`ALL`], and its words
//! in `reference/reports/`. Over HTTP it is `GET /v1/reports/{name}` (`v1::reports`),
//! on the command line `sanad report NAME`. Every report gives the same rows as JSON,
//! CSV and HTML, with one hash over them, and the same rows again for a past day.

pub mod cell;
pub mod csv;
pub mod html;
pub mod source;
pub mod stream;
mod suppression;
mod walks;
pub mod words;

mod access_verification;
mod area_dossier;
mod case_file;
mod children;
mod consent_integrity;
mod finding_register;
mod forced_returns;
mod outcomes;
mod returns_without_finding;
mod segregation;

pub use source::{View, last_moment};
pub use stream::{Format, Run, Tail};

use cell::{Row, Section, Shape};
use jiff::civil::Date;
use sanad_core::area::PlaceRef;
use sanad_core::case::ReturnNature;
use sanad_core::conditions::Finding;
use sanad_core::ids::CaseId;
use sanad_store::StoreError;
use source::Source;

/// A report.
#[derive(Debug)]
pub struct Report {
    /// Its stable name.
    pub name: &'static str,
    /// Its sections, in order.
    pub sections: &'static [Section],
    /// The parameters that it takes besides those of every report.
    pub takes: &'static [&'static str],
    /// Makes the walk that gives its rows.
    walk: fn() -> Box<dyn Walk>,
}

/// Parameters of every report.
pub const COMMON: [&str; 3] = ["as_of", "lang", "part"];

/// Every report. The next one goes at the end.
pub static ALL: [&Report; 10] = [
    &case_file::REPORT,
    &finding_register::REPORT,
    &returns_without_finding::REPORT,
    &area_dossier::REPORT,
    &consent_integrity::REPORT,
    &segregation::REPORT,
    &children::REPORT,
    &forced_returns::REPORT,
    &access_verification::REPORT,
    &outcomes::REPORT,
];

/// The report of a name.
pub fn find(name: &str) -> Option<&'static Report> {
    ALL.into_iter().find(|report| report.name == name)
}

/// Gives the rows of a report, a few at a time: whatever the number of rows, it keeps
/// no more than sums.
pub trait Walk: Send {
    /// The next rows; none after the last. May be an empty list before.
    fn next(&mut self, source: &mut Source<'_>) -> Result<Option<Vec<Row>>, StoreError>;
}

/// Which rows a report gives.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The place, or what lies in it.
    pub place: Option<PlaceRef>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// One case.
    pub case_id: Option<CaseId>,
    /// How a return came about.
    pub nature: Option<ReturnNature>,
    /// What a finding says.
    pub finding: Option<Finding>,
    /// Rows, sums, or both.
    pub part: ReportPart,
}

/// Which sections of a report are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportPart {
    /// All of them.
    #[default]
    All,
    /// The rows without their sums.
    Rows,
    /// The sums alone.
    Totals,
}

impl ReportPart {
    fn shows(self, section: &Section) -> bool {
        match self {
            Self::All => true,
            Self::Rows => !section.totals,
            Self::Totals => section.totals,
        }
    }
}

impl Report {
    /// The sections and columns that are given.
    pub fn shape(&self, part: ReportPart) -> Shape {
        Shape::of(self.sections, |section| part.shows(section))
    }

    /// Whether it takes a parameter of this name.
    pub fn takes(&self, name: &str) -> bool {
        COMMON.contains(&name) || self.takes.contains(&name)
    }
}

/// Why a report is not given.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It is about one case, and none was named.
    #[error("this report is about one case; give its id")]
    NeedsCase,
    /// There is no such case, or it is not the caller's to see.
    #[error("there is no such case, or it is not yours to see")]
    NoCase,
    /// No list of places has the place.
    #[error("no imported list of places has this edition and code")]
    NoPlace,
    /// It is not written in the language that was asked for.
    #[error("reports are written in {}", words::languages())]
    NoLanguage,
    /// It was asked for from a day that comes after the last one.
    #[error("the first day comes after the last; nothing can lie between them")]
    Reversed,
    /// It has no section of the kind that was asked for.
    #[error("this report has no such part; leave `part` out")]
    NoPart,
    /// A row cannot be written.
    #[error("a row of the report cannot be written")]
    Unwritable,
    /// The rows changed between the two times that they were read.
    #[error("what you may see changed while the report was written; ask for it again")]
    Changed,
}

impl From<serde_json::Error> for ReportError {
    fn from(_: serde_json::Error) -> Self {
        Self::Unwritable
    }
}

impl From<::csv::Error> for ReportError {
    fn from(_: ::csv::Error) -> Self {
        Self::Unwritable
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_used_once_and_columns_once_in_a_section() {
        let names: BTreeSet<_> = ALL.iter().map(|report| report.name).collect();
        assert_eq!(names.len(), ALL.len());
        for report in ALL {
            for section in report.sections {
                let columns: BTreeSet<_> = section.columns.iter().collect();
                assert_eq!(columns.len(), section.columns.len(), "{}", section.key);
                assert!(!columns.contains(&"section"), "{}", section.key);
            }
        }
    }

    #[test]
    fn a_report_of_one_section_needs_no_column_for_it() {
        let report = find("returns-without-finding").unwrap();
        let rows = report.shape(ReportPart::Rows);
        assert_eq!(rows.columns[..2], ["return_id", "case_id"]);
        assert_eq!(report.shape(ReportPart::All).columns[0], "section");
    }
}
