//! Why a command was not carried out: it was malformed in a way that only the
//! state could show ([`Refusal::Invalid`]), or well formed and against a rule
//! ([`Refusal::Missing`], which names every precondition that is not met).
//!
//! Not here: values that cannot be parsed (`value`), who may act (`access`).

use crate::value::ValueError;

/// Why a command was not carried out. Nothing was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A field of the command cannot be right.
    Invalid {
        /// JSON pointer (RFC 6901) to the field, within the command.
        pointer: String,
        /// What is wrong.
        error: ValueError,
    },
    /// Preconditions are missing; all of them are named.
    Missing(Vec<Precondition>),
    /// The permit is for another action: a fault of the program, not of the caller.
    WrongPermit,
}

/// One precondition that is not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Precondition {
    /// Stable code in upper case, for programs.
    pub code: &'static str,
    /// What is missing and how to mend it, for people. Holds no personal data.
    pub text: String,
    /// Pointer to a field of the command, or empty.
    pub pointer: String,
}

impl Precondition {
    /// A missing precondition.
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
            pointer: String::new(),
        }
    }

    /// The same, for a field of the command.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = pointer.into();
        self
    }
}

impl Refusal {
    /// A field that cannot be right.
    pub fn invalid(
        pointer: impl Into<String>,
        code: &'static str,
        text: impl Into<String>,
    ) -> Self {
        Self::Invalid {
            pointer: pointer.into(),
            error: ValueError::new(code, text),
        }
    }

    /// One missing precondition.
    pub fn missing(code: &'static str, text: impl Into<String>) -> Self {
        Self::Missing(vec![Precondition::new(code, text)])
    }

    /// `Ok` when nothing is missing.
    pub fn unless_empty(missing: Vec<Precondition>) -> Result<(), Self> {
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Self::Missing(missing))
        }
    }

    /// The first stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { error, .. } => error.code,
            Self::Missing(missing) => missing.first().map_or("REFUSED", |first| first.code),
            Self::WrongPermit => "WRONG_PERMIT",
        }
    }

    /// Every stable code, for tests and logs.
    pub fn codes(&self) -> Vec<&'static str> {
        match self {
            Self::Missing(missing) => missing.iter().map(|one| one.code).collect(),
            _ => vec![self.code()],
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Invalid { pointer, error } => write!(f, "{pointer}: {error}"),
            Self::Missing(missing) => {
                for (i, one) in missing.iter().enumerate() {
                    let separator = if i == 0 { "" } else { "; " };
                    write!(f, "{separator}{} ({})", one.text, one.code)?;
                }
                Ok(())
            }
            Self::WrongPermit => f.write_str("the permit is for another action (WRONG_PERMIT)"),
        }
    }
}

impl std::error::Error for Refusal {}
