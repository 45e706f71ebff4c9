//! Case numbers: short enough to read over a bad line, and without meaning.
//!
//! Twelve characters of Crockford's base 32 in three groups, the last one a check
//! character (Luhn mod 32, which finds every single wrong character). They hold
//! no place, date or initials (DP-29 –): eleven characters are random.

use crate::value::ValueError;
use serde::{Deserialize, Serialize};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A case number, such as `7K3M-9QXT-2B4D`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, example = "7K3M-9QXT-2B4E", pattern = "^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$"))]
#[serde(try_from = "String", into = "String")]
pub struct CaseNumber(String);

impl CaseNumber {
    /// Makes a number from 64 random bits, of which 55 are used.
    pub fn from_random(bits: u64) -> Self {
        let mut digits: Vec<usize> = (0..11).map(|i| ((bits >> (5 * i)) & 31) as usize).collect();
        digits.push(check_digit(&digits));
        let mut text = String::with_capacity(14);
        for (i, digit) in digits.into_iter().enumerate() {
            if i == 4 || i == 8 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[digit]));
        }
        Self(text)
    }

    /// Parses a number as people type it: lower case, without hyphens, `O` for
    /// zero, `I` or `L` for one.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let wrong = || {
            ValueError::new(
                "CASE_NUMBER_WRONG",
                "this is not a case number; it has three groups of four letters and digits, and the last one checks the others",
            )
        };
        let mut digits = Vec::with_capacity(12);
        for c in raw.chars().filter(|c| !matches!(c, '-' | ' ')) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let place = ALPHABET.iter().position(|&known| char::from(known) == c);
            digits.push(place.ok_or_else(wrong)?);
        }
        match digits.as_slice() {
            [body @ .., check] if body.len() == 11 && check_digit(body) == *check => {
                let bits = body
                    .iter()
                    .rev()
                    .fold(0_u64, |bits, &digit| (bits << 5) | digit as u64);
                Ok(Self::from_random(bits))
            }
            _ => Err(wrong()),
        }
    }

    /// The number as printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CaseNumber {
    type Error = ValueError;
    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

impl From<CaseNumber> for String {
    fn from(number: CaseNumber) -> Self {
        number.0
    }
}

impl std::fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn check_digit(body: &[usize]) -> usize {
    let mut sum = 0;
    for (i, &digit) in body.iter().rev().enumerate() {
        let weighted = digit * if i % 2 == 0 { 2 } else { 1 };
        sum += weighted / 32 + weighted % 32;
    }
    (32 - sum % 32) % 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_is_read_back_as_people_type_it(bits: u64) {
            let number = CaseNumber::from_random(bits);
            let typed = number.as_str().to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            prop_assert_eq!(CaseNumber::parse(&typed).unwrap(), number);
        }

        #[test]
        fn one_wrong_character_is_found(bits: u64, at in 0_usize..12, shift in 1_usize..32) {
            let number = CaseNumber::from_random(bits);
            let mut digits: Vec<u8> = number.as_str().bytes().filter(|&b| b != b'-').collect();
            let old = ALPHABET.iter().position(|&b| b == digits[at]).unwrap();
            digits[at] = ALPHABET[(old + shift) % 32];
            let text = String::from_utf8(digits).unwrap();
            prop_assert!(CaseNumber::parse(&text).is_err());
        }
    }
}
