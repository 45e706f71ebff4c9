//! Lists of places as OCHA publishes them (COD-AB): one row for each place, with the
//! columns Location, Admin Level, P-Code, Name, Parent P-Code and Valid from
//! (code list 6.7 ✔), and names in further languages as `Name (ar)`.
//!
//! Pure: cells in, places or faults out. `POST /v1/places/imports` and
//! `sanad import areas` both read lists this way; storing is theirs.
//!
//! Not here: the rules of a list as a whole (`sanad_core::area::PlaceTable`).

mod reader;

pub use reader::PlaceListReader;

use jiff::Timestamp;
use sanad_core::area::{EditionCode, Place, PlaceRef, PlaceTable};
use sanad_core::language::LanguageTag;
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
            let cells: Vec<&str> = record
                .iter()
                .map(|cell| cell.trim_start_matches('\u{FEFF}'))
                .collect();
            if let Some(reader) = &mut reader {
                reader.add(row, &cells);
            } else {
                reader = Some(PlaceListReader::new(row, &cells, form)?);
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
