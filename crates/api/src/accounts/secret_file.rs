//! Files that hold a secret of the program: nobody but its own user may read them.
//!
//! Not here: what is in them (`pepper`, `keys`).

use std::fs;
use std::io;
use std::path::Path;

/// Why a secret could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// It is not there, or cannot be read.
    #[error("{0}: {1}")]
    Io(String, io::Error),
    /// Others may read it as well.
    #[error(
        "{0}: others than its owner may read or change this file; `chmod 600` it, and make a new secret if somebody else may have seen it"
    )]
    Open(String),
}

impl SecretFileError {
    fn io(path: &Path, error: io::Error) -> Self {
        Self::Io(path.display().to_string(), error)
    }
}

/// Reads a secret, unless others may read it as well.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, SecretFileError> {
    let of_path = |error| SecretFileError::io(path, error);
    let mut file = fs::File::open(path).map_err(of_path)?;
    if is_open_to_others(&file.metadata().map_err(of_path)?) {
        return Err(SecretFileError::Open(path.display().to_string()));
    }
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut file, &mut bytes).map_err(of_path)?;
    Ok(bytes)
}

#[cfg(unix)]
fn is_open_to_others(file: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.permissions().mode() & 0o077 != 0
}

/// Elsewhere files have no such bits; the guide says to keep the folder closed.
#[cfg(not(unix))]
fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}
