//! Parse, don't validate: how a raw value becomes a value of the domain, and
//! what is said when it does not.
//!
//! Not here: refusals of a command that is well formed but against a rule
//! (see `case::refusal`).

/// Why a raw value was not accepted.
///
/// The text never repeats the value: it may be a name or a birth date, and
/// error texts end up in logs and screenshots.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text} ({code})")]
pub struct ValueError {
    /// Stable code in upper case, for programs.
    pub code: &'static str,
    /// What is wrong and what would be right, for people.
    pub text: String,
}

impl ValueError {
    /// A value error with a stable `code` and a `text` for people.
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }
}

/// Splits the display form of a [`ValueError`] that travelled through another
/// error type (serde keeps only the text) back into text and code.
pub fn split_code(message: &str) -> (&str, Option<&str>) {
    let Some(open) = message.rfind(" (") else {
        return (message, None);
    };
    let rest = &message[open + 2..];
    let Some(close) = rest.find(')') else {
        return (message, None);
    };
    let code = &rest[..close];
    let is_code = code.len() > 3
        && code
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if is_code {
        (&message[..open], Some(code))
    } else {
        (message, None)
    }
}

/// Declares a text value that is trimmed, in Unicode normal form C, free of
/// control characters and of bounded length; `also` is a function that refuses more.
macro_rules! bounded_text {
    ($(#[$doc:meta])* $name:ident, $max:expr $(, also: $also:ident)?) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        $crate::wire::text_on_the_wire!($name, chars: $max);

        impl $name {
            /// The longest accepted text, in characters.
            pub const MAX_CHARS: usize = $max;

            /// Parses a text; see [`bounded`]($crate::value::bounded) for what is refused.
            pub fn parse(raw: &str) -> Result<Self, $crate::value::ValueError> {
                let text = $crate::value::bounded(raw, Self::MAX_CHARS)?;
                $($also(&text)?;)?
                Ok(Self(text))
            }

            /// The text as stored.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::value::ValueError;
            fn try_from(raw: String) -> Result<Self, Self::Error> {
                Self::parse(&raw)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }

        // Personal text must not reach a log through `{:?}`.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "(…)"))
            }
        }
    };
}
pub(crate) use bounded_text;

/// Whether a character that nobody sees changes the order in which those around it are
/// read: a text then reads differently from what it holds.
pub fn reorders(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Marks in a row on one letter, at most. Pointed Arabic and Syriac need three.
const MARKS_AT_MOST: usize = 4;

/// Trims, normalises (NFC) and checks a text of at most `max` characters.
///
/// Refused: empty text (`TEXT_EMPTY`), text that is too long (`TEXT_TOO_LONG`),
/// control characters (`TEXT_CONTROL_CHARACTER`), bidirectional overrides,
/// which make a record read differently from what it holds (`TEXT_BIDI_OVERRIDE`),
/// characters that nobody sees, so that two texts look the same and are not
/// (`TEXT_INVISIBLE`), and marks piled up on a letter, which cover the lines around
/// it (`TEXT_MARKS`). Right-to-left text itself, joiners and direction marks are
/// ordinary input, but are no text by themselves.
pub fn bounded(raw: &str, max: usize) -> Result<String, ValueError> {
    use unicode_normalization::UnicodeNormalization as _;
    let text: String = raw.trim().nfc().collect();
    if text.chars().all(|c| c.is_whitespace() || shapes_only(c)) {
        return Err(ValueError::new(
            "TEXT_EMPTY",
            "a text is needed here; leave the field out when it is not known",
        ));
    }
    if text.chars().count() > max {
        return Err(ValueError::new(
            "TEXT_TOO_LONG",
            format!("the text is longer than {max} characters"),
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(ValueError::new(
            "TEXT_CONTROL_CHARACTER",
            "the text holds a control character, such as a line break or a tab",
        ));
    }
    if text.chars().any(reorders) {
        return Err(ValueError::new(
            "TEXT_BIDI_OVERRIDE",
            "the text holds an invisible character that changes its reading order",
        ));
    }
    if text.chars().any(is_invisible) {
        return Err(ValueError::new(
            "TEXT_INVISIBLE",
            "the text holds a character that cannot be seen, as texts copied from web pages do; type it anew",
        ));
    }
    if marks_in_a_row(&text) > MARKS_AT_MOST {
        return Err(ValueError::new(
            "TEXT_MARKS",
            format!("a letter has more than {MARKS_AT_MOST} marks above or below it"),
        ));
    }
    Ok(text)
}

/// Joiners and direction marks: without them Persian, Kurdish and mixed texts are not
/// written right, but nothing of them is seen.
const fn shapes_only(c: char) -> bool {
    matches!(c, '\u{200C}'..='\u{200F}' | '\u{061C}')
}

/// Format characters, fillers and tags that leave no trace on screen or paper, except
/// those that [`shapes_only`] lets pass.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206A}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// The longest run of marks that pile up on one letter. Joiners between them do not
/// spread them out.
fn marks_in_a_row(text: &str) -> usize {
    use unicode_normalization::char::canonical_combining_class;
    let (mut longest, mut run) = (0, 0);
    for c in text.chars().filter(|c| !shapes_only(*c)) {
        run = if canonical_combining_class(c) == 0 {
            0
        } else {
            run + 1
        };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arabic_and_kurdish_names_are_ordinary_input() {
        for name in [
            "محمد عبد الرحمن",
            "ئاڤان",
            "Şêrko",
            "ܫܡܥܘܢ",
            "نور\u{200C}الدین",
            // With harakat, also three on one letter.
            "مُحَمَّدٌ بْنُ عَبْدِ ٱللّٰهِ",
            // Sorani with a joiner that keeps two letters apart, Kurmanji, pointed Syriac.
            "نه\u{200C}ورۆز",
            "Çîçek Xalîdê Îsmaîl",
            "ܡܳܪܝ ܐܰܦ݂ܪܶܝܡ",
            "\u{200F}سلمى (Salma)\u{200E}",
        ] {
            assert!(bounded(name, 200).is_ok(), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_refused() {
        for hidden in [
            '\u{00AD}',
            '\u{180E}',
            '\u{200B}',
            '\u{2060}',
            '\u{2064}',
            '\u{3164}',
            '\u{FEFF}',
            '\u{E0041}',
            '\u{E007F}',
        ] {
            for text in [format!("Sal{hidden}ma"), hidden.to_string().repeat(3)] {
                let code = bounded(&text, 200).unwrap_err().code;
                assert_eq!(code, "TEXT_INVISIBLE", "U+{:04X}", u32::from(hidden));
            }
        }
        assert_eq!(
            bounded("\u{200C}\u{200D}\u{200E} \u{200F}", 9)
                .unwrap_err()
                .code,
            "TEXT_EMPTY"
        );
    }

    #[test]
    fn marks_do_not_pile_up() {
        // A letter that has no composed form, so that every mark stays a mark.
        for mark in ["\u{0323}", "\u{064E}", "\u{0670}", "\u{06D6}", "\u{0730}"] {
            let with = |count: usize| format!("ܒ{}ܒ", mark.repeat(count));
            assert!(bounded(&with(4), 200).is_ok());
            assert_eq!(bounded(&with(5), 200).unwrap_err().code, "TEXT_MARKS");
            assert_eq!(bounded(&with(90), 200).unwrap_err().code, "TEXT_MARKS");
            let joined = format!("ܒ{}", format!("{mark}\u{200D}").repeat(5));
            assert_eq!(bounded(&joined, 200).unwrap_err().code, "TEXT_MARKS");
        }
    }

    #[test]
    fn hostile_text_is_refused_with_a_code() {
        assert_eq!(bounded("  ", 9).unwrap_err().code, "TEXT_EMPTY");
        assert_eq!(
            bounded("a\u{0}b", 9).unwrap_err().code,
            "TEXT_CONTROL_CHARACTER"
        );
        assert_eq!(
            bounded("a\u{202E}b", 9).unwrap_err().code,
            "TEXT_BIDI_OVERRIDE"
        );
        assert_eq!(bounded("aaaaaaaaaa", 9).unwrap_err().code, "TEXT_TOO_LONG");
    }

    #[test]
    fn a_code_survives_another_error_type() {
        let error = ValueError::new("TEXT_EMPTY", "a text is needed");
        assert_eq!(
            split_code(&error.to_string()),
            ("a text is needed", Some("TEXT_EMPTY"))
        );
        assert_eq!(
            split_code("missing field (see docs)"),
            ("missing field (see docs)", None)
        );
    }
}
