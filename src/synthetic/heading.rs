//! Many cases with a compliant finding that all go to one place, for measuring what
//! one fact about that place costs (`sanad bench-area`).
//!
//! Every fact of them goes through policy and rules like any other; nothing is written
//! into a table by hand. Not here: populations with all kinds of lots (`population`).

use super::household::{Household, Plan};
use super::scribe::Scribe;
use super::story::{MONITORED, Particular, Reach, Story, tell};
use super::{Fault, Post, areas};
use jiff::ToSpan as _;
use sanad_core::area::{AreaCommand, AreaEventKind, NewAreaEvent, PlaceRef};
use sanad_core::conditions::Finding;
use sanad_store::db::Db;
use sanad_store::{LookedAgain, in_bulk};

/// The number of the dice that these households are drawn from.
const HEADING: u64 = 3;
/// Cases of one page: rows that are held in memory at a time.
const PAGE: u32 = 100;
/// The sub-district that they go to: a safe one.
const HOME: usize = 0;
/// Sub-districts that they are displaced in: safe ones.
const CAMPS: [usize; 3] = [8, 9, 10];
/// Members of a household, at most.
const AT_MOST: usize = 9;

/// Fills a marked registry that holds places and staff with so many cases, each with a
/// compliant finding. Answers the admin-3 unit that all go to.
pub fn fill(
    db: &mut dyn Db,
    scribe: &mut Scribe,
    cases: u32,
    mut report: impl FnMut(u32),
) -> Result<PlaceRef, Fault> {
    let home = scribe.country.subdistricts.get(HOME).cloned();
    let (unit, _) = home.ok_or_else(|| Fault::Made("the country is too small".to_owned()))?;
    in_bulk(db, |bulk| bulk.page(|tx| areas::round(scribe, tx)))?;
    // Now and then a household's child came of age since the interview, and its finding
    // is not compliant: the next one takes its place.
    let (mut done, mut number) = (0, 0);
    while done < cases {
        let end = cases.min(done + PAGE);
        in_bulk(db, |bulk| {
            bulk.page(|tx| {
                while done < end {
                    done += u32::from(one(scribe, tx, number)?);
                    number += 1;
                }
                Ok::<_, Fault>(())
            })
        })?;
        report(done);
    }
    Ok(unit)
}

/// One household; whether its finding is compliant.
fn one(scribe: &mut Scribe, tx: &mut sanad_store::Tx<'_>, number: u32) -> Result<bool, Fault> {
    let mut dice = scribe.dice(HEADING, u64::from(number));
    let office = usize::from(dice.percent(40));
    let camp = CAMPS[usize::try_from(number).unwrap_or(0) % CAMPS.len()];
    let plan = Plan {
        country: &scribe.country,
        organisation: scribe.staff.organisation(office),
        today: scribe.today(),
        at_most: AT_MOST,
    };
    let household = Household::draw_between(&mut dice, plan, HOME, camp)?;
    let story = Story {
        reach: Reach::Assessed,
        particular: Particular::Nothing,
        interviewed: MONITORED + 2,
        returns: false,
    };
    let case = tell(scribe, tx, &mut dice, household, story, office)?;
    let finding = case.findings.last().map(|one| one.assessment.finding);
    Ok(finding == Some(Finding::Compliant))
}

/// Records a clash in a place so many days ago and takes it back again unless it is
/// to be kept; answers what it did to findings.
pub fn clash(
    db: &mut dyn Db,
    scribe: &mut Scribe,
    place: &PlaceRef,
    days_ago: i32,
    keep: bool,
) -> Result<LookedAgain, Fault> {
    let event = NewAreaEvent {
        kind: AreaEventKind::ArmedClash,
        happened_on: scribe.today().saturating_sub(days_ago.days()),
        remark: None,
    };
    let assessor = scribe.staff.holder(0, Post::Assessor)?.clone();
    let mut seen = None;
    let done = in_bulk(db, |bulk| {
        let command = AreaCommand::RecordEvent(event);
        let again = bulk.page(|tx| scribe.tried(tx, &assessor, place, command))?;
        seen = Some(again);
        if keep { Ok(()) } else { Err(Fault::TakenBack) }
    });
    match (done, seen) {
        (Ok(()) | Err(Fault::TakenBack), Some(again)) => Ok(again),
        (Err(fault), _) => Err(fault),
        (Ok(()), None) => Err(Fault::TakenBack),
    }
}
