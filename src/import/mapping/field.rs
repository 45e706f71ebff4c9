//! The fields that a household list can fill, by the names that mappings and
//! headers use.

use serde::{Deserialize, Deserializer};

/// What the cells of a field hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Words, kept as they are.
    Text,
    /// A code of a list; a mapping may name the words that stand for it.
    Code,
    /// Several codes of a list.
    Codes,
    /// Yes or no.
    YesNo,
    /// A date.
    Date,
    /// The code of a place.
    Place,
    /// A whole number.
    Number,
}

macro_rules! fields {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal, $holds:ident;)+) => {
        /// A field of a household list. The next one goes here and into `row`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $($(#[$doc])+ $variant,)+
        }

        impl Field {
            /// Every field, in the order of the guide.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its name in mappings, and in the header of a list without mapping.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What its cells hold.
            pub const fn holds(self) -> Holds {
                match self { $(Self::$variant => Holds::$holds,)+ }
            }
        }
    };
}

fields! {
    /// Rows with the same value are one household.
    Household = "household", Text;
    /// The list's own number of the person, in the household or in the whole list; only
    /// used to find rows that stand twice.
    Person = "person", Text;
    /// Relationship to the focal person; `self` is the focal person.
    Relationship = "relationship", Code;
    /// Sex as the person states it.
    Sex = "sex", Code;
    /// Birth date, or its month or year.
    BirthDate = "birth_date", Date;
    /// The birth date is an estimate.
    BirthEstimated = "birth_estimated", YesNo;
    /// Age in years, where there is no birth date.
    Age = "age", Number;
    /// Nationality.
    Nationality = "nationality", Code;
    /// The nationality is in doubt.
    NationalityDoubt = "nationality_doubt", YesNo;
    /// Legal or population status.
    LegalStatus = "legal_status", Code;
    /// On what refugee status rests.
    LegalStatusBasis = "legal_status_basis", Code;
    /// First day of the status.
    LegalStatusSince = "legal_status_since", Date;
    /// Kind of a document.
    DocumentKind = "document_kind", Code;
    /// Number of the document.
    DocumentNumber = "document_number", Text;
    /// What became of the document.
    DocumentState = "document_state", Code;
    /// Who issued the document.
    DocumentIssuer = "document_issuer", Text;
    /// Day on which staff saw the document.
    DocumentSeenOn = "document_seen_on", Date;
    /// Specific needs.
    SpecificNeeds = "specific_needs", Codes;
    /// Needs support to decide.
    NeedsDecisionSupport = "needs_decision_support", YesNo;
    /// Here without parents or the customary caregiver.
    Unaccompanied = "unaccompanied", YesNo;
    /// Telephone number.
    Phone = "phone", Text;
    /// A call there puts nobody at risk.
    PhoneSafe = "phone_safe", YesNo;
    /// Where the household lives now.
    PlaceOfDisplacement = "place_of_displacement", Place;
    /// Where it comes from.
    PlaceOfOrigin = "place_of_origin", Place;
    /// Why it had to leave.
    DisplacementCauses = "displacement_causes", Codes;
    /// Day on which it left.
    DisplacedOn = "displaced_on", Date;
    /// Day on which it arrived.
    ArrivedOn = "arrived_on", Date;
    /// Day of registration.
    RegisteredOn = "registered_on", Date;
    /// Why its data may be processed.
    ProcessingBasis = "processing_basis", Code;
    /// For what its data are processed.
    ProcessingPurpose = "processing_purpose", Text;
    /// Day on which that was recorded.
    ProcessingRecordedOn = "processing_recorded_on", Date;
    /// Day on which consent to the processing was given.
    ConsentGivenOn = "consent_given_on", Date;
    /// How consent to the processing was given.
    ConsentManner = "consent_manner", Code;
    /// Which data-processing notice was given.
    NoticeVersion = "notice_version", Text;
    /// In which language the notice was given.
    NoticeLanguage = "notice_language", Code;
    /// Day on which the notice was given.
    NoticeGivenOn = "notice_given_on", Date;
}

impl Field {
    /// The field of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }

    /// The same for every person of a household, so that a constant may stand for it
    /// Once and rows must not contradict each other.
    pub fn is_of_household(self) -> bool {
        self >= Self::PlaceOfDisplacement
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|field| field.name()).collect();
            serde::de::Error::custom(format!(
                "`{name}` is not a field; the fields are: {}",
                names.join(", ")
            ))
        })
    }
}
