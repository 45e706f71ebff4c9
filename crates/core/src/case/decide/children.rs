//! Best interests of children: a determination is the decision of a panel, never of
//! one person, and without one no child alone returns (return conditions §2.10).

use super::{Context, answering, not_after_today, not_left, not_too_early};
use crate::answer::{NewAnswer, NewEvidence, PersonsPresent, SourceClass, SourceName};
use crate::case::best_interests::{
    BestInterestsGround, BestInterestsKind, BestInterestsOutcome, BestInterestsRecord,
    BestInterestsReport, PANEL_AT_LEAST, PANEL_AT_MOST, PanelMember,
};
use crate::case::event::Event;
use crate::case::state::CaseState;
use crate::conditions::{Flag, Value};
use crate::ids::{IdSource, PersonId, UserId};
use crate::refusal::{Precondition, Refusal};
use std::collections::BTreeSet;

/// The determination for an unaccompanied or separated child.
const DETERMINATION: &str = "VOL-10";
/// Whether a child with a parent or guardian was heard, and their authority confirmed.
const HEARD: &str = "VOL-09";

/// Records an assessment or a determination, and the answer that it is: to VOL-10 for
/// a child alone; a *no* to VOL-09 for a child whose parents disagree or who would be
/// parted from one, until a panel has decided in favour.
pub(super) fn record(
    state: &CaseState,
    person: PersonId,
    report: BestInterestsReport,
    by: UserId,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Result<Vec<Event>, Refusal> {
    not_after_today(context, report.dated, "/dated")?;
    not_too_early(report.dated, "/dated")?;
    let alone = child(state, person, &report, context)?;
    check_panel(&report)?;
    let determined = report.kind == BestInterestsKind::Determination;
    let (indicator, value) = match (determined, alone, report.outcome) {
        (true, true, BestInterestsOutcome::ReturnInFavour) => (DETERMINATION, Some(Value::Yes)),
        (true, true, BestInterestsOutcome::ReturnAgainst) => (DETERMINATION, Some(Value::No)),
        (true, true, _) | (false, _, _) => (DETERMINATION, None),
        // Who has parents is heard anew when a panel has decided in favour.
        (true, false, BestInterestsOutcome::ReturnInFavour) => (HEARD, None),
        (true, false, _) => (HEARD, Some(Value::No)),
    };
    let mut record = BestInterestsRecord {
        id: ids.id(),
        person,
        report,
        answer: None,
        recorded_by: by,
    };
    let Some(value) = value else {
        return Ok(vec![Event::BestInterestsRecorded(Box::new(record))]);
    };
    let persons = state.person_ids();
    let answering = answering(context, by, &persons);
    let new = as_answer(&record, indicator, value)?;
    let answer = state.answers.accept(new, None, "", &answering, ids)?;
    record.answer = Some(answer.id);
    Ok(vec![
        Event::BestInterestsRecorded(Box::new(record)),
        Event::AnswerRecorded(Box::new(answer)),
    ])
}

/// Whether the person is a child alone; refused when they are no child, or the ground
/// is another one's.
fn child(
    state: &CaseState,
    person: PersonId,
    report: &BestInterestsReport,
    context: &Context<'_>,
) -> Result<bool, Refusal> {
    let member = not_left(state, person, report.dated)?.for_rule(report.dated);
    if !member.is_child_on(report.dated, context.catalogue.numbers().adult_age) {
        return Err(Refusal::missing(
            "PERSON_IS_ADULT",
            "an adult decides for themselves",
        ));
    }
    let alone = member.flags.has(Flag::Uasc);
    if alone != (report.ground == BestInterestsGround::UnaccompaniedOrSeparated) {
        return Err(Refusal::invalid(
            "/ground",
            "GROUND_DOES_NOT_FIT",
            "the record of the child says whether they are unaccompanied or separated",
        ));
    }
    Ok(alone)
}

/// A determination that decides is the decision of at least three.
fn check_panel(report: &BestInterestsReport) -> Result<(), Refusal> {
    if report.panel.len() > PANEL_AT_MOST {
        return Err(Refusal::invalid(
            "/panel",
            "LIST_TOO_LONG",
            format!("a panel has at most {PANEL_AT_MOST} members"),
        ));
    }
    let decided = matches!(
        report.outcome,
        BestInterestsOutcome::ReturnInFavour | BestInterestsOutcome::ReturnAgainst
    );
    if report.kind == BestInterestsKind::Assessment {
        if decided {
            return Err(Refusal::invalid(
                "/outcome",
                "ASSESSMENT_DECIDES_NOTHING",
                "an assessment prepares; a determination of a panel decides",
            ));
        }
        return Ok(());
    }
    let different: BTreeSet<&str> = report.panel.iter().map(PanelMember::as_str).collect();
    let mut missing = Vec::new();
    if decided && different.len() < PANEL_AT_LEAST {
        missing.push(
            Precondition::new(
                "PANEL_TOO_SMALL",
                format!("a determination is decided by a panel of at least {PANEL_AT_LEAST}"),
            )
            .at("/panel"),
        );
    }
    Refusal::unless_empty(missing)
}

fn as_answer(
    record: &BestInterestsRecord,
    indicator: &str,
    value: Value,
) -> Result<NewAnswer, Refusal> {
    let report = &record.report;
    let present = PersonsPresent::parse("the panel of the determination")
        .map_err(|_| Refusal::missing("PANEL_UNNAMED", "the panel cannot be named"))?;
    let panel = SourceName::parse("the panel of the determination")
        .map_err(|_| Refusal::missing("PANEL_UNNAMED", "the panel cannot be named"))?;
    // A panel is neither party to the return nor the case's own caseworker; who sits in
    // it stands in the determination.
    let item = NewEvidence {
        kind: "BID".to_owned(),
        source_class: SourceClass::Independent,
        dated: report.dated,
        language: None,
        persons_present: Some(present),
        reference: None,
        independent: None,
        source_organisation: None,
        source_name: Some(panel),
    };
    Ok(NewAnswer {
        indicator: indicator.to_owned(),
        person: Some(record.person),
        value,
        score: None,
        reason: None,
        observed_on: report.dated,
        supersedes: report.supersedes,
        remark: report.remark.clone(),
        evidence_ids: Vec::new(),
        evidence: if indicator == DETERMINATION {
            vec![item]
        } else {
            Vec::new()
        },
    })
}

/// A *yes* to VOL-10 about a child alone is the decision of a panel and comes by no
/// other way; a *yes* to VOL-09 waits while a determination about the child is open or
/// was against.
pub(super) fn check_answer(
    state: &CaseState,
    new: &NewAnswer,
    at: &str,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    if new.value != Value::Yes {
        return Ok(());
    }
    let refuse = |code, text: &str| {
        Err(Refusal::Missing(vec![
            Precondition::new(code, text).at(format!("{at}/value")),
        ]))
    };
    match new.indicator.as_str() {
        DETERMINATION if !is_alone(state, new, context) => Ok(()),
        DETERMINATION => refuse(
            "DETERMINATION_MISSING",
            "record the determination of the panel; it is the answer",
        ),
        HEARD => {
            let last = state.best_interests.iter().rfind(|record| {
                Some(record.person) == new.person
                    && record.report.kind == BestInterestsKind::Determination
            });
            match last.map(|record| record.report.outcome) {
                None | Some(BestInterestsOutcome::ReturnInFavour) => Ok(()),
                Some(_) => refuse(
                    "DETERMINATION_MISSING",
                    "a panel has not decided in favour of this child's return",
                ),
            }
        }
        _ => Ok(()),
    }
}

/// Whether an answer is about an unaccompanied or separated child, whom alone the
/// question concerns.
fn is_alone(state: &CaseState, new: &NewAnswer, context: &Context<'_>) -> bool {
    let day = new.observed_on;
    let adult_age = context.catalogue.numbers().adult_age;
    new.person
        .and_then(|person| state.person(person))
        .map(|person| person.for_rule(day))
        .is_some_and(|member| member.is_child_on(day, adult_age) && member.flags.has(Flag::Uasc))
}

/// Whether a determination about a child was begun (T4).
pub(super) fn is_opened(state: &CaseState, person: PersonId) -> bool {
    state.best_interests.iter().any(|record| {
        record.person == person && record.report.kind == BestInterestsKind::Determination
    })
}
