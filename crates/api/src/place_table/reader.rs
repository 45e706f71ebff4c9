//! One row of a list of places at a time, whatever kind of file it comes from.
//!
//! Not here: the list as a whole (`place_table`).

use super::{PlaceList, PlaceListForm, PlaceRowError, ROWS_AT_MOST, whole_row};
use sanad_core::area::{EditionCode, PCode, Place, PlaceName, PlaceRef};
use sanad_core::language::LanguageTag;
use sanad_core::reference::ListId;
use sanad_core::value::ValueError;
use sanad_core::wire::parse_date;
use std::collections::{BTreeMap, BTreeSet};

/// Reads a list row by row.
#[derive(Debug)]
pub struct PlaceListReader {
    columns: Columns,
    headers: Vec<String>,
    edition: Option<EditionCode>,
    list: PlaceList,
    countries: BTreeMap<PCode, (u32, EditionCode)>,
    errors: Vec<PlaceRowError>,
}

#[derive(Debug)]
struct Columns {
    code: usize,
    level: usize,
    parent: Option<usize>,
    valid_from: Option<usize>,
    edition: Option<usize>,
    location: Option<usize>,
    names: Vec<(LanguageTag, usize)>,
}

impl PlaceListReader {
    /// Finds the columns; headers are compared without regard to letter case.
    pub fn new(
        row: u32,
        headers: &[&str],
        form: &PlaceListForm,
    ) -> Result<Self, Vec<PlaceRowError>> {
        let plain: Vec<String> = headers.iter().map(|header| plain(header)).collect();
        let find = |wanted: &Option<String>, usual: &[&str]| match wanted {
            Some(header) => plain.iter().position(|known| *known == self::plain(header)),
            None => plain
                .iter()
                .position(|known| usual.contains(&known.as_str())),
        };
        let mut errors = Vec::new();
        let mut needed = |found: Option<usize>, usual: &str| {
            found.unwrap_or_else(|| {
                errors.push(whole_row(
                    row,
                    "COLUMN_MISSING",
                    format!("the list has no column for {usual}"),
                ));
                0
            })
        };
        let columns = Columns {
            code: needed(
                find(&form.code, &["p-code", "pcode", "p code"]),
                "the place code (`P-Code`)",
            ),
            level: needed(
                find(&form.level, &["admin level", "level"]),
                "the level (`Admin Level`)",
            ),
            parent: find(&form.parent, &["parent p-code", "parent pcode", "parent"]),
            valid_from: find(&form.valid_from, &["valid from", "valid from date"]),
            edition: find(&form.edition_header, &["edition"]),
            location: find(&form.location, &["location"]),
            names: name_columns(&plain, form),
        };
        if columns.names.is_empty() {
            errors.push(whole_row(
                row,
                "COLUMN_MISSING",
                "the list has no column for the name (`Name`, or `Name (ar)`)",
            ));
        }
        if columns.edition.is_none() && form.edition.is_none() {
            let text = "which edition of the list is this? no column says so, so it must be given";
            errors.push(whole_row(row, "EDITION_MISSING", text));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self {
            columns,
            headers: headers
                .iter()
                .map(|header| (*header).trim().to_owned())
                .collect(),
            edition: form.edition.clone(),
            list: PlaceList::default(),
            countries: BTreeMap::new(),
            errors,
        })
    }

    /// The column of first days, which a spreadsheet may hold as numbers.
    pub fn date_column(&self) -> Option<usize> {
        self.columns.valid_from
    }

    /// Adds a row. Blank rows and the row of HXL tags (`#adm+code`) are passed over.
    pub fn add(&mut self, row: u32, cells: &[&str]) {
        let cell = |column: usize| cells.get(column).map_or("", |cell| cell.trim());
        let code = cell(self.columns.code);
        if code.starts_with('#') || cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        if self.list.places.len() >= ROWS_AT_MOST {
            if self.list.places.len() == ROWS_AT_MOST {
                let text = format!("a list has at most {ROWS_AT_MOST} places");
                self.errors.push(whole_row(row, "TOO_MANY_ROWS", text));
            }
            return;
        }
        let known = self.errors.len();
        let optional = |column: Option<usize>| column.map(cell).filter(|text| !text.is_empty());
        let columns = &self.columns;
        let mut faults = Vec::new();
        let code = kept(PCode::parse(code), columns.code, &mut faults);
        let level = kept(level(cell(columns.level)), columns.level, &mut faults);
        let parent = optional(columns.parent)
            .and_then(|text| kept(PCode::parse(text), columns.parent.unwrap_or(0), &mut faults));
        let valid_from = optional(columns.valid_from).and_then(|text| {
            let day = text.split(['T', ' ']).next().unwrap_or(text);
            kept(
                parse_date(day),
                columns.valid_from.unwrap_or(0),
                &mut faults,
            )
        });
        let edition = match optional(columns.edition) {
            Some(text) => kept(
                EditionCode::parse(text),
                columns.edition.unwrap_or(0),
                &mut faults,
            ),
            None => self.edition.clone().or_else(|| {
                let missing = ValueError::new("EDITION_MISSING", "this row names no edition");
                kept(Err(missing), columns.edition.unwrap_or(0), &mut faults)
            }),
        };
        let mut names = BTreeMap::new();
        for (language, column) in &columns.names {
            let name = Some(cell(*column)).filter(|text| !text.is_empty());
            if let Some(name) =
                name.and_then(|text| kept(PlaceName::parse(text), *column, &mut faults))
            {
                names.insert(language.clone(), name);
            }
        }
        let country = optional(columns.location).and_then(|text| PCode::parse(text).ok());
        for (column, error) in faults {
            let column = self.headers.get(column).cloned().unwrap_or_default();
            self.errors.push(PlaceRowError {
                row,
                column,
                code: error.code,
                text: error.text,
            });
        }
        let (Some(code), Some(level), Some(edition)) = (code, level, edition) else {
            return;
        };
        if self.errors.len() > known {
            return;
        }
        if let Some(country) = country.filter(|country| parent.as_ref() == Some(country)) {
            self.countries
                .entry(country)
                .or_insert((row, edition.clone()));
        }
        self.list.places.push(Place {
            edition,
            code,
            level,
            parent,
            names,
            valid_from,
        });
        self.list.rows.push(row);
    }

    /// The list, or all faults of its rows.
    ///
    /// OCHA's joint table names the country as the parent of its first level and has
    /// no row for it; the country then comes from the list of countries.
    pub fn finish(mut self) -> Result<PlaceList, Vec<PlaceRowError>> {
        let known: BTreeSet<PlaceRef> = self.list.places.iter().map(Place::reference).collect();
        for (code, (row, edition)) in std::mem::take(&mut self.countries) {
            let place = PlaceRef { edition, code };
            if known.contains(&place) {
                continue;
            }
            let Some(country) = ListId::Countries.list().find(place.code.as_str()) else {
                continue;
            };
            let names = country.label.iter().filter_map(|(language, label)| {
                Some((
                    LanguageTag::parse(language).ok()?,
                    PlaceName::parse(label).ok()?,
                ))
            });
            self.list.places.push(Place {
                names: names.collect(),
                edition: place.edition,
                code: place.code,
                level: 0,
                parent: None,
                valid_from: None,
            });
            self.list.rows.push(row);
        }
        if self.errors.is_empty() {
            Ok(self.list)
        } else {
            Err(self.errors)
        }
    }
}

fn kept<T>(
    result: Result<T, ValueError>,
    column: usize,
    faults: &mut Vec<(usize, ValueError)>,
) -> Option<T> {
    result.map_err(|error| faults.push((column, error))).ok()
}

fn level(text: &str) -> Result<u8, ValueError> {
    let wrong = || ValueError::new("PLACE_LEVEL", "a level is a number from 0 to 5");
    text.parse()
        .ok()
        .filter(|level| *level <= 5)
        .ok_or_else(wrong)
}

/// `Name` in the given language, and `Name (ar)` in its own.
fn name_columns(plain: &[String], form: &PlaceListForm) -> Vec<(LanguageTag, usize)> {
    if !form.names.is_empty() {
        let column = |header: &String| plain.iter().position(|known| *known == self::plain(header));
        return form
            .names
            .iter()
            .filter_map(|(tag, header)| Some((tag.clone(), column(header)?)))
            .collect();
    }
    let usual = form
        .language
        .clone()
        .or_else(|| LanguageTag::parse("en").ok());
    let language = |header: &String| match header.strip_prefix("name")?.trim() {
        "" => usual.clone(),
        rest => LanguageTag::parse(rest.strip_prefix('(')?.strip_suffix(')')?.trim()).ok(),
    };
    plain
        .iter()
        .enumerate()
        .filter_map(|(column, header)| Some((language(header)?, column)))
        .collect()
}

fn plain(header: &str) -> String {
    header
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}
