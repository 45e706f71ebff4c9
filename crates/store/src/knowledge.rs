//! What is known of the places that matter to a case, read from their journals.
//!
//! A read asks the database ([`of_case`]); a write asks its transaction
//! ([`Tx::knowledge`]), which also knows what earlier writes of its group found out.

use crate::StoreError;
use crate::db::Db;
use crate::engine::Tx;
use crate::journal::{area_of, area_stream};
use crate::sql_types::At;
use sanad_core::area::{AreaState, Place, PlaceRef, PlaceTable};
use sanad_core::case::{AreaKnowledge, CaseState, KnownArea};

/// The places of a case with everything they lie in, as known at a moment
/// (`None`: now).
pub fn of_case(
    db: &mut dyn Db,
    places: &PlaceTable,
    case: &CaseState,
    until: Option<At>,
) -> Result<AreaKnowledge, StoreError> {
    gather(places, case, &mut |place| read(db, place, until))
}

/// One place with everything it lies in, the place first.
pub fn lineage(
    db: &mut dyn Db,
    places: &PlaceTable,
    place: &PlaceRef,
    until: Option<At>,
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
        gather(places, case, &mut |place| self.area(place))
    }
}

/// Where what is known of one place comes from.
pub type Ask<'a> = &'a mut dyn FnMut(&PlaceRef) -> Result<AreaState, StoreError>;

fn read(db: &mut dyn Db, place: &PlaceRef, until: Option<At>) -> Result<AreaState, StoreError> {
    area_of(&db.stream(area_stream(place), until)?)
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
    })
}

fn upwards(
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
