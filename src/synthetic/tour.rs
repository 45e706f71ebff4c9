//! Three cases that show the three findings, after the worked examples: a couple
//! with two children each time, and one fact that differs.

use super::country::{Lot, RETURN_SUBDISTRICTS};
use super::household::{Household, Plan};
use super::scribe::Scribe;
use super::story::{Particular, Reach, Story, tell};
use super::{Fault, areas};
use sanad_core::conditions::Finding;
use sanad_core::ids::CaseId;
use sanad_store::db::Db;
use sanad_store::{Tx, in_bulk};

/// The number of the dice that the three are drawn from.
const TOUR: u64 = 3;
/// The office that keeps them.
const OFFICE: usize = 0;

/// The three cases.
#[derive(Debug, Clone, Copy)]
pub struct Tour {
    /// Everybody signed, everything is known and so (EX-01).
    pub compliant: CaseId,
    /// The same, but the security analysis is 53 days old (EX-04a).
    pub undetermined: CaseId,
    /// The same, but a monitor hears that the camp will close on those who stay (EX-03a).
    pub not_compliant: CaseId,
}

/// Visits every place once more and records the three cases, all at the present
/// moment of the scribe's clock.
pub fn record(db: &mut dyn Db, scribe: &mut Scribe) -> Result<Tour, Fault> {
    in_bulk(db, |bulk| {
        bulk.page(|tx| {
            areas::round(scribe, tx)?;
            let nothing = Particular::Nothing;
            let heard = Particular::PressureHeardLater;
            Ok(Tour {
                compliant: one(
                    scribe,
                    tx,
                    1,
                    (Lot::Safe, Lot::Safe, nothing),
                    Finding::Compliant,
                )?,
                undetermined: one(
                    scribe,
                    tx,
                    2,
                    (Lot::StaleAnalysis, Lot::Safe, nothing),
                    Finding::Undetermined,
                )?,
                not_compliant: one(
                    scribe,
                    tx,
                    3,
                    (Lot::Safe, Lot::PushedOut, heard),
                    Finding::NotCompliant,
                )?,
            })
        })
    })
}

fn one(
    scribe: &mut Scribe,
    tx: &mut Tx<'_>,
    number: u64,
    (home, camp, particular): (Lot, Lot, Particular),
    expected: Finding,
) -> Result<CaseId, Fault> {
    let mut dice = scribe.dice(TOUR, number);
    let lots = &scribe.country.subdistricts;
    let find = |lot, from| {
        lots.iter()
            .skip(from)
            .position(|(_, found)| *found == lot)
            .map_or(from, |at| at + from)
    };
    let (home, camp) = (find(home, 0), find(camp, RETURN_SUBDISTRICTS));
    let plan = Plan {
        country: &scribe.country,
        organisation: scribe.staff.organisation(OFFICE),
        today: scribe.today(),
        at_most: 4,
    };
    let household = Household::couple_with_two_children(&mut dice, plan, home, camp)?;
    let story = Story {
        reach: Reach::Assessed,
        particular,
        interviewed: 5,
        returns: false,
    };
    let case = tell(scribe, tx, &mut dice, household, story, OFFICE)?;
    match case.findings.last() {
        Some(finding) if finding.assessment.finding == expected => Ok(case.id),
        _ => Err(Fault::Made(
            "a case of the tour came to another finding than it should".to_owned(),
        )),
    }
}
