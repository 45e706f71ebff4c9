//! What commands say: results to standard output, failures to standard error.

use std::io::Write as _;
use std::process::ExitCode;

/// Why a command ended without doing its work.
#[derive(Debug)]
pub enum Failure {
    /// The input was refused; exit code 2.
    Refused(String),
    /// It could not be done; exit code 1.
    Failed(String),
}

impl Failure {
    /// Says so, and gives the exit code.
    pub fn report(self) -> ExitCode {
        let (text, code) = match self {
            Self::Refused(text) => (text, 2),
            Self::Failed(text) => (text, 1),
        };
        // Nothing is left to be done when even this cannot be written.
        let _ = writeln!(std::io::stderr(), "sanad: {text}");
        ExitCode::from(code)
    }
}

impl From<sanad_store::StoreError> for Failure {
    fn from(error: sanad_store::StoreError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Writes a line to standard output. A reader that went away (`| head`) is no fault.
pub(super) fn say(line: impl std::fmt::Display) -> Result<(), Failure> {
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
