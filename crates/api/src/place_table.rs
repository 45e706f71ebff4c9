//! Lists of places as OCHA publishes them (COD-AB): one row for each place, with the
//! columns Location, Admin Level, P-Code, Name, Parent P-Code and Valid from
//! (code list 6.7 ✔), and names in further languages as `Name (ar)`.
//!
//! Pure: cells in, places or faults out. `POST /v1/places/imports` and
//! `sanad import areas` both read lists this way; storing is theirs.
//!
//! Not here: the rules of a list as a whole (`sanad_core::area::PlaceTable`).

use jiff::Timestamp;
use sanad_core::area::{EditionCode, PCode, Place, PlaceName, PlaceRef, PlaceTable};
use sanad_core::language::LanguageTag;
use sanad_core::reference::ListId;
use sanad_core::value::ValueError;
use sanad_core::wire::parse_date;
use sanad_store::StoreError;
use sanad_store::rows::PlaceRow;
use sanad_store::sql_types::{At, On};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// Rows of one list, at most. All of OCHA's countries together have about 400,000.
pub const ROWS_AT_MOST: usize = 500_000;

/// What is wrong with a row of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PlaceRowError {
    /// The row as a spreadsheet numbers it; the header is row 1.
    #[schema(minimum = 1)]
    pub row: u32,
    /// The header of the column; empty when the row as a whole is meant.
    pub column: String,
    /// Stable code in upper case.
    pub code: &'static str,
    /// What is wrong and what would be right.
    pub text: String,
}

/// Which headers a list has, where they are not the usual ones, and what holds for
/// every row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceListForm {
    /// The edition, where no column says it.
    pub edition: Option<EditionCode>,
    /// The language of the column `Name`; English when left out.
    pub language: Option<LanguageTag>,
    /// Header of the place code; `P-Code`.
    pub code: Option<String>,
    /// Header of the level; `Admin Level`.
    pub level: Option<String>,
    /// Header of the parent's code; `Parent P-Code`.
    pub parent: Option<String>,
    /// Header of the first day; `Valid from`.
    pub valid_from: Option<String>,
    /// Header of the edition; `Edition`.
    pub edition_header: Option<String>,
    /// Header of the country; `Location`.
    pub location: Option<String>,
    /// Headers of names by language; `Name` and `Name (ar)` and so on.
    pub names: BTreeMap<LanguageTag, String>,
}

/// A list whose rows make sense one by one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceList {
    /// The places.
    pub places: Vec<Place>,
    /// The row of each place.
    rows: Vec<u32>,
}

/// What a list changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PlaceChanges {
    /// Places that are new.
    pub added: usize,
    /// Places that get another name, parent, level or date.
    pub changed: usize,
    /// Places that are known as they are.
    pub same: usize,
}

impl PlaceList {
    /// Reads a list from CSV in UTF-8.
    pub fn parse_csv(bytes: impl Read, form: &PlaceListForm) -> Result<Self, Vec<PlaceRowError>> {
        // The line break at the end makes the number of the last line certain.
        let mut csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes.chain(b"\n".as_slice()));
        let mut record = csv::StringRecord::new();
        let mut reader: Option<PlaceListReader> = None;
        loop {
            let read = csv.read_record(&mut record);
            let row = u32::try_from(csv.position().line())
                .unwrap_or(u32::MAX)
                .saturating_sub(1)
                .max(1);
            match read {
                Ok(false) => break,
                Ok(true) => {}
                Err(_) => {
                    let text = "the file is not CSV in UTF-8 from here on";
                    return Err(vec![whole_row(row, "FILE_NOT_UTF8", text)]);
                }
            }
            match &mut reader {
                Some(reader) => reader.add(row, &record.iter().collect::<Vec<_>>()),
                None => {
                    let headers: Vec<_> = record
                        .iter()
                        .map(|header| header.trim_start_matches('\u{FEFF}'))
                        .collect();
                    reader = Some(PlaceListReader::new(row, &headers, form)?);
                }
            }
        }
        reader
            .ok_or_else(|| vec![whole_row(1, "HEADER_MISSING", "the file is empty")])?
            .finish()
    }

    /// Checks the list together with the places that are stored, which it may add to
    /// or replace; answers the table as it will be.
    pub fn check(&self, stored: &PlaceTable) -> Result<PlaceTable, Vec<PlaceRowError>> {
        let mine: BTreeSet<PlaceRef> = self.places.iter().map(Place::reference).collect();
        let others = stored
            .iter()
            .filter(|place| !mine.contains(&place.reference()));
        let all = self.places.iter().chain(others).cloned().collect();
        PlaceTable::new(all).map_err(|errors| {
            let told = errors
                .into_iter()
                .map(|error| match self.rows.get(error.row) {
                    Some(row) => whole_row(*row, error.code, error.text),
                    // A stored place hangs below one that the list moved.
                    None => whole_row(
                        1,
                        error.code,
                        format!(
                            "a place stored before would be left hanging: {}",
                            error.text
                        ),
                    ),
                });
            told.collect()
        })
    }

    /// What the list changes.
    pub fn changes(&self, stored: &PlaceTable) -> PlaceChanges {
        let mut changes = PlaceChanges::default();
        for place in &self.places {
            match stored.find(&place.reference()) {
                None => changes.added += 1,
                Some(known) if known == place => changes.same += 1,
                Some(_) => changes.changed += 1,
            }
        }
        changes
    }

    /// The rows to store.
    pub fn to_rows(&self, imported_at: Timestamp) -> Result<Vec<PlaceRow>, StoreError> {
        let row = |place: &Place| {
            let names = serde_json::to_string(&place.names).map_err(|error| {
                StoreError::Unreadable(format!("a name cannot be written: {error}"))
            })?;
            Ok(PlaceRow {
                edition: place.edition.as_str().to_owned(),
                code: place.code.as_str().to_owned(),
                level: i32::from(place.level),
                parent: place
                    .parent
                    .as_ref()
                    .map(|parent| parent.as_str().to_owned()),
                valid_from: place.valid_from.map(On),
                names,
                imported_at: At::from(imported_at),
            })
        };
        self.places.iter().map(row).collect()
    }
}

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

fn whole_row(row: u32, code: &'static str, text: impl Into<String>) -> PlaceRowError {
    PlaceRowError {
        row,
        column: String::new(),
        code,
        text: text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form() -> PlaceListForm {
        PlaceListForm {
            edition: EditionCode::parse("XZ-2025").ok(),
            ..PlaceListForm::default()
        }
    }

    fn read(csv: &str) -> Result<PlaceList, Vec<PlaceRowError>> {
        PlaceList::parse_csv(csv.as_bytes(), &form())
    }

    fn faults(csv: &str) -> Vec<(u32, String, &'static str)> {
        read(csv)
            .unwrap_err()
            .into_iter()
            .map(|error| (error.row, error.column, error.code))
            .collect()
    }

    const JOINT: &str = "\u{FEFF}Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date\n\
        #country+code,#geo+admin_level,#adm+code,#adm+name,#adm+code+parent,#date+start\n\
        XXZ,1,XZ01,North,XXZ,2025-01-01\nXXZ,2,C1007,Vale,XZ01,2025-01-01 00:00:00\n";

    #[test]
    fn the_joint_table_is_read_with_its_country() {
        let list = read(JOINT).unwrap();
        let table = list.check(&PlaceTable::default()).unwrap();
        let vale = PlaceRef::parse("XZ-2025", "C1007").unwrap();
        let lineage: Vec<_> = table
            .lineage(&vale)
            .map(|place| place.code.as_str())
            .collect();
        assert_eq!(lineage, ["C1007", "XZ01", "XXZ"]);
        assert_eq!(
            table.find(&vale).unwrap().valid_from,
            Some(jiff::civil::date(2025, 1, 1))
        );
    }

    #[test]
    fn names_stand_in_several_languages() {
        let list = read("NAME (ar),p-code,name,ADMIN  LEVEL\nالوادي,XZ01,Vale,1\n").unwrap();
        let names: Vec<_> = list.places[0]
            .names
            .keys()
            .map(LanguageTag::as_str)
            .collect();
        assert_eq!(names, ["ar", "en"]);
    }

    #[test]
    fn every_fault_has_its_row_and_column() {
        let csv =
            "P-Code,Admin Level,Name,Valid from\nXZ 01,1,A,\nXZ02,9,B,01/02/2025\n\nXZ03,1,C,\n";
        assert_eq!(
            faults(csv),
            [
                (2, "P-Code".into(), "PLACE_CODE_CHARACTER"),
                (3, "Admin Level".into(), "PLACE_LEVEL"),
                (3, "Valid from".into(), "DATE_FORMAT"),
            ]
        );
        assert_eq!(faults("P-Code\nXZ01\n").len(), 2);
        assert_eq!(faults("")[0].2, "HEADER_MISSING");
    }

    #[test]
    fn a_list_is_checked_as_a_whole_with_its_rows() {
        let list =
            read("P-Code,Admin Level,Name,Parent P-Code\nXZ01,1,A,\n\nXZ0101,2,B,XZ09\n").unwrap();
        let errors = list.check(&PlaceTable::default()).unwrap_err();
        assert_eq!((errors[0].row, errors[0].code), (4, "PLACE_PARENT_UNKNOWN"));
    }

    #[test]
    fn the_same_list_again_changes_nothing_and_a_new_name_is_seen() {
        let list = read(JOINT).unwrap();
        let stored = list.check(&PlaceTable::default()).unwrap();
        assert_eq!(
            list.changes(&stored),
            PlaceChanges {
                added: 0,
                changed: 0,
                same: 3
            }
        );
        let renamed = read(&JOINT.replace("Vale", "Dale")).unwrap();
        assert_eq!(
            renamed.changes(&stored),
            PlaceChanges {
                added: 0,
                changed: 1,
                same: 2
            }
        );
        assert!(renamed.check(&stored).is_ok());
    }

    #[test]
    fn a_list_without_edition_is_refused() {
        let refused =
            PlaceList::parse_csv(JOINT.as_bytes(), &PlaceListForm::default()).unwrap_err();
        assert_eq!(refused[0].code, "EDITION_MISSING");
        let with = JOINT
            .replace("Location", "Edition")
            .replace("#country+code", "")
            .replace("XXZ,1,XZ01,North,XXZ", "E-1,1,XZ01,North,")
            .replace("XXZ,2", "E-1,2");
        let list = PlaceList::parse_csv(with.as_bytes(), &PlaceListForm::default()).unwrap();
        assert!(
            list.places
                .iter()
                .all(|place| place.edition.as_str() == "E-1")
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>, rows in "[a-zA-Z0-9#,;\" \n]{0,80}") {
            let _ = PlaceList::parse_csv(bytes.as_slice(), &form());
            let _ = read(&format!("Location,Admin Level,P-Code,Name,Parent P-Code\n{rows}"));
        }
    }
}
