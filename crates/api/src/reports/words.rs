//! The words of reports: headings and codes, one file a language in
//! `reference/reports/`. What a language lacks is shown in English, never as a code.
//!
//! A new language: its file there, and a line in `FILES`.

use super::ReportError;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The first is the one that has every word.
const FILES: [&str; 2] = [
    include_str!("../../../../reference/reports/en.toml"),
    include_str!("../../../../reference/reports/ar.toml"),
];

/// Which way a language is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From left to right.
    Ltr,
    /// From right to left.
    Rtl,
}

impl Direction {
    /// As the attribute `dir` has it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// The words of one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Its tag.
    pub language: String,
    /// Which way it is written.
    pub direction: Direction,
    /// Titles of reports, by name.
    title: BTreeMap<String, String>,
    /// What each report says, in one sentence.
    about: BTreeMap<String, String>,
    /// Headings of sections.
    section: BTreeMap<String, String>,
    /// Headings of columns.
    column: BTreeMap<String, String>,
    /// What codes mean.
    #[serde(default)]
    code: BTreeMap<String, String>,
    /// Words around the tables.
    text: BTreeMap<String, String>,
}

#[expect(
    clippy::expect_used,
    reason = "the files are part of the program; a test fails when one does not load"
)]
static WORDS: LazyLock<Vec<Words>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|file| toml::from_str(file).expect("the words of reports load"))
        .collect()
});

/// A table of words, by its place in the file.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Titles of reports.
    Title,
    /// What reports say.
    About,
    /// Sections.
    Section,
    /// Columns.
    Column,
    /// Codes.
    Code,
    /// Words around the tables.
    Text,
}

impl Words {
    /// The words for whoever asks for this language; English for whoever asks for none.
    pub fn of(language: Option<&str>) -> Result<&'static Self, ReportError> {
        let Some(tag) = language else {
            return Ok(&WORDS[0]);
        };
        let wanted = tag.split('-').next().unwrap_or(tag);
        let known = WORDS.iter().find(|words| words.language == wanted);
        known.ok_or(ReportError::NoLanguage)
    }

    fn table(&self, kind: Kind) -> &BTreeMap<String, String> {
        match kind {
            Kind::Title => &self.title,
            Kind::About => &self.about,
            Kind::Section => &self.section,
            Kind::Column => &self.column,
            Kind::Code => &self.code,
            Kind::Text => &self.text,
        }
    }

    /// The word for a key: in this language, else in English, else the key itself.
    pub fn say<'w>(&'w self, kind: Kind, key: &'w str) -> &'w str {
        self.table(kind)
            .get(key)
            .or_else(|| WORDS[0].table(kind).get(key))
            .map_or(key, String::as_str)
    }
}

/// The languages that there are, for people.
pub(super) fn languages() -> String {
    let tags: Vec<String> = WORDS
        .iter()
        .map(|words| format!("`{}`", words.language))
        .collect();
    tags.join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::ALL;
    use super::*;

    #[test]
    fn english_has_a_word_for_every_report_section_and_column() {
        let english = Words::of(None).unwrap();
        assert_eq!(english.language, "en");
        for report in ALL {
            assert!(english.title.contains_key(report.name), "{}", report.name);
            assert!(english.about.contains_key(report.name), "{}", report.name);
            for section in report.sections {
                assert!(english.section.contains_key(section.key), "{}", section.key);
                for column in section.columns {
                    assert!(english.column.contains_key(*column), "{column}");
                }
            }
        }
    }

    #[test]
    fn a_language_has_no_word_that_english_lacks() {
        for words in WORDS.iter() {
            for kind in [
                Kind::Title,
                Kind::About,
                Kind::Section,
                Kind::Column,
                Kind::Code,
                Kind::Text,
            ] {
                for key in words.table(kind).keys() {
                    assert!(
                        WORDS[0].table(kind).contains_key(key),
                        "{}: {key}",
                        words.language
                    );
                }
            }
        }
    }

    #[test]
    fn what_a_language_lacks_is_english_and_an_unknown_language_is_refused() {
        let arabic = Words::of(Some("ar-IQ")).unwrap();
        assert_eq!(arabic.direction, Direction::Rtl);
        assert_ne!(
            arabic.say(Kind::Column, "case_id"),
            WORDS[0].say(Kind::Column, "case_id")
        );
        let refused = Words::of(Some("fr")).unwrap_err().to_string();
        assert_eq!(refused, "reports are written in `en`, `ar`");
        assert_eq!(arabic.say(Kind::Column, "no such column"), "no such column");
    }
}
