//! Files that hold a secret of the program: nobody but its own user may read them.
//!
//! Not here: what is in them (`pepper`, `keys`).

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Why a secret could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// It is not there, or cannot be read.
    #[error("{0}: {1}")]
    Io(String, io::Error),
    /// Others may read it as well.
    #[error(
        "{0}: others than its owner may read or change it; close it (`chmod 600` a file, `chmod 700` a folder), and make a new secret if somebody else may have seen it"
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

/// Writes a new secret for its owner alone; one that is there stays as it is. Whoever
/// reads the name finds all of it: it is written beside and then named.
pub(super) fn create(path: &Path, bytes: &[u8]) -> Result<(), SecretFileError> {
    let of_path = |error| SecretFileError::io(path, error);
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside).map_err(of_path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    let named = written.and_then(|()| fs::hard_link(&beside, path));
    fs::remove_file(&beside).map_err(of_path)?;
    named.map_err(of_path)
}

/// Makes a folder for its owner alone, where there is none.
pub(super) fn create_folder(path: &Path) -> Result<(), SecretFileError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let of_path = |error| SecretFileError::io(path, error);
    builder.create(path).map_err(of_path)
}

/// The names and contents of the secrets of a folder whose names end so; none when there
/// is no folder.
pub(super) fn read_all(
    folder: &Path,
    ending: &str,
) -> Result<Vec<(String, Vec<u8>)>, SecretFileError> {
    let of_folder = |error| SecretFileError::io(folder, error);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    if is_open_to_others(&fs::metadata(folder).map_err(of_folder)?) {
        return Err(SecretFileError::Open(folder.display().to_string()));
    }
    let mut secrets = Vec::new();
    for entry in fs::read_dir(folder).map_err(of_folder)? {
        let name = entry.map_err(of_folder)?.file_name();
        if let Some(name) = name.to_str().filter(|name| name.ends_with(ending)) {
            secrets.push((name.to_owned(), read(&folder.join(name))?));
        }
    }
    Ok(secrets)
}

/// Removes a secret.
pub(super) fn remove(path: &Path) -> Result<(), SecretFileError> {
    fs::remove_file(path).map_err(|error| SecretFileError::io(path, error))
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
