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
/// control characters and of bounded length.
macro_rules! bounded_text {
    ($(#[$doc:meta])* $name:ident, $max:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        $crate::wire::text_on_the_wire!($name, chars: $max);

        impl $name {
            /// The longest accepted text, in characters.
            pub const MAX_CHARS: usize = $max;

            /// Parses a text; see [`bounded`]($crate::value::bounded) for what is refused.
            pub fn parse(raw: &str) -> Result<Self, $crate::value::ValueError> {
                $crate::value::bounded(raw, Self::MAX_CHARS).map(Self)
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

/// Trims, normalises (NFC) and checks a text of at most `max` characters.
///
/// Refused: empty text (`TEXT_EMPTY`), text that is too long (`TEXT_TOO_LONG`),
/// control characters (`TEXT_CONTROL_CHARACTER`) and bidirectional overrides,
/// which make a record read differently from what it holds (`TEXT_BIDI_OVERRIDE`).
/// Right-to-left text itself, joiners and direction marks are ordinary input.
pub fn bounded(raw: &str, max: usize) -> Result<String, ValueError> {
    use unicode_normalization::UnicodeNormalization as _;
    let text: String = raw.trim().nfc().collect();
    if text.is_empty() {
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
    if text
        .chars()
        .any(|c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
    {
        return Err(ValueError::new(
            "TEXT_BIDI_OVERRIDE",
            "the text holds an invisible character that changes its reading order",
        ));
    }
    Ok(text)
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
        ] {
            assert!(bounded(name, 200).is_ok(), "{name}");
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
