//! R12: what came after a return or another solution: rounds of monitoring due, held
//! and not reached; the ten sub-criteria; displacement after a return.
//!
//! Sums are shown under the rule for small numbers: the outcomes of a round add up to
//! the households, and the answers to each criterion to the persons who answered, so
//! that each of these rows is shown whole or not at all. The comparison with the general
//! population, which the statistical measure asks for (IRIS ◐), needs figures that no
//! registry of cases has: the report says that they are not recorded.

use super::Report;
use super::cell::{Row, Section, cells};
use super::source::{CaseFile, Source};
use super::suppression::{Count, Share, whole_or_none};
use super::walks::{Cases, EachCase};
use jiff::civil::Date;
use sanad_core::case::{CRITERIA, Event, Monitoring, Reached, Round, RoundRecord, Said};
use sanad_store::StoreError;
use std::collections::BTreeMap;

/// The report.
pub static REPORT: Report = Report {
    name: "post-return-outcomes",
    sections: &[
        Section {
            key: "round",
            columns: &[
                "case_id",
                "solution",
                "arrived_on",
                "round",
                "due_on",
                "outcome",
                "held_on",
                "persons_reached",
                "persons_refused",
                "persons_not_reached",
                "recorded_by",
                "recorded_by_login",
            ],
            totals: false,
        },
        Section {
            key: "round_total",
            columns: &["solution", "round", "outcome", "households"],
            totals: true,
        },
        Section {
            key: "criterion_total",
            columns: &[
                "solution",
                "round",
                "criterion",
                "passed",
                "not_passed",
                "unknown",
                "general_population",
            ],
            totals: true,
        },
        Section {
            key: "redisplaced_total",
            columns: &["solution", "households", "redisplaced", "percent"],
            totals: true,
        },
    ],
    takes: &["place", "from", "to"],
    walk: Cases::<Outcomes>::walk,
};

const ROUND: usize = 0;
const ROUNDS: usize = 1;
const CRITERIA_TOTAL: usize = 2;
const REDISPLACED: usize = 3;

/// Persons who passed, did not pass, and of whom it is not known.
type Passed = [u64; 3];

/// Where a round can stand. Every row is shown for every round: a row that is left out
/// would say that it is zero.
const STANDS: [&str; 5] = ["done", "refused", "not_reached", "overdue", "not_yet_due"];
const DONE: usize = 0;
const REFUSED: usize = 1;
const NOT_REACHED: usize = 2;
const OVERDUE: usize = 3;
const NOT_YET_DUE: usize = 4;

#[derive(Default)]
struct Outcomes {
    rounds: BTreeMap<(&'static str, Round), [u64; STANDS.len()]>,
    criteria: BTreeMap<(&'static str, Round, usize), Passed>,
    households: BTreeMap<&'static str, (u64, u64)>,
}

/// Where a round stands on a day, of [`STANDS`].
fn stands(held: Option<&RoundRecord>, due_on: Date, as_of: Date) -> usize {
    match held {
        Some(held) if held.reached_somebody() => DONE,
        Some(held)
            if held
                .persons
                .iter()
                .any(|one| one.reached == Reached::Refused) =>
        {
            REFUSED
        }
        Some(_) => NOT_REACHED,
        None if due_on <= as_of => OVERDUE,
        None => NOT_YET_DUE,
    }
}

impl Outcomes {
    /// One period of monitoring. The latest record of a round counts.
    fn monitored(
        &mut self,
        case: &CaseFile,
        monitoring: &Monitoring,
        source: &mut Source<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let view = source.view;
        let solution = monitoring.solution.code();
        let mut rows = Vec::new();
        for round in Round::ALL {
            let held = monitoring.rounds.iter().rfind(|held| held.round == round);
            let due_on = round.due_on(monitoring.began_on);
            let stands = stands(held, due_on, view.as_of);
            self.rounds.entry((solution, round)).or_default()[stands] += 1;
            let reached = |wanted: Reached| {
                held.map(|held| {
                    held.persons
                        .iter()
                        .filter(|one| one.reached == wanted)
                        .count()
                })
            };
            let by = held.map(|held| held.recorded_by);
            let login = by.map(|by| source.login(by)).transpose()?;
            rows.push(Row::new(
                ROUND,
                cells![
                    case.state.id,
                    solution,
                    monitoring.began_on,
                    round.code(),
                    due_on,
                    STANDS[stands],
                    held.map(|held| held.held_on),
                    reached(Reached::Yes),
                    reached(Reached::Refused),
                    reached(Reached::NotReached),
                    by,
                    login,
                ],
            ));
            let said = held.into_iter().flat_map(|held| &held.persons);
            for answers in said.filter_map(|person| person.answers) {
                for (number, said) in answers.criteria.all().into_iter().enumerate() {
                    let counted = self.criteria.entry((solution, round, number)).or_default();
                    counted[match said {
                        Said::Yes => 0,
                        Said::No => 1,
                        Said::Unknown => 2,
                    }] += 1;
                }
            }
        }
        Ok(rows)
    }
}

impl EachCase for Outcomes {
    const ABOUT_PERSONS: bool = true;

    fn case(&mut self, case: &CaseFile, source: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        let view = source.view;
        let mut rows = Vec::new();
        if !case.state.places.iter().any(|place| view.covers(place)) {
            return Ok(rows);
        }
        let mut back = None;
        for fact in &case.facts {
            match &fact.event {
                Event::MonitoringBegan { solution, began_on } if view.within(*began_on) => {
                    back = Some(*solution);
                    self.households.entry(solution.code()).or_default().0 += 1;
                }
                Event::MonitoringBegan { .. } => back = None,
                // Counted once for each arrival.
                Event::DisplacedAgain => {
                    if let Some(solution) = back.take() {
                        self.households.entry(solution.code()).or_default().1 += 1;
                    }
                }
                _ => {}
            }
        }
        let monitored = case.state.monitoring.iter();
        for monitoring in monitored.filter(|one| view.within(one.began_on)) {
            rows.extend(self.monitored(case, monitoring, source)?);
        }
        Ok(rows)
    }

    fn end(&mut self, _: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        for ((solution, round), counts) in std::mem::take(&mut self.rounds) {
            let households = whole_or_none(counts.map(Count));
            rows.extend(STANDS.into_iter().zip(households).map(|(stands, count)| {
                Row::new(ROUNDS, cells![solution, round.code(), stands, count])
            }));
        }
        for ((solution, round, number), passed) in std::mem::take(&mut self.criteria) {
            let name = CRITERIA.get(number).copied().unwrap_or_default();
            let [yes, no, unknown] = whole_or_none(passed.map(Count));
            let round = round.code();
            rows.push(Row::new(
                CRITERIA_TOTAL,
                cells![solution, round, name, yes, no, unknown, "not_recorded"],
            ));
        }
        for (solution, (households, redisplaced)) in std::mem::take(&mut self.households) {
            let share = Share {
                whole: Count(households),
                part: Count(redisplaced),
            };
            rows.push(Row::new(
                REDISPLACED,
                cells![
                    solution,
                    share.whole.cell(),
                    share.part_cell(),
                    share.percent_cell(),
                ],
            ));
        }
        Ok(rows)
    }
}
