//! Passwords on the command line: how they are hashed, and those that the program makes
//! up, easy to read out and hard to guess.

use super::output::Failure;
use sanad_api::accounts::costs::Costs;
use sanad_api::accounts::password::Passwords;
use sanad_api::accounts::pepper::Pepper;
use sanad_api::clock;
use secrecy::SecretString;
use std::path::PathBuf;

/// How passwords are hashed.
#[derive(Debug, clap::Args)]
pub(super) struct PasswordArguments {
    /// What a password hash costs: memory in KiB, passes, lanes of argon2id.
    #[arg(
        long,
        value_name = "m=KIB,t=PASSES,p=LANES",
        env = "SANAD_ARGON2",
        default_value_t
    )]
    argon2: Costs,
    /// A secret kept outside the database, without which its password hashes are of no
    /// use; give earlier ones after the one of today.
    #[arg(
        long = "pepper-file",
        value_name = "FILE",
        env = "SANAD_PEPPER_FILE",
        value_delimiter = ','
    )]
    peppers: Vec<PathBuf>,
}

impl PasswordArguments {
    pub(super) fn passwords(&self) -> Result<Passwords, Failure> {
        let read = |path: &PathBuf| {
            Pepper::read(path).map_err(|error| Failure::Refused(error.to_string()))
        };
        let peppers = self.peppers.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Passwords::new(self.argon2, peppers))
    }
}

/// Sixteen consonants and four vowels, none that is mistaken for another: six bits
/// of chance in each pair.
const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: &[u8; 4] = b"aeiu";
/// Pairs of letters: 60 bits, which argon2id makes costly to try.
const PAIRS: usize = 10;

/// A password such as `kuda-ziru-femi-hali-zune`.
pub(super) fn readable_password() -> Result<SecretString, Failure> {
    let bits = clock::entropy().map_err(|error| Failure::Failed(error.to_string()))?;
    Ok(SecretString::from(spell(&bits)))
}

fn spell(bits: &[u8; 16]) -> String {
    let mut text = String::new();
    for (number, byte) in bits.iter().take(PAIRS).enumerate() {
        if number > 0 && number % 2 == 0 {
            text.push('-');
        }
        text.push(char::from(CONSONANTS[usize::from(byte & 15)]));
        text.push(char::from(VOWELS[usize::from(byte >> 4 & 3)]));
    }
    text
}

/// The hash that an account of invented people keeps of it.
pub(super) fn hash_of(password: &SecretString) -> Result<String, Failure> {
    Passwords::default()
        .hash(password, &[])
        .map_err(|error| Failure::Failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_password_is_long_and_uses_all_its_bits() {
        assert_eq!(spell(&[0; 16]), "baba-baba-baba-baba-baba");
        assert_eq!(spell(&[0x3f; 16]).len(), 24);
        let all: std::collections::BTreeSet<String> =
            (0..64).map(|byte| spell(&[byte; 16])).collect();
        assert_eq!(all.len(), 64);
    }
}
