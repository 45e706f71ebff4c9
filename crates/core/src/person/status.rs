//! Legal and population status of a person, as a list with dates.
//!
//! A person may be displaced inside a country, then a refugee, then return;
//! what holds on a day is what the list says for that day (code list 6.2).
//! Recording a return does not end refugee status: cessation is a decision of
//! its own (1951 Convention 1C ✔ structure).
//!
//! Not here: nationality, see [`nationality`](super::nationality).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::value::ValueError;
use crate::wire::{checked_when_read, coded_enum};

coded_enum! {
    /// UNHCR population type (code list 6.2: as dataset columns ✔, letters ○).
    PopulationType, refused as "POPULATION_TYPE_UNKNOWN_CODE";
    /// Refugee.
    Refugee = "REF",
    /// Asylum-seeker.
    AsylumSeeker = "ASY",
    /// Internally displaced person.
    InternallyDisplaced = "IDP",
    /// Returned refugee.
    ReturnedRefugee = "RET",
    /// Returned internally displaced person.
    ReturnedDisplaced = "RDP",
    /// Stateless person.
    Stateless = "STA",
    /// Other person in need of international protection.
    OtherInNeedOfProtection = "OIP",
    /// Other person of concern.
    OtherOfConcern = "OOC",
    /// Member of the host community.
    HostCommunity = "HST",
}

coded_enum! {
    /// On what a refugee's status rests (code list 6.2 ○).
    StatusBasis, refused as "STATUS_BASIS_UNKNOWN_CODE";
    /// The 1951 Convention.
    Convention = "convention",
    /// The mandate of UNHCR.
    Mandate = "mandate",
    /// Recognised as a group, without individual examination.
    PrimaFacie = "prima_facie",
    /// Temporary protection.
    TemporaryProtection = "temporary_protection",
    /// Complementary or subsidiary protection.
    Complementary = "complementary",
}

/// One entry of a person's dated list of statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct LegalStatus {
    /// The status.
    status: PopulationType,
    /// On what it rests; only for refugees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    basis: Option<StatusBasis>,
    /// The first day on which it holds.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    since: Date,
    /// The last day on which it holds; left out while it does.
    #[serde(
        default,
        with = "crate::wire::optional_date",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    until: Option<Date>,
}

checked_when_read!(LegalStatus);

impl LegalStatus {
    /// A status with the days on which it begins and, if it did, ended.
    pub fn new(
        status: PopulationType,
        basis: Option<StatusBasis>,
        since: Date,
        until: Option<Date>,
    ) -> Result<Self, ValueError> {
        Self {
            status,
            basis,
            since,
            until,
        }
        .checked()
    }

    fn checked(self) -> Result<Self, ValueError> {
        if self.until.is_some_and(|until| until < self.since) {
            return Err(ValueError::new(
                "STATUS_ENDS_BEFORE_IT_BEGINS",
                "a status cannot end before it begins",
            ));
        }
        if self.basis.is_some() && self.status != PopulationType::Refugee {
            return Err(ValueError::new(
                "STATUS_BASIS_WITHOUT_REFUGEE",
                "only refugee status (`REF`) has a basis",
            ));
        }
        Ok(self)
    }

    /// The status.
    pub const fn status(&self) -> PopulationType {
        self.status
    }

    /// On what refugee status rests.
    pub const fn basis(&self) -> Option<StatusBasis> {
        self.basis
    }

    /// The first day on which it holds.
    pub const fn since(&self) -> Date {
        self.since
    }

    /// The last day on which it holds.
    pub const fn until(&self) -> Option<Date> {
        self.until
    }

    /// Whether it holds on a day; the first and the last day included.
    pub fn holds_on(&self, on: Date) -> bool {
        self.since <= on && self.until.is_none_or(|until| on <= until)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_status_holds_from_its_first_to_its_last_day() {
        let status = LegalStatus::new(
            PopulationType::InternallyDisplaced,
            None,
            date(2015, 3, 1),
            Some(date(2016, 3, 1)),
        )
        .unwrap();
        assert!(status.holds_on(date(2015, 3, 1)) && status.holds_on(date(2016, 3, 1)));
        assert!(!status.holds_on(date(2015, 2, 28)) && !status.holds_on(date(2016, 3, 2)));
    }

    #[test]
    fn a_status_that_contradicts_itself_is_refused() {
        for (json, code) in [
            (
                r#"{"status":"IDP","since":"2016-01-01","until":"2015-01-01"}"#,
                "STATUS_ENDS_BEFORE_IT_BEGINS",
            ),
            (
                r#"{"status":"IDP","basis":"mandate","since":"2016-01-01"}"#,
                "STATUS_BASIS_WITHOUT_REFUGEE",
            ),
            (
                r#"{"status":"idp","since":"2016-01-01"}"#,
                "POPULATION_TYPE_UNKNOWN_CODE",
            ),
        ] {
            let error = serde_json::from_str::<LegalStatus>(json)
                .unwrap_err()
                .to_string();
            assert!(error.contains(code), "{error}");
        }
    }
}
