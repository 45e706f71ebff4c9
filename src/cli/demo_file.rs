//! `demo.json`: what a running demo tells scripts, and how a demo in a named
//! folder is found again.

use super::output::Failure;
use crate::synthetic::Seat;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::Path;

/// The name of the file in the demo's folder.
pub(super) const NAME: &str = "demo.json";

/// A demo.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoFile {
    /// Where it answers.
    pub(super) address: String,
    /// Its users.
    pub(super) users: Vec<Account>,
    /// The organisation of the first office, which keeps the three cases.
    pub(super) organisation: String,
    /// Its name.
    pub(super) organisation_name: String,
    /// Ids of the three cases of the tour.
    pub(super) cases: Cases,
}

/// The three cases of the tour, by id.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cases {
    pub(super) compliant: String,
    pub(super) undetermined: String,
    pub(super) not_compliant: String,
}

/// A user with their password: of invented staff only.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Account {
    pub(super) login: String,
    pub(super) password: String,
    pub(super) roles: Vec<String>,
}

impl Account {
    /// A user of a synthetic registry.
    pub(super) fn of(seat: &Seat, password: &SecretString) -> Self {
        Self {
            login: seat.login.to_owned(),
            password: password.expose_secret().to_owned(),
            roles: vec![seat.role.as_str().to_owned()],
        }
    }
}

// Passwords stay out of logs even here.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({}, …)", self.login)
    }
}

impl DemoFile {
    /// The demo of a folder, if it holds one.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, Failure> {
        let path = folder.join(NAME);
        let text = match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        serde_json::from_slice(&text).map(Some).map_err(|_| {
            Failure::Refused(format!(
                "{}: this is not the file of a demo; name another folder",
                path.display()
            ))
        })
    }

    /// Writes it, readable by this user alone.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Failure> {
        let json =
            serde_json::to_vec_pretty(self).map_err(|error| Failure::Failed(error.to_string()))?;
        write_private(&folder.join(NAME), &json)
    }

    /// The user of a login.
    pub(super) fn user(&self, login: &str) -> Option<&Account> {
        self.users.iter().find(|user| user.login == login)
    }
}

/// Writes a file that this user alone may read, all of it or nothing: whoever waits
/// for the file never sees half of it.
pub(super) fn write_private(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let in_path = |error: std::io::Error| Failure::Failed(format!("{}: {error}", path.display()));
    let unfinished = path.with_extension("unfinished");
    // One left behind by a run that was killed would keep its own permissions.
    match std::fs::remove_file(&unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(in_path(error)),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished).map_err(in_path)?;
    file.write_all(content).map_err(in_path)?;
    file.sync_all().map_err(in_path)?;
    std::fs::rename(&unfinished, path).map_err(in_path)
}
