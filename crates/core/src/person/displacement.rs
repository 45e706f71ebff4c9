//! An episode of displacement: why, from where, to where, and when.
//!
//! Only places by code, as fine as the list of places is. Later episodes do not
//! replace earlier ones.
//!
//! Not here: the intended destination and returns (`case`).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::area::PlaceRef;
use crate::value::ValueError;
use crate::wire::{checked_when_read, coded_enum};

coded_enum! {
    /// Why people had to leave (code list 6.3: the first five are those of the
    /// Guiding Principles on Internal Displacement, Introduction ¶2 ✔).
    Cause, refused as "CAUSE_UNKNOWN_CODE";
    /// Armed conflict.
    ArmedConflict = "armed_conflict",
    /// Generalised violence.
    GeneralizedViolence = "generalized_violence",
    /// Human rights violations.
    HumanRightsViolations = "human_rights_violations",
    /// Natural disaster.
    NaturalDisaster = "natural_disaster",
    /// Human-made disaster.
    HumanMadeDisaster = "human_made_disaster",
    /// Forced eviction, or seizure of property.
    ForcedEviction = "forced_eviction",
    /// Displaced again from a place of displacement.
    SecondaryDisplacement = "secondary_displacement",
    /// Sent back against the person's will.
    ForcedReturn = "forced_return",
    /// Another cause.
    Other = "other",
    /// Not known.
    Unknown = "unknown",
}

/// One episode of displacement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Displacement {
    /// The causes, each once, the main one first.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 10))]
    causes: Vec<Cause>,
    /// The place people left.
    from: PlaceRef,
    /// The place of displacement.
    to: PlaceRef,
    /// The day of leaving, where it is known.
    #[serde(
        default,
        with = "crate::wire::optional_date",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    left_on: Option<Date>,
    /// The day of arrival, where it is known.
    #[serde(
        default,
        with = "crate::wire::optional_date",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    arrived_on: Option<Date>,
}

checked_when_read!(Displacement);

impl Displacement {
    /// An episode; `causes` with the main one first.
    pub fn new(
        causes: Vec<Cause>,
        from: PlaceRef,
        to: PlaceRef,
        left_on: Option<Date>,
        arrived_on: Option<Date>,
    ) -> Result<Self, ValueError> {
        Self {
            causes,
            from,
            to,
            left_on,
            arrived_on,
        }
        .checked()
    }

    fn checked(self) -> Result<Self, ValueError> {
        if self.causes.is_empty() {
            return Err(ValueError::new(
                "CAUSE_MISSING",
                "a displacement needs a cause; `unknown` is one",
            ));
        }
        let mut sorted = self.causes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() < self.causes.len() {
            return Err(ValueError::new(
                "CAUSE_TWICE",
                "the same cause is named twice",
            ));
        }
        if self
            .left_on
            .zip(self.arrived_on)
            .is_some_and(|(left, arrived)| arrived < left)
        {
            return Err(ValueError::new(
                "ARRIVED_BEFORE_LEAVING",
                "people cannot arrive before they left",
            ));
        }
        Ok(self)
    }

    /// The same without the days, by which a household is known again.
    #[must_use]
    pub fn without_days(&self) -> Self {
        Self {
            left_on: None,
            arrived_on: None,
            ..self.clone()
        }
    }

    /// The causes, the main one first.
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// The place people left.
    pub const fn from(&self) -> &PlaceRef {
        &self.from
    }

    /// The place of displacement.
    pub const fn to(&self) -> &PlaceRef {
        &self.to
    }

    /// The day of leaving.
    pub const fn left_on(&self) -> Option<Date> {
        self.left_on
    }

    /// The day of arrival.
    pub const fn arrived_on(&self) -> Option<Date> {
        self.arrived_on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(causes: &str, dates: &str) -> Result<Displacement, String> {
        let place = |code: &str| format!(r#"{{"edition":"XZ-2025","code":"{code}"}}"#);
        let (from, to) = (place("XZ0101"), place("XZ0203"));
        let json = format!(r#"{{"causes":[{causes}],"from":{from},"to":{to}{dates}}}"#);
        serde_json::from_str(&json).map_err(|error| error.to_string())
    }

    #[test]
    fn the_main_cause_stands_first_and_each_once() {
        let episode = read(r#""forced_eviction","armed_conflict""#, "").unwrap();
        assert_eq!(
            episode.causes(),
            [Cause::ForcedEviction, Cause::ArmedConflict]
        );
        assert!(read("", "").unwrap_err().contains("CAUSE_MISSING"));
        assert!(
            read(r#""other","unknown","other""#, "")
                .unwrap_err()
                .contains("CAUSE_TWICE")
        );
        assert!(
            read(r#""war""#, "")
                .unwrap_err()
                .contains("CAUSE_UNKNOWN_CODE")
        );
    }

    #[test]
    fn nobody_arrives_before_leaving() {
        let dates =
            |left: &str, arrived: &str| format!(r#","left_on":"{left}","arrived_on":"{arrived}""#);
        let refused = read(r#""other""#, &dates("2015-02-01", "2015-01-31")).unwrap_err();
        assert!(refused.contains("ARRIVED_BEFORE_LEAVING"), "{refused}");
        assert!(read(r#""other""#, &dates("2015-02-01", "2015-02-01")).is_ok());
        assert!(read(r#""other""#, r#","arrived_on":"2015-02-01""#).is_ok());
    }
}
