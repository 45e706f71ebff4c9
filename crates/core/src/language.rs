//! In which language and in which script a text is written.
//!
//! Languages are named by BCP 47 tags and may be any; scripts by the four
//! letters of ISO 15924, from the list under `reference/codes/` (code list 6.8 ○).
//!
//! Not here: people's names themselves ([`person::name`](crate::person::name)).

use std::fmt;

use crate::reference::ListId;
use crate::value::ValueError;
use crate::wire::text_on_the_wire;

/// A BCP 47 language tag: language, optional script, optional region, as in
/// `ar`, `kmr-Latn` or `pt-BR`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageTag(String);

text_on_the_wire!(
    LanguageTag, chars: 11,
    pattern: "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$",
    example: "kmr-Latn"
);

impl LanguageTag {
    /// Parses a tag in any letter case and keeps it in the usual one.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let wrong = || {
            ValueError::new(
                "LANGUAGE_TAG",
                "a language is written as a tag such as `ar`, `ckb` or `kmr-Latn`",
            )
        };
        let mut parts = raw.split('-').peekable();
        let alphabetic = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let language = parts
            .next()
            .filter(|part| matches!(part.len(), 2 | 3) && alphabetic(part))
            .ok_or_else(wrong)?;
        let mut tag = language.to_ascii_lowercase();
        if let Some(script) = parts.next_if(|part| part.len() == 4 && alphabetic(part)) {
            tag.push('-');
            tag.push_str(&title_case(script));
        }
        let is_region = |part: &&str| match part.len() {
            2 => alphabetic(part),
            3 => part.bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        };
        if let Some(region) = parts.next_if(is_region) {
            tag.push('-');
            tag.push_str(&region.to_ascii_uppercase());
        }
        if parts.next().is_some() {
            Err(wrong())
        } else {
            Ok(Self(tag))
        }
    }

    /// The tag, as in `kmr-Latn`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language alone, as in `kmr`.
    pub fn language(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A script by the four letters of ISO 15924, as in `Arab` or `Latn`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Script(&'static str);

text_on_the_wire!(Script, chars: 4, pattern: "^[A-Z][a-z]{3}$", example: "Arab");

impl Script {
    /// The Latin script.
    pub const LATIN: Self = Self("Latn");
    /// The Arabic script, in which Persian, Sorani and others are written too.
    pub const ARABIC: Self = Self("Arab");
    /// A script that has no code, or a text that holds no letters.
    pub const UNCODED: Self = Self("Zzzz");

    /// Parses the four letters in any letter case; the script must be in the list.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        ListId::Scripts.list().find(&title_case(raw)).map(|entry| Self(&entry.code)).ok_or_else(
            || {
                ValueError::new(
                    "SCRIPT_UNKNOWN",
                    "a script is written with its four letters of ISO 15924, such as `Arab` or `Latn`, and must be in the list of scripts",
                )
            },
        )
    }

    /// The four letters.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// The script of the first letter that has one, for imports that do not say.
    ///
    /// By blocks of Unicode: enough to tell apart the scripts that people's
    /// names come in here. Names mix scripts, so a claim is never refused for it.
    pub fn detect(text: &str) -> Self {
        text.chars().find_map(script_of).map_or(Self::UNCODED, Self)
    }
}

fn script_of(letter: char) -> Option<&'static str> {
    if !letter.is_alphabetic() {
        return None;
    }
    match u32::from(letter) {
        0x0041..=0x024F | 0x1E00..=0x1EFF => Some("Latn"),
        0x0370..=0x03FF | 0x1F00..=0x1FFF => Some("Grek"),
        0x0400..=0x052F => Some("Cyrl"),
        0x0531..=0x058F => Some("Armn"),
        0x0591..=0x05F4 | 0xFB1D..=0xFB4F => Some("Hebr"),
        0x0600..=0x06FF | 0x0750..=0x077F | 0x08A0..=0x08FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC => {
            Some("Arab")
        }
        0x0700..=0x074F | 0x0860..=0x086F => Some("Syrc"),
        0x0780..=0x07BF => Some("Thaa"),
        0x0840..=0x085F => Some("Mand"),
        0x0900..=0x097F => Some("Deva"),
        0x0980..=0x09FF => Some("Beng"),
        0x0E00..=0x0E7F => Some("Thai"),
        0x1000..=0x109F => Some("Mymr"),
        0x10A0..=0x10FF | 0x1C90..=0x1CBF => Some("Geor"),
        0x1200..=0x139F | 0x2D80..=0x2DDF => Some("Ethi"),
        0x2D30..=0x2D7F => Some("Tfng"),
        0x3040..=0x30FF => Some("Jpan"),
        0x3400..=0x4DBF | 0x4E00..=0x9FFF => Some("Hani"),
        0xAC00..=0xD7AF => Some("Hang"),
        0x10D00..=0x10D3F => Some("Rohg"),
        0x10E80..=0x10EBF => Some("Yezi"),
        _ => None,
    }
}

fn title_case(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let mut letters = lower.chars();
    letters.next().map_or_else(String::new, |first| {
        std::iter::once(first.to_ascii_uppercase())
            .chain(letters)
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn languages_of_the_region_have_tags_in_one_letter_case() {
        for (raw, tag) in [
            ("ar", "ar"),
            ("CKB", "ckb"),
            ("kmr-latn", "kmr-Latn"),
            ("ar-arab-sy", "ar-Arab-SY"),
        ] {
            assert_eq!(LanguageTag::parse(raw).unwrap().as_str(), tag);
        }
        assert_eq!(LanguageTag::parse("kmr-Latn").unwrap().language(), "kmr");
    }

    #[test]
    fn a_tag_of_another_form_is_refused() {
        for raw in [
            "",
            "a",
            "arabic",
            "ar_SY",
            "ar-",
            "-ar",
            "ar-SY-Arab",
            "ar-x-y",
            "عر",
        ] {
            assert_eq!(
                LanguageTag::parse(raw).unwrap_err().code,
                "LANGUAGE_TAG",
                "{raw}"
            );
        }
    }

    #[test]
    fn a_script_is_one_of_the_list() {
        assert_eq!(Script::parse("ARAB"), Ok(Script::ARABIC));
        assert_eq!(Script::parse("Arabic").unwrap_err().code, "SCRIPT_UNKNOWN");
        assert_eq!(Script::parse("Qaaa").unwrap_err().code, "SCRIPT_UNKNOWN");
    }

    #[test]
    fn the_script_of_a_name_is_recognised() {
        for (text, script) in [
            ("محمد", "Arab"),
            ("ئاڤان", "Arab"),
            ("  Şêrko", "Latn"),
            ("ܫܡܥܘܢ", "Syrc"),
            ("Արամ", "Armn"),
            ("Олена", "Cyrl"),
            ("ተስፋዬ", "Ethi"),
            ("12-3", "Zzzz"),
        ] {
            assert_eq!(Script::detect(text).as_str(), script);
        }
    }

    #[test]
    fn every_script_that_can_be_recognised_is_in_the_list() {
        for letter in (0..=0x0001_FFFF).filter_map(char::from_u32) {
            if let Some(code) = script_of(letter) {
                assert!(Script::parse(code).is_ok(), "{code}");
            }
        }
        for script in [Script::LATIN, Script::ARABIC, Script::UNCODED] {
            assert_eq!(Script::parse(script.as_str()), Ok(script));
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_a_tag_reads_back(raw in "\\PC{0,12}|[A-Za-z]{2,3}(-[A-Za-z]{4})?(-[A-Za-z]{2})?") {
            let _ = Script::parse(&raw);
            let _ = Script::detect(&raw);
            if let Ok(tag) = LanguageTag::parse(&raw) {
                prop_assert_eq!(LanguageTag::parse(tag.as_str()).unwrap(), tag);
            }
        }
    }
}
