//! Free text: rare, short, for a stated purpose, and looked through for words
//! that point to what must not be collected (DP-08 –).
//!
//! The words stand in `reference/sensitive-terms.toml`, and an office adds its
//! own. A hit is a warning, not proof: the writer rewords the text or says why
//! it must be kept.
//!
//! Not here: the report of texts that were kept.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::bounded_text;
use crate::value::ValueError;
use crate::wire::coded_enum;

coded_enum! {
    /// For what a text is written.
    NotePurpose, refused as "NOTE_PURPOSE_UNKNOWN_CODE";
    /// Why something was decided or changed.
    Reason = "reason",
    /// What staff must prepare for an interview or a visit.
    Arrangements = "arrangements",
    /// What an item of evidence shows.
    Evidence = "evidence",
    /// What is to be done next.
    FollowUp = "follow_up",
}

bounded_text! {
    /// A text of at most 500 characters, in one paragraph.
    NoteText, 500
}

/// A text with its purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// For what it is written.
    pub purpose: NotePurpose,
    /// The text.
    pub text: NoteText,
    /// Why it must be kept although it holds words of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_because: Option<NoteText>,
}

impl Note {
    /// Refuses a text that holds words of the list and does not say why it is kept.
    pub fn check(&self, terms: &Terms) -> Result<(), ValueError> {
        let hits = terms.screen(self.text.as_str());
        if hits.is_empty() || self.kept_because.is_some() {
            return Ok(());
        }
        let mut subjects: Vec<_> = hits.iter().map(|hit| hit.subject.code()).collect();
        subjects.sort_unstable();
        subjects.dedup();
        Err(ValueError::new(
            "SENSITIVE_TEXT",
            format!(
                "the text seems to speak of {}, which is not collected; reword it, or say in `kept_because` why it must stay",
                subjects.join(", ")
            ),
        ))
    }
}

coded_enum! {
    /// What must not be collected (DP-07 –).
    SensitiveSubject, refused as "SENSITIVE_SUBJECT_UNKNOWN_CODE";
    /// Ethnicity or race.
    Ethnicity = "ethnicity",
    /// Religion or sect.
    Religion = "religion",
    /// Tribe or clan.
    Tribe = "tribe",
    /// Political opinion or party.
    Opinion = "political_opinion",
    /// Having been with an armed actor.
    Affiliation = "armed_actor_affiliation",
    /// Sexual orientation.
    Orientation = "sexual_orientation",
    /// Membership of a union.
    Union = "union_membership",
    /// Accusation of a crime.
    Accusation = "criminal_allegation",
    /// Biometrics.
    Biometrics = "biometrics",
}

/// A list of words to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms(Vec<Term>);

/// A word or a few words, folded for comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    words: Vec<String>,
    /// The last word may go on: `militia*` finds `militiaman`.
    open: bool,
    subject: SensitiveSubject,
}

/// A place in a text that a word of the list matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermHit {
    /// What the word points to.
    pub subject: SensitiveSubject,
    /// Which word of the text it begins with, counted from 0.
    pub word: usize,
}

/// Why a list of words was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    /// The file is not of the form of a word list.
    #[error("the list of sensitive terms cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// A term holds no letter or digit.
    #[error("term {number} of the list of sensitive terms holds no word")]
    Empty {
        /// The number of the term, counted from 1.
        number: usize,
    },
}

impl Terms {
    /// The list as shipped, for an office to copy and extend.
    pub const SHIPPED: &'static str = include_str!("../../../../reference/sensitive-terms.toml");

    /// Reads a list in the form of `reference/sensitive-terms.toml`.
    pub fn load(text: &str) -> Result<Self, TermsError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(rename = "edition")]
            _edition: String,
            #[serde(rename = "source")]
            _source: String,
            #[serde(rename = "licence")]
            _licence: String,
            terms: Vec<Entry>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            subject: SensitiveSubject,
            #[serde(rename = "language")]
            _language: crate::language::LanguageTag,
            any_of: Vec<String>,
        }
        let file: File = toml::from_str(text)?;
        let mut terms = Vec::new();
        for entry in file.terms {
            for written in entry.any_of {
                let open = written.ends_with('*');
                let words = words_of(&written);
                if words.is_empty() {
                    return Err(TermsError::Empty {
                        number: terms.len() + 1,
                    });
                }
                terms.push(Term {
                    words,
                    open,
                    subject: entry.subject,
                });
            }
        }
        Ok(Self(terms))
    }

    /// Where in a text words of the list stand.
    pub fn screen(&self, text: &str) -> Vec<TermHit> {
        let words = words_of(text);
        let starts =
            (0..words.len()).filter_map(|start| words.get(start..).map(|rest| (start, rest)));
        starts
            .flat_map(|(word, rest)| {
                let here = self.0.iter().filter(|term| term.begins(rest));
                here.map(move |term| TermHit {
                    subject: term.subject,
                    word,
                })
            })
            .collect()
    }
}

impl Term {
    fn begins(&self, text: &[String]) -> bool {
        let Some(text) = text.get(..self.words.len()) else {
            return false;
        };
        let last = self.words.len() - 1;
        self.words
            .iter()
            .zip(text)
            .enumerate()
            .all(|(at, (wanted, found))| {
                let fits = |word: &str| {
                    if self.open && at == last {
                        word.starts_with(wanted.as_str())
                    } else {
                        word == wanted
                    }
                };
                fits(found) || without_prefix(found).is_some_and(fits)
            })
    }
}

/// Arabic writes "and", "with", "for" and "the" together with the next word.
fn without_prefix(word: &str) -> Option<&str> {
    ["وال", "بال", "فال", "كال", "لل", "ال", "و", "ب", "ل"]
        .iter()
        .find_map(|prefix| word.strip_prefix(prefix))
        .filter(|rest| rest.chars().count() >= 3)
}

/// The words of a text without case, vowel signs and spelling variants of the
/// same letter: a list need not hold each of them, and a name is known again.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    let plain = |c: char| match c {
        'ٱ' => 'ا',
        'ى' | 'ي' => 'ی',
        'ك' => 'ک',
        'ة' | 'ە' | 'ھ' => 'ه',
        other => other,
    };
    let is_sign = |c: &char| is_combining_mark(*c) || matches!(c, 'ـ' | '\u{200C}' | '\u{200D}');
    let bare: String = text
        .nfkd()
        .filter(|c| !is_sign(c))
        .map(plain)
        .flat_map(char::to_lowercase)
        .collect();
    bare.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn subjects(text: &str) -> Vec<SensitiveSubject> {
        let terms = Terms::load(Terms::SHIPPED).unwrap();
        terms
            .screen(text)
            .into_iter()
            .map(|hit| hit.subject)
            .collect()
    }

    #[test]
    fn having_been_with_somebody_is_found_in_three_languages() {
        for text in [
            "Neighbours say he was with them in 2014",
            "قالوا إنه كان مع المسلحين",
            "دەڵێن لەگەڵ چەکداران بوو",
            "Dibêjin ew bi çekdaran re bû",
        ] {
            assert!(
                subjects(text).contains(&SensitiveSubject::Affiliation),
                "{text}"
            );
        }
    }

    #[test]
    fn spelling_case_and_joined_words_do_not_hide_a_term() {
        for text in ["his RELIGION", "والطائفة", "الطّائِفة", "للطائفه"] {
            assert_eq!(subjects(text), [SensitiveSubject::Religion], "{text}");
        }
        assert_eq!(
            subjects("two militiamen came"),
            [SensitiveSubject::Affiliation]
        );
    }

    #[test]
    fn ordinary_texts_raise_nothing() {
        for text in [
            "Interpreter for Sorani, female, on Tuesday",
            "The roof was repaired; the well is dry",
            "تحتاج إلى كرسي متحرك وموعد صباحي",
            "ماڵەکە نۆژەن کرایەوە",
            "Dapîr nikare bimeşe",
        ] {
            assert_eq!(subjects(text), [], "{text}");
        }
    }

    #[test]
    fn a_sensitive_text_is_kept_only_with_a_reason() {
        let terms = Terms::load(Terms::SHIPPED).unwrap();
        let read = |json: &str| serde_json::from_str::<Note>(json).unwrap();
        let bare = read(r#"{"purpose":"reason","text":"he was with a militia"}"#);
        let error = bare.check(&terms).unwrap_err();
        assert_eq!(error.code, "SENSITIVE_TEXT");
        assert!(!error.text.contains("militia"), "{}", error.text);
        let kept = read(
            r#"{"purpose":"reason","text":"he was with a militia","kept_because":"threat told by the person"}"#,
        );
        assert_eq!(kept.check(&terms), Ok(()));
    }

    #[test]
    fn a_note_is_short() {
        assert!(NoteText::parse(&"a".repeat(500)).is_ok());
        assert_eq!(
            NoteText::parse(&"a".repeat(501)).unwrap_err().code,
            "TEXT_TOO_LONG"
        );
    }

    #[test]
    fn a_list_with_an_empty_term_or_an_unknown_subject_is_refused() {
        let list = |subject: &str, term: &str| {
            Terms::load(&format!(
                "edition='1'\nsource='own'\nlicence='free'\n[[terms]]\nsubject='{subject}'\nlanguage='en'\nany_of=['{term}']\n"
            ))
        };
        assert!(list("tribe", "clan").is_ok());
        assert!(matches!(
            list("tribe", " * "),
            Err(TermsError::Empty { number: 1 })
        ));
        assert!(matches!(list("weather", "rain"), Err(TermsError::Form(_))));
    }

    proptest! {
        #[test]
        fn screening_never_panics(text in "\\PC*") {
            let words = words_of(&text).len();
            let terms = Terms::load(Terms::SHIPPED).unwrap();
            prop_assert!(terms.screen(&text).iter().all(|hit| hit.word < words));
        }
    }
}
