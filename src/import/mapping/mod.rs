//! The mapping: which header of a list fills which field, how dates are written,
//! which words stand for which codes, and what holds for every row.
//!
//! It is a TOML file that an office writes once for each of its lists
//! (`reference/import/households.toml` is one to start from). Keys that are not
//! known are refused: a misspelt key would otherwise be a silent loss of data.
//!
//! Not here: what the cells of a field may hold (`row`).

mod field;
mod plan;

pub use field::{Field, Holds};
pub use plan::{NamePart, NameSource, Plan, Source};

use crate::import::table::{Layout, TableFault};
use jiff::civil::Date;
use serde::de::{MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// A mapping to start from, for `--print-mapping`.
pub const TEMPLATE: &str = include_str!("../../../reference/import/households.toml");

/// The template as it is printed: what would become a fact of every case is commented
/// out, so that nobody registers people under an example's legal basis.
pub fn to_start_from() -> String {
    let (before, constants) = TEMPLATE
        .split_once("[constants]\n")
        .unwrap_or((TEMPLATE, ""));
    let mut text: String = before
        .lines()
        .map(|line| {
            let mark = if line.starts_with("age_as_of") {
                "# "
            } else {
                ""
            };
            format!("{mark}{line}\n")
        })
        .collect();
    text.push_str("# Fill these in: they become facts of every case whose rows say nothing else.\n[constants]\n");
    text.extend(constants.lines().map(|line| format!("# {line}\n")));
    text
}

/// A mapping as it stands in its file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// The name of the list. With it, a household that comes in again under the same
    /// key is the same household; without it, only one with the same content is.
    pub source: Option<String>,
    /// The organisation that keeps the cases, by name or id.
    pub organisation: Option<String>,
    /// The sheet of a spreadsheet.
    pub sheet: Option<String>,
    /// The row of the headers.
    pub header_row: Option<u32>,
    /// `,`, `;` or a tab.
    pub delimiter: Option<String>,
    /// Who is the focal person of a household of which no row says so.
    pub focal_person: FocalPerson,
    /// The edition of the place codes.
    pub place_edition: Option<String>,
    /// The day for which the column `age` holds.
    pub age_as_of: Option<toml::value::Datetime>,
    /// How dates are written, in columns that say nothing else.
    pub date_formats: Vec<String>,
    /// Words that mean that nothing is there, such as `N/A`.
    pub empty: Vec<String>,
    /// Which header fills which field.
    pub columns: BTreeMap<Field, Column>,
    /// The columns of names, one entry for each script.
    pub names: Vec<NameColumns>,
    /// What holds where a row says nothing.
    pub constants: BTreeMap<Field, Constant>,
}

/// Who is the focal person of a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FocalPerson {
    /// The one whose row says `self`.
    #[default]
    Stated,
    /// The first row, where no relationship is given in it.
    FirstRow,
}

/// A column of the list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Column {
    /// Its header.
    pub header: String,
    /// How its dates are written.
    pub formats: Option<Vec<String>>,
    /// Which words stand for which codes.
    pub values: BTreeMap<String, String>,
    /// The edition of its place codes.
    pub edition: Option<String>,
    /// What stands between several codes in one cell.
    pub separator: Option<String>,
}

/// The columns of one name of every person.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameColumns {
    /// The script, by its four letters of ISO 15924.
    pub script: String,
    /// The language of the names.
    pub language: Option<String>,
    /// Written over from another script.
    #[serde(default)]
    pub transliterated: bool,
    /// Header of the given name.
    pub given: Option<String>,
    /// Header of the father's name.
    pub father: Option<String>,
    /// Header of the grandfather's name.
    pub grandfather: Option<String>,
    /// Header of the family name.
    pub family: Option<String>,
    /// Header of the mother's name.
    pub mother: Option<String>,
}

impl NameColumns {
    fn in_script(script: &str) -> Self {
        Self {
            script: script.to_owned(),
            language: None,
            transliterated: false,
            given: None,
            father: None,
            grandfather: None,
            family: None,
            mother: None,
        }
    }

    fn holds_something(&self) -> bool {
        [
            &self.given,
            &self.father,
            &self.grandfather,
            &self.family,
            &self.mother,
        ]
        .iter()
        .any(|part| part.is_some())
    }
}

/// A value that holds for all rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constant(pub String);

impl Mapping {
    /// Reads a mapping file.
    pub fn parse(text: &str) -> Result<Self, TableFault> {
        toml::from_str(text)
            .map_err(|error| TableFault::new("MAPPING_WRONG", error.to_string().trim_end()))
    }

    /// Where in the file the table stands.
    pub fn layout(&self) -> Result<Layout, TableFault> {
        let delimiter = match self.delimiter.as_deref() {
            None => None,
            Some("," | "comma") => Some(b','),
            Some(";" | "semicolon") => Some(b';'),
            Some("\t" | "tab") => Some(b'\t'),
            Some(_) => {
                return Err(TableFault::new(
                    "MAPPING_WRONG",
                    "`delimiter` in the mapping is one of `,`, `;` and `tab`",
                ));
            }
        };
        Ok(Layout {
            sheet: self.sheet.clone(),
            header_row: self.header_row,
            delimiter,
        })
    }

    /// The day for which ages hold.
    pub fn age_day(&self) -> Result<Option<Date>, TableFault> {
        self.age_as_of
            .map(|day| day.to_string().parse())
            .transpose()
            .map_err(|_| {
                TableFault::new(
                    "MAPPING_WRONG",
                    "`age_as_of` in the mapping is a day, such as 2025-03-31",
                )
            })
    }
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            header: String,
            formats: Option<Vec<String>>,
            #[serde(default)]
            values: BTreeMap<String, String>,
            edition: Option<String>,
            separator: Option<String>,
        }
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Column;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a header in quotes, or { header = \"…\", … }")
            }
            fn visit_str<E>(self, header: &str) -> Result<Column, E> {
                Ok(Column {
                    header: header.to_owned(),
                    ..Column::default()
                })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Column, A::Error> {
                let Table {
                    header,
                    formats,
                    values,
                    edition,
                    separator,
                } = Table::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Column {
                    header,
                    formats,
                    values,
                    edition,
                    separator,
                })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for Constant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => Ok(Self(text)),
            toml::Value::Boolean(yes) => Ok(Self(if yes { "yes" } else { "no" }.to_owned())),
            toml::Value::Integer(number) => Ok(Self(number.to_string())),
            toml::Value::Datetime(day) => Ok(Self(day.to_string())),
            _ => Err(serde::de::Error::custom(
                "a constant is a text, a number, a day, true or false",
            )),
        }
    }
}
