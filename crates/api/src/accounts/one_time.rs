//! Passwords that the program makes up: easy to read out, hard to guess, and good for one
//! sign-in that sets another (ASVS 5.0 6.4.1, 6.4.6 ✔: nobody else knows a lasting one).
//!
//! Not here: passwords that people choose (`password`).

use crate::clock;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

/// For how long a password that was handed out waits for its user: over a weekend.
const WAITS: SignedDuration = SignedDuration::from_hours(72);

/// Sixteen consonants and four vowels, none that is mistaken for another: six bits
/// of chance in each pair.
const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: &[u8; 4] = b"aeiu";
/// Pairs of letters: 60 bits, which argon2id makes costly to try.
const PAIRS: usize = 10;

/// Until when a password that is handed out now may be used.
pub fn until() -> Timestamp {
    clock::now() + WAITS
}

/// A password such as `kuda-ziru-femi-hali-zune`.
pub fn readable() -> Result<SecretString, clock::NoEntropy> {
    Ok(SecretString::from(spell(&clock::entropy()?)))
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
