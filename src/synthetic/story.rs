//! What becomes of a household: how far its case goes, what it answers, and
//! whether it returns.

use super::answers::about_case;
use super::country::Lot;
use super::dice::Dice;
use super::household::Household;
use super::{Fault, Post, Scribe};
use jiff::ToSpan as _;
use jiff::civil::Date;
use sanad_core::answer::NewAnswer;
use sanad_core::area::PlaceRef;
use sanad_core::case::{
    ApprovalRequest, ArrivalReport, BestInterestsGround, BestInterestsKind, BestInterestsOutcome,
    BestInterestsReport, CaseState, Command, DepartureReport, DestinationChoice, FindingRequest,
    NewAnswers, PanelMember, ReturnNature, ReturnReport, Transition, Verification,
};
use sanad_core::conditions::{Finding, Value};
use sanad_store::Tx;

/// Days ago that a monitor heard of pressure.
pub(super) const MONITORED: i32 = 4;

/// How far a case goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Registered.
    Registered,
    /// Composition and needs reviewed.
    Profiled,
    /// Asked about a return; a destination is named.
    Counselled,
    /// Everyone who decides was asked.
    Consented,
    /// A finding was issued.
    Assessed,
}

/// What is particular about the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Particular {
    /// Nothing: everything is so, and known.
    Nothing,
    /// Somebody says that they are under pressure.
    Pressure,
    /// A monitor hears of pressure after everybody signed (EX-03).
    PressureHeardLater,
    /// One question was forgotten.
    Forgotten,
    /// Nobody saw the evidence.
    Unverified,
}

/// What becomes of a household.
#[derive(Debug, Clone, Copy)]
pub(super) struct Story {
    /// How far its case goes.
    pub reach: Reach,
    /// What is particular about its answers.
    pub particular: Particular,
    /// Days between the interviews and the day on which they are recorded.
    pub interviewed: i32,
    /// Whether it returns; how, follows from the finding.
    pub returns: bool,
}

impl Story {
    /// Draws a story.
    pub(super) fn draw(dice: &mut Dice) -> Self {
        let reaches = [
            Reach::Registered,
            Reach::Profiled,
            Reach::Counselled,
            Reach::Consented,
            Reach::Assessed,
        ];
        let particulars = [
            Particular::Nothing,
            Particular::Pressure,
            Particular::PressureHeardLater,
            Particular::Forgotten,
            Particular::Unverified,
        ];
        let reach = reaches[dice.weighted(&[35, 10, 10, 10, 35])];
        Self {
            reach,
            particular: particulars[dice.weighted(&[76, 7, 5, 7, 5])],
            interviewed: dice.between(MONITORED + 1, 10),
            returns: dice.percent(if reach == Reach::Assessed { 45 } else { 6 }),
        }
    }
}

/// Records a household and what becomes of it.
pub(super) fn tell(
    scribe: &mut Scribe,
    tx: &mut Tx<'_>,
    dice: &mut Dice,
    household: Household,
    story: Story,
    office: usize,
) -> Result<CaseState, Fault> {
    let registrar = scribe.staff.holder(office, Post::Registrar)?.clone();
    let caseworker = scribe.staff.holder(office, Post::Caseworker)?.clone();
    let Household {
        registration,
        home,
        home_subdistrict,
        language,
    } = household;
    let mut case = scribe.case(
        tx,
        &registrar,
        None,
        Command::Register(Box::new(registration)),
    )?;
    if story.reach >= Reach::Profiled {
        case = scribe.case(
            tx,
            &caseworker,
            Some(case),
            Command::Advance(Transition::Profiled),
        )?;
    }
    if story.reach >= Reach::Counselled {
        case = scribe.case(
            tx,
            &caseworker,
            Some(case),
            Command::Advance(Transition::Counselling),
        )?;
        let chosen_on = scribe
            .today()
            .saturating_sub((story.interviewed + 2).days());
        let choice = DestinationChoice {
            place: home.clone(),
            chosen_on,
        };
        case = scribe.case(
            tx,
            &caseworker,
            Some(case),
            Command::ChooseDestination(choice),
        )?;
    }
    if story.reach >= Reach::Consented {
        let today = scribe.today();
        let observed_on = today.saturating_sub(story.interviewed.days());
        let hazard = scribe
            .country
            .subdistricts
            .get(home_subdistrict)
            .is_some_and(|(_, lot)| *lot == Lot::Hazard);
        let answers = about_case(&case.members, hazard, observed_on, today, &language)?;
        case = consent(scribe, tx, dice, case, answers, story.particular, office)?;
    }
    if story.reach >= Reach::Assessed {
        let assessor = scribe.staff.holder(office, Post::Assessor)?.clone();
        case = scribe.case(
            tx,
            &caseworker,
            Some(case),
            Command::Advance(Transition::UnderAssessment),
        )?;
        case = scribe.case(
            tx,
            &assessor,
            Some(case),
            Command::IssueFinding(FindingRequest { profile: None }),
        )?;
    }
    if story.returns {
        case = goes_home(scribe, tx, dice, case, home, office)?;
    }
    Ok(case)
}

/// On a compliant finding with approval, departure and arrival; else as the return it
/// was.
fn goes_home(
    scribe: &mut Scribe,
    tx: &mut Tx<'_>,
    dice: &mut Dice,
    case: CaseState,
    home: PlaceRef,
    office: usize,
) -> Result<CaseState, Fault> {
    let registrar = scribe.staff.holder(office, Post::Registrar)?.clone();
    let departed_on = scribe.today();
    let nature = nature(dice, &case);
    let approved = case
        .findings
        .last()
        .filter(|_| nature == ReturnNature::Facilitated)
        .map(|finding| finding.id);
    let Some(finding) = approved else {
        let report = ReturnReport {
            nature,
            departed_on,
            destination: home,
        };
        return scribe.case(tx, &registrar, Some(case), Command::RecordReturn(report));
    };
    let supervisor = scribe.staff.holder(office, Post::Supervisor)?.clone();
    let approval = Command::Approve(ApprovalRequest::of(finding));
    let case = scribe.case(tx, &supervisor, Some(case), approval)?;
    let departure = Command::RecordDeparture(DepartureReport { departed_on });
    let case = scribe.case(tx, &registrar, Some(case), departure)?;
    let arrival = Command::ConfirmArrival(ArrivalReport {
        arrived_on: departed_on,
        place: Some(home),
    });
    scribe.case(tx, &registrar, Some(case), arrival)
}

/// Answers, a second person who verifies them, and the step that follows.
fn consent(
    scribe: &mut Scribe,
    tx: &mut Tx<'_>,
    dice: &mut Dice,
    case: CaseState,
    mut answers: Vec<NewAnswer>,
    particular: Particular,
    office: usize,
) -> Result<CaseState, Fault> {
    let caseworker = scribe.staff.holder(office, Post::Caseworker)?.clone();
    let assessor = scribe.staff.holder(office, Post::Assessor)?.clone();
    let pressed = answers
        .iter()
        .find(|answer| answer.indicator == "VOL-03")
        .cloned();
    match particular {
        Particular::Pressure => {
            if let Some(answer) = answers
                .iter_mut()
                .find(|answer| answer.indicator == "VOL-03")
            {
                answer.value = Value::No;
                answer.evidence.clear();
            }
        }
        Particular::Forgotten => {
            let asked_before_consent = |answer: &NewAnswer| answer.indicator.starts_with("VOL");
            let others: Vec<usize> = (0..answers.len())
                .filter(|at| !asked_before_consent(&answers[*at]))
                .collect();
            answers.remove(*dice.pick(&others));
        }
        Particular::Nothing | Particular::PressureHeardLater | Particular::Unverified => {}
    }
    // What a panel decides about a child alone is recorded as its decision.
    let (of_panels, answers) = answers
        .into_iter()
        .partition(|answer: &NewAnswer| answer.indicator == "VOL-10");
    let mut case = scribe.case(
        tx,
        &caseworker,
        Some(case),
        Command::RecordAnswers(NewAnswers { answers }),
    )?;
    case = determinations(scribe, tx, case, of_panels, office)?;
    if particular != Particular::Unverified {
        let evidence = case
            .answers
            .answers()
            .iter()
            .flat_map(|answer| &answer.evidence)
            .map(|item| item.id)
            .collect();
        case = scribe.case(
            tx,
            &assessor,
            Some(case),
            Command::VerifyEvidence(Verification { evidence }),
        )?;
    }
    if let (Particular::PressureHeardLater, Some(answer)) = (particular, pressed) {
        let colleague = scribe.staff.holder(office, Post::ChildProtection)?.clone();
        let heard = heard_later(answer, scribe.today());
        case = scribe.case(
            tx,
            &colleague,
            Some(case),
            Command::RecordAnswers(NewAnswers {
                answers: vec![heard],
            }),
        )?;
    }
    scribe.case(
        tx,
        &caseworker,
        Some(case),
        Command::Advance(Transition::ConsentRecorded),
    )
}

/// A panel found the return to be in the best interests of each of these children.
fn determinations(
    scribe: &mut Scribe,
    tx: &mut Tx<'_>,
    mut case: CaseState,
    answers: Vec<NewAnswer>,
    office: usize,
) -> Result<CaseState, Fault> {
    let recorder = scribe.staff.holder(office, Post::ChildProtection)?.clone();
    for answer in answers {
        let Some(child) = answer.person else { continue };
        let panel = [
            "child protection officer",
            "head of the child protection group",
            "social worker",
        ];
        let panel = panel.into_iter().map(PanelMember::parse);
        let report = BestInterestsReport {
            kind: BestInterestsKind::Determination,
            ground: BestInterestsGround::UnaccompaniedOrSeparated,
            outcome: BestInterestsOutcome::ReturnInFavour,
            dated: answer.observed_on,
            panel: panel.collect::<Result<_, _>>()?,
            supersedes: None,
            remark: None,
        };
        let command = Command::RecordBestInterests(child, Box::new(report));
        case = scribe.case(tx, &recorder, Some(case), command)?;
    }
    Ok(case)
}

fn heard_later(signed: NewAnswer, today: Date) -> NewAnswer {
    NewAnswer {
        value: Value::No,
        observed_on: today.saturating_sub(MONITORED.days()),
        evidence: Vec::new(),
        ..signed
    }
}

/// Only a compliant finding lets an organisation arrange a return; people go
/// without one all the same, and that is recorded as it was.
fn nature(dice: &mut Dice, case: &CaseState) -> ReturnNature {
    match case
        .findings
        .last()
        .map(|finding| finding.assessment.finding)
    {
        Some(Finding::Compliant) => ReturnNature::Facilitated,
        Some(_) => *dice.pick(&[
            ReturnNature::SelfOrganised,
            ReturnNature::AssistedSelfOrganised,
            ReturnNature::Forced,
        ]),
        None => *dice.pick(&[
            ReturnNature::SelfOrganised,
            ReturnNature::Unknown,
            ReturnNature::Forced,
        ]),
    }
}
