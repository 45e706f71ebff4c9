//! One way to write an enumeration that travels as a code.
//!
//! Not a place for rules: only the spelling of codes, once, for JSON, TOML,
//! storage and texts alike.

use serde::Deserializer;
use serde::de::Visitor;
use std::fmt::{self, Formatter};

/// Declares an enumeration whose values have a stable code.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $code:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize)]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $code)] $variant,)+
        }

        $crate::wire::code_schema!($name, $($code),+);

        impl $name {
            /// Every value, in the order of the specification.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The value with this code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                const CODES: &[&str] = &[$($code),+];
                $crate::conditions::codes::read(input, CODES, Self::from_code)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

pub(crate) use codes;

/// Reads a code, which is a text and nothing else. Derived code would also take
/// the form `{"yes": null}`, which no published format knows.
pub(crate) fn read<'de, T, D: Deserializer<'de>>(
    input: D,
    codes: &'static [&'static str],
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    struct Code<F>(&'static [&'static str], F);

    impl<T, F: Fn(&str) -> Option<T>> Visitor<'_> for Code<F> {
        type Value = T;

        fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
            write!(f, "one of `{}`", self.0.join("`, `"))
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            (self.1)(text).ok_or_else(|| E::unknown_variant(text, self.0))
        }
    }

    input.deserialize_str(Code(codes, parse))
}
