//! The pepper: a secret outside the database that goes into every password hash, so
//! that a stolen database cannot be guessed at without it (argon2's own secret input,
//! RFC 9106 §3.1 ✔; ASVS 5.0 11.4.2 ◐).
//!
//! Each hash names the pepper it was made with by a short id, so that a missing one is
//! said at start and not found out by people who cannot sign in. The secret of a second
//! factor needs it as well (`second_factor`). Not here: hashing (`password`).

use super::secret_file::{self, SecretFileError};
use secrecy::{ExposeSecret as _, SecretBox};
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// The shortest file: 32 random bytes, or as many characters that were made of them.
const SHORTEST: usize = 32;

/// A pepper.
pub struct Pepper {
    id: [u8; 6],
    key: SecretBox<[u8; 32]>,
}

/// Why a pepper cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PepperError {
    /// Its file.
    #[error("--pepper-file: {0}")]
    File(#[from] SecretFileError),
    /// Too little in it.
    #[error(
        "--pepper-file: a pepper has at least {SHORTEST} characters that nobody thought up: `head -c 32 /dev/urandom | base64`"
    )]
    Short,
}

impl Pepper {
    /// The pepper in a file; white space around it is not part of it.
    pub fn read(path: &Path) -> Result<Self, PepperError> {
        Self::of(&secret_file::read(path)?)
    }

    /// The pepper of these bytes.
    pub fn of(bytes: &[u8]) -> Result<Self, PepperError> {
        let bytes = bytes.trim_ascii();
        if bytes.len() < SHORTEST {
            return Err(PepperError::Short);
        }
        let digest = |what: &[u8]| -> [u8; 32] {
            let hash = Sha256::new().chain_update(what).chain_update(bytes);
            hash.finalize().into()
        };
        let mut id = [0; 6];
        for (to, from) in id.iter_mut().zip(digest(b"sanad pepper id")) {
            *to = from;
        }
        Ok(Self {
            id,
            key: SecretBox::new(Box::new(digest(b"sanad pepper"))),
        })
    }

    /// Which one it is; says nothing about it.
    pub(super) fn id(&self) -> &[u8] {
        &self.id
    }

    /// The secret itself.
    pub(super) fn key(&self) -> &[u8] {
        self.key.expose_secret()
    }
}
