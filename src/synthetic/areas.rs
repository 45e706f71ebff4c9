//! What is known of each sub-district: a protection officer answers every question
//! about it, a supervisor verifies the evidence, and its lot decides what goes wrong.

use super::answers::{about_place, deny};
use super::country::{Lot, RETURN_SUBDISTRICTS};
use super::{Fault, Post, Scribe, story};
use jiff::ToSpan as _;
use sanad_core::answer::NewAnswer;
use sanad_core::area::{AreaCommand, AreaEventKind, NewAreaEvent, PlaceRef};
use sanad_core::case::{NewAnswers, Verification};
use sanad_core::conditions::Level;
use sanad_core::conditions::indicator::Place;
use sanad_core::language::LanguageTag;
use sanad_store::Tx;

/// Days between a visit and the day on which it is recorded.
const VISIT: i32 = 8;
/// Days since the shelling: after the visit, before the recording.
const SHELLING: i32 = 3;
/// Age of an analysis that is too old: 53 days, as in EX-04 (limit 30).
const TOO_OLD: i32 = 53;

/// One round of visits: every place is answered again.
pub(super) fn round(scribe: &mut Scribe, tx: &mut Tx<'_>) -> Result<(), Fault> {
    let english = LanguageTag::parse("en")?;
    let today = scribe.today();
    let visited = today.saturating_sub(VISIT.days());
    for place in scribe.country.governorates.clone() {
        let answers = about_place(Level::Region, Place::Destination, visited, &english)?;
        visit(scribe, tx, &place, answers)?;
    }
    for (number, (place, lot)) in scribe.country.subdistricts.clone().into_iter().enumerate() {
        let returning = number < RETURN_SUBDISTRICTS;
        let side = if returning {
            Place::Destination
        } else {
            Place::Displacement
        };
        let mut answers = about_place(Level::Area, side, visited, &english)?;
        match lot {
            Lot::Safe | Lot::Shelled | Lot::PushedOut => {}
            Lot::StaleAnalysis => {
                for answer in answers
                    .iter_mut()
                    .filter(|answer| answer.indicator == "PHY-01")
                {
                    answer.observed_on = today.saturating_sub(TOO_OLD.days());
                }
            }
            Lot::Hazard => {
                deny(&mut answers, "PHY-02");
                deny(&mut answers, "MAT-07");
            }
            Lot::Closed => deny(&mut answers, "ACC-02"),
        }
        let asked = answers.clone();
        visit(scribe, tx, &place, answers)?;
        let assessor = scribe.staff.holder(0, Post::Assessor)?.clone();
        if lot == Lot::Shelled {
            let event = NewAreaEvent {
                kind: AreaEventKind::ArmedClash,
                happened_on: today.saturating_sub(SHELLING.days()),
                remark: None,
            };
            scribe.area(tx, &assessor, &place, AreaCommand::RecordEvent(event))?;
        }
        if lot == Lot::PushedOut {
            // A monitor hears the opposite of what the assessor was told; nobody has
            // decided between them (EX-03: contested).
            let monitor = scribe.staff.holder(0, Post::Monitor)?.clone();
            let mut heard = asked;
            deny(&mut heard, "VOL-12");
            for answer in &mut heard {
                answer.observed_on = today.saturating_sub(story::MONITORED.days());
            }
            scribe.area(
                tx,
                &monitor,
                &place,
                AreaCommand::RecordAnswers(NewAnswers { answers: heard }),
            )?;
        }
    }
    Ok(())
}

/// Answers about a place, and the second person who sees the evidence.
fn visit(
    scribe: &mut Scribe,
    tx: &mut Tx<'_>,
    place: &PlaceRef,
    answers: Vec<NewAnswer>,
) -> Result<(), Fault> {
    if answers.is_empty() {
        return Ok(());
    }
    let assessor = scribe.staff.holder(0, Post::Assessor)?.clone();
    let supervisor = scribe.staff.holder(0, Post::Supervisor)?.clone();
    let state = scribe.area(
        tx,
        &assessor,
        place,
        AreaCommand::RecordAnswers(NewAnswers { answers }),
    )?;
    let evidence: Vec<_> = state
        .answers
        .answers()
        .iter()
        .flat_map(|answer| &answer.evidence)
        .filter(|item| item.verified_by.is_none())
        .map(|item| item.id)
        .collect();
    if !evidence.is_empty() {
        scribe.area(
            tx,
            &supervisor,
            place,
            AreaCommand::VerifyEvidence(Verification { evidence }),
        )?;
    }
    Ok(())
}
