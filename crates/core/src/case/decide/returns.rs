//! A return, recorded as the fact it was: in any state before, with any finding or
//! none (T10, T11). Recording is never refused for not being compliant (a facilitated
//! one arrives, see `departure`); what counts is that it is known (return conditions
//! §2.5 –).

use super::incidents::opened_by;
use super::{Context, lineage, not_after_today, not_too_early};
use crate::case::command::{ReturnNature, ReturnReport};
use crate::case::event::{AssessmentTiming, Event, ReturnRecord};
use crate::case::facts::CaseFacts;
use crate::case::state::CaseState;
use crate::conditions::{Finding, assess};
use crate::ids::{IdSource, UserId};
use crate::refusal::Refusal;

/// What the registry knew of the place and the day of departure comes to.
fn known_of(
    state: &CaseState,
    record: &ReturnRecord,
    forced: bool,
    context: &Context<'_>,
) -> Option<Finding> {
    // What is known of one place says nothing of another.
    let (destination, _) = state.destination.as_ref()?;
    if *destination != record.destination {
        return None;
    }
    let on = record.departed_on;
    let (catalogue, profile) = (context.catalogue, context.profile);
    let gathered = CaseFacts::gather(state, context.areas?, catalogue, on, profile, None);
    let known = assess(catalogue, &gathered.facts).ok()?.finding;
    Some(match known {
        Finding::Compliant if forced => Finding::NotCompliant,
        known => known,
    })
}

pub(super) fn record(
    state: &CaseState,
    report: ReturnReport,
    by: UserId,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Result<Vec<Event>, Refusal> {
    lineage(context, &report.destination, "/destination")?;
    not_after_today(context, report.departed_on, "/departed_on")?;
    not_too_early(report.departed_on, "/departed_on")?;
    if state.is_back() {
        return Err(Refusal::missing(
            "ALREADY_RETURNED",
            "a return of this case is recorded already",
        ));
    }
    if report.nature == ReturnNature::Facilitated {
        return Err(Refusal::missing(
            "APPROVAL_MISSING",
            "a facilitated return is approved, departs and arrives (T7 to T9); a return that went ahead without is recorded as what it was for the household",
        ));
    }
    // The latest finding for this very destination that stood on the day of departure.
    let before = state.findings.iter().rev().find(|finding| {
        finding.destination == report.destination && finding.assessment.on <= report.departed_on
    });
    // A finding for another place says nothing about this return.
    let any = state
        .findings
        .iter()
        .any(|finding| finding.destination == report.destination);
    let assessed = match before {
        Some(_) => AssessmentTiming::Before,
        None if any => AssessmentTiming::After,
        None => AssessmentTiming::None,
    };
    // What is forced is never compliant, whatever was found before (§2.12).
    let forced = report.nature == ReturnNature::Forced;
    let compliant = !forced
        && before.is_some_and(|finding| {
            finding.assessment.finding == Finding::Compliant
                && report.departed_on <= finding.assessment.expires_on
        });
    let record = ReturnRecord {
        id: ids.id(),
        nature: report.nature,
        departed_on: report.departed_on,
        destination: report.destination,
        assessed,
        finding: before.map(|finding| finding.id),
        compliant,
        known: None,
    };
    let record = ReturnRecord {
        known: known_of(state, &record, forced, context),
        ..record
    };
    let incident = opened_by(state, &record, forced, by, context, ids);
    let mut events = vec![Event::ReturnRecorded(record)];
    events.extend(incident);
    Ok(events)
}
