//! The ways through the registry that reports share: case by case, place by place,
//! finding by finding. Each holds one of them at a time.

use super::Walk;
use super::cell::Row;
use super::source::{CaseFile, Source};
use sanad_core::area::{AreaFact, PlaceRef};
use sanad_store::StoreError;
use sanad_store::db::FindingFilter;
use sanad_store::journal::AREA;
use sanad_store::rows::FindingRow;
use sanad_store::sql_types::{Key, On};
use std::collections::BTreeMap;

/// Cases folded in one step: a reader of the database is free again after it.
const CASES_IN_A_STEP: i64 = 25;
/// Findings read in one step.
const FINDINGS_IN_A_STEP: i64 = 200;
/// Places in one step.
const PLACES_IN_A_STEP: usize = 25;

/// What a report says of each case, and at the end.
pub(super) trait EachCase: Send + Default {
    /// Whether it is about persons, so that a case of whose persons nothing is left (T23)
    /// has nothing to say.
    const ABOUT_PERSONS: bool;
    /// The rows of one case.
    fn case(&mut self, case: &CaseFile, source: &mut Source<'_>) -> Result<Vec<Row>, StoreError>;
    /// Rows about what no case leads to, some at a time after the last case; none when
    /// there are no more.
    fn beyond(&mut self, _: &mut Source<'_>) -> Result<Option<Vec<Row>>, StoreError> {
        Ok(None)
    }
    /// The rows after all others.
    fn end(&mut self, _: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        Ok(Vec::new())
    }
}

/// Where a walk stands.
#[derive(Default)]
enum Place<T> {
    #[default]
    Start,
    After(T),
    Beyond,
    Ended,
}

/// Every case that the reader may see, in the order of their ids.
#[derive(Default)]
pub(super) struct Cases<T> {
    at: Place<Key>,
    each: T,
}

impl<T: EachCase + 'static> Cases<T> {
    pub(super) fn walk() -> Box<dyn Walk> {
        Box::new(Self {
            at: Place::Start,
            each: T::default(),
        })
    }
}

impl<T: EachCase> Walk for Cases<T> {
    fn next(&mut self, source: &mut Source<'_>) -> Result<Option<Vec<Row>>, StoreError> {
        let after = match self.at {
            Place::Start => None,
            Place::After(key) => Some(key),
            Place::Beyond => {
                if let Some(rows) = self.each.beyond(source)? {
                    return Ok(Some(rows));
                }
                self.at = Place::Ended;
                return self.each.end(source).map(Some);
            }
            Place::Ended => return Ok(None),
        };
        let ids = source.case_ids(after, CASES_IN_A_STEP)?;
        let Some(last) = ids.last() else {
            self.at = Place::Beyond;
            return Ok(Some(Vec::new()));
        };
        self.at = Place::After(*last);
        let mut rows = Vec::new();
        for id in ids {
            let Some(case) = source.case(id)? else {
                continue;
            };
            if T::ABOUT_PERSONS && case.state.is_forgotten() {
                continue;
            }
            rows.extend(self.each.case(&case, source)?);
        }
        Ok(Some(rows))
    }
}

/// What a report says of each finding of the register, and at the end.
pub(super) trait EachFinding: Send + Default {
    /// The rows of one finding.
    fn finding(
        &mut self,
        row: &FindingRow,
        source: &mut Source<'_>,
    ) -> Result<Vec<Row>, StoreError>;
    /// The rows after the last finding.
    fn end(&mut self) -> Vec<Row>;
}

/// Every finding of the register that the reader may see, in the order of issue.
pub(super) struct Findings<T> {
    at: Place<i64>,
    each: T,
}

impl<T: EachFinding + 'static> Findings<T> {
    pub(super) fn walk() -> Box<dyn Walk> {
        Box::new(Self {
            at: Place::Start,
            each: T::default(),
        })
    }
}

impl<T: EachFinding> Walk for Findings<T> {
    fn next(&mut self, source: &mut Source<'_>) -> Result<Option<Vec<Row>>, StoreError> {
        let after = match self.at {
            Place::Start => 0,
            Place::After(position) => position,
            Place::Beyond | Place::Ended => return Ok(None),
        };
        let asked = &source.view.filter;
        let filter = FindingFilter {
            outcome: asked.finding.map(|finding| finding.code().to_owned()),
            place: asked.place.as_ref().map(ToString::to_string),
            from: asked.from.map(On),
            to: asked.to.map(On),
            until: source.view.moment(),
        };
        let (who, view) = (&source.view.who, source.view);
        let found = source
            .db
            .list_findings(who, &filter, after, FINDINGS_IN_A_STEP)?;
        let Some(last) = found.last() else {
            self.at = Place::Ended;
            return Ok(Some(self.each.end()));
        };
        self.at = Place::After(last.position);
        let mut rows = Vec::new();
        for row in found.iter().filter(|row| view.holds(row.position)) {
            rows.extend(self.each.finding(row, source)?);
        }
        Ok(Some(rows))
    }
}

/// How many open cases look at a place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Affected {
    /// They want to go there, or to a place in it.
    pub(super) heading: u64,
    /// They want to go to this very place.
    pub(super) heading_here: u64,
    /// They live there, or in a place in it.
    pub(super) displaced: u64,
    /// They live in this very place.
    pub(super) displaced_here: u64,
}

/// What a report says of each place.
pub(super) trait EachPlace: Send + Default {
    /// The rows of one place.
    fn place(
        &mut self,
        place: &PlaceRef,
        affected: Affected,
        source: &mut Source<'_>,
    ) -> Result<Vec<Row>, StoreError>;
}

/// Every place that something is recorded about or that a case looks at: first the
/// cases are counted, then the places are shown in the order of edition and code.
/// Keeps a few numbers for each place.
pub(super) struct Places<T> {
    stage: Stage,
    found: BTreeMap<PlaceRef, Affected>,
    each: T,
}

enum Stage {
    Cases(Option<Key>),
    Streams(Option<Key>),
    Shown(Option<PlaceRef>),
    Ended,
}

impl<T: EachPlace + 'static> Places<T> {
    pub(super) fn walk() -> Box<dyn Walk> {
        Box::new(Self {
            stage: Stage::Cases(None),
            found: BTreeMap::new(),
            each: T::default(),
        })
    }
}

impl<T: EachPlace> Places<T> {
    fn count(&mut self, case: &CaseFile, source: &Source<'_>) {
        use sanad_core::case::State;
        let ended = [State::Closed, State::Anonymised].contains(&case.state.stands_at());
        if ended || case.state.is_back() {
            return;
        }
        let places = &source.view.places;
        if let Some((destination, _)) = &case.state.destination {
            for place in places.lineage(destination) {
                let counted = self.found.entry(place.reference()).or_default();
                counted.heading += 1;
                counted.heading_here += u64::from(place.reference() == *destination);
            }
        }
        if let Some(home) = case.place() {
            for place in places.lineage(home) {
                let counted = self.found.entry(place.reference()).or_default();
                counted.displaced += 1;
                counted.displaced_here += u64::from(place.reference() == *home);
            }
        }
    }

    fn cases(&mut self, after: Option<Key>, source: &mut Source<'_>) -> Result<(), StoreError> {
        let ids = source.case_ids(after, CASES_IN_A_STEP)?;
        let last = ids.last().copied();
        for id in ids {
            if let Some(case) = source.case(id)? {
                self.count(&case, source);
            }
        }
        self.stage = match last {
            Some(last) => Stage::Cases(Some(last)),
            None => Stage::Streams(None),
        };
        Ok(())
    }

    fn streams(&mut self, after: Option<Key>, source: &mut Source<'_>) -> Result<(), StoreError> {
        let ids = source.db.stream_ids(AREA, after, CASES_IN_A_STEP)?;
        let last = ids.last().copied();
        for id in ids {
            let area = source.area_of_stream(id)?;
            if let Some(AreaFact::AreaOpened { place }) = area.facts.first().map(|f| &f.event) {
                self.found.entry(place.clone()).or_default();
            }
        }
        self.stage = match last {
            Some(last) => Stage::Streams(Some(last)),
            None => Stage::Shown(None),
        };
        Ok(())
    }
}

impl<T: EachPlace> Walk for Places<T> {
    fn next(&mut self, source: &mut Source<'_>) -> Result<Option<Vec<Row>>, StoreError> {
        use std::ops::Bound;
        let after = match &self.stage {
            Stage::Ended => return Ok(None),
            Stage::Cases(after) => {
                self.cases(*after, source)?;
                return Ok(Some(Vec::new()));
            }
            Stage::Streams(after) => {
                self.streams(*after, source)?;
                return Ok(Some(Vec::new()));
            }
            Stage::Shown(after) => after.clone(),
        };
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let some: Vec<(PlaceRef, Affected)> = self
            .found
            .range((from, Bound::Unbounded))
            .take(PLACES_IN_A_STEP)
            .map(|(place, affected)| (place.clone(), *affected))
            .collect();
        self.stage = match some.last() {
            Some((last, _)) => Stage::Shown(Some(last.clone())),
            None => Stage::Ended,
        };
        let mut rows = Vec::new();
        for (place, affected) in some {
            if source.view.covers(&place) && source.sees_place(&place) {
                rows.extend(self.each.place(&place, affected, source)?);
            }
        }
        Ok(Some(rows))
    }
}
