//! `sanad import areas`: a published list of place codes comes into the registry.
//!
//! What a row may hold is in `sanad_api::place_table`, which the HTTP interface uses
//! as well; here are files, spreadsheets and the mapping.

use super::date::{self, DateForm};
use super::table::{Kind, Layout, Table, TableFault, day_of_serial};
use crate::cli::Failure;
use crate::desk;
use jiff::Timestamp;
use sanad_api::place_table::{
    PlaceChanges, PlaceList, PlaceListForm, PlaceListReader, PlaceRowError,
};
use sanad_core::access::{Permission, Resource};
use sanad_core::area::EditionCode;
use sanad_core::language::LanguageTag;
use sanad_core::value::ValueError;
use sanad_store::{Database, in_transaction};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

/// How a list of places is read, where its headers are not the usual ones.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AreaMapping {
    /// The edition of the list.
    pub edition: Option<String>,
    /// The language of the column `Name`.
    pub language: Option<String>,
    /// The sheet of a spreadsheet.
    pub sheet: Option<String>,
    /// The row of the headers.
    pub header_row: Option<u32>,
    /// How first days are written.
    pub date_formats: Vec<String>,
    /// Headers.
    pub columns: AreaColumns,
    /// Headers of names, by language.
    pub names: BTreeMap<LanguageTag, String>,
}

/// Headers of a list of places.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AreaColumns {
    /// The place code.
    pub code: Option<String>,
    /// The level.
    pub level: Option<String>,
    /// The code of the place it lies in.
    pub parent: Option<String>,
    /// The first day.
    pub valid_from: Option<String>,
    /// The edition.
    pub edition: Option<String>,
    /// The country.
    pub location: Option<String>,
}

/// What to import and how.
#[derive(Debug)]
pub struct Request<'a> {
    /// The list.
    pub file: &'a Path,
    /// How it is read.
    pub mapping: &'a AreaMapping,
    /// Its edition; more than what the mapping says.
    pub edition: Option<&'a str>,
    /// Login name of the user for whom it is imported.
    pub login: Option<&'a str>,
    /// Only look.
    pub dry_run: bool,
    /// Now.
    pub now: Timestamp,
}

/// What an import of places came to.
#[derive(Debug, Serialize)]
pub struct AreaReport {
    /// The places are in the registry now.
    pub stored: bool,
    /// What the list changes.
    pub changes: PlaceChanges,
    /// Everything that is wrong; nothing is stored then.
    pub errors: Vec<PlaceRowError>,
}

impl AreaMapping {
    /// Reads a mapping file.
    pub fn parse(text: &str) -> Result<Self, TableFault> {
        toml::from_str(text)
            .map_err(|error| TableFault::new("MAPPING_WRONG", error.to_string().trim_end()))
    }

    fn form(&self, edition: Option<&str>) -> Result<PlaceListForm, Failure> {
        let wrong = |error: ValueError| Failure::Refused(error.to_string());
        let columns = self.columns.clone();
        Ok(PlaceListForm {
            edition: edition
                .or(self.edition.as_deref())
                .map(EditionCode::parse)
                .transpose()
                .map_err(wrong)?,
            language: self
                .language
                .as_deref()
                .map(LanguageTag::parse)
                .transpose()
                .map_err(wrong)?,
            code: columns.code,
            level: columns.level,
            parent: columns.parent,
            valid_from: columns.valid_from,
            edition_header: columns.edition,
            location: columns.location,
            names: self.names.clone(),
        })
    }
}

/// Imports a list of places: all of it, or nothing.
pub fn import(database: &Database, request: &Request<'_>) -> Result<AreaReport, Failure> {
    let mut db = desk::open(database)?;
    let actor = desk::acting(&mut *db, request.login)?;
    let policy = desk::policy()?;
    policy
        .permit(&actor, Permission::PlacesImport, &Resource::Registry)
        .map_err(desk::denied)?;
    let refused = |errors| AreaReport {
        stored: false,
        changes: PlaceChanges::default(),
        errors,
    };
    let list = match read(request)? {
        Ok(list) => list,
        Err(errors) => return Ok(refused(errors)),
    };
    let rows = list.to_rows(request.now)?;
    in_transaction(&mut *db, |db| {
        let stored = sanad_api::app::table_of(&db.places()?)?;
        if let Err(errors) = list.check(&stored) {
            return Ok(refused(errors));
        }
        let changes = list.changes(&stored);
        let news = changes.added + changes.changed > 0;
        if news && !request.dry_run {
            db.put_places(&rows)?;
        }
        Ok(AreaReport {
            stored: !request.dry_run,
            changes,
            errors: Vec::new(),
        })
    })
    .map_err(Failure::from)
}

fn read(request: &Request<'_>) -> Result<Result<PlaceList, Vec<PlaceRowError>>, Failure> {
    let mapping = request.mapping;
    let layout = Layout {
        sheet: mapping.sheet.clone(),
        header_row: mapping.header_row,
        delimiter: None,
    };
    let mut table = Table::open(request.file, &layout)?;
    let forms: Vec<DateForm> = mapping
        .date_formats
        .iter()
        .map(|form| DateForm::parse(form))
        .collect::<Result<_, _>>()?;
    let headers: Vec<&str> = table.headers().iter().map(String::as_str).collect();
    let mut reader = match PlaceListReader::new(
        table.header_row(),
        &headers,
        &mapping.form(request.edition)?,
    ) {
        Ok(reader) => reader,
        Err(errors) => return Ok(Err(errors)),
    };
    let dates = reader.date_column();
    table.each_row(|row| {
        let cells: Vec<Cow<'_, str>> = row
            .texts()
            .enumerate()
            .map(|(column, text)| {
                let day = match (Some(column) == dates, row.kind(column)) {
                    (true, Kind::Number(number)) => day_of_serial(number),
                    (true, Kind::Text) => date::read(text, &forms).ok().map(|written| written.date),
                    _ => None,
                };
                day.map_or(Cow::Borrowed(text), |day| Cow::Owned(day.to_string()))
            })
            .collect();
        let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
        reader.add(row.number, &cells);
        Ok::<(), TableFault>(())
    })?;
    Ok(reader.finish())
}
