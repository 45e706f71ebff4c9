//! T7 to T9: approval, departure and arrival of a facilitated return. Only a
//! compliant finding leads here, and nobody can override it (return conditions
//! §2.5, §2.6).

use super::findings::{hex_of, recorded_consent};
use super::incidents::opened_by;
use super::steps::wrong_state;
use super::{Context, lineage, not_after_today};
use crate::case::command::ReturnNature;
use crate::case::departure::{
    Approval, ApprovalRequest, ArrivalReport, Departure, DepartureReport,
};
use crate::case::event::{AssessmentTiming, Event, IssuedFinding, ReturnRecord};
use crate::case::facts::CaseFacts;
use crate::case::lifecycle::{APPROVE, ARRIVE, DEPART};
use crate::case::solution::Solution;
use crate::case::state::CaseState;
use crate::conditions::{AccessProfile, Finding, WarningKind, assess};
use crate::ids::{IdSource, UserId};
use crate::refusal::{Precondition, Refusal};
use jiff::civil::Date;

/// T7. The approver is neither the assessor nor a recorder of consent
/// (`SELF_APPROVAL`, §2.7 –), and has read the latest finding.
pub(super) fn approve(
    state: &CaseState,
    request: ApprovalRequest,
    by: UserId,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let today = context.today();
    let mut missing: Vec<Precondition> = wrong_state(state, APPROVE).into_iter().collect();
    let latest = state.findings.last();
    match latest.filter(|finding| finding.id == request.finding) {
        None => missing.push(
            Precondition::new(
                "FINDING_NOT_LATEST",
                "this is not the latest finding of the case; read that one first",
            )
            .at("/finding"),
        ),
        Some(finding) => {
            missing.extend(why_not_approved(state, finding, today, context));
            // Across the whole journal: an earlier finding counts as well.
            let assessed = state.findings.iter().any(|finding| finding.assessor == by);
            if assessed || recorded_consent(state, by, context) {
                missing.push(Precondition::new(
                    "SELF_APPROVAL",
                    "neither the assessor nor whoever recorded a person's consent may approve",
                ));
            }
            if answer_is_due(finding) && request.answer_to_warnings.is_none() {
                missing.push(
                    Precondition::new(
                        "WARNING_UNANSWERED",
                        "the finding warns of a high band of the Return Index; answer it in writing",
                    )
                    .at("/answer_to_warnings"),
                );
            }
            if missing.is_empty() {
                compliant_on(state, finding, today, context, "FINDING_NO_LONGER_HOLDS")?;
            }
        }
    }
    Refusal::unless_empty(missing)?;
    Ok(vec![Event::Approved(Approval {
        finding: request.finding,
        approved_by: by,
        approved_on: today,
        answer_to_warnings: request.answer_to_warnings,
    })])
}

/// Whether a warning of the finding asks its approver for an answer in writing (§2.3).
fn answer_is_due(finding: &IssuedFinding) -> bool {
    let warnings = finding.assessment.warnings.iter();
    warnings
        .into_iter()
        .any(|warning| warning.kind == WarningKind::AnswerInWriting)
}

/// What stands against relying on a finding on a day.
fn why_not_approved(
    state: &CaseState,
    finding: &IssuedFinding,
    on: Date,
    context: &Context<'_>,
) -> Vec<Precondition> {
    let mut missing = Vec::new();
    if finding.assessment.finding != Finding::Compliant {
        missing.push(Precondition::new(
            "FINDING_NOT_COMPLIANT",
            "only a compliant finding lets a return be facilitated; nobody can override it",
        ));
    }
    let weaker = finding.assessment.profile == AccessProfile::Standard;
    if weaker && context.profile == AccessProfile::Strict {
        missing.push(Precondition::new(
            "FINDING_PROFILE_WEAKER",
            "this office reads access to the region strictly; issue a finding that does",
        ));
    }
    if on > finding.assessment.expires_on {
        missing.push(Precondition::new(
            "FINDING_EXPIRED",
            format!(
                "the finding could be relied on until {}; issue a new one",
                finding.assessment.expires_on
            ),
        ));
    }
    let destination = state.destination.as_ref().map(|(place, _)| place);
    if destination != Some(&finding.destination) {
        missing.push(Precondition::new(
            "FINDING_FOR_ANOTHER_PLACE",
            "the household has named another destination since; issue a new finding",
        ));
    }
    missing
}

/// Assesses the return once more for a day; the hash of the facts when it is
/// compliant, else every reason why not.
fn compliant_on(
    state: &CaseState,
    finding: &IssuedFinding,
    on: Date,
    context: &Context<'_>,
    code: &'static str,
) -> Result<String, Refusal> {
    let not_known = || {
        Refusal::missing(
            code,
            "the return cannot be assessed for this day; issue a new finding",
        )
    };
    let areas = context.areas.ok_or_else(not_known)?;
    let catalogue = context.catalogue;
    let profile = finding.assessment.profile;
    let gathered = CaseFacts::gather(state, areas, catalogue, on, profile, None);
    let assessment = assess(catalogue, &gathered.facts).map_err(|_| not_known())?;
    if assessment.finding != Finding::Compliant {
        let report =
            crate::conditions::file::AssessmentReport::new(&assessment, catalogue, |subject| {
                gathered.name_of(subject)
            });
        let missing = report.reasons.iter().map(|reason| {
            Precondition::new(
                code,
                format!(
                    "{} about {}: {}",
                    reason.indicator, reason.subject, reason.reason
                ),
            )
        });
        return Err(Refusal::Missing(missing.collect()));
    }
    let facts = serde_json::to_vec(&gathered.to_file(catalogue)).map_err(|_| not_known())?;
    Ok(hex_of(&facts))
}

/// T8. The return is assessed again for the day of departure; if it is no longer
/// compliant, the departure is blocked (§2.6).
pub(super) fn depart(
    state: &CaseState,
    report: DepartureReport,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let day = report.departed_on;
    not_after_today(context, day, "/departed_on")?;
    let mut missing: Vec<Precondition> = wrong_state(state, DEPART).into_iter().collect();
    let Some(approval) = &state.approval else {
        missing.push(Precondition::new(
            "APPROVAL_MISSING",
            "the return was not approved",
        ));
        return Err(Refusal::Missing(missing));
    };
    if day < approval.approved_on {
        return Err(Refusal::invalid(
            "/departed_on",
            "DEPARTURE_BEFORE_APPROVAL",
            "a departure before the approval was not a facilitated one; record it as a return of another nature",
        ));
    }
    let finding = state
        .findings
        .iter()
        .find(|finding| finding.id == approval.finding);
    let Some(finding) = finding else {
        return Err(Refusal::Missing(missing));
    };
    missing.extend(why_not_approved(state, finding, day, context));
    Refusal::unless_empty(missing)?;
    let facts_sha256 = compliant_on(state, finding, day, context, "DEPARTURE_NOT_COMPLIANT")?;
    // What happened since stands against it, too: a departure is not dated back past a
    // clash or a *no*. One that took place is recorded as the return it was.
    let today = context.today();
    if day != today {
        compliant_on(state, finding, today, context, "DEPARTURE_NOT_COMPLIANT")?;
    }
    Ok(vec![Event::Departed(Departure {
        departed_on: day,
        finding: approval.finding,
        facts_sha256,
    })])
}

/// T9. The arrival makes a facilitated return of the departure. An arrival at
/// another place than the approved one is recorded as the return it was.
pub(super) fn arrive(
    state: &CaseState,
    report: ArrivalReport,
    by: UserId,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Result<Vec<Event>, Refusal> {
    let place = report.place.ok_or_else(|| {
        Refusal::invalid(
            "/place",
            "PLACE_MISSING",
            "name the place where the household arrived",
        )
    })?;
    lineage(context, &place, "/place")?;
    not_after_today(context, report.arrived_on, "/arrived_on")?;
    let mut missing: Vec<Precondition> = wrong_state(state, ARRIVE).into_iter().collect();
    let Some(departure) = &state.departure else {
        missing.push(Precondition::new(
            "DEPARTURE_MISSING",
            "no departure is recorded",
        ));
        return Err(Refusal::Missing(missing));
    };
    if report.arrived_on < departure.departed_on {
        return Err(Refusal::invalid(
            "/arrived_on",
            "ARRIVED_BEFORE_LEAVING",
            "the arrival cannot be before the departure",
        ));
    }
    let approved = state
        .findings
        .iter()
        .find(|finding| finding.id == departure.finding);
    if approved.is_none_or(|finding| finding.destination != place) {
        missing.push(
            Precondition::new(
                "ARRIVED_ELSEWHERE",
                "the finding was about another place; record a return of the nature it had",
            )
            .at("/place"),
        );
    }
    Refusal::unless_empty(missing)?;
    let record = ReturnRecord {
        id: ids.id(),
        nature: ReturnNature::Facilitated,
        departed_on: departure.departed_on,
        destination: place,
        assessed: AssessmentTiming::Before,
        finding: Some(departure.finding),
        compliant: true,
        known: Some(Finding::Compliant),
    };
    let incident = opened_by(state, &record, false, by, context, ids);
    let mut events = vec![
        Event::Arrived {
            arrived_on: report.arrived_on,
        },
        Event::ReturnRecorded(record),
    ];
    events.extend(incident);
    events.push(Event::MonitoringBegan {
        solution: Solution::Return,
        began_on: report.arrived_on,
    });
    Ok(events)
}
