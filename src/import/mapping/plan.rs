//! A mapping met the headers of one file: which column fills which field.
//!
//! Everything that can be wrong with a mapping is found here, before the first row
//! is read, and all of it at once.

use super::{Column, Constant, Field, FocalPerson, Holds, Mapping, NameColumns};
use crate::import::date::DateForm;
use crate::import::row;
use crate::import::table::{Row, Table, TableFault, plain_header};
use jiff::civil::Date;
use sanad_core::area::EditionCode;
use sanad_core::language::{LanguageTag, Script};
use std::collections::HashMap;
use std::sync::Arc;

/// Where the values of one field come from.
#[derive(Debug, Clone)]
pub struct Source {
    /// The column.
    pub column: Option<usize>,
    /// What errors call it: the header, or the name of the field.
    pub label: Arc<str>,
    /// How its dates are written.
    pub forms: Vec<DateForm>,
    /// The edition of its place codes.
    pub edition: Option<EditionCode>,
    /// What stands between several codes.
    pub separator: String,
    /// What holds where a row says nothing.
    pub constant: Option<String>,
    values: HashMap<String, String>,
}

impl Source {
    /// The code that a word of the list stands for, or the word itself.
    pub fn word<'a>(&'a self, text: &'a str) -> &'a str {
        if self.values.is_empty() {
            return text;
        }
        let known = self
            .values
            .get(text)
            .or_else(|| self.values.get(&plain_header(text)));
        known.map_or(text, String::as_str)
    }
}

/// One part of a name.
#[derive(Debug, Clone)]
pub struct NamePart {
    /// The column.
    pub column: usize,
    /// Its header.
    pub label: Arc<str>,
}

/// The columns of one name of every person.
#[derive(Debug, Clone)]
pub struct NameSource {
    /// The script.
    pub script: Script,
    /// The language.
    pub language: Option<LanguageTag>,
    /// Written over from another script.
    pub transliterated: bool,
    /// Given, father's, grandfather's, family and mother's name.
    pub parts: [Option<NamePart>; 5],
}

/// How the rows of one file are read.
#[derive(Debug, Clone)]
pub struct Plan {
    sources: Vec<Source>,
    /// The columns of names, the preferred name first.
    pub names: Vec<NameSource>,
    /// Who is the focal person where no row says so.
    pub focal_person: FocalPerson,
    /// The day for which ages hold.
    pub age_as_of: Option<Date>,
    /// The name of the list.
    pub source: Option<String>,
    /// How many cells every row must have; `None` when rows may be shorter.
    pub width: Option<usize>,
    /// Headers of columns that fill nothing.
    pub unread: Vec<String>,
    empty: Vec<String>,
}

impl Plan {
    /// Resolves a mapping against a table. Without `columns` and `names` in the
    /// mapping the headers themselves are the names of the fields.
    pub fn new(mapping: &Mapping, table: &Table) -> Result<Self, TableFault> {
        let by_header = mapping.columns.is_empty() && mapping.names.is_empty();
        let filled;
        let mapping = if by_header {
            filled = with_headers_as_fields(mapping, table.headers());
            &filled
        } else {
            mapping
        };
        let mut wrong = Vec::new();
        let mut headers = Headers::new(table.headers());
        let sources = Field::ALL
            .iter()
            .map(|field| source(*field, mapping, &mut headers, &mut wrong))
            .collect();
        let names = mapping
            .names
            .iter()
            .filter_map(|name| name_source(name, &mut headers, &mut wrong))
            .collect();
        let resolved = Self {
            sources,
            names,
            focal_person: mapping.focal_person,
            age_as_of: mapping.age_day()?,
            source: mapping.source.clone(),
            width: table.rows_are_full().then(|| table.headers().len()),
            unread: headers.unread(),
            empty: mapping
                .empty
                .iter()
                .map(|word| plain_header(word))
                .collect(),
        };
        resolved.check_complete(&mut wrong);
        if wrong.is_empty() {
            Ok(resolved)
        } else {
            Err(TableFault::new("MAPPING_WRONG", wrong.join("\n")))
        }
    }

    /// Where a field comes from.
    pub fn source(&self, field: Field) -> &Source {
        // INVARIANT: one source for each field, in their order.
        &self.sources[field as usize]
    }

    /// The text of a cell, unless it is empty or a word that means so.
    pub fn text<'r>(&self, row: &'r Row, column: usize) -> Option<&'r str> {
        let text = row.text(column);
        let nothing = text.is_empty()
            || (!self.empty.is_empty()
                && text.len() < 40
                && self.empty.contains(&plain_header(text)));
        (!nothing).then_some(text)
    }

    fn has(&self, field: Field) -> bool {
        let source = self.source(field);
        source.column.is_some() || source.constant.is_some()
    }

    fn check_complete(&self, wrong: &mut Vec<String>) {
        const NEEDED: [Field; 7] = [
            Field::Sex,
            Field::PlaceOfDisplacement,
            Field::ProcessingBasis,
            Field::ProcessingPurpose,
            Field::NoticeVersion,
            Field::NoticeLanguage,
            Field::NoticeGivenOn,
        ];
        const GO_WITH: [(Field, Field); 8] = [
            (Field::Phone, Field::PhoneSafe),
            (Field::DocumentNumber, Field::DocumentKind),
            (Field::DocumentState, Field::DocumentKind),
            (Field::DocumentIssuer, Field::DocumentKind),
            (Field::LegalStatusBasis, Field::LegalStatus),
            (Field::LegalStatusSince, Field::LegalStatus),
            (Field::DisplacedOn, Field::DisplacementCauses),
            (Field::DisplacementCauses, Field::PlaceOfOrigin),
        ];
        if self.names.is_empty() {
            wrong.push(
                "no column holds names; give at least one [[names]] with `script` and `given`"
                    .to_owned(),
            );
        }
        for field in NEEDED.into_iter().filter(|field| !self.has(*field)) {
            wrong.push(format!(
                "nothing fills `{0}`; name its header under [columns] or its value under [constants]",
                field.name()
            ));
        }
        for (field, other) in GO_WITH {
            if self.has(field) && !self.has(other) {
                wrong.push(format!("`{}` also needs `{}`", field.name(), other.name()));
            }
        }
        if self.has(Field::Age) && self.age_as_of.is_none() {
            wrong.push(
                "`age` also needs `age_as_of`, the day on which people had that age".to_owned(),
            );
        }
    }
}

/// The headers of a file, and which of them were asked for.
struct Headers<'a> {
    raw: &'a [String],
    plain: Vec<String>,
    read: Vec<bool>,
}

impl<'a> Headers<'a> {
    fn new(raw: &'a [String]) -> Self {
        let plain = raw.iter().map(|header| plain_header(header)).collect();
        Self {
            raw,
            plain,
            read: vec![false; raw.len()],
        }
    }

    fn find(&mut self, header: &str, wrong: &mut Vec<String>) -> Option<usize> {
        let wanted = plain_header(header);
        let mut found = self
            .plain
            .iter()
            .enumerate()
            .filter(|(_, plain)| **plain == wanted);
        let Some((column, _)) = found.next() else {
            wrong.push(format!("the list has no column `{header}`"));
            return None;
        };
        if found.next().is_some() {
            wrong.push(format!(
                "the list has two columns `{header}`; rename one of them"
            ));
        }
        if let Some(read) = self.read.get_mut(column) {
            *read = true;
        }
        Some(column)
    }

    fn unread(&self) -> Vec<String> {
        let unread = self.raw.iter().zip(&self.read).filter(|(header, read)| {
            !**read && !header.is_empty() && !header.starts_with(crate::import::rejected::PREFIX)
        });
        unread.map(|(header, _)| header.clone()).collect()
    }
}

fn source(
    field: Field,
    mapping: &Mapping,
    headers: &mut Headers<'_>,
    wrong: &mut Vec<String>,
) -> Source {
    let column = mapping.columns.get(&field);
    let at = column.and_then(|column| headers.find(&column.header, wrong));
    let plain = Column::default();
    let options = column.unwrap_or(&plain);
    let holds = field.holds();
    let mut misplaced = |option: &str, given: bool, fits: bool| {
        if given && !fits {
            wrong.push(format!("`{}` takes no `{option}`", field.name()));
        }
    };
    misplaced("formats", options.formats.is_some(), holds == Holds::Date);
    misplaced("edition", options.edition.is_some(), holds == Holds::Place);
    misplaced(
        "separator",
        options.separator.is_some(),
        holds == Holds::Codes,
    );
    let coded = matches!(holds, Holds::Code | Holds::Codes | Holds::YesNo);
    misplaced("values", !options.values.is_empty(), coded);
    let forms = options.formats.as_ref().unwrap_or(&mapping.date_formats);
    let edition = options.edition.as_ref().or(mapping.place_edition.as_ref());
    let mut values = HashMap::new();
    for (word, code) in &options.values {
        if let Err(error) = row::check_code(field, code) {
            wrong.push(format!(
                "`{}`: the value `{code}`: {}",
                field.name(),
                error.text
            ));
        }
        values.insert(plain_header(word), code.clone());
        values.insert(word.clone(), code.clone());
    }
    Source {
        column: at,
        label: at.map_or_else(|| field.name().into(), |at| headers.raw[at].as_str().into()),
        forms: match holds {
            Holds::Date => forms
                .iter()
                .filter_map(|form| kept(DateForm::parse(form), wrong))
                .collect(),
            _ => Vec::new(),
        },
        edition: match holds {
            Holds::Place => edition.and_then(|edition| kept(EditionCode::parse(edition), wrong)),
            _ => None,
        },
        separator: options
            .separator
            .clone()
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| ";".to_owned()),
        constant: mapping
            .constants
            .get(&field)
            .map(|Constant(text)| text.trim().to_owned()),
        values,
    }
}

fn name_source(
    name: &NameColumns,
    headers: &mut Headers<'_>,
    wrong: &mut Vec<String>,
) -> Option<NameSource> {
    let script = kept(Script::parse(&name.script), wrong);
    let language = match &name.language {
        None => None,
        Some(tag) => kept(LanguageTag::parse(tag), wrong),
    };
    let parts = [
        &name.given,
        &name.father,
        &name.grandfather,
        &name.family,
        &name.mother,
    ];
    let parts = parts.map(|header| {
        let column = headers.find(header.as_ref()?, wrong)?;
        Some(NamePart {
            column,
            label: headers.raw[column].as_str().into(),
        })
    });
    Some(NameSource {
        script: script?,
        language,
        transliterated: name.transliterated,
        parts,
    })
}

/// The value, or its fault among the others.
fn kept<T, E: std::fmt::Display>(result: Result<T, E>, wrong: &mut Vec<String>) -> Option<T> {
    result.map_err(|error| wrong.push(error.to_string())).ok()
}

/// The mapping of a list whose headers are the names of the fields; names are
/// headed `given_Arab`, `family_Latn` and so on, scripts in the order of the list.
fn with_headers_as_fields(mapping: &Mapping, headers: &[String]) -> Mapping {
    let mut filled = mapping.clone();
    for header in headers {
        let plain = plain_header(header);
        if let Some(field) = Field::from_name(&plain) {
            filled.columns.insert(
                field,
                Column {
                    header: header.clone(),
                    ..Column::default()
                },
            );
            continue;
        }
        let Some((part, script)) = plain.split_once('_') else {
            continue;
        };
        let Some(script) = script_of(script) else {
            continue;
        };
        let at = filled
            .names
            .iter()
            .position(|name| name.script == script)
            .unwrap_or_else(|| {
                filled.names.push(NameColumns::in_script(&script));
                filled.names.len() - 1
            });
        let Some(name) = filled.names.get_mut(at) else {
            continue;
        };
        let slot = match part {
            "given" => &mut name.given,
            "father" => &mut name.father,
            "grandfather" => &mut name.grandfather,
            "family" => &mut name.family,
            "mother" => &mut name.mother,
            _ => continue,
        };
        *slot = Some(header.clone());
    }
    filled.names.retain(NameColumns::holds_something);
    filled
}

/// The script of four letters in any case.
fn script_of(text: &str) -> Option<String> {
    let mut letters = text.chars();
    let first = letters.next()?.to_ascii_uppercase();
    let script = format!("{first}{}", letters.as_str());
    Script::parse(&script).is_ok().then_some(script)
}
