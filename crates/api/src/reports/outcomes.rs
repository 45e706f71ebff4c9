//! R12: what came after a return or another solution: rounds of monitoring due, held
//! and not reached; the ten sub-criteria; displacement after a return.
//!
//! Sums are shown under the rule for small numbers. The comparison with the general
//! population, which the statistical measure asks for (IRIS ◐), needs figures that no
//! registry of cases has; it is made outside, with these sums.

use super::Report;
use super::cell::{Row, Section, cells};
use super::source::{CaseFile, Source};
use super::suppression::{Count, Share};
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

#[derive(Default)]
struct Outcomes {
    rounds: BTreeMap<(&'static str, Round, &'static str), u64>,
    criteria: BTreeMap<(&'static str, Round, usize), Passed>,
    households: BTreeMap<&'static str, (u64, u64)>,
}

/// Where a round stands on a day.
fn outcome(held: Option<&RoundRecord>, due_on: Date, as_of: Date) -> &'static str {
    match held {
        Some(held) if held.reached_somebody() => "done",
        Some(held)
            if held
                .persons
                .iter()
                .any(|one| one.reached == Reached::Refused) =>
        {
            "refused"
        }
        Some(_) => "not_reached",
        None if due_on <= as_of => "overdue",
        None => "not_yet_due",
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
            let outcome = outcome(held, due_on, view.as_of);
            *self.rounds.entry((solution, round, outcome)).or_default() += 1;
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
                    outcome,
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
        for ((solution, round, outcome), count) in std::mem::take(&mut self.rounds) {
            let households = Count(count).cell();
            rows.push(Row::new(
                ROUNDS,
                cells![solution, round.code(), outcome, households],
            ));
        }
        for ((solution, round, number), passed) in std::mem::take(&mut self.criteria) {
            let name = CRITERIA.get(number).copied().unwrap_or_default();
            let [yes, no, unknown] = passed.map(|count| Count(count).cell());
            rows.push(Row::new(
                CRITERIA_TOTAL,
                cells![solution, round.code(), name, yes, no, unknown],
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
