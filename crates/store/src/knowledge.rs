//! What is known of the places that matter to a case, read from their journals.
//!
//! A read asks the database ([`of_case`]); a write asks its transaction
//! ([`Tx::knowledge`]), which also knows what earlier writes of its group found out.

use crate::StoreError;
use crate::db::Db;
use crate::engine::Tx;
use crate::journal::{area_of, area_stream, decode};
use crate::rows::JournalRow;
use crate::sql_types::{At, Key};
use sanad_core::area::{AreaEventRecord, AreaFact, AreaState, Place, PlaceRef, PlaceTable};
use sanad_core::case::{AreaKnowledge, CaseState, KnownArea};

/// Up to where the journal is read.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// All of it.
    Now,
    /// What was recorded up to a moment.
    Moment(At),
    /// What stands before a position. Two facts may bear the same time; of positions
    /// there is one order, in which a finding has seen exactly what stands before it.
    Position(i64),
}

impl From<Option<At>> for Until {
    fn from(moment: Option<At>) -> Self {
        moment.map_or(Self::Now, Self::Moment)
    }
}

impl Until {
    fn moment(self) -> Option<At> {
        match self {
            Self::Moment(moment) => Some(moment),
            Self::Now | Self::Position(_) => None,
        }
    }

    fn cut(self, mut rows: Vec<JournalRow>) -> Vec<JournalRow> {
        if let Self::Position(position) = self {
            rows.retain(|row| row.position < position);
        }
        rows
    }
}

/// The facts of one stream up to there, in order.
pub fn stream(db: &mut dyn Db, stream: Key, until: Until) -> Result<Vec<JournalRow>, StoreError> {
    Ok(until.cut(db.stream(stream, until.moment())?))
}

/// The places of a case with everything they lie in, as known up to there.
pub fn of_case(
    db: &mut dyn Db,
    places: &PlaceTable,
    case: &CaseState,
    until: Until,
) -> Result<AreaKnowledge, StoreError> {
    let around = around(db, places, destination_of(case), until)?;
    let known = gather(places, case, &mut |place| read(db, place, until))?;
    Ok(AreaKnowledge { around, ..known })
}

fn destination_of(case: &CaseState) -> Option<&PlaceRef> {
    case.destination.as_ref().map(|(place, _)| place)
}

/// What happened in the other places of the admin-3 unit of a case's destination;
/// of the destination itself where it is larger than such a unit.
fn around(
    db: &mut dyn Db,
    places: &PlaceTable,
    destination: Option<&PlaceRef>,
    until: Until,
) -> Result<Vec<AreaEventRecord>, StoreError> {
    let streams = streams_around(places, destination);
    let mut rows = Vec::new();
    for some in streams.chunks(PLACES_TOGETHER) {
        rows.extend(until.cut(db.area_events(some, until.moment())?));
    }
    events_of(&rows)
}

/// Places whose events are asked for in one statement.
const PLACES_TOGETHER: usize = 500;

fn streams_around(places: &PlaceTable, destination: Option<&PlaceRef>) -> Vec<Key> {
    let around = destination.map(|destination| around_place(places, destination));
    around.iter().flatten().map(area_stream).collect()
}

/// The other places of the admin-3 unit of a case's destination; those that lie in
/// the destination where it is larger than such a unit.
pub fn places_around(places: &PlaceTable, case: &CaseState) -> Vec<PlaceRef> {
    destination_of(case).map_or_else(Vec::new, |destination| around_place(places, destination))
}

fn around_place(places: &PlaceTable, destination: &PlaceRef) -> Vec<PlaceRef> {
    let unit = places
        .at_level(destination, 3)
        .map_or_else(|| destination.clone(), Place::reference);
    // What the destination lies in is read whole, with its events.
    places
        .descendants(&unit)
        .into_iter()
        .map(Place::reference)
        .filter(|place| !places.lies_in(destination, place))
        .collect()
}

fn events_of(rows: &[JournalRow]) -> Result<Vec<AreaEventRecord>, StoreError> {
    let facts = decode::<AreaFact>(rows)?;
    let events = facts.into_iter().filter_map(|fact| match fact.event {
        AreaFact::EventRecorded(record) => Some(*record),
        _ => None,
    });
    Ok(events.collect())
}

/// One place in both roles, as a destination and as a place of displacement.
pub fn of_place(
    db: &mut dyn Db,
    places: &PlaceTable,
    place: &PlaceRef,
    until: Until,
) -> Result<AreaKnowledge, StoreError> {
    let known = lineage(db, places, place, until)?;
    Ok(AreaKnowledge {
        destination: known.clone(),
        displacement: known,
        around: around(db, places, Some(place), until)?,
    })
}

/// One place with everything it lies in, the place first.
pub fn lineage(
    db: &mut dyn Db,
    places: &PlaceTable,
    place: &PlaceRef,
    until: Until,
) -> Result<Vec<KnownArea>, StoreError> {
    upwards(places, place, &mut |place| read(db, place, until))
}

impl Tx<'_> {
    /// The places of a case with everything they lie in, as known to this job.
    pub fn knowledge(
        &mut self,
        places: &PlaceTable,
        case: &CaseState,
    ) -> Result<AreaKnowledge, StoreError> {
        let around = self.events_around(places, destination_of(case))?;
        let known = gather(places, case, &mut |place| self.area(place))?;
        Ok(AreaKnowledge { around, ..known })
    }

    /// What happened around a destination, as known to this job.
    pub(crate) fn events_around(
        &mut self,
        places: &PlaceTable,
        destination: Option<&PlaceRef>,
    ) -> Result<Vec<AreaEventRecord>, StoreError> {
        let mut rows = Vec::new();
        for some in streams_around(places, destination).chunks(PLACES_TOGETHER) {
            rows.extend(self.area_events(some)?);
        }
        events_of(&rows)
    }

    /// One place with everything it lies in, as known to this job, in the form in
    /// which a command on a place is decided.
    pub fn knowledge_of_place(
        &mut self,
        places: &PlaceTable,
        place: &PlaceRef,
    ) -> Result<AreaKnowledge, StoreError> {
        Ok(AreaKnowledge {
            destination: upwards(places, place, &mut |place| self.area(place))?,
            ..AreaKnowledge::default()
        })
    }
}

/// Where what is known of one place comes from.
pub type Ask<'a> = &'a mut dyn FnMut(&PlaceRef) -> Result<AreaState, StoreError>;

fn read(db: &mut dyn Db, place: &PlaceRef, until: Until) -> Result<AreaState, StoreError> {
    area_of(&stream(db, area_stream(place), until)?)
}

/// The places of a case with everything they lie in, each asked for once.
pub fn gather(
    places: &PlaceTable,
    case: &CaseState,
    ask: Ask<'_>,
) -> Result<AreaKnowledge, StoreError> {
    let destination = match &case.destination {
        Some((place, _)) => upwards(places, place, ask)?,
        None => Vec::new(),
    };
    let displacement = match case.place_of_displacement() {
        Some(place) => upwards(places, place, ask)?,
        None => Vec::new(),
    };
    Ok(AreaKnowledge {
        destination,
        displacement,
        ..AreaKnowledge::default()
    })
}

pub(crate) fn upwards(
    places: &PlaceTable,
    place: &PlaceRef,
    ask: Ask<'_>,
) -> Result<Vec<KnownArea>, StoreError> {
    let known = |entry: &Place| {
        let this = entry.reference();
        Ok(KnownArea {
            level: entry.level,
            itself: this == *place,
            state: ask(&this)?,
            place: this,
        })
    };
    places.lineage(place).map(known).collect()
}
