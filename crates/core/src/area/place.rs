//! One place: its code, the edition of the list it stands in, its names.
//!
//! A code is an opaque text. Iraq's codes were renumbered between editions, so
//! that `IQG18` is one governorate in 2019 and `IQ-G18` another in 2014, and
//! Syrian communities (`C1007`) do not start with the code of their district.
//! Therefore a code never stands without its edition, and nothing is ever
//! derived by cutting characters off it (code list 6.7 ✔).
//!
//! Not here: which place lies in which (see [`PlaceTable`](super::PlaceTable)).

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::bounded_text;
use crate::language::LanguageTag;
use crate::value::ValueError;
use crate::wire::{checked_when_read, text_on_the_wire};

/// The deepest level below the country that a list of places may have.
pub const DEEPEST_LEVEL: u8 = 5;

/// Codes travel in URLs and file names, so they hold neither spaces nor `/`; `|`
/// is what separates them in a stored path.
fn place_code(raw: &str) -> Result<String, ValueError> {
    const MAX: usize = 32;
    if raw.is_empty() || raw.len() > MAX {
        return Err(ValueError::new(
            "PLACE_CODE_LENGTH",
            format!("a place code or edition has 1 to {MAX} characters"),
        ));
    }
    // It begins with a letter or digit, so that no spreadsheet takes it for a formula.
    let plain = raw.starts_with(|c: char| c.is_ascii_alphanumeric())
        && raw
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'/' | b'|'));
    if !plain {
        return Err(ValueError::new(
            "PLACE_CODE_CHARACTER",
            "a place code or edition begins with a letter a to z or a digit and holds only letters, digits and signs, without spaces, `/` or `|`",
        ));
    }
    Ok(raw.to_owned())
}

macro_rules! place_codes {
    ($($(#[$doc:meta])* $name:ident, $example:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Parses a code exactly as the list has it: nothing is trimmed or folded.
            pub fn parse(raw: &str) -> Result<Self, ValueError> {
                place_code(raw).map(Self)
            }

            /// The code as the list has it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        text_on_the_wire!($name, chars: 32, pattern: "^[!-.0-{}~]{1,32}$", example: $example);
    )+};
}

place_codes! {
    /// The code of a place in one edition of a published list (a "P-code").
    PCode, "XZ0101";
    /// The edition of a list of places, as its publisher or the importing office names it.
    EditionCode, "XZ-2025-01";
}

bounded_text! {
    /// The name of a place in one language.
    PlaceName, 120
}

/// A place, named so that it stays the same place when lists are renumbered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PlaceRef {
    /// The edition of the list.
    pub edition: EditionCode,
    /// The code in that edition.
    pub code: PCode,
}

impl PlaceRef {
    /// Parses an edition and a code in it.
    pub fn parse(edition: &str, code: &str) -> Result<Self, ValueError> {
        Ok(Self {
            edition: EditionCode::parse(edition)?,
            code: PCode::parse(code)?,
        })
    }
}

/// `edition/code`, for logs and messages; neither part can hold a `/`.
impl fmt::Display for PlaceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.edition, self.code)
    }
}

/// A row of a list of places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Place {
    /// The edition of the list.
    pub edition: EditionCode,
    /// The code in that edition.
    pub code: PCode,
    /// How deep the place lies: 0 is the country, 5 the deepest.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 5))]
    pub level: u8,
    /// The code, in the same edition, of the place that this one lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<PCode>,
    /// Names by language; at least one.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, PlaceName>))]
    pub names: BTreeMap<LanguageTag, PlaceName>,
    /// The day from which the list gives this place.
    #[serde(
        default,
        with = "crate::wire::optional_date",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub valid_from: Option<Date>,
}

checked_when_read!(Place);

impl Place {
    /// The place as others refer to it.
    pub fn reference(&self) -> PlaceRef {
        PlaceRef {
            edition: self.edition.clone(),
            code: self.code.clone(),
        }
    }

    /// The name in `language`, or else the first name there is.
    pub fn name(&self, language: &str) -> Option<&PlaceName> {
        let wanted = self.names.iter().find(|(tag, _)| tag.as_str() == language);
        wanted
            .or_else(|| self.names.iter().next())
            .map(|(_, name)| name)
    }

    /// Whether the row makes sense on its own; the rest needs the whole list.
    pub fn check(&self) -> Result<(), ValueError> {
        if self.level > DEEPEST_LEVEL {
            return Err(ValueError::new(
                "PLACE_LEVEL",
                "a level is a number from 0 to 5",
            ));
        }
        if self.names.is_empty() {
            return Err(ValueError::new(
                "PLACE_NAME_MISSING",
                "a place needs a name in at least one language",
            ));
        }
        Ok(())
    }

    fn checked(self) -> Result<Self, ValueError> {
        self.check().map(|()| self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_of_every_published_form_are_taken_as_they_are() {
        for code in [
            "SY140003",
            "C1007",
            "IQG18Q01N01",
            "IQ-G18",
            "LB1",
            "TUR001",
            "xz_07",
        ] {
            assert_eq!(PCode::parse(code).unwrap().as_str(), code);
        }
    }

    #[test]
    fn a_code_holds_no_space_and_no_slash() {
        for code in [
            "SY 14",
            " SY14",
            "SY/14",
            "SY14\n",
            "سوريا",
            "=1+1",
            "+SY",
            "-SY",
            "@SY",
        ] {
            assert_eq!(
                PCode::parse(code).unwrap_err().code,
                "PLACE_CODE_CHARACTER",
                "{code:?}"
            );
        }
        for code in ["", "012345678901234567890123456789012"] {
            assert_eq!(PCode::parse(code).unwrap_err().code, "PLACE_CODE_LENGTH");
        }
    }

    #[test]
    fn the_same_code_in_two_editions_is_two_places() {
        let old = PlaceRef::parse("2014", "IQG18").unwrap();
        let new = PlaceRef::parse("2019-06-03", "IQG18").unwrap();
        assert_ne!(old, new);
    }

    #[test]
    fn a_place_without_a_name_or_too_deep_is_refused() {
        let read = |json: &str| serde_json::from_str::<Place>(json).map_err(|e| e.to_string());
        let unnamed = read(r#"{"edition":"e","code":"A","level":1,"names":{}}"#).unwrap_err();
        assert!(unnamed.contains("PLACE_NAME_MISSING"), "{unnamed}");
        let deep = read(r#"{"edition":"e","code":"A","level":6,"names":{"en":"Ay"}}"#).unwrap_err();
        assert!(deep.contains("PLACE_LEVEL"), "{deep}");
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_a_reference_survives_the_journey(
            edition in "\\PC{0,40}", code in "[!-~]{0,40}",
        ) {
            if let Ok(place) = PlaceRef::parse(&edition, &code) {
                let json = serde_json::to_string(&place).unwrap();
                prop_assert_eq!(serde_json::from_str::<PlaceRef>(&json).unwrap(), place);
            }
        }
    }
}
