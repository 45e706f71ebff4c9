//! Why a facts file is refused, and where in it.
//!
//! The texts never repeat a value of the file: it could be a name that somebody
//! put there by mistake, and error texts end up in logs.
//!
//! Not here: four eyes (`SELF_ASSESSMENT`), which is a result, not a bad file.

use super::object::Object;
use serde::Deserialize;
use serde_path_to_error::{Path, Segment};
use std::fmt::Write as _;

/// Why a facts file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {text} ({code})", if pointer.is_empty() { "the file" } else { pointer.as_str() })]
pub struct FactsError {
    /// Place of the offending value as a JSON pointer; empty: the whole file.
    pub pointer: String,
    /// Stable code for programs.
    pub code: &'static str,
    /// What is wrong and what would be right, for people.
    pub text: String,
}

impl FactsError {
    /// A refusal of the value at `pointer`.
    pub(super) fn new(pointer: String, code: &'static str, text: impl Into<String>) -> Self {
        Self {
            pointer,
            code,
            text: text.into(),
        }
    }

    /// Another version of the format, or another format.
    pub(super) fn other_version() -> Self {
        let text = format!(
            "this version of the format is not known; expected `{}`",
            super::FORMAT
        );
        Self::new("/format".to_owned(), "FORMAT_UNKNOWN", text)
    }

    /// Something follows the JSON document.
    pub(super) fn after_the_end() -> Self {
        Self::new(
            String::new(),
            "JSON_INVALID",
            "there is more text after the end of the document",
        )
    }

    /// What the JSON reader refused, in words that repeat nothing of the file.
    pub(super) fn of_json(
        json: &[u8],
        refusal: &serde_path_to_error::Error<serde_json::Error>,
    ) -> Self {
        // A newer version would differ somewhere; its version is the better reason.
        if says_another_version(json) {
            return Self::other_version();
        }
        let mut pointer = pointer(refusal.path());
        let inner = refusal.inner();
        if !inner.is_data() {
            let text = format!(
                "this is not well-formed JSON: line {}, column {}",
                inner.line(),
                inner.column()
            );
            return Self::new(pointer, "JSON_INVALID", text);
        }
        let message = inner.to_string();
        let expected = expectation(&message);
        if let Some(field) = quoted_after(&message, "missing field ") {
            push(&mut pointer, field);
            Self::new(pointer, "FIELD_MISSING", "this field is needed")
        } else if message.starts_with("unknown field ") {
            Self::new(
                pointer,
                "FIELD_UNKNOWN",
                format!("the format has no such field{expected}"),
            )
        } else if message.starts_with("duplicate field ") {
            Self::new(pointer, "FIELD_TWICE", "this field is there twice")
        } else if message.starts_with("unknown variant ") {
            Self::new(
                pointer,
                "CODE_UNKNOWN",
                format!("this code is not known{expected}"),
            )
        } else {
            Self::new(
                pointer,
                "VALUE_INVALID",
                format!("the value has the wrong form{expected}"),
            )
        }
    }
}

fn says_another_version(json: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Head {
        format: String,
    }
    let head = serde_json::from_slice::<Object<Head>>(json);
    head.is_ok_and(|Object(head)| head.format != super::FORMAT)
}

/// The part of the reader's message that speaks of the format, not of the file.
fn expectation(message: &str) -> String {
    // INVARIANT: `, expected ` is followed by our own words only; the last one is
    // taken because the offending value before it could hold the same words.
    let Some((_, expected)) = message.rsplit_once(", expected ") else {
        return String::new();
    };
    let expected = expected
        .rsplit_once(" at line ")
        .map_or(expected, |(words, _)| words);
    format!("; expected {expected}")
}

fn quoted_after<'a>(message: &'a str, start: &str) -> Option<&'a str> {
    message
        .strip_prefix(start)?
        .strip_prefix('`')?
        .split('`')
        .next()
}

/// A path of the reader as a JSON pointer (RFC 6901).
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => {
                // Writing to a string cannot fail.
                let _ = write!(pointer, "/{index}");
            }
            Segment::Map { key } => push(&mut pointer, key),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

fn push(pointer: &mut String, key: &str) {
    pointer.push('/');
    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
}
