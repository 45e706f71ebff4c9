//! What readers see, made from facts: the same rows whether written with the fact
//! or made again in a rebuild, to the byte.
//!
//! Columns are tier D; everything else stands in a body (docs/data-classes.toml).

use crate::batch::{Batch, CaseRows};
use crate::rows::{
    CaseDocumentRow, CaseHeadRow, FindingLostRow, FindingRow, OpenFindingRow, ReturnRow,
};
use crate::sql_types::{At, Key, On};
use crate::{StoreError, conflicts, place_path};
use sanad_core::area::FindingsLost;
use sanad_core::case::{
    CaseDocument, CasePart, CaseState, CaseSummary, Event, IssuedFinding, Meta, ReturnRecord,
    State, take_apart, take_summary_apart,
};

/// The head and the document of a case.
pub(crate) fn of_case(case: &CaseState, replaces: bool) -> Result<CaseRows, StoreError> {
    let unwritable = |why: &dyn std::fmt::Display| {
        StoreError::Unreadable(format!("a case cannot be written: {why}"))
    };
    let summary = CaseSummary::of(case).ok_or_else(|| unwritable(&"it has no place"))?;
    let finding = summary.finding.as_ref();
    let destination = summary.destination.as_ref();
    let revision = i64::try_from(case.revision).map_err(|_| unwritable(&"too many facts"))?;
    let head = CaseHeadRow {
        case_id: Key(case.id.0),
        number: case.number.as_str().to_owned(),
        revision,
        organisation_id: Key(case.organisation.0),
        state: case.state.code().to_owned(),
        registered_on: On(case.registered_on),
        place_edition: summary.place.edition.as_str().to_owned(),
        place_code: summary.place.code.as_str().to_owned(),
        place_path: place_path::encode(&case.places),
        destination_edition: destination.map(|place| place.edition.as_str().to_owned()),
        destination_code: destination.map(|place| place.code.as_str().to_owned()),
        members: i32::try_from(summary.members).unwrap_or(i32::MAX),
        finding_id: finding.map(|finding| Key(finding.id.0)),
        finding_outcome: finding.map(|finding| finding.finding.code().to_owned()),
        finding_on: finding.map(|finding| On(finding.on)),
        finding_expires_on: finding.map(|finding| On(finding.expires_on)),
        returned_on: summary.returned_on.map(On),
        opened_at: At::from(case.opened_at),
        updated_at: At::from(case.updated_at),
        due_on: summary.next_due.map(|due| On(due.on)),
        summary: take_summary_apart(&summary).map_err(|error| unwritable(&error))?,
    };
    let body = take_apart(&CaseDocument::of(case)).map_err(|error| unwritable(&error))?;
    let document = CaseDocumentRow {
        case_id: head.case_id,
        revision,
        body,
        conflicted: conflicts::encode(case),
    };
    Ok(CaseRows {
        head,
        document,
        open: of_open_finding(case),
        replaces,
    })
}

/// The open finding of a case with what is needed to look at it again.
fn of_open_finding(case: &CaseState) -> Option<OpenFindingRow> {
    let finding = case.open_finding()?;
    let place = case.place_of_displacement()?;
    Some(OpenFindingRow {
        case_id: Key(case.id.0),
        finding_id: Key(finding.id.0),
        expires_on: On(finding.assessment.expires_on),
        on_the_way: case.stands_at() == State::Departed,
        destination_edition: finding.destination.edition.as_str().to_owned(),
        destination_code: finding.destination.code.as_str().to_owned(),
        place_edition: place.edition.as_str().to_owned(),
        place_code: place.code.as_str().to_owned(),
        profile: finding.assessment.profile.code().to_owned(),
        facts: CasePart::of(case).to_bytes(),
    })
}

/// The rows of findings that no longer hold.
pub(crate) fn of_lost(fact: &FindingsLost, meta: Meta) -> impl Iterator<Item = FindingLostRow> {
    fact.lost.iter().map(move |lost| FindingLostRow {
        finding_id: Key(lost.finding.0),
        case_id: Key(lost.case.0),
        place_edition: fact.place.edition.as_str().to_owned(),
        place_code: fact.place.code.as_str().to_owned(),
        position: position(meta),
        cause: fact.cause.code().to_owned(),
        event: fact.event.map(|kind| kind.code().to_owned()),
        lost_on: On(fact.on),
        recorded_at: At::from(meta.recorded_at),
    })
}

/// Rows that one fact adds to the registers.
pub(crate) fn of_event(case: &CaseState, event: &Event, meta: Meta, batch: &mut Batch) {
    match event {
        Event::FindingIssued(finding) => batch.findings.extend(of_finding(case, finding, meta)),
        Event::ReturnRecorded(record) => batch.returns.extend(of_return(case, record, meta)),
        Event::CaseRegistered(_)
        | Event::MemberJoined(_)
        | Event::MemberCorrected { .. }
        | Event::MemberLeft { .. }
        | Event::ContactPointAdded(_)
        | Event::DisplacementRecorded { .. }
        | Event::DestinationChosen { .. }
        | Event::Advanced(_)
        | Event::AnswerRecorded(_)
        | Event::EvidenceRecorded(_)
        | Event::EvidenceFileAttached { .. }
        | Event::EvidenceVerified(_)
        | Event::ReturnOrganisersNamed { .. }
        | Event::ConflictDeclared(_)
        | Event::ConflictEndProposed { .. }
        | Event::ConflictEnded { .. }
        | Event::AnswerConfirmed(_)
        | Event::AnswerRetracted { .. }
        | Event::Approved(_)
        | Event::Departed(_)
        | Event::Arrived { .. }
        | Event::ConsentWithdrawn(_)
        | Event::SteppedBack { .. }
        | Event::Held { .. }
        | Event::Resumed
        | Event::DisplacedAgain
        | Event::Closed { .. }
        | Event::Reopened { .. }
        | Event::ConsentStated(_)
        | Event::ConsentTakenBack { .. }
        | Event::BestInterestsRecorded(_)
        | Event::IncidentRecorded(_)
        | Event::IncidentConfirmed { .. }
        | Event::IncidentFollowed { .. }
        | Event::MonitoringBegan { .. }
        | Event::RoundRecorded(_)
        | Event::SolutionChosen(_)
        | Event::SolutionProposed
        | Event::SolutionAchieved(_)
        | Event::LegalHoldPlaced { .. }
        | Event::LegalHoldLifted { .. }
        | Event::AnonymisationProposed { .. }
        | Event::Anonymised(_)
        | Event::Destroyed => {}
    }
}

fn position(meta: Meta) -> i64 {
    i64::try_from(meta.position).unwrap_or(i64::MAX)
}

fn of_finding(case: &CaseState, finding: &IssuedFinding, meta: Meta) -> Option<FindingRow> {
    let place = case.place_of_displacement()?;
    let assessment = &finding.assessment;
    Some(FindingRow {
        finding_id: Key(finding.id.0),
        case_id: Key(case.id.0),
        organisation_id: Key(case.organisation.0),
        place_edition: place.edition.as_str().to_owned(),
        place_code: place.code.as_str().to_owned(),
        place_path: place_path::encode(&case.places),
        destination_edition: finding.destination.edition.as_str().to_owned(),
        destination_code: finding.destination.code.as_str().to_owned(),
        position: position(meta),
        outcome: assessment.finding.code().to_owned(),
        found_on: On(assessment.on),
        expires_on: On(assessment.expires_on),
        catalogue: format!(
            "{} {}",
            assessment.catalogue.id, assessment.catalogue.edition
        ),
        profile: assessment.profile.code().to_owned(),
        assessor: Key(finding.assessor.0),
        issued_at: At::from(meta.recorded_at),
        body: serde_json::to_vec(finding).ok()?,
    })
}

fn of_return(case: &CaseState, record: &ReturnRecord, meta: Meta) -> Option<ReturnRow> {
    let place = case.place_of_displacement()?;
    let finding = case
        .findings
        .iter()
        .find(|finding| Some(finding.id) == record.finding);
    Some(ReturnRow {
        return_id: Key(record.id.0),
        case_id: Key(case.id.0),
        organisation_id: Key(case.organisation.0),
        place_edition: place.edition.as_str().to_owned(),
        place_code: place.code.as_str().to_owned(),
        place_path: place_path::encode(&case.places),
        position: position(meta),
        nature: record.nature.code().to_owned(),
        departed_on: On(record.departed_on),
        destination_edition: record.destination.edition.as_str().to_owned(),
        destination_code: record.destination.code.as_str().to_owned(),
        finding_id: record.finding.map(|id| Key(id.0)),
        finding_outcome: finding.map(|finding| finding.assessment.finding.code().to_owned()),
        finding_expires_on: finding.map(|finding| On(finding.assessment.expires_on)),
        assessed: record.assessed.code().to_owned(),
        compliant: record.compliant,
        recorded_at: At::from(meta.recorded_at),
        recorded_by: Key(meta.recorded_by.0),
    })
}
