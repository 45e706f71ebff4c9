//! A population of a given size, written in pages so that memory stays flat.

use super::household::{Household, Plan};
use super::scribe::Scribe;
use super::story::{Story, tell};
use super::{Fault, areas};
use jiff::{SignedDuration, Timestamp};
use sanad_store::db::Db;
use sanad_store::{Tx, in_bulk};

/// The number of the dice that households are drawn from.
const HOUSEHOLDS: u64 = 2;
/// Commands of one page: rows that are held in memory at a time.
const PAGE: u64 = 500;
/// Commands that one case can take at most, and so how finely its time is cut.
const STEPS: u32 = 16;
/// How often every place is visited; an answer about security holds 30 days.
const BETWEEN_ROUNDS: SignedDuration = SignedDuration::from_hours(20 * 24);

/// How large a population is and over which time it came in.
#[derive(Debug, Clone, Copy)]
pub struct Population {
    /// The seed: the same one gives the same registry, to the last id.
    pub seed: u64,
    /// Persons.
    pub persons: u32,
    /// When the first case was recorded.
    pub from: Timestamp,
    /// When the last one was.
    pub until: Timestamp,
}

impl Population {
    /// A scribe with its clock set for this population.
    pub fn scribe(&self) -> Result<Scribe, Fault> {
        Scribe::new(
            self.seed,
            self.from,
            self.until.duration_since(self.from) / self.persons_or_one() / STEPS_I32,
        )
    }

    fn persons_or_one(&self) -> i32 {
        i32::try_from(self.persons).unwrap_or(i32::MAX).max(1)
    }

    /// The moment at which as many persons are in.
    fn moment(&self, persons: u32) -> Timestamp {
        let (from, until) = (
            i128::from(self.from.as_microsecond()),
            i128::from(self.until.as_microsecond()),
        );
        let passed = (until - from) * i128::from(persons) / i128::from(self.persons.max(1));
        i64::try_from(from + passed)
            .ok()
            .and_then(|micros| Timestamp::from_microsecond(micros).ok())
            .unwrap_or(self.until)
    }
}

#[expect(clippy::cast_possible_wrap, reason = "a small number written above")]
const STEPS_I32: i32 = STEPS as i32;

/// Where the filling of a registry stands.
#[derive(Debug, Clone, Copy, Default)]
pub struct Progress {
    /// Persons in it.
    pub persons: u32,
    /// Cases in it.
    pub cases: u64,
}

/// Fills a marked registry that holds the places and the staff already. After each
/// page `report` is told how far it got.
pub fn populate(
    db: &mut dyn Db,
    scribe: &mut Scribe,
    population: Population,
    mut report: impl FnMut(Progress),
) -> Result<Progress, Fault> {
    let mut progress = Progress::default();
    let mut next_round = population.from;
    while progress.persons < population.persons {
        in_bulk(db, |bulk| {
            bulk.page(|tx| page(tx, scribe, population, &mut progress, &mut next_round))
        })?;
        report(progress);
    }
    Ok(progress)
}

fn page(
    tx: &mut Tx<'_>,
    scribe: &mut Scribe,
    population: Population,
    progress: &mut Progress,
    next_round: &mut Timestamp,
) -> Result<(), Fault> {
    let end = scribe.commands() + PAGE;
    while scribe.commands() < end && progress.persons < population.persons {
        let now = population.moment(progress.persons);
        scribe.wait_until(now);
        if now >= *next_round {
            areas::round(scribe, tx)?;
            *next_round = now
                .saturating_add(BETWEEN_ROUNDS)
                .unwrap_or(population.until);
        }
        let mut dice = scribe.dice(HOUSEHOLDS, progress.cases);
        let office = usize::from(dice.percent(40));
        let rest = population.persons - progress.persons;
        let plan = Plan {
            country: &scribe.country,
            organisation: scribe.staff.organisation(office),
            today: scribe.today(),
            at_most: usize::try_from(rest).unwrap_or(usize::MAX),
        };
        let household = Household::draw(&mut dice, plan)?;
        let members = household.registration.members.len();
        let story = Story::draw(&mut dice);
        tell(scribe, tx, &mut dice, household, story, office)?;
        progress.persons += u32::try_from(members).unwrap_or(rest).min(rest);
        progress.cases += 1;
    }
    Ok(())
}
