//! What a person agrees to: return, data processing, sharing with the country of
//! origin. One purpose a call; a withdrawal of one touches no other (§2.8, §2.9).

use super::incidents::tells_danger;
use super::withdrawal::{CONSENT, back, check_new_consent, decides, decides_alone, of_a_refusal};
use super::{Context, answering, not_after_today, not_in_case, not_too_early};
use crate::answer::{NewAnswer, NewEvidence, SourceClass};
use crate::case::command::Command;
use crate::case::consent::{
    ConsentDecision, ConsentPurpose, ConsentRecord, ConsentStatement, ConsentWithdrawal,
};
use crate::case::event::Event;
use crate::case::lifecycle::{STEP_BACK, State};
use crate::case::state::CaseState;
use crate::case::withdrawal::{StepBackReason, Withdrawal};
use crate::conditions::Value;
use crate::ids::{IdSource, PersonId, UserId};
use crate::person::LeavingReason;
use crate::refusal::{Precondition, Refusal};
use jiff::ToSpan as _;

/// Days between an edition of the area information pack and the consent that rests on
/// it, at most (return conditions §1.1, sub-checks –).
const PACK_DAYS: i32 = 60;

/// A statement. For the return it is also the person's answer to VOL-01, by the same
/// rules as any other.
pub(super) fn state(
    state: &CaseState,
    person: PersonId,
    statement: ConsentStatement,
    by: UserId,
    context: &Context<'_>,
    ids: &mut IdSource,
) -> Result<Vec<Event>, Refusal> {
    let day = statement.said_on;
    not_after_today(context, day, "/said_on")?;
    not_too_early(day, "/said_on")?;
    decides(state, person, day, context)?;
    let mut missing = uninformed(&statement);
    missing.extend(not_alone(&statement));
    Refusal::unless_empty(missing)?;
    let id = ids.id();
    let mut record = ConsentRecord {
        id,
        person,
        statement,
        answer: None,
        recorded_by: by,
        withdrawn: None,
    };
    if record.statement.purpose != ConsentPurpose::Return {
        let refused = record.statement.decision == ConsentDecision::Refused;
        let stops = refused.then(|| stops(state, person, record.statement.purpose));
        let mut events = vec![Event::ConsentStated(Box::new(record))];
        events.extend(stops.flatten());
        return Ok(events);
    }
    let new = as_answer(&record);
    check_new_consent(state, &new, ("", "said_on", "said_on"), context)?;
    let persons = state.person_ids();
    let answering = answering(context, by, &persons);
    let answer = state.answers.accept(new, None, "", &answering, ids)?;
    record.answer = Some(answer.id);
    let mut events = vec![Event::ConsentStated(Box::new(record))];
    events.extend(of_a_refusal(state, &answer, context));
    events.push(Event::AnswerRecorded(Box::new(answer)));
    events.extend(back(state, &events));
    Ok(events)
}

/// Consent that is given rests on what the person was told: of the return, on an
/// edition of the pack of the last sixty days.
fn uninformed(statement: &ConsentStatement) -> Vec<Precondition> {
    if statement.decision == ConsentDecision::Refused {
        return Vec::new();
    }
    let Some(information) = &statement.information else {
        return vec![
            Precondition::new(
                "INFORMATION_MISSING",
                "name the edition of what the person was told before they agreed",
            )
            .at("/information"),
        ];
    };
    let oldest = statement.said_on.saturating_sub(PACK_DAYS.days());
    let to_return = statement.purpose == ConsentPurpose::Return;
    if information.dated > statement.said_on || (to_return && information.dated < oldest) {
        return vec![
            Precondition::new(
                "INFORMATION_NOT_CURRENT",
                format!("the edition is of the {PACK_DAYS} days before the person agreed"),
            )
            .at("/information/dated"),
        ];
    }
    Vec::new()
}

/// Consent to return is given in an interview of one's own, in private (VOL-02; §2.9 –):
/// what is said in front of others may be said for them. A refusal counts however it
/// was said.
fn not_alone(statement: &ConsentStatement) -> Option<Precondition> {
    let given = statement.decision == ConsentDecision::Given;
    let to_return = statement.purpose == ConsentPurpose::Return;
    (given && to_return && !statement.interview.alone).then(|| {
        Precondition::new(
            "INTERVIEW_NOT_PRIVATE",
            "consent to return needs an interview of the person alone with the interviewer",
        )
        .at("/interview/alone")
    })
}

fn as_answer(record: &ConsentRecord) -> NewAnswer {
    let statement = &record.statement;
    let item = |kind: &str| NewEvidence {
        kind: kind.to_owned(),
        source_class: SourceClass::OwnCase,
        dated: statement.said_on,
        language: Some(statement.interview.language.clone()),
        persons_present: Some(statement.interview.persons_present.clone()),
        reference: None,
        independent: None,
        source_organisation: None,
        source_name: None,
    };
    NewAnswer {
        indicator: CONSENT.to_owned(),
        person: Some(record.person),
        value: match statement.decision {
            ConsentDecision::Given => Value::Yes,
            ConsentDecision::Refused => Value::No,
        },
        score: None,
        reason: None,
        observed_on: statement.said_on,
        supersedes: statement.supersedes,
        remark: statement.remark.clone(),
        evidence_ids: Vec::new(),
        evidence: vec![item(statement.form.evidence_kind()), item("INT")],
    }
}

/// A withdrawal of consent to processing or to sharing. It is never refused to
/// somebody who once agreed.
pub(super) fn take_back(
    state: &CaseState,
    person: PersonId,
    withdrawal: Withdrawal,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    not_after_today(context, withdrawal.withdrawn_on, "/withdrawn_on")?;
    let standing = state.consent_standing(person, withdrawal.purpose);
    // What the household agreed to at registration is everybody's to withdraw who
    // decides for themselves, also after they left it.
    let member = state.person(person).ok_or_else(not_in_case)?;
    let day = withdrawal.withdrawn_on;
    if member
        .left
        .is_some_and(|left| left.reason == LeavingReason::Died && left.on <= day)
    {
        return Err(not_in_case());
    }
    decides_alone(member, withdrawal.withdrawn_on, context)?;
    let Some(given_on) = standing else {
        return Err(Refusal::missing(
            "CONSENT_NOT_GIVEN",
            "this person has no consent of this purpose that could be withdrawn",
        ));
    };
    if withdrawal.withdrawn_on < given_on {
        return Err(Refusal::invalid(
            "/withdrawn_on",
            "WITHDRAWN_BEFORE_GIVEN",
            "the person agreed after that day",
        ));
    }
    let mut events = vec![Event::ConsentTakenBack {
        person,
        purpose: withdrawal.purpose,
        withdrawal: ConsentWithdrawal {
            withdrawn_on: withdrawal.withdrawn_on,
            channel: withdrawal.channel,
        },
    }];
    events.extend(stops(state, person, withdrawal.purpose));
    Ok(events)
}

/// What was planned for a household does not go on without consent to the processing of
/// its data, where that is the basis. Who is on the way already still arrives.
fn stops(state: &CaseState, person: PersonId, purpose: ConsentPurpose) -> Option<Event> {
    // Whoever left the household does not stop the others.
    state
        .person(person)
        .filter(|member| member.left.is_none())?;
    let basis = purpose == ConsentPurpose::DataProcessing && state.processing.consent().is_some();
    let stands_at = state.stands_at();
    let planned = STEP_BACK.from.contains(&stands_at) && stands_at != State::Departed;
    (basis && planned).then_some(Event::SteppedBack {
        reason: StepBackReason::ProcessingStopped,
        remark: None,
    })
}

/// Refuses what would process the data of somebody who withdrew the consent on which
/// that rests (DP-02 ✔). What happened to people is still recorded (vital interests),
/// and so is all that ends the processing or lets it go on.
pub(super) fn refuse_without_consent(state: &CaseState, command: &Command) -> Result<(), Refusal> {
    let goes_on = match command {
        Command::StateConsent(_, said) => {
            let processing = said.purpose == ConsentPurpose::DataProcessing;
            processing || said.decision == ConsentDecision::Refused
        }
        // That somebody is in danger or under pressure is told whatever else stops.
        Command::RecordAnswers(new) => new.answers.iter().all(tells_danger),
        Command::WithdrawConsent(..)
        | Command::RetractAnswer(..)
        | Command::AddMember(_)
        | Command::CorrectMember(..)
        | Command::RecordLeaving(..)
        | Command::RecordDisplacement(_)
        | Command::RecordReturn(_)
        | Command::ConfirmArrival(_)
        | Command::RecordRound(_)
        | Command::RecordIncident(_)
        | Command::ConfirmIncident(_)
        | Command::FollowIncident(..)
        | Command::DeclareConflict(_)
        | Command::EndConflict(..)
        | Command::StepBack(_)
        | Command::Hold(_)
        | Command::Close(_) => true,
        _ => false,
    };
    if goes_on || !state.is_processing_stopped() {
        return Ok(());
    }
    Err(Refusal::missing(
        "PROCESSING_CONSENT_WITHDRAWN",
        "the data of this household are processed by consent alone, and somebody of it withdrew that; record a new consent, or close the case",
    ))
}
