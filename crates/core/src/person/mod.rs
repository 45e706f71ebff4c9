//! People: what the registry records about a person, and when they belong to a case.
//!
//! There is no field for ethnicity, religion, opinion, affiliation, sexual
//! orientation or biometrics, and none is to be added (DP-07 –; non-discrimination,
//! return-conditions §2.11 –). Names, birth and papers are tier A.
//!
//! Not here: commands that change a person (`case`), and contact with the outside:
//! who may see what is decided in [`access`](crate::access).

pub mod birth;
pub mod contact;
pub mod displacement;
pub mod document;
pub mod name;
pub mod nationality;
pub mod needs;
pub mod relationship;
pub mod sex;
pub mod status;

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use birth::{BirthDate, BirthPrecision};
pub use contact::{ContactKind, ContactLabel, ContactPoint, ContactText};
pub use displacement::{Cause, Displacement};
pub use document::{Document, DocumentKind, DocumentNumber, DocumentState, Issuer};
pub use name::{NamePart, Names, PersonName};
pub use nationality::{CountryCode, Nationality};
pub use needs::NeedCode;
pub use relationship::Relationship;
pub use sex::Sex;
pub use status::{LegalStatus, PopulationType, StatusBasis};

use crate::conditions::{Flag, Flags, Member};
use crate::ids::PersonId;
use crate::wire::coded_enum;

/// What is recorded about a person, at registration and after every correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PersonProfile {
    /// Names, the preferred one first.
    pub names: Names,
    /// Birth date with its precision.
    pub birth: BirthDate,
    /// Sex as the person states it.
    pub sex: Sex,
    /// Relationship to the focal person of the registration group.
    pub relationship: Relationship,
    /// Nationality; left out when it was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nationality: Option<Nationality>,
    /// Somebody doubts the nationality, or may come to doubt it on return.
    #[serde(default)]
    pub nationality_doubt: bool,
    /// Legal and population status over time.
    #[serde(default)]
    pub legal_statuses: Vec<LegalStatus>,
    /// Documents.
    #[serde(default)]
    pub documents: Vec<Document>,
    /// Specific needs, each once.
    #[serde(default)]
    pub specific_needs: BTreeSet<NeedCode>,
    /// Needs support to decide; nobody decides in the person's place.
    #[serde(default)]
    pub needs_decision_support: bool,
    /// Here without parents or the customary caregiver.
    #[serde(default)]
    pub unaccompanied_or_separated: bool,
}

impl PersonProfile {
    /// The yes/no facts that the decision rule gets to know, each of which can
    /// only add a safeguard (return-conditions §2.11 –).
    pub fn flags(&self, on: Date) -> Flags {
        let (flags, dated) = self.flags_over_time();
        dated
            .into_iter()
            .filter(|(_, since, until)| *since <= on && until.is_none_or(|until| on <= until))
            .fold(flags, |flags, (flag, ..)| flags.with(flag))
    }

    /// The same for every day: what holds always, and what follows from a status with
    /// its first and last day.
    pub fn flags_over_time(&self) -> (Flags, Vec<(Flag, Date, Option<Date>)>) {
        let flags = [
            (Flag::Uasc, self.is_unaccompanied_or_separated()),
            (Flag::NeedsDecisionSupport, self.needs_decision_support),
            (Flag::NationalityDoubt, self.has_nationality_doubt()),
            (Flag::HasSpecificNeed, !self.specific_needs.is_empty()),
        ];
        let always = flags.into_iter().filter(|(_, holds)| *holds);
        let of_status = |entry: &LegalStatus| {
            let flag = match entry.status() {
                PopulationType::Stateless => Flag::NationalityDoubt,
                PopulationType::Refugee | PopulationType::AsylumSeeker => Flag::Refugee,
                _ => return None,
            };
            Some((flag, entry.since(), entry.until()))
        };
        (
            always.map(|(flag, _)| flag).collect(),
            self.legal_statuses.iter().filter_map(of_status).collect(),
        )
    }

    fn is_unaccompanied_or_separated(&self) -> bool {
        let recorded = [NeedCode::SEPARATED_CHILD, NeedCode::UNACCOMPANIED_CHILD];
        self.unaccompanied_or_separated
            || recorded
                .iter()
                .any(|need| self.specific_needs.contains(need))
    }

    /// Asked and not known counts as doubt; not asked does not.
    fn has_nationality_doubt(&self) -> bool {
        self.nationality_doubt
            || matches!(
                self.nationality,
                Some(Nationality::Stateless | Nationality::Unknown)
            )
    }
}

coded_enum! {
    /// Why a person no longer belongs to a case.
    LeavingReason, refused as "LEAVING_REASON_UNKNOWN_CODE";
    /// Lives on their own or with others now.
    MovedOut = "moved_out",
    /// Married into another household.
    Married = "married",
    /// Parents or partners parted.
    Separated = "separated",
    /// Belongs to another case now.
    MovedToAnotherCase = "moved_to_another_case",
    /// Missing, taken or detained.
    Missing = "missing",
    /// Died.
    Died = "died",
    /// Entered in error.
    EnteredInError = "entered_in_error",
    /// Another reason.
    Other = "other",
}

/// When and why a person left a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Leaving {
    /// The first day on which the person no longer belongs to the case.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub on: Date,
    /// Why.
    pub reason: LeavingReason,
}

/// A person of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The person's identifier.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub id: PersonId,
    /// What is recorded about the person.
    pub profile: PersonProfile,
    /// The first day on which the person belongs to the case.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub joined_on: Date,
    /// When and why the person left; left out for a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Leaving>,
}

impl Person {
    /// Whether the person belongs to the case on a day.
    pub fn is_member(&self, on: Date) -> bool {
        self.joined_on <= on && self.left.is_none_or(|left| on < left.on)
    }

    /// All that the decision rule gets to know of the person on a day.
    pub fn for_rule(&self, on: Date) -> Member {
        Member {
            born: self.profile.birth.for_rule(),
            flags: self.profile.flags(on),
        }
    }
}

#[cfg(test)]
mod tests;
