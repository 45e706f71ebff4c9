//! Random lives of a case: moves that make sense, moves that do not, in any order.
//!
//! A move is a handful of small numbers, read against the case as it stands, so
//! that shrinking a failing story leaves a short and readable one.

use crate::words::*;
use crate::world::{World, unverified};
use jiff::ToSpan as _;
use jiff::civil::Date;
use proptest::prelude::*;
use sanad_core::answer::NewAnswer;
use sanad_core::area::{AreaCommand, AreaEventKind, NewAreaEvent};
use sanad_core::case::{
    ApprovalRequest, Command, ConsentPurpose, DepartureReport, FindingRequest, LegalHoldReason,
    NewAnswers, ReopeningRequest, Round, Solution, State, StepBack, StepBackReason, Transition,
};
use sanad_core::conditions::{Catalogue, Level, NaReason, Value};
use sanad_core::ids::{AnswerId, FindingId, IncidentId, PersonId, UserId};
use sanad_core::refusal::Refusal;
use serde_json::json;
use uuid::Uuid;

/// One thing that somebody tries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Move {
    what: u8,
    by: u8,
    first: u8,
    second: u8,
    day: u8,
}

const STAFF: [UserId; 4] = [LEYLA, NADIA, OMAR, HANA];
const PLACES: [&str; 6] = [HOME, "XZ010101", "XZ0101", "XZ01", NEIGHBOUR, CAMP];

/// The family in any state, and what is tried from there on.
pub(crate) fn any_life() -> impl Strategy<Value = (State, Vec<Move>)> {
    (proptest::sample::select(&State::ALL), any_story())
}

fn any_story() -> impl Strategy<Value = Vec<Move>> {
    let any_move = (0..54_u8, 0..4_u8, 0..255_u8, 0..255_u8, 0..60_u8).prop_map(
        |(what, by, first, second, day)| Move {
            what,
            by,
            first,
            second,
            day,
        },
    );
    proptest::collection::vec(any_move, 0..60)
}

impl Move {
    /// Tries the move, about the case or about a place.
    pub(crate) fn is_tried(self, world: &mut World) -> Result<(), Refusal> {
        let by = STAFF[usize::from(self.by)];
        if let Some(command) = self.about_the_case(world) {
            return world.tries(by, command);
        }
        let code = self.place();
        let command = self.about_a_place(world, code);
        world.tries_at(by, code, command)
    }

    /// Some day of the last weeks, now and then one that is still to come.
    fn on(self) -> Date {
        let days = i64::from(self.day) - 2;
        TODAY.checked_sub(days.days()).unwrap()
    }

    fn place(self) -> &'static str {
        PLACES[usize::from(self.first) % PLACES.len()]
    }

    /// Somebody who is or was in the case, now and then nobody.
    fn who(self, world: &World) -> PersonId {
        let people = world.people();
        let number = usize::from(self.first) % (people.len() + 1);
        people.get(number).copied().unwrap_or(PersonId(Uuid::nil()))
    }

    /// The last answer, or one before it.
    fn which(self, ids: &[AnswerId]) -> AnswerId {
        let back = usize::from(self.first) % 4;
        let known = ids.iter().rev().nth(back);
        known.copied().unwrap_or(AnswerId(Uuid::nil()))
    }

    fn value(self) -> Value {
        Value::ALL[usize::from(self.second) % Value::ALL.len()]
    }

    fn answer(self, at: &[Level], about: Option<PersonId>, ids: &[AnswerId]) -> NewAnswer {
        let asked = Catalogue::shipped().indicators().iter();
        let asked: Vec<_> = asked.filter(|one| at.contains(&one.level)).collect();
        // A few questions only, so that answers meet.
        let indicator = asked[usize::from(self.second / 4) % asked.len().min(9)];
        let about = about.filter(|_| indicator.level == Level::Person);
        let mut answer = observed(answer(&indicator.id, about, self.value()), self.on());
        if self.value() == Value::NotApplicable {
            answer.reason = Some(NaReason::BelowMaturity);
        }
        if self.first.is_multiple_of(5) {
            answer.supersedes = ids.last().copied();
        }
        answer
    }

    fn decision(self, answer: NewAnswer) -> NewAnswer {
        NewAnswer {
            remark: self.first.is_multiple_of(2).then(|| remark("asked again")),
            ..answer
        }
    }

    fn about_the_case(self, world: &World) -> Option<Command> {
        let on = self.on().to_string();
        let book = world.case().answers.answers();
        let ids: Vec<AnswerId> = book.iter().map(|answer| answer.id).collect();
        let who = self.who(world);
        let answer = || self.answer(&[Level::Person, Level::Household], Some(who), &ids);
        let born = ["1980-01-01", "2007-05-01", "2019-02-02", on.as_str()];
        let somebody = || {
            let relationship = ["child", "spouse", "self"][usize::from(self.second) % 3];
            person("Somebody", born[usize::from(self.first) % 4], relationship)
        };
        Some(match self.what {
            0 => Command::AddMember(read(json!({"joined_on": on, "profile": somebody()}))),
            1 => Command::RecordLeaving(who, read(json!({"on": on, "reason": "other"}))),
            2 => Command::CorrectMember(who, Box::new(read(somebody()))),
            3 => destination(self.place(), &on),
            4 => Command::RecordDisplacement(read(
                json!({"displacement": episode_json(HOME, self.place())}),
            )),
            5 => Command::AddContactPoint(read(family_json()["contact_points"][0].clone())),
            6 => Command::Advance(Transition::Profiled),
            7 => Command::Advance(Transition::Counselling),
            8 => Command::Advance(Transition::ConsentRecorded),
            9 => Command::Advance(Transition::UnderAssessment),
            10 => Command::IssueFinding(FindingRequest { profile: None }),
            11 if self.second < 40 => returned(self.place(), self.on()),
            12 => Command::RecordAnswers(NewAnswers {
                answers: yes_about_the_case(&world.people()),
            }),
            11 | 13 | 14 => Command::RecordAnswers(NewAnswers {
                answers: vec![answer()],
            }),
            15 => Command::Adjudicate(Box::new(self.decision(answer()))),
            16 => Command::VerifyEvidence(items(&unverified(&world.case().answers))),
            17 => Command::ConfirmAnswer(self.which(&ids)),
            18 => Command::RetractAnswer(self.which(&ids), taking_back()),
            19 => Command::Register(Box::new(family())),
            24 => Command::Approve(ApprovalRequest::of(
                world
                    .case()
                    .findings
                    .last()
                    .map_or(FindingId(Uuid::nil()), |finding| finding.id),
            )),
            25 => Command::RecordDeparture(DepartureReport {
                departed_on: if self.first < 200 { TODAY } else { self.on() },
            }),
            26 => arriving(if self.first < 200 { HOME } else { CAMP }, TODAY),
            27 => withdrawing(who),
            28 => Command::StepBack(StepBack {
                reason: StepBackReason::ChangeOfMind,
                remark: None,
            }),
            29 => holding("2025-06-30"),
            30 => Command::Resume,
            31 if self.second < 60 => closing(),
            32 => Command::Reopen(ReopeningRequest {
                remark: remark("they came back"),
            }),
            33 => Command::RecordDisplacement(read(
                json!({"displacement": with(episode_json(HOME, CAMP), json!({"left_on": TODAY.to_string(), "arrived_on": TODAY.to_string()}))}),
            )),
            34..50 => self.after_and_around(world, who),
            50 => keeping(LegalHoldReason::Audit),
            51 => not_keeping(LegalHoldReason::Audit),
            52 => proposing_the_end(self.first.is_multiple_of(2)),
            53 => Command::ConfirmAnonymisation,
            _ => return None,
        })
    }

    /// Consents, children, incidents, monitoring and other solutions.
    fn after_and_around(self, world: &World, who: PersonId) -> Command {
        let today = world.today;
        // Without consent to processing little else happens, so that is rare.
        let purpose = match self.second % 8 {
            0 => "data_processing",
            1..4 => "sharing_with_country_of_origin",
            _ => "return",
        };
        let decision = ["given", "refused"][usize::from(self.day) % 2];
        let incident = world.case().incidents.last();
        let incident = incident.map_or(IncidentId(Uuid::nil()), |one| one.id);
        match self.what {
            34 => stating(who, purpose, decision, today),
            35 => {
                let stated = world.case().consents.last();
                let (who, purpose) = stated
                    .filter(|record| record.statement.purpose != ConsentPurpose::Return)
                    .map_or((who, purpose), |record| {
                        (record.person, record.statement.purpose.code())
                    });
                let back = json!({"purpose": purpose, "withdrawn_on": today.to_string(), "channel": "message"});
                Command::WithdrawConsent(who, read(back))
            }
            36 => {
                let outcome = ["opened", "return_in_favour", "return_against", "overtaken"]
                    [usize::from(self.second) % 4];
                let ground =
                    ["parents_disagree", "unaccompanied_or_separated"][usize::from(self.day) % 2];
                determining(who, ground, outcome, usize::from(self.second) % 5, today)
            }
            37 => reporting("violence", self.on()),
            38 => Command::ConfirmIncident(incident),
            39 => following(
                incident,
                ["open", "action_taken", "closed"][usize::from(self.second) % 3],
            ),
            40 | 45 | 46 => {
                let members = world.case().members_on(today).map(|one| one.id);
                let everyone: Vec<PersonId> = members.collect();
                let rounds = [Round::Month12, Round::Month12, Round::Month1, Round::Month6];
                let round = rounds[usize::from(self.second) % 4];
                asking(
                    &everyone,
                    round,
                    ["yes", "yes", "no"][usize::from(self.day) % 3],
                    today,
                )
            }
            41 => {
                let solutions = [
                    Solution::LocalIntegration,
                    Solution::SettledElsewhere,
                    Solution::Resettlement,
                    Solution::Return,
                ];
                choosing(solutions[usize::from(self.second) % 4], today)
            }
            42..45 => Command::ProposeSolution,
            _ => Command::ConfirmSolution,
        }
    }

    fn about_a_place(self, world: &World, code: &str) -> AreaCommand {
        let state = world.areas.get(&place(code)).cloned().unwrap_or_default();
        let book = state.answers.answers();
        let ids: Vec<AnswerId> = book.iter().map(|answer| answer.id).collect();
        let answer = || self.answer(&[Level::Area, Level::Region], None, &ids);
        match (self.what, self.second % 4) {
            (20, _) => AreaCommand::RecordAnswers(NewAnswers {
                answers: vec![answer()],
            }),
            (21, 0) => AreaCommand::ConfirmAnswer(self.which(&ids)),
            (21, 1) => AreaCommand::RetractAnswer(self.which(&ids), taking_back()),
            (21, _) => AreaCommand::VerifyEvidence(items(&unverified(&state.answers))),
            (22, _) => AreaCommand::RecordEvent(NewAreaEvent {
                kind: AreaEventKind::ALL[usize::from(self.second) % AreaEventKind::ALL.len()],
                happened_on: self.on(),
                remark: None,
            }),
            _ => AreaCommand::Adjudicate(Box::new(self.decision(answer()))),
        }
    }
}
