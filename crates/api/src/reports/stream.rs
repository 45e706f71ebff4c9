//! A report as it leaves: piece by piece, in one of three renderings of the same
//! rows, with the number of rows and the hash of their canonical form at the end.
//!
//! The hash is over each row's JSON and a line break, so it is the same in all
//! renderings. Not here: who may ask (`v1::reports`, the command line).

use super::cell::{Row, Shape};
use super::html::Page;
use super::source::{Source, View, required};
use super::words::Words;
use super::{Report, ReportError, Walk, csv};
use crate::recompute::hex;
use sanad_core::ids::UserId;
use sanad_store::db::Db;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::Arc;

/// A rendering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For programs.
    Json,
    /// For a spreadsheet.
    Csv,
    /// For people, to read and to print.
    Html,
}

/// What stands at the end of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tail {
    /// How many rows it has.
    pub row_count: u64,
    /// SHA-256, in hex, over the canonical form of its rows.
    pub content_sha256: String,
}

enum At {
    Head,
    Rows,
    Done,
}

/// A report that is being written.
pub struct Run {
    report: &'static Report,
    view: Arc<View>,
    format: Format,
    shape: Shape,
    walk: Box<dyn Walk>,
    page: Page,
    at: At,
    hash: Sha256,
    count: u64,
    logins: HashMap<UserId, String>,
    /// What the end must be, when the rows were read before.
    expected: Option<Tail>,
}

impl Run {
    /// Begins; refuses what names no case where one is needed.
    pub fn begin(
        db: &mut dyn Db,
        report: &'static Report,
        view: Arc<View>,
        format: Format,
        words: &'static Words,
    ) -> Result<Self, ReportError> {
        let shape = report.shape(view.filter.part);
        if shape.shown.is_empty() {
            return Err(ReportError::NoPart);
        }
        let asked = &view.filter;
        // Else a slip of the pen is answered with the zero that the report is read for.
        if asked
            .place
            .as_ref()
            .is_some_and(|place| view.places.find(place).is_none())
        {
            return Err(ReportError::NoPlace);
        }
        let last = asked.to.map_or(view.as_of, |to| to.min(view.as_of));
        if asked.from.is_some_and(|from| from > last) {
            return Err(ReportError::Reversed);
        }
        let mut logins = HashMap::new();
        if report.takes("case_id") {
            let mut source = Source {
                db,
                view: &view,
                logins: &mut logins,
            };
            required(&mut source)?;
        }
        Ok(Self {
            report,
            shape,
            walk: (report.walk)(),
            view,
            format,
            page: Page::new(words),
            at: At::Head,
            hash: Sha256::new(),
            count: 0,
            logins,
            expected: None,
        })
    }

    /// The same report from its beginning, which must end as it did the first time.
    #[must_use]
    pub fn again(self, expected: Tail) -> Self {
        Self {
            walk: (self.report.walk)(),
            at: At::Head,
            hash: Sha256::new(),
            count: 0,
            expected: Some(expected),
            ..self
        }
    }

    /// What stands at the end, once the end is reached.
    pub fn tail(&self) -> Tail {
        Tail {
            row_count: self.count,
            content_sha256: hex(&self.hash.clone().finalize()),
        }
    }

    /// The next piece; none after the last.
    pub fn step(&mut self, db: &mut dyn Db) -> Result<Option<Vec<u8>>, ReportError> {
        match self.at {
            At::Done => Ok(None),
            At::Head => {
                self.at = At::Rows;
                self.head().map(Some)
            }
            At::Rows => {
                let view = self.view.clone();
                let mut source = Source {
                    db,
                    view: &view,
                    logins: &mut self.logins,
                };
                let Some(rows) = self.walk.next(&mut source)? else {
                    self.at = At::Done;
                    return self.end().map(Some);
                };
                let mut piece = Vec::new();
                for row in rows {
                    if self.shape.shown.contains(&row.section) {
                        self.row(&row, &mut piece)?;
                    }
                }
                Ok(Some(piece))
            }
        }
    }

    fn head(&self) -> Result<Vec<u8>, ReportError> {
        let view = &self.view;
        match self.format {
            Format::Csv => Ok(csv::line(&self.shape.columns)?),
            Format::Html => Ok(self.page.begin(self.report.name, view).into_bytes()),
            Format::Json => {
                let head = serde_json::json!({
                    "id": view.catalogue.id(),
                    "edition": view.catalogue.edition(),
                    "sha256": view.catalogue.sha256(),
                });
                Ok(format!(
                    "{{\"report\":\"{}\",\"as_of\":\"{}\",\"catalogue\":{head},\"profile\":\"{}\",\"columns\":{},\"rows\":[",
                    self.report.name,
                    view.as_of,
                    view.profile.code(),
                    serde_json::to_string(&self.shape.columns)?,
                )
                .into_bytes())
            }
        }
    }

    fn row(&mut self, row: &Row, piece: &mut Vec<u8>) -> Result<(), ReportError> {
        let canonical = self.shape.canonical(row)?;
        self.hash.update(&canonical);
        self.hash.update(b"\n");
        match self.format {
            Format::Json => {
                if self.count > 0 {
                    piece.push(b',');
                }
                piece.push(b'\n');
                piece.extend(canonical);
            }
            Format::Csv => {
                let cells: Vec<_> = self.shape.flat(row).collect();
                piece.extend(csv::line(cells.iter().map(super::cell::Cell::plain))?);
            }
            Format::Html => piece.extend(self.page.row(&self.shape, row).into_bytes()),
        }
        self.count += 1;
        Ok(())
    }

    fn end(&self) -> Result<Vec<u8>, ReportError> {
        let tail = self.tail();
        if self
            .expected
            .as_ref()
            .is_some_and(|expected| *expected != tail)
        {
            return Err(ReportError::Changed);
        }
        Ok(match self.format {
            Format::Csv => Vec::new(),
            Format::Html => self.page.end(&tail).into_bytes(),
            Format::Json => format!(
                "\n],\"row_count\":{},\"content_sha256\":\"{}\"}}\n",
                tail.row_count, tail.content_sha256
            )
            .into_bytes(),
        })
    }
}
