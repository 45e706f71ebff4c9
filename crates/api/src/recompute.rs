//! The facts behind an issued finding, gathered again from the journal: what an
//! auditor needs to compute the finding anew.
//!
//! Not here: the rule (`sanad_core::conditions`), the facts of a case as it is now
//! (`v1::assessments`).

use sanad_core::area::PlaceTable;
use sanad_core::case::{CaseFacts, IssuedFinding};
use sanad_core::conditions::Catalogue;
use sanad_core::ids::CaseId;
use sanad_store::db::Db;
use sanad_store::journal::{case_of, case_stream};
use sanad_store::knowledge::{self, Until};
use sanad_store::rows::FindingRow;
use sanad_store::{StoreError, knowledge::stream};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// Why the facts behind a finding cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum NotRecomputed {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It was made with a catalogue that is not the one in force.
    #[error("the finding was made with the catalogue `{id}` of edition {edition}; use that one")]
    OtherCatalogue {
        /// Its id.
        id: String,
        /// Its edition.
        edition: String,
    },
    /// The journal gives other facts than those that were hashed: it was altered, or
    /// the list of places was.
    #[error("the facts as the registry has them now do not give the hash stored with the finding")]
    OtherFacts,
    /// The stored finding cannot be read.
    #[error("the stored finding is damaged")]
    Damaged,
}

/// The facts file (`sanad-facts/1`) behind a finding, byte for byte as its hash was
/// made.
pub fn facts_behind(
    db: &mut dyn Db,
    places: &PlaceTable,
    catalogue: &Catalogue,
    row: &FindingRow,
) -> Result<Vec<u8>, NotRecomputed> {
    let finding: IssuedFinding =
        serde_json::from_slice(&row.body).map_err(|_| NotRecomputed::Damaged)?;
    let assessment = &finding.assessment;
    if assessment.catalogue.sha256 != catalogue.sha256() {
        return Err(NotRecomputed::OtherCatalogue {
            id: assessment.catalogue.id.clone(),
            edition: assessment.catalogue.edition.clone(),
        });
    }
    let until = Until::Position(row.position);
    let case = case_of(&stream(db, case_stream(CaseId(row.case_id.0)), until)?)?;
    let case = case.ok_or(NotRecomputed::OtherFacts)?;
    let areas = knowledge::of_case(db, places, &case, until)?;
    let (on, profile) = (assessment.on, assessment.profile);
    let assessor = Some(finding.assessor);
    let facts = CaseFacts::gather(&case, &areas, catalogue, on, profile, assessor);
    let json = serde_json::to_vec(&facts.to_file(catalogue)).map_err(|_| NotRecomputed::Damaged)?;
    let mut hash = String::with_capacity(64);
    for byte in Sha256::digest(&json) {
        // Writing to a String cannot fail.
        let _ = write!(hash, "{byte:02x}");
    }
    if hash == finding.facts_sha256 {
        Ok(json)
    } else {
        Err(NotRecomputed::OtherFacts)
    }
}
