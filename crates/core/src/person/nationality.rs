//! Countries by ISO 3166-1, and the nationality of a person.
//!
//! Not here: statelessness as a status with dates, see [`status`](super::status).

use std::fmt;

use crate::reference::{Code, ListId};
use crate::value::ValueError;
use crate::wire::text_on_the_wire;

/// A country by its three letters of ISO 3166-1, as in `SYR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode(&'static str);

text_on_the_wire!(CountryCode, chars: 3, pattern: "^[A-Z]{2,3}$", example: "SYR");

impl CountryCode {
    /// Parses three letters, or the two letters for the same country.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        ListId::Countries.list().find(raw).map(|entry| Self(&entry.code)).ok_or_else(|| {
            ValueError::new(
                "COUNTRY_UNKNOWN_CODE",
                "a country is written with its two or three capital letters of ISO 3166-1, such as `SYR`",
            )
        })
    }

    /// The three letters.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The entry of the country list, with its names.
    pub fn entry(self) -> Option<&'static Code> {
        ListId::Countries.list().find(self.0)
    }
}

/// The nationality of a person, where it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nationality {
    /// A national of this country.
    Of(CountryCode),
    /// Of no country.
    Stateless,
    /// Asked, and nobody can say.
    Unknown,
}

text_on_the_wire!(
    Nationality, chars: 9, pattern: "^([A-Z]{2,3}|stateless|unknown)$", example: "SYR"
);

impl Nationality {
    /// Parses a country code, `stateless` or `unknown`.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        match raw {
            "stateless" => Ok(Self::Stateless),
            "unknown" => Ok(Self::Unknown),
            _ => CountryCode::parse(raw).map(Self::Of).map_err(|_| {
                ValueError::new(
                    "NATIONALITY_UNKNOWN_CODE",
                    "a nationality is a country code of ISO 3166-1 such as `SYR`, `stateless` or `unknown`",
                )
            }),
        }
    }

    /// As written in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Of(country) => country.as_str(),
            Self::Stateless => "stateless",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Nationality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_letters_become_three() {
        assert_eq!(CountryCode::parse("IQ").unwrap().as_str(), "IRQ");
        assert_eq!(Nationality::parse("LB"), Nationality::parse("LBN"));
        assert_eq!(CountryCode::parse("XZ").unwrap().as_str(), "XXZ");
    }

    #[test]
    fn what_is_no_country_is_refused() {
        for raw in ["", "syr", "Syria", "ZZZ", "XX"] {
            assert_eq!(
                Nationality::parse(raw).unwrap_err().code,
                "NATIONALITY_UNKNOWN_CODE"
            );
        }
    }

    #[test]
    fn every_nationality_reads_back() {
        for raw in ["stateless", "unknown", "SYR"] {
            let json = serde_json::to_string(&Nationality::parse(raw).unwrap()).unwrap();
            assert_eq!(json, format!("\"{raw}\""));
        }
    }
}
