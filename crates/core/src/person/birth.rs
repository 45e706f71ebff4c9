//! When a person was born, as far as anybody knows.
//!
//! Many people know the year only, and many papers say 1 January. So a birth
//! date carries its precision, and an estimate stays one wherever it is shown
//! (DP-28 –).
//!
//! Not here: a birth date in the future, which needs today's date (`case`), and
//! what age means for an indicator ([`conditions`](crate::conditions)).

use std::fmt;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::value::ValueError;
use crate::wire::{checked_when_read, coded_enum};

coded_enum! {
    /// How much of a birth date is known.
    BirthPrecision, refused as "BIRTH_PRECISION_UNKNOWN_CODE";
    /// The day.
    Day = "day",
    /// The month and the year.
    Month = "month",
    /// The year.
    Year = "year",
    /// Nothing.
    Unknown = "unknown",
}

/// A birth date with its precision.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct BirthDate {
    /// The date; its day, or its day and month, mean nothing where the precision
    /// says so and are kept as 1. Left out when nothing is known.
    #[serde(
        default,
        with = "crate::wire::optional_date",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    date: Option<Date>,
    /// How much of the date is known.
    precision: BirthPrecision,
    /// Estimated by an officer rather than stated by the person or a paper.
    #[serde(default)]
    estimated: bool,
}

checked_when_read!(BirthDate);

impl BirthDate {
    /// The earliest year of birth accepted; an earlier one is a slip of the pen.
    pub const EARLIEST_YEAR: i16 = 1880;

    /// A birth date of which nothing is known. The person counts as a child.
    pub const UNKNOWN: Self = Self {
        date: None,
        precision: BirthPrecision::Unknown,
        estimated: false,
    };

    /// A date with its precision; there must be one unless the precision is unknown.
    pub fn new(
        date: Option<Date>,
        precision: BirthPrecision,
        estimated: bool,
    ) -> Result<Self, ValueError> {
        Self {
            date,
            precision,
            estimated,
        }
        .checked()
    }

    fn checked(self) -> Result<Self, ValueError> {
        let Some(day) = self.date else {
            return match self.precision {
                BirthPrecision::Unknown => Ok(Self::UNKNOWN),
                BirthPrecision::Day | BirthPrecision::Month | BirthPrecision::Year => {
                    Err(ValueError::new(
                        "BIRTH_DATE_MISSING",
                        "a birth date of this precision needs a date; use precision `unknown` when there is none",
                    ))
                }
            };
        };
        if day.year() < Self::EARLIEST_YEAR {
            return Err(ValueError::new(
                "BIRTH_YEAR_TOO_EARLY",
                "a birth year before 1880 is not accepted",
            ));
        }
        let known = match self.precision {
            BirthPrecision::Day => day,
            BirthPrecision::Month => day.first_of_month(),
            BirthPrecision::Year => day.first_of_year(),
            BirthPrecision::Unknown => {
                return Err(ValueError::new(
                    "BIRTH_DATE_WITH_UNKNOWN",
                    "a birth date of precision `unknown` has no date; leave it out or state a precision",
                ));
            }
        };
        Ok(Self {
            date: Some(known),
            ..self
        })
    }

    /// The first day it can mean.
    pub const fn earliest(self) -> Option<Date> {
        self.date
    }

    /// The last day it can mean, which is the birth date for the decision rule:
    /// whoever may still be a child is treated as one, and a person of unknown
    /// age always is (return-conditions §1.1, sub-checks –).
    pub fn for_rule(self) -> Option<Date> {
        let first = self.date?;
        match self.precision {
            BirthPrecision::Day => Some(first),
            BirthPrecision::Month => Some(first.last_of_month()),
            BirthPrecision::Year => Some(date(first.year(), 12, 31)),
            BirthPrecision::Unknown => None,
        }
    }

    /// How much of the date is known.
    pub const fn precision(self) -> BirthPrecision {
        self.precision
    }

    /// Whether it is an estimate.
    pub const fn is_estimated(self) -> bool {
        self.estimated
    }
}

/// As much as is known and no more, in a form without words: `1990-05-12`,
/// `1990-05`, `1990`, with `~` after an estimate (ISO 8601-2 ○), or `unknown`.
impl fmt::Display for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(day) = self.date else {
            return f.write_str("unknown");
        };
        match self.precision {
            BirthPrecision::Day => write!(f, "{day}")?,
            BirthPrecision::Month => write!(f, "{:04}-{:02}", day.year(), day.month())?,
            BirthPrecision::Year => write!(f, "{:04}", day.year())?,
            BirthPrecision::Unknown => return f.write_str("unknown"),
        }
        f.write_str(if self.estimated { "~" } else { "" })
    }
}

// A birth date identifies a person together with little else, so `{:?}` hides it.
impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BirthDate({}, …)", self.precision)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn born(day: Date, precision: BirthPrecision, estimated: bool) -> BirthDate {
        BirthDate::new(Some(day), precision, estimated).unwrap()
    }

    #[test]
    fn a_person_of_uncertain_age_counts_as_a_child_longest() {
        let day = date(2007, 2, 1);
        assert_eq!(
            born(day, BirthPrecision::Year, false).for_rule(),
            Some(date(2007, 12, 31))
        );
        assert_eq!(
            born(day, BirthPrecision::Month, false).for_rule(),
            Some(date(2007, 2, 28))
        );
        assert_eq!(born(day, BirthPrecision::Day, true).for_rule(), Some(day));
        assert_eq!(BirthDate::UNKNOWN.for_rule(), None);
    }

    #[test]
    fn an_estimate_is_never_printed_as_exact() {
        let day = date(1990, 5, 12);
        for precision in [
            BirthPrecision::Day,
            BirthPrecision::Month,
            BirthPrecision::Year,
        ] {
            assert!(born(day, precision, true).to_string().ends_with('~'));
            assert!(!born(day, precision, false).to_string().ends_with('~'));
        }
        assert_eq!(
            born(day, BirthPrecision::Month, false).to_string(),
            "1990-05"
        );
        assert_eq!(born(day, BirthPrecision::Year, true).to_string(), "1990~");
    }

    #[test]
    fn digits_that_mean_nothing_are_not_kept() {
        let year = born(date(1990, 5, 12), BirthPrecision::Year, false);
        assert_eq!(
            serde_json::to_string(&year).unwrap(),
            r#"{"date":"1990-01-01","precision":"year","estimated":false}"#
        );
    }

    #[test]
    fn date_and_precision_must_fit() {
        let refused = |json: &str| {
            serde_json::from_str::<BirthDate>(json)
                .unwrap_err()
                .to_string()
        };
        for (json, code) in [
            (r#"{"precision":"year"}"#, "BIRTH_DATE_MISSING"),
            (
                r#"{"date":"1990-05-12","precision":"unknown"}"#,
                "BIRTH_DATE_WITH_UNKNOWN",
            ),
            (
                r#"{"date":"1879-12-31","precision":"day"}"#,
                "BIRTH_YEAR_TOO_EARLY",
            ),
            (r#"{"date":"12/05/1990","precision":"day"}"#, "DATE_FORMAT"),
            (
                r#"{"date":"1990-05-12","precision":"about"}"#,
                "BIRTH_PRECISION_UNKNOWN_CODE",
            ),
        ] {
            let message = refused(json);
            assert!(message.contains(code), "{message}");
            assert!(!message.contains("1990"), "{message}");
        }
    }

    #[test]
    fn debugging_never_shows_a_birth_date() {
        let day = born(date(1990, 5, 12), BirthPrecision::Day, false);
        assert!(!format!("{day:?}").contains("1990"));
    }

    proptest! {
        #[test]
        fn the_day_for_the_rule_is_never_before_the_day_stated(
            year in 1880i16..2100, month in 1i8..=12, day in 1i8..=28, which in 0usize..3, estimated: bool,
        ) {
            let stated = born(date(year, month, day), BirthPrecision::ALL[which], estimated);
            prop_assert!(stated.for_rule() >= Some(date(year, month, day)));
            prop_assert!(stated.earliest() <= Some(date(year, month, day)));
            let json = serde_json::to_string(&stated).unwrap();
            prop_assert_eq!(serde_json::from_str::<BirthDate>(&json).unwrap(), stated);
        }
    }
}
