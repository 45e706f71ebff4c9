//! Passwords: argon2id with 46 MiB, one pass, one lane (ASVS 5.0 App. C), the
//! parameters stored with each hash.
//!
//! Hashing is bounded: only as many at a time as there are cores, so that a rush of
//! sign-ins cannot take the memory of the machine.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};
use std::sync::LazyLock;

/// The shortest password that a person may choose, in characters (ASVS 6.2.1
/// requires 8 and advises 15).
pub const SHORTEST: usize = 12;
/// The longest, in characters: room for a sentence, none for an attack on the hash.
pub const LONGEST: usize = 256;

/// Harder to guess than 10^8 tries, on a scale that counts common passwords, names,
/// dates, rows of keys and their usual changes.
const LEAST: zxcvbn::Score = zxcvbn::Score::Three;

/// Why a password was not accepted or could not be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error(
        "a password has {SHORTEST} to {LONGEST} characters; a sentence of several words is easy to keep in mind"
    )]
    Length,
    /// A common one, or near to the user's own name.
    #[error(
        "this password is easy to guess: it is a common one, a pattern, or made of the user's own name; a sentence of several words that only you would say is hard to guess"
    )]
    Guessable,
    /// The hash cannot be computed.
    #[error("the password could not be processed")]
    Hash,
}

fn argon2id() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(47_104, 1, 1, None).map_err(|_| PasswordError::Hash)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a new password; the result is a PHC string with salt and parameters. `own` are
/// words that guessers try first: the login name, the name of the user.
///
/// There are no rules on kinds of characters, which make passwords worse; a list of
/// common ones and their patterns decides (ASVS 5.0 6.2.4, 6.2.5 ◐).
pub fn hash_password(password: &SecretString, own: &[&str]) -> Result<String, PasswordError> {
    let length = password.expose_secret().chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        return Err(PasswordError::Length);
    }
    if zxcvbn::zxcvbn(password.expose_secret(), own).score() < LEAST {
        return Err(PasswordError::Guessable);
    }
    let hash = argon2id()?
        .hash_password(password.expose_secret().as_bytes())
        .map_err(|_| PasswordError::Hash)?;
    Ok(hash.to_string())
}

/// Whether a password is the one behind a hash. `None` stands for an unknown
/// user: the same work is done, so that the time tells nothing.
pub fn verify_password(password: &SecretString, hash: Option<&str>) -> bool {
    static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| {
        hash_password(
            &SecretString::from("nobody has this password".to_owned()),
            &[],
        )
        .ok()
    });
    let known = hash.is_some();
    let Some(hash) = hash.or(NOBODY.as_deref()) else {
        return false;
    };
    if password.expose_secret().chars().count() > LONGEST {
        return false;
    }
    let (Ok(hash), Ok(argon2id)) = (PasswordHash::new(hash), argon2id()) else {
        return false;
    };
    argon2id
        .verify_password(password.expose_secret().as_bytes(), &hash)
        .is_ok()
        && known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    #[test]
    fn only_the_right_password_of_a_known_user_is_accepted() {
        let hash = hash_password(&secret("ئەم ڕستەیە وشەی نهێنییە"), &[]).unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"),
            "{hash}"
        );
        assert!(verify_password(
            &secret("ئەم ڕستەیە وشەی نهێنییە"),
            Some(&hash)
        ));
        assert!(!verify_password(&secret("another sentence"), Some(&hash)));
        assert!(!verify_password(&secret("nobody has this password"), None));
    }

    #[test]
    fn a_short_password_is_refused() {
        let short = hash_password(&secret("short"), &[]);
        assert_eq!(short, Err(PasswordError::Length));
    }

    #[test]
    fn a_password_that_is_guessed_early_is_refused_however_long_it_is() {
        for guessable in [
            "password1234",
            "123456789012",
            "qwertyuiop[]",
            "iloveyouiloveyou",
            "aaaaaaaaaaaaaaaa",
            "P@ssw0rd1234",
        ] {
            let refused = hash_password(&secret(guessable), &[]);
            assert_eq!(refused, Err(PasswordError::Guessable), "{guessable}");
        }
        let own = ["salma.nouri", "Salma al-Nouri"];
        let refused = hash_password(&secret("salma.nouri1"), &own);
        assert_eq!(refused, Err(PasswordError::Guessable));
        for good in ["kuda-ziru-femi-hali-zune", "دارستان و باران و نان"] {
            assert!(hash_password(&secret(good), &own).is_ok(), "{good}");
        }
    }
}
