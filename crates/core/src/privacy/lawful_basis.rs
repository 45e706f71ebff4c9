//! The lawful basis of processing a person's data (DP-01 –).
//!
//! Every purpose has one, with its date; who recorded it is known from the
//! command that did. Where the basis is consent there is a record of that
//! consent, and withdrawing it ends the processing (DP-02).
//!
//! Not here: consent to return ([`conditions`](crate::conditions), VOL-01).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::bounded_text;
use crate::value::ValueError;
use crate::wire::{checked_when_read, coded_enum};

coded_enum! {
    /// On what ground data are processed (DP-01 –).
    LawfulBasis, refused as "LAWFUL_BASIS_UNKNOWN_CODE";
    /// The person agreed.
    Consent = "consent",
    /// To protect a life.
    VitalInterest = "vital_interest",
    /// The best interests of the person.
    BestInterests = "best_interests",
    /// A mandate or the public interest.
    PublicInterestMandate = "public_interest_mandate",
    /// A legal duty.
    LegalDuty = "legal_duty",
}

coded_enum! {
    /// How consent was given, so that nobody is left out who cannot sign.
    ConsentManner, refused as "CONSENT_MANNER_UNKNOWN_CODE";
    /// Signed.
    Signature = "signature",
    /// By thumbprint on paper; the print itself is not recorded.
    Thumbprint = "thumbprint",
    /// Spoken before a witness.
    WitnessedSpoken = "witnessed_spoken",
    /// Spoken into a recording.
    AudioRecording = "audio_recording",
}

bounded_text! {
    /// For what the data are processed, such as "return assistance".
    ProcessingPurpose, 120
}

/// A record that a person agreed to the processing of their data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConsentToProcessing {
    /// The day on which the person agreed.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub given_on: Date,
    /// How.
    pub manner: ConsentManner,
}

/// On what ground, and for what, a person's data are processed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct ProcessingBasis {
    /// The ground.
    basis: LawfulBasis,
    /// For what.
    purpose: ProcessingPurpose,
    /// The day on which the ground was recorded.
    #[serde(with = "crate::wire::date")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    recorded_on: Date,
    /// The record of consent; needed for the ground `consent` and only then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consent: Option<ConsentToProcessing>,
}

checked_when_read!(ProcessingBasis);

impl ProcessingBasis {
    /// A ground with its purpose, and the record of consent where it is one.
    pub fn new(
        basis: LawfulBasis,
        purpose: ProcessingPurpose,
        recorded_on: Date,
        consent: Option<ConsentToProcessing>,
    ) -> Result<Self, ValueError> {
        Self {
            basis,
            purpose,
            recorded_on,
            consent,
        }
        .checked()
    }

    fn checked(self) -> Result<Self, ValueError> {
        match (self.basis, self.consent) {
            (LawfulBasis::Consent, None) => Err(ValueError::new(
                "PROCESSING_CONSENT_MISSING",
                "processing by consent needs the record of that consent",
            )),
            (LawfulBasis::Consent, Some(consent)) if consent.given_on > self.recorded_on => {
                Err(ValueError::new(
                    "PROCESSING_CONSENT_AFTER_RECORD",
                    "consent cannot be recorded before it was given",
                ))
            }
            (LawfulBasis::Consent, Some(_)) | (_, None) => Ok(self),
            (_, Some(_)) => Err(ValueError::new(
                "PROCESSING_CONSENT_NOT_THE_BASIS",
                "a record of consent belongs to the basis `consent` only; people must not think they can withdraw what does not rest on their consent",
            )),
        }
    }

    /// The ground.
    pub const fn basis(&self) -> LawfulBasis {
        self.basis
    }

    /// For what the data are processed.
    pub const fn purpose(&self) -> &ProcessingPurpose {
        &self.purpose
    }

    /// The day on which the ground was recorded.
    pub const fn recorded_on(&self) -> Date {
        self.recorded_on
    }

    /// The record of consent.
    pub const fn consent(&self) -> Option<ConsentToProcessing> {
        self.consent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(basis: &str, consent: &str) -> Result<ProcessingBasis, String> {
        let json = format!(
            r#"{{"basis":"{basis}","purpose":"return assistance","recorded_on":"2025-02-01"{consent}}}"#
        );
        serde_json::from_str(&json).map_err(|error| error.to_string())
    }

    const CONSENT: &str = r#","consent":{"given_on":"2025-02-01","manner":"thumbprint"}"#;

    #[test]
    fn consent_without_a_record_of_it_is_no_basis() {
        assert!(
            read("consent", "")
                .unwrap_err()
                .contains("PROCESSING_CONSENT_MISSING")
        );
        assert!(read("consent", CONSENT).is_ok());
    }

    #[test]
    fn every_other_basis_stands_without_consent() {
        for basis in LawfulBasis::ALL
            .iter()
            .filter(|basis| **basis != LawfulBasis::Consent)
        {
            assert!(read(basis.code(), "").is_ok(), "{basis}");
            let refused = read(basis.code(), CONSENT).unwrap_err();
            assert!(
                refused.contains("PROCESSING_CONSENT_NOT_THE_BASIS"),
                "{refused}"
            );
        }
    }

    #[test]
    fn consent_is_given_before_it_is_recorded() {
        let later = CONSENT.replace("2025-02-01", "2025-02-02");
        assert!(
            read("consent", &later)
                .unwrap_err()
                .contains("PROCESSING_CONSENT_AFTER_RECORD")
        );
    }
}
