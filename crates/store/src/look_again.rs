//! When something is recorded about a place, every open finding that it can touch is
//! assessed again, in one pass within the same transaction, and those that no longer
//! hold are named in a fact of their own (docs/adr/0012).
//!
//! Findings and cases stay as they are: a case whose open finding is named is flagged
//! for its readers, and its departure is assessed again anyway (T8). What an event did
//! not take away is not looked at before and after: a finding that no longer holds is
//! named once, by the first fact after which that was noticed.
//!
//! Rows are read in pages, so memory does not grow with the number of cases. Not here:
//! which cases can be touched (`sanad_core::area::Touched`), the rule (`conditions`).

use crate::StoreError;
use crate::db::{Db, OpenAt, Side};
use crate::engine::Tx;
use crate::journal::{Envelope, lost_stream};
use crate::knowledge::upwards;
use crate::place_path;
use crate::projections;
use crate::rows::{FindingLostRow, OpenFindingRow};
use crate::sql_types::{At, Key, On};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sanad_core::access::{Resource, Visibility};
use sanad_core::area::{
    AreaFact, AreaState, FindingsLost, LossCause, LostFinding, PlaceRef, PlaceTable, Touched,
};
use sanad_core::case::{AreaKnowledge, CasePart, CaseState, Decided, PlacesPart};
use sanad_core::conditions::{AccessProfile, Catalogue, Finding, assess};
use sanad_core::ids::{CaseId, FindingId, OrganisationId};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

/// Rows of one page.
const PAGE: usize = 1_000;
/// Places asked for in one statement.
const PLACES_TOGETHER: usize = 500;
/// Places, and pairs of places, whose knowledge is kept in memory at a time.
const KEPT: usize = 500;

/// The parts of the places by pair of destination and displacement; none where the
/// cases of a pair were looked at before.
type Parts = HashMap<[String; 4], Option<Rc<PlacesPart>>>;

/// What it takes to look at findings again.
#[derive(Debug, Clone, Copy)]
pub struct Lookout<'a> {
    /// The imported places.
    pub places: &'a PlaceTable,
    /// The catalogue in force.
    pub catalogue: &'a Catalogue,
    /// Whose findings the author of the fact may see.
    pub who: &'a Visibility,
}

/// What looking again came to, as its author may know it: cases that are closed to them
/// by a declared conflict of interest are in neither, as no list counts them either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LookedAgain {
    /// Of cases that the author may see.
    pub here: Counted,
    /// Of other cases.
    pub elsewhere: Counted,
}

/// Numbers of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Open findings that were assessed again; those known to be lost are not.
    pub looked_at: u64,
    /// Those of them that no longer hold.
    pub lost: u64,
}

/// What the author of a fact may know of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// That it is there, and what becomes of it.
    Here,
    /// What becomes of it, as one of many.
    Elsewhere,
    /// Nothing, by a declared conflict of interest.
    Nothing,
}

impl Tx<'_> {
    /// Assesses again what facts about a place can touch, as of the day on which they
    /// are recorded, and records which findings no longer hold.
    pub(crate) fn look_again(
        &mut self,
        place: &PlaceRef,
        decided: &Decided<AreaFact>,
        envelope: &Envelope,
        lookout: Lookout<'_>,
    ) -> Result<LookedAgain, StoreError> {
        let facts = decided.events();
        let Some(cause) = LossCause::of(facts) else {
            return Ok(LookedAgain::default());
        };
        let touched = Touched::by(facts, place, lookout.places);
        let on = envelope.recorded_at.to_zoned(TimeZone::UTC).date();
        let closed = self.reads().closed_to(decided.by())?;
        let mut pass = Pass::new(self, lookout, on);
        pass.closed = closed.into_iter().collect();
        pass.side(self, Side::Destination, &touched)?;
        pass.side(self, Side::Displacement, &touched)?;
        let Pass {
            looked_at,
            lost,
            told,
            ..
        } = pass;
        let event = facts.iter().rev().find_map(|fact| match fact {
            AreaFact::EventRecorded(record) => Some(record.event.kind),
            _ => None,
        });
        let stream = lost_stream(place);
        let known = self.revision_of(stream)?;
        let mut revision = u64::try_from(known).unwrap_or(0);
        for some in lost.chunks(FindingsLost::AT_MOST) {
            let fact = FindingsLost {
                place: place.clone(),
                cause,
                event,
                on,
                looked_at,
                lost: some.to_vec(),
            };
            revision += 1;
            let by = decided.by();
            let meta = self.write_fact(&fact, stream, revision, by, envelope)?;
            let rows = projections::of_lost(&fact, meta);
            self.batch().lost.extend(rows);
        }
        Ok(told)
    }
}

/// The flag that a case carried at a past moment, of which it is given as it was then:
/// its open finding was lost already. What is named lost stays so, therefore the row that
/// says so today said it then.
pub fn flag_then(
    db: &mut dyn Db,
    case: &CaseState,
    until: At,
) -> Result<Option<FindingLostRow>, StoreError> {
    match case.open_finding() {
        Some(finding) => db.loss(Key(finding.id.0), until),
        None => Ok(None),
    }
}

/// One pass over open findings.
struct Pass<'a> {
    lookout: Lookout<'a>,
    on: Date,
    /// Cases with rows that wait to be written: the database has older ones.
    newer: HashSet<Key>,
    /// Those rows, and whether the author of the fact may see their case.
    waiting: Vec<(OpenFindingRow, bool)>,
    /// Findings that wait to be written as lost.
    known_lost: HashSet<Key>,
    /// What is known of places, so that each is read once.
    known: HashMap<PlaceRef, AreaState>,
    looked_at: u64,
    lost: Vec<LostFinding>,
    /// Cases of which the author is told nothing.
    closed: HashSet<Key>,
    /// What the author is told.
    told: LookedAgain,
}

impl<'a> Pass<'a> {
    fn new(tx: &Tx<'_>, lookout: Lookout<'a>, on: Date) -> Self {
        // What a job of this group wrote earlier counts as if it stood in the database.
        let mut waiting = BTreeMap::new();
        let mut known_lost = HashSet::new();
        for rows in tx.waiting() {
            for case in &rows.cases {
                let head = &case.head;
                let places = place_path::decode_for(lookout.who, &head.place_path);
                let resource = Resource::Case {
                    organisation: OrganisationId(head.organisation_id.0),
                    places: &places,
                };
                let seen = lookout.who.tiers_for(&resource).is_some();
                waiting.insert(head.case_id, case.open.clone().map(|open| (open, seen)));
            }
            known_lost.extend(rows.lost.iter().map(|row| row.finding_id));
        }
        Self {
            lookout,
            on,
            newer: waiting.keys().copied().collect(),
            waiting: waiting.into_values().flatten().collect(),
            known_lost,
            known: HashMap::new(),
            looked_at: 0,
            lost: Vec::new(),
            closed: HashSet::new(),
            told: LookedAgain::default(),
        }
    }

    /// All open findings bound to a touched place on one side.
    fn side(&mut self, tx: &mut Tx<'_>, side: Side, touched: &Touched) -> Result<(), StoreError> {
        let touched_here = match side {
            Side::Destination => &touched.destinations,
            Side::Displacement => &touched.displacements,
        };
        let mut by_edition: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for place in touched_here {
            let codes = by_edition.entry(place.edition.as_str()).or_default();
            codes.push(place.code.as_str().to_owned());
        }
        for (edition, mut codes) in by_edition {
            codes.sort_unstable();
            for some in codes.chunks(PLACES_TOGETHER) {
                let mut bound = tx.reads().bound_places(side, edition, some)?;
                bound.sort_unstable();
                for code in bound {
                    self.place(tx, side, edition, &code, touched)?;
                }
            }
        }
        let waiting = std::mem::take(&mut self.waiting);
        let mut parts = Parts::default();
        for (row, seen) in &waiting {
            let place = match side {
                Side::Destination => destination(row)?,
                Side::Displacement => displacement(row)?,
            };
            let runs = row.on_the_way || row.expires_on.0 >= self.on;
            if runs && touched_here.contains(&place) {
                let told = self.told_of(row.case_id, *seen);
                self.row(tx, side, row, told, touched, &mut parts)?;
            }
        }
        self.waiting = waiting;
        Ok(())
    }

    /// All open findings bound to one place, page by page.
    fn place(
        &mut self,
        tx: &mut Tx<'_>,
        side: Side,
        edition: &str,
        code: &str,
        touched: &Touched,
    ) -> Result<(), StoreError> {
        let at = OpenAt {
            side,
            edition,
            code,
            on: On(self.on),
        };
        let mut parts = Parts::default();
        let mut after = None;
        loop {
            let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
            let rows = tx.reads().open_findings(&at, after, limit)?;
            let cases: Vec<Key> = rows.iter().map(|row| row.case_id).collect();
            let seen = tx.reads().seen_cases(self.lookout.who, &cases)?;
            for row in &rows {
                if !self.newer.contains(&row.case_id) {
                    let told = self.told_of(row.case_id, seen.contains(&row.case_id));
                    self.row(tx, side, row, told, touched, &mut parts)?;
                }
            }
            after = rows.last().map(|row| row.case_id);
            if rows.len() < PAGE {
                return Ok(());
            }
        }
    }

    fn told_of(&self, case: Key, seen: bool) -> Told {
        match (self.closed.contains(&case), seen) {
            (true, _) => Told::Nothing,
            (false, true) => Told::Here,
            (false, false) => Told::Elsewhere,
        }
    }

    /// Assesses one case again.
    fn row(
        &mut self,
        tx: &mut Tx<'_>,
        side: Side,
        row: &OpenFindingRow,
        told: Told,
        touched: &Touched,
        parts: &mut Parts,
    ) -> Result<(), StoreError> {
        if self.known_lost.contains(&row.finding_id) {
            return Ok(());
        }
        let pair = [
            row.destination_edition.clone(),
            row.destination_code.clone(),
            row.place_edition.clone(),
            row.place_code.clone(),
        ];
        let known = parts.get(&pair).cloned();
        let part = match known {
            Some(part) => part,
            None => {
                let to = destination(row)?;
                // What goes to a touched place was looked at on that side.
                let done = side == Side::Displacement && touched.destinations.contains(&to);
                let part = if done {
                    None
                } else {
                    Some(Rc::new(self.gather(tx, &to, &displacement(row)?)?))
                };
                if parts.len() >= KEPT {
                    parts.clear();
                }
                parts.insert(pair, part.clone());
                part
            }
        };
        let Some(part) = part else {
            return Ok(());
        };
        self.looked_at += 1;
        let lost = !self.holds(row, &part)?;
        let counted = match told {
            Told::Here => Some(&mut self.told.here),
            Told::Elsewhere => Some(&mut self.told.elsewhere),
            Told::Nothing => None,
        };
        if let Some(counted) = counted {
            counted.looked_at += 1;
            counted.lost += u64::from(lost);
        }
        if lost {
            self.lost.push(LostFinding {
                case: CaseId(row.case_id.0),
                finding: FindingId(row.finding_id.0),
            });
        }
        Ok(())
    }

    /// Whether the finding is compliant on the day.
    fn holds(&self, row: &OpenFindingRow, places: &PlacesPart) -> Result<bool, StoreError> {
        let unreadable = |why: &dyn std::fmt::Display| {
            StoreError::Unreadable(format!("open finding {}: {why}", row.finding_id.0))
        };
        let part = CasePart::from_bytes(&row.facts).map_err(|error| unreadable(&error))?;
        let profile = AccessProfile::from_code(&row.profile)
            .ok_or_else(|| unreadable(&"it has an unknown profile"))?;
        let catalogue = self.lookout.catalogue;
        let joined = part.join(places, catalogue, self.on, profile, None);
        // Without an assessor nobody assesses themselves; if it were so, it holds not.
        let holds = assess(catalogue, &joined.facts)
            .is_ok_and(|assessment| assessment.finding == Finding::Compliant);
        Ok(holds)
    }

    /// What is known of the two places of a case.
    fn gather(
        &mut self,
        tx: &mut Tx<'_>,
        destination: &PlaceRef,
        displacement: &PlaceRef,
    ) -> Result<PlacesPart, StoreError> {
        if self.known.len() > KEPT {
            self.known.clear();
        }
        let places = self.lookout.places;
        let known = &mut self.known;
        let ask = &mut |place: &PlaceRef| match known.get(place) {
            Some(state) => Ok(state.clone()),
            None => {
                let state = tx.area(place)?;
                known.insert(place.clone(), state.clone());
                Ok(state)
            }
        };
        let to = upwards(places, destination, ask)?;
        let from = upwards(places, displacement, ask)?;
        let knowledge = AreaKnowledge {
            destination: to,
            displacement: from,
            around: tx.events_around(places, Some(destination))?,
        };
        Ok(PlacesPart::gather(
            &knowledge,
            self.lookout.catalogue,
            self.on,
        ))
    }
}

fn destination(row: &OpenFindingRow) -> Result<PlaceRef, StoreError> {
    place_of(&row.destination_edition, &row.destination_code)
}

fn displacement(row: &OpenFindingRow) -> Result<PlaceRef, StoreError> {
    place_of(&row.place_edition, &row.place_code)
}

fn place_of(edition: &str, code: &str) -> Result<PlaceRef, StoreError> {
    PlaceRef::parse(edition, code)
        .map_err(|_| StoreError::Unreadable("an open finding has no place".to_owned()))
}
