//! An issued finding, computed anew: the facts behind it are gathered again from the
//! journal as it stood when it was issued, and assessed with the catalogue in force. So
//! is a departure.
//!
//! Not here: the rule (`sanad_core::conditions`), the facts of a case as it is now
//! (`v1::assessments`).

use jiff::tz::TimeZone;
use sanad_core::area::PlaceTable;
use sanad_core::case::{CaseFacts, CaseState, Departure, Event, IssuedFinding, Meta};
use sanad_core::conditions::file::{AssessmentReport, CatalogueEntry, ReasonEntry};
use sanad_core::conditions::{Catalogue, Finding, SelfAssessment, assess};
use sanad_core::ids::{CaseId, FindingId};
use sanad_store::StoreError;
use sanad_store::db::Db;
use sanad_store::journal::{Recorded, case_stream, decode};
use sanad_store::knowledge::{self, Until};
use sanad_store::rows::{FindingRow, JournalRow};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use utoipa::ToSchema;

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

/// A finding as the journal has it, and what its facts come to now.
#[derive(Debug)]
pub struct Behind {
    /// As issued.
    pub then: IssuedFinding,
    /// The facts file (`sanad-facts/1`), as its hash is made.
    pub file: Vec<u8>,
    /// SHA-256 of that file, in hex.
    pub sha256: String,
    /// The same facts, assessed with the catalogue in force.
    pub now: Result<AssessmentReport, SelfAssessment>,
}

/// Gathers the facts behind a finding again. `rows` is the whole journal of its case;
/// `None` when that journal has no such finding.
pub fn behind(
    db: &mut dyn Db,
    places: &PlaceTable,
    catalogue: &Catalogue,
    rows: &[JournalRow],
    finding: FindingId,
) -> Result<Option<Behind>, StoreError> {
    let facts = decode::<Event>(rows)?;
    let issued = facts
        .iter()
        .zip(rows)
        .enumerate()
        .find_map(|(at, pair)| match &pair.0.event {
            Event::FindingIssued(issued) if issued.id == finding => {
                Some((at, (**issued).clone(), pair.1.position))
            }
            _ => None,
        });
    let Some((at, then, position)) = issued else {
        return Ok(None);
    };
    let before = facts[..at].iter().map(|fact| (&fact.event, fact.meta));
    let case =
        CaseState::fold(before).map_err(|error| StoreError::Unreadable(error.to_string()))?;
    let Some(case) = case else { return Ok(None) };
    if case.is_forgotten() {
        return Err(StoreError::Forgotten);
    }
    let areas = knowledge::of_case(db, places, &case, Until::Position(position))?;
    let (on, profile) = (then.assessment.on, then.assessment.profile);
    let gathered = CaseFacts::gather(&case, &areas, catalogue, on, profile, Some(then.assessor));
    let file = serde_json::to_vec(&gathered.to_file(catalogue))
        .map_err(|error| StoreError::Unreadable(error.to_string()))?;
    let now = assess(catalogue, &gathered.facts).map(|assessment| {
        AssessmentReport::new(&assessment, catalogue, |subject| gathered.name_of(subject))
    });
    Ok(Some(Behind {
        then,
        sha256: hex(&Sha256::digest(&file)),
        file,
        now,
    }))
}

/// Whether a departure comes out compliant again from what was known when it was
/// recorded: for its own day, and for the day of recording, as T8 has it (return
/// conditions §2.6 –). `before` are the facts of its case before it.
pub fn departs_compliant(
    db: &mut dyn Db,
    (places, catalogue): (&PlaceTable, &Catalogue),
    before: &[Recorded<Event>],
    departure: &Departure,
    meta: Meta,
) -> Result<bool, StoreError> {
    let facts = before.iter().map(|fact| (&fact.event, fact.meta));
    let case = CaseState::fold(facts).map_err(|error| StoreError::Unreadable(error.to_string()))?;
    let Some(case) = case else { return Ok(false) };
    let mut findings = case.findings.iter();
    let Some(finding) = findings.find(|finding| finding.id == departure.finding) else {
        return Ok(false);
    };
    // Another catalogue may ask more than was asked then; only the same one judges.
    if finding.assessment.catalogue.sha256 != catalogue.sha256() {
        return Ok(true);
    }
    let until = Until::Position(i64::try_from(meta.position).unwrap_or(i64::MAX));
    let areas = knowledge::of_case(db, places, &case, until)?;
    let profile = finding.assessment.profile;
    let recorded_on = meta.recorded_at.to_zoned(TimeZone::UTC).date();
    let compliant_on = |day| {
        let gathered = CaseFacts::gather(&case, &areas, catalogue, day, profile, None);
        assess(catalogue, &gathered.facts)
            .is_ok_and(|assessment| assessment.finding == Finding::Compliant)
    };
    Ok(compliant_on(departure.departed_on) && compliant_on(recorded_on))
}

/// Bytes in lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
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
    let made_with = &finding.assessment.catalogue;
    if made_with.sha256 != catalogue.sha256() {
        return Err(NotRecomputed::OtherCatalogue {
            id: made_with.id.clone(),
            edition: made_with.edition.clone(),
        });
    }
    let rows = db.stream(case_stream(CaseId(row.case_id.0)), None)?;
    let behind = behind(db, places, catalogue, &rows, finding.id)?;
    let behind = behind.ok_or(NotRecomputed::OtherFacts)?;
    if behind.sha256 == finding.facts_sha256 {
        Ok(behind.file)
    } else {
        Err(NotRecomputed::OtherFacts)
    }
}

/// A part of a finding that may come out differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingPart {
    /// The journal of the case has no such finding: the register was altered.
    Journal,
    /// The register shows another finding than the journal: it was altered.
    Register,
    /// The catalogue in force is another one.
    Catalogue,
    /// The journal gives other facts than those that were hashed.
    Facts,
    /// Whoever issued it recorded consent in the case: nothing may be assessed.
    Assessor,
    /// The finding itself.
    Finding,
    /// An outcome of one of the eight conditions.
    Conditions,
    /// The reasons.
    Reasons,
    /// The warnings.
    Warnings,
    /// The last day on which it may be relied on.
    ExpiresOn,
}

/// A finding beside what its facts come to now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Recomputed {
    /// The finding.
    pub id: FindingId,
    /// Nothing differs.
    pub same: bool,
    /// What differs; empty when nothing does.
    pub differs: Vec<FindingPart>,
    /// What it said when it was issued.
    pub finding_then: Finding,
    /// What its facts come to now; left out when they cannot be assessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding_now: Option<Finding>,
    /// Reasons of then that are none now.
    pub reasons_gone: Vec<ReasonEntry>,
    /// Reasons of now that were none then.
    pub reasons_new: Vec<ReasonEntry>,
    /// SHA-256, in hex, of the facts file when it was issued.
    pub facts_sha256_then: String,
    /// SHA-256, in hex, of the facts file as the journal gives it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts_sha256_now: Option<String>,
    /// The catalogue with which it was made.
    pub catalogue_then: CatalogueEntry,
    /// The catalogue in force, with which it was computed now.
    pub catalogue_now: CatalogueEntry,
}

/// Computes a finding of the register anew and says what differs.
pub fn recompute(
    db: &mut dyn Db,
    places: &PlaceTable,
    catalogue: &Catalogue,
    row: &FindingRow,
) -> Result<Recomputed, NotRecomputed> {
    let shown: IssuedFinding =
        serde_json::from_slice(&row.body).map_err(|_| NotRecomputed::Damaged)?;
    let rows = db.stream(case_stream(CaseId(row.case_id.0)), None)?;
    let id = FindingId(row.finding_id.0);
    let catalogue_now = CatalogueEntry {
        id: catalogue.id().to_owned(),
        edition: catalogue.edition().to_owned(),
        sha256: catalogue.sha256().to_owned(),
    };
    let Some(behind) = behind(db, places, catalogue, &rows, id)? else {
        return Ok(Recomputed {
            id,
            same: false,
            differs: vec![FindingPart::Journal],
            finding_then: shown.assessment.finding,
            finding_now: None,
            reasons_gone: Vec::new(),
            reasons_new: Vec::new(),
            facts_sha256_then: shown.facts_sha256,
            facts_sha256_now: None,
            catalogue_then: shown.assessment.catalogue,
            catalogue_now,
        });
    };
    let register_agrees =
        shown == behind.then && row.outcome == behind.then.assessment.finding.code();
    Ok(behind.compared(register_agrees, catalogue_now))
}

impl Behind {
    /// Whether the journal still gives this finding, and gives it as compliant.
    pub fn is_compliant_again(&self) -> bool {
        let compliant = |report: &AssessmentReport| report.finding == Finding::Compliant;
        let now = self.now.as_ref().is_ok_and(compliant);
        // Another catalogue may ask more than was asked then; only the same one judges.
        let judged = match &self.now {
            Ok(report) => report.catalogue == self.then.assessment.catalogue,
            Err(_) => true,
        };
        compliant(&self.then.assessment) && (now || !judged)
    }

    fn compared(self, register_agrees: bool, catalogue_now: CatalogueEntry) -> Recomputed {
        let then = self.then.assessment;
        let mut differs = Vec::new();
        let mut unless = |same: bool, part: FindingPart| {
            if !same {
                differs.push(part);
            }
        };
        unless(register_agrees, FindingPart::Register);
        unless(then.catalogue == catalogue_now, FindingPart::Catalogue);
        unless(self.then.facts_sha256 == self.sha256, FindingPart::Facts);
        let now = self.now.ok();
        unless(now.is_some(), FindingPart::Assessor);
        let (mut gone, mut new) = (Vec::new(), Vec::new());
        if let Some(now) = &now {
            unless(then.finding == now.finding, FindingPart::Finding);
            unless(then.conditions == now.conditions, FindingPart::Conditions);
            gone = lacking(&then.reasons, &now.reasons);
            new = lacking(&now.reasons, &then.reasons);
            unless(then.reasons == now.reasons, FindingPart::Reasons);
            unless(then.warnings == now.warnings, FindingPart::Warnings);
            unless(then.expires_on == now.expires_on, FindingPart::ExpiresOn);
        }
        Recomputed {
            id: self.then.id,
            same: differs.is_empty(),
            differs,
            finding_then: then.finding,
            finding_now: now.map(|now| now.finding),
            reasons_gone: gone,
            reasons_new: new,
            facts_sha256_then: self.then.facts_sha256,
            facts_sha256_now: Some(self.sha256),
            catalogue_then: then.catalogue,
            catalogue_now,
        }
    }
}

fn lacking(these: &[ReasonEntry], those: &[ReasonEntry]) -> Vec<ReasonEntry> {
    let missing = these.iter().filter(|reason| !those.contains(reason));
    missing.cloned().collect()
}
