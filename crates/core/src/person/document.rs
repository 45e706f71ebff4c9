//! Civil papers, title deeds and other documents of a person.
//!
//! A document is recorded as seen or reported: type, issuer, number, when it
//! was seen and what became of it; no image (DP-26 –). There is no type for a
//! military booklet, and none is to be added (code list 6.4 –).
//!
//! Not here: documents as evidence for an answer
//! ([`conditions`](crate::conditions), kind `DOC`).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::bounded_text;
use crate::wire::coded_enum;

coded_enum! {
    /// The type of a document (code list 6.4; own list, informed by UNICEF HOPE ✔).
    DocumentKind, refused as "DOCUMENT_TYPE_UNKNOWN_CODE";
    /// National identity card.
    NationalId = "national_id",
    /// Passport.
    Passport = "passport",
    /// Family booklet.
    FamilyBooklet = "family_booklet",
    /// Individual civil-registry extract.
    IndividualExtract = "individual_civil_registry_extract",
    /// Family civil-registry extract.
    FamilyExtract = "family_civil_registry_extract",
    /// Birth certificate.
    Birth = "birth_certificate",
    /// Marriage certificate.
    Marriage = "marriage_certificate",
    /// Divorce certificate.
    Divorce = "divorce_certificate",
    /// Death certificate.
    Death = "death_certificate",
    /// Nationality certificate.
    Nationality = "nationality_certificate",
    /// Residence or housing card.
    ResidenceCard = "residence_card",
    /// Ration card.
    RationCard = "ration_card",
    /// Refugee or asylum certificate.
    AsylumCertificate = "asylum_certificate",
    /// Travel document.
    TravelDocument = "travel_document",
    /// School certificate.
    SchoolCertificate = "school_certificate",
    /// Medical record.
    MedicalRecord = "medical_record",
    /// Power of attorney.
    PowerOfAttorney = "power_of_attorney",
    /// Guardianship or custody order.
    CustodyOrder = "custody_order",
    /// Property title in the final register.
    PropertyTitle = "property_title",
    /// Provisional property title.
    ProvisionalTitle = "provisional_title",
    /// Court judgment.
    CourtJudgment = "court_judgment",
    /// Tenancy contract.
    TenancyContract = "tenancy_contract",
    /// Utility bill.
    UtilityBill = "utility_bill",
    /// Inheritance record.
    InheritanceRecord = "inheritance_record",
    /// Another document.
    Other = "other",
}

coded_enum! {
    /// What became of a document (code list 6.4).
    DocumentState, refused as "DOCUMENT_STATE_UNKNOWN_CODE";
    /// The person has it.
    Held = "held",
    /// Lost or destroyed.
    Lost = "lost",
    /// Taken away by somebody.
    Confiscated = "confiscated",
    /// Never issued.
    NeverIssued = "never_issued",
    /// A replacement was applied for.
    ReplacementAppliedFor = "replacement_applied_for",
    /// Not recognised at the destination.
    NotRecognised = "not_recognised",
}

bounded_text! {
    /// The number of a document, as printed.
    DocumentNumber, 60
}

bounded_text! {
    /// The authority that issued a document.
    Issuer, 120
}

/// A document that a person has, had or should have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The type.
    pub kind: DocumentKind,
    /// What became of it.
    pub state: DocumentState,
    /// Its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<DocumentNumber>,
    /// Who issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Issuer>,
    /// The day on which staff saw it; left out for one that is only reported.
    #[serde(
        default,
        with = "crate::wire::optional_date",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub seen_on: Option<Date>,
}

impl Document {
    /// Whether staff saw it, rather than only heard of it (DP-28 –).
    pub const fn is_verified(&self) -> bool {
        self.seen_on.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_nobody_saw_stays_reported() {
        let read = |json: &str| serde_json::from_str::<Document>(json).unwrap();
        assert!(!read(r#"{"kind":"passport","state":"lost"}"#).is_verified());
        assert!(read(r#"{"kind":"passport","state":"held","seen_on":"2025-01-02"}"#).is_verified());
    }

    #[test]
    fn debugging_never_shows_a_number() {
        let json = r#"{"kind":"national_id","state":"held","number":"0101020304"}"#;
        let document: Document = serde_json::from_str(json).unwrap();
        assert!(!format!("{document:?}").contains("0101020304"));
        assert_eq!(serde_json::to_string(&document).unwrap().len(), json.len());
    }

    #[test]
    fn a_military_booklet_is_refused() {
        assert!(DocumentKind::parse("military_booklet").is_err());
    }
}
