//! How values of the domain are written to JSON and read back: in requests, in
//! answers and in the journal.
//!
//! Reading goes through the same parsers as everything else, so a wrong value
//! never becomes a value of the domain, and the error says what would be right
//! without repeating what was sent: it may be a name or a birth date.
//!
//! Not here: the parsers themselves (beside their types, see
//! [`value`](crate::value)) and what an error looks like over HTTP (`sanad-api`).

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use jiff::civil::Date;
use serde::de::{Deserializer, Error, Visitor};

use crate::value::ValueError;

/// Reads a text and parses it, without a detour over an owned `String`.
///
/// A number, a truth value or a binary blob is refused without being repeated;
/// serde's own message would quote it.
pub fn text<'de, D, T>(
    deserializer: D,
    parse: impl FnOnce(&str) -> Result<T, ValueError>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    struct TextVisitor<T, P>(P, PhantomData<T>);

    impl<T, P: FnOnce(&str) -> Result<T, ValueError>> TextVisitor<T, P> {
        fn not_a_text<E: Error>() -> Result<T, E> {
            Err(E::custom(ValueError::new(
                "TEXT_EXPECTED",
                "a text in quotes is needed here",
            )))
        }
    }

    impl<T, P: FnOnce(&str) -> Result<T, ValueError>> Visitor<'_> for TextVisitor<T, P> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text")
        }

        fn visit_str<E: Error>(self, raw: &str) -> Result<T, E> {
            (self.0)(raw).map_err(E::custom)
        }

        fn visit_bool<E: Error>(self, _: bool) -> Result<T, E> {
            Self::not_a_text()
        }

        fn visit_i64<E: Error>(self, _: i64) -> Result<T, E> {
            Self::not_a_text()
        }

        fn visit_u64<E: Error>(self, _: u64) -> Result<T, E> {
            Self::not_a_text()
        }

        fn visit_f64<E: Error>(self, _: f64) -> Result<T, E> {
            Self::not_a_text()
        }
    }

    // `deserialize_str` would let JSON refuse a number before the visitor sees it.
    deserializer.deserialize_any(TextVisitor(parse, PhantomData))
}

/// Takes the value out of an error text of serde, such as
/// ``invalid type: string "Salma", expected a boolean``.
///
/// For whoever shows or logs an error of a whole document: the fields that are
/// no texts, lists and objects report a wrong type in serde's own words.
pub fn without_value(message: &str) -> Cow<'_, str> {
    let wrong = [
        "invalid type: ",
        "invalid value: ",
        "invalid length ",
        "unknown variant ",
    ];
    let Some(start) = wrong.iter().find(|start| message.starts_with(**start)) else {
        return Cow::Borrowed(message);
    };
    let expected = message
        .rfind(", expected ")
        .and_then(|at| message.get(at..));
    Cow::Owned(format!(
        "{}{}",
        start.trim_end_matches([':', ' ']),
        expected.unwrap_or_default()
    ))
}

/// Parses a calendar day written as `2025-03-31`, and nothing else.
///
/// Looser forms (`31/03/2025`, a time of day) are ambiguous between regions and
/// are turned into this form by an import, which is told the form of its file.
pub fn parse_date(raw: &str) -> Result<Date, ValueError> {
    let wrong = || {
        ValueError::new(
            "DATE_FORMAT",
            "a date is written year-month-day, as in 2025-03-31",
        )
    };
    let bytes = raw.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shaped {
        return Err(wrong());
    }
    raw.parse().map_err(|_| wrong())
}

/// A calendar day in a serde field: `#[serde(with = "crate::wire::date")]`.
pub mod date {
    use jiff::civil::Date;
    use serde::{Deserializer, Serialize as _, Serializer};

    /// Writes the day as `2025-03-31`.
    pub fn serialize<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        date.serialize(serializer)
    }

    /// Reads the day; see [`parse_date`](super::parse_date).
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        super::text(deserializer, super::parse_date)
    }
}

/// A calendar day that may be missing or null:
/// `#[serde(default, with = "crate::wire::optional_date", skip_serializing_if = "Option::is_none")]`.
pub mod optional_date {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serialize as _, Serializer};

    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Day(#[serde(with = "super::date")] Date);

    /// Writes the day as `2025-03-31`, or null.
    pub fn serialize<S: Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
        date.serialize(serializer)
    }

    /// Reads the day or null; see [`parse_date`](super::parse_date).
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Date>, D::Error> {
        Ok(Option::<Day>::deserialize(deserializer)?.map(|day| day.0))
    }
}

/// Declares a closed list of codes: an enum that is written as its code.
///
/// Those that are published lists also stand under `reference/codes/` with labels
/// for people, and a test in `reference.rs` proves that the two agree.
macro_rules! coded_enum {
    (
        $(#[doc = $doc:literal])*
        $name:ident, refused as $refusal:literal;
        $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code as written in JSON, exports and imports.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// Reads a code exactly as [`code`](Self::code) writes it.
            pub fn parse(raw: &str) -> Result<Self, $crate::value::ValueError> {
                match raw {
                    $($code => Ok(Self::$variant),)+
                    _ => Err($crate::value::ValueError::new(
                        $refusal,
                        concat!("not a code of this list; it has:" $(, " ", $code)+),
                    )),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::text(deserializer, Self::parse)
            }
        }

        $crate::wire::code_schema!($name, $($code),+);
    };
}
pub(crate) use coded_enum;

/// The schema of an enumeration of codes. By hand: the derive does not see codes
/// that come through a macro.
macro_rules! code_schema {
    ($name:ident, $($code:literal),+) => {
        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let schema = utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($code),+]));
                utoipa::openapi::RefOr::T(schema.into())
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}
pub(crate) use code_schema;

/// Gives a type with `parse` and `as_str` its JSON form (a text) and its schema.
/// `read: other` names another parser for reading, where records may hold more
/// than may be entered anew.
macro_rules! text_on_the_wire {
    ($name:ident, chars: $($rest:tt)+) => {
        $crate::wire::text_on_the_wire!($name, read: parse, chars: $($rest)+);
    };
    ($name:ident, read: $read:ident, chars: $max:expr $(, pattern: $pattern:literal)? $(, example: $example:literal)?) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::text(deserializer, Self::$read)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let schema = utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .min_length(Some(1))
                    .max_length(Some($max))
                    $(.pattern(Some($pattern)))?
                    $(.examples([$example]))?;
                utoipa::openapi::RefOr::T(schema.into())
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}
pub(crate) use text_on_the_wire;

/// Makes reading check that the fields of a struct fit together.
///
/// The struct derives both serde traits with `#[serde(remote = "Self")]`, which
/// gives it inherent functions of the same names; the traits below call those
/// and then `checked`, which refuses the value or brings it to its usual form.
/// So the fields stand in one place only.
macro_rules! checked_when_read {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize(deserializer)?
                    .checked()
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use checked_when_read;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_date_has_one_form() {
        assert!(parse_date("2024-02-29").is_ok());
        for wrong in [
            "2025-02-29",
            "31/03/2025",
            "20250331",
            "2025-3-31",
            "2025-03-31T00:00",
            "",
        ] {
            assert_eq!(
                parse_date(wrong).unwrap_err().code,
                "DATE_FORMAT",
                "{wrong}"
            );
        }
    }

    #[test]
    fn an_error_never_repeats_what_was_sent() {
        let read = |json: &str| text(&mut serde_json::Deserializer::from_str(json), parse_date);
        for json in ["\"1987-31-12\"", "19871231", "-19871231", "1987.1231"] {
            let message = read(json).unwrap_err().to_string();
            assert!(!message.contains("1987"), "{message}");
        }
    }

    #[test]
    fn serde_s_own_words_lose_the_value_and_keep_the_help() {
        let error = serde_json::from_str::<bool>(r#""Salma, expected or not""#).unwrap_err();
        let message = error.to_string();
        assert!(message.contains("Salma"), "{message}");
        assert!(without_value(&message).starts_with("invalid type, expected a boolean"));
        assert_eq!(
            without_value("missing field `names`"),
            "missing field `names`"
        );
    }

    #[cfg(feature = "openapi")]
    #[test]
    fn the_schema_of_a_list_holds_its_codes() {
        use crate::person::Relationship;
        use utoipa::PartialSchema as _;
        let schema = serde_json::to_value(Relationship::schema()).unwrap();
        let codes: Vec<&str> = Relationship::ALL.iter().map(|one| one.code()).collect();
        assert_eq!(schema["enum"], serde_json::json!(codes));
        assert_eq!(schema["type"], "string");
    }

    proptest! {
        #[test]
        fn reading_a_date_never_panics(raw in "\\PC*") {
            let _ = parse_date(&raw);
        }

        #[test]
        fn a_date_survives_the_journey(year in 1i16..9999, month in 1i8..=12, day in 1i8..=28) {
            let date = jiff::civil::date(year, month, day);
            prop_assert_eq!(parse_date(&date.to_string()).unwrap(), date);
        }
    }
}
