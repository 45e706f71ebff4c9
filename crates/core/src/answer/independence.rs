//! Whether an item of evidence counts as independent, and why (return conditions
//! §1.10 –): computed from where it comes from and from who runs the return, never
//! taken from whoever recorded it. *Neither the authority in control, nor the body that
//! runs the return, nor the own caseworker* can only be checked of a source that is named.
//!
//! Not here: which indicators need an independent source (the catalogue).

use super::evidence::{EvidenceRecord, NewEvidence, SourceClass};
use crate::ids::OrganisationId;
use serde::Serialize;

/// Why an item counts as independent, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IndependenceReason {
    /// Its source is named, and is neither a party to the return nor to the case.
    IndependentSource,
    /// Its source class is another one than `independent`.
    SourceClass,
    /// Whoever recorded it said that it is not independent.
    SaidNotIndependent,
    /// It does not say which source that is, so that nobody can check it.
    SourceNotNamed,
    /// The organisation it comes from organises this return or is paid for it.
    SourceRunsTheReturn,
}

/// Whether an item counts as independent, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Independence {
    /// It counts as independent.
    pub counts: bool,
    /// Why, or why not.
    pub reason: IndependenceReason,
}

impl NewEvidence {
    /// Whether the item counts as independent where these organisations run the return.
    pub fn independence(&self, return_organisers: &[OrganisationId]) -> Independence {
        let runs_the_return = self
            .source_organisation
            .is_some_and(|source| return_organisers.contains(&source));
        let reason = if self.source_class != SourceClass::Independent {
            IndependenceReason::SourceClass
        } else if self.independent == Some(false) {
            IndependenceReason::SaidNotIndependent
        } else if self.source_organisation.is_none() && self.source_name.is_none() {
            IndependenceReason::SourceNotNamed
        } else if runs_the_return {
            IndependenceReason::SourceRunsTheReturn
        } else {
            IndependenceReason::IndependentSource
        };
        Independence {
            counts: reason == IndependenceReason::IndependentSource,
            reason,
        }
    }
}

impl EvidenceRecord {
    /// Whether the item counts as independent where these organisations run the return.
    pub fn independence(&self, return_organisers: &[OrganisationId]) -> Independence {
        self.item.independence(return_organisers)
    }

    /// Whether the source counts as independent where nobody is named who runs the
    /// return.
    pub fn is_independent(&self) -> bool {
        self.independence(&[]).counts
    }
}
