//! Names of a person, in the scripts and parts in which people of the region
//! bear them: given, father's, grandfather's, family and mother's name.
//!
//! Never "first" and "last": a name that is forced into two fields can no longer
//! be matched with the papers (code list 6.8 ○). All parts are optional, one is
//! needed. The first of a person's [`Names`] is the one the person prefers.
//!
//! Not here: finding the same person under two spellings (linkage).

use serde::{Deserialize, Serialize};
use unicode_normalization::char::is_combining_mark;

use crate::bounded_text;
use crate::language::{LanguageTag, Script};
use crate::value::ValueError;
use crate::wire::checked_when_read;

bounded_text! {
    /// One part of a name, as written on paper or as spoken; has a letter.
    NamePart, 100, also: has_a_letter
}

/// Refuses what is no name in any script: dots, digits, marks without a letter, a
/// line that only stretches letters (tatweel). Nobody could be found under it.
fn has_a_letter(text: &str) -> Result<(), ValueError> {
    const TATWEEL: char = '\u{0640}';
    // Arabic vowel signs count as alphabetic, but are written on letters only.
    let is_letter = |c: char| c.is_alphabetic() && c != TATWEEL && !is_combining_mark(c);
    if text.chars().any(is_letter) {
        return Ok(());
    }
    Err(ValueError::new(
        "NAME_WITHOUT_LETTER",
        "a part of a name has at least one letter; leave it out when it is not known",
    ))
}

/// A name in one script.
///
/// Raw material: only inside [`Names`] is it certain to hold at least one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct PersonName {
    /// The script in which the parts are written. Names mix scripts, so it is
    /// taken as stated and not compared with the letters.
    pub script: Script,
    /// The language of the name, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<LanguageTag>,
    /// Written over from another script rather than borne in this one.
    #[serde(default)]
    pub transliterated: bool,
    /// The person's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<NamePart>,
    /// The father's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub father: Option<NamePart>,
    /// The grandfather's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grandfather: Option<NamePart>,
    /// The name of the family, clan name or surname that the papers carry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<NamePart>,
    /// The mother's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mother: Option<NamePart>,
}

checked_when_read!(PersonName);

impl PersonName {
    /// A name without parts yet, in this script.
    pub const fn in_script(script: Script) -> Self {
        Self {
            script,
            language: None,
            transliterated: false,
            given: None,
            father: None,
            grandfather: None,
            family: None,
            mother: None,
        }
    }

    /// The parts that are there, in the order in which they are read out:
    /// given, father's, grandfather's, family name. The mother's name identifies
    /// a person on paper but is not spoken as a part of the name.
    pub fn spoken(&self) -> impl Iterator<Item = &NamePart> {
        [&self.given, &self.father, &self.grandfather, &self.family]
            .into_iter()
            .flatten()
    }

    /// The spoken parts joined by spaces, for a list or a form.
    pub fn full(&self) -> String {
        self.spoken()
            .map(NamePart::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn check(&self) -> Result<(), ValueError> {
        if self.spoken().chain(&self.mother).next().is_none() {
            return Err(ValueError::new(
                "NAME_EMPTY",
                "a name needs at least one of its parts",
            ));
        }
        Ok(())
    }

    fn checked(self) -> Result<Self, ValueError> {
        self.check().map(|()| self)
    }
}

/// All names of a person; the first is the one the person prefers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 8))]
pub struct Names(Vec<PersonName>);

impl Names {
    /// The most names that one person may have in the registry.
    pub const MAX: usize = 8;

    /// Takes one to eight names, the preferred one first.
    pub fn new(names: Vec<PersonName>) -> Result<Self, ValueError> {
        if names.is_empty() {
            return Err(ValueError::new(
                "NAME_MISSING",
                "a person needs at least one name",
            ));
        }
        if names.len() > Self::MAX {
            return Err(ValueError::new(
                "NAMES_TOO_MANY",
                "a person has at most 8 names",
            ));
        }
        names.iter().try_for_each(PersonName::check)?;
        Ok(Self(names))
    }

    /// The name the person prefers.
    pub fn preferred(&self) -> &PersonName {
        // INVARIANT: `new` refuses an empty list.
        &self.0[0]
    }

    /// Every name, the preferred one first.
    pub fn iter(&self) -> impl Iterator<Item = &PersonName> {
        self.0.iter()
    }

    /// The first name in this script, for papers and search.
    pub fn in_script(&self, script: Script) -> Option<&PersonName> {
        self.0.iter().find(|name| name.script == script)
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Vec::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(json: &str) -> Result<Names, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn the_parts_of_the_region_are_kept_apart_and_in_two_scripts() {
        let names = read(
            r#"[{"script":"Arab","language":"ar","given":"سلمى","father":"حسن","grandfather":"علي",
                 "family":"الخطيب","mother":"نور"},
                {"script":"Latn","transliterated":true,"given":"Salma","family":"al-Khatib"}]"#,
        )
        .unwrap();
        assert_eq!(names.preferred().full(), "سلمى حسن علي الخطيب");
        assert_eq!(
            names.in_script(Script::LATIN).unwrap().full(),
            "Salma al-Khatib"
        );
    }

    #[test]
    fn one_name_is_enough_and_none_is_not() {
        assert!(read(r#"[{"script":"Latn","given":"Suharto"}]"#).is_ok());
        assert!(read(r#"[{"script":"Latn","mother":"Nour"}]"#).is_ok());
        assert!(
            read(r#"[{"script":"Latn"}]"#)
                .unwrap_err()
                .contains("NAME_EMPTY")
        );
        assert!(read("[]").unwrap_err().contains("NAME_MISSING"));
        let nine = [r#"{"script":"Latn","given":"A"}"#; 9].join(",");
        assert!(
            read(&format!("[{nine}]"))
                .unwrap_err()
                .contains("NAMES_TOO_MANY")
        );
    }

    #[test]
    fn a_part_of_a_name_has_a_letter() {
        let code = |raw: &str| NamePart::parse(raw).unwrap_err().code;
        for raw in [".", "-", "123", "ـ", "ـــ", "\u{064E}", "\u{0301}", "?!"] {
            assert_eq!(code(raw), "NAME_WITHOUT_LETTER", "{raw}");
        }
        assert_eq!(code("\u{200B}\u{200B}"), "TEXT_INVISIBLE");
        assert_eq!(code("\u{200C}"), "TEXT_EMPTY");
        assert_eq!(code("\u{E0053}\u{E0061}"), "TEXT_INVISIBLE");
        assert_eq!(code(&format!("a{}", "\u{0323}".repeat(90))), "TEXT_MARKS");
        for raw in [
            "سلمى",
            "سـلـمى",
            "مُحَمَّد",
            "نه\u{200C}ورۆز",
            "Şêrko",
            "Îbrahîm-ê Çelê",
            "ܫܡܥܘܢ",
            "ܐܰܦ݂ܪܶܝܡ",
            "Omar 2",
            "O",
        ] {
            assert!(NamePart::parse(raw).is_ok(), "{raw}");
        }
    }

    #[test]
    fn a_first_and_a_last_name_are_no_fields() {
        let error = read(r#"[{"script":"Latn","first_name":"Ann"}]"#).unwrap_err();
        assert!(error.contains("unknown field"), "{error}");
        assert!(!error.contains("Ann"));
    }

    #[test]
    fn debugging_and_errors_never_show_a_name() {
        let names = read(r#"[{"script":"Latn","given":"Zenobia"}]"#).unwrap();
        assert!(!format!("{names:?}").contains("Zenobia"));
        let error = read(r#"[{"script":"Latn","given":"Zenobia\u0000"}]"#).unwrap_err();
        assert!(
            error.contains("TEXT_CONTROL_CHARACTER") && !error.contains("Zenobia"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn names_survive_the_journey(given in "[\\p{L} '-]{1,30}", family in proptest::option::of("[\\p{L}]{1,30}")) {
            let part = |raw: &str| NamePart::parse(raw).ok();
            let mut name = PersonName::in_script(Script::detect(&given));
            name.given = part(&given);
            name.family = family.as_deref().and_then(part);
            if let Ok(names) = Names::new(vec![name]) {
                let json = serde_json::to_string(&names).unwrap();
                prop_assert_eq!(read(&json).unwrap(), names);
            }
        }
    }
}
