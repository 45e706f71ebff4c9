//! The findings of a case, and what stands on the day of the report: conditions with
//! their outcomes, reasons and warnings with question and sources.

use super::super::cell::{Cell, Row, cells};
use super::super::source::{CaseFile, Source};
use super::{CONDITION, FINDING, REASON};
use sanad_core::case::Event;
use sanad_core::conditions::Condition;
use sanad_core::conditions::file::{AssessmentReport, ReasonEntry};
use sanad_core::conditions::outcome::Outcome;
use sanad_core::ids::FindingId;
use sanad_store::StoreError;
use std::collections::BTreeMap;

/// Every finding with its conditions and reasons, the earliest first.
pub(super) fn issued(case: &CaseFile, source: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
    let mut approvals: BTreeMap<FindingId, (jiff::civil::Date, String)> = BTreeMap::new();
    for fact in &case.facts {
        if let Event::Approved(approval) = &fact.event {
            let login = source.login(fact.meta.recorded_by)?;
            approvals.insert(approval.finding, (approval.approved_on, login));
        }
    }
    let mut rows = Vec::new();
    for fact in &case.facts {
        let Event::FindingIssued(finding) = &fact.event else {
            continue;
        };
        let assessment = &finding.assessment;
        let catalogue = &assessment.catalogue;
        let approval = approvals.get(&finding.id);
        rows.push(Row::new(
            FINDING,
            cells![
                finding.id,
                assessment.finding.code(),
                assessment.on,
                assessment.expires_on,
                &finding.destination,
                fact.meta.recorded_at,
                fact.meta.recorded_by,
                Cell::text(source.login(fact.meta.recorded_by)?),
                approval.map(|(day, _)| *day),
                approval.map(|(_, login)| Cell::text(login.as_str())),
                format!("{} {}", catalogue.id, catalogue.edition),
                catalogue.sha256.as_str(),
                assessment.profile.code(),
                finding.facts_sha256.as_str(),
                Cell::Link(format!("/v1/findings/{}/recompute", finding.id)),
            ],
        ));
        let basis = finding.id.to_string();
        rows.extend(conditions(case, &basis, assessment));
        rows.extend(reasons(case, &basis, assessment, source));
    }
    Ok(rows)
}

/// The eight outcomes, each with what it follows from. `basis` is the finding, or
/// `as_of` for what holds on the day of the report.
pub(super) fn conditions(case: &CaseFile, basis: &str, report: &AssessmentReport) -> Vec<Row> {
    let row = |condition: &Condition| {
        let outcome = report.conditions.get(condition).copied();
        let of_it =
            |reason: &&ReasonEntry| reason.indicator.split('-').next() == Some(condition.code());
        let reasons: Vec<String> = report
            .reasons
            .iter()
            .filter(of_it)
            .map(|reason| {
                format!(
                    "{} ({}): {}",
                    reason.indicator,
                    case.label(&reason.subject),
                    reason.reason.label()
                )
            })
            .collect();
        let because = match outcome {
            Some(Outcome::Met) => {
                "every mandatory question that applies is answered yes, in time and with accepted, verified evidence".to_owned()
            }
            _ if reasons.is_empty() => "nothing applied, which is never met".to_owned(),
            _ => reasons.join("; "),
        };
        Row::new(
            CONDITION,
            cells![
                basis,
                condition.code(),
                condition.label(),
                outcome.map(Outcome::code),
                Cell::text(because),
            ],
        )
    };
    Condition::ALL.iter().map(row).collect()
}

/// Reasons, then warnings.
pub(super) fn reasons(
    case: &CaseFile,
    basis: &str,
    report: &AssessmentReport,
    source: &Source<'_>,
) -> Vec<Row> {
    let row = |reason: &ReasonEntry, weight: &'static str| {
        let cited = report.citations.get(&reason.indicator);
        let marks: Vec<String> = cited
            .iter()
            .flat_map(|citation| &citation.sources)
            .map(ToString::to_string)
            .collect();
        let catalogue = &source.view.catalogue;
        let known = catalogue
            .find(&reason.indicator)
            .and_then(|index| catalogue.get(index));
        Row::new(
            REASON,
            cells![
                basis,
                known.map(|indicator| indicator.condition.code()),
                reason.indicator.as_str(),
                cited.map(|citation| Cell::text(citation.question.as_str())),
                Cell::text(case.label(&reason.subject)),
                reason.value.code(),
                reason.reason.code(),
                Cell::text(reason.reason.label()),
                weight,
                Cell::text(marks.join("; ")),
            ],
        )
    };
    let weighty = report.reasons.iter().map(|reason| row(reason, "mandatory"));
    let warnings = report.warnings.iter();
    weighty
        .chain(warnings.map(|warning| row(&warning.reason, warning.kind.code())))
        .collect()
}
