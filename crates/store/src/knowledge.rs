//! What is known of the places that matter to a case, read from their journals.

use crate::StoreError;
use crate::db::Db;
use crate::journal::{area_of, area_stream};
use crate::sql_types::At;
use sanad_core::area::{PlaceRef, PlaceTable};
use sanad_core::case::{AreaKnowledge, CaseState, KnownArea};

/// The places of a case with everything they lie in, as known at a moment
/// (`None`: now).
pub fn of_case(
    db: &mut dyn Db,
    places: &PlaceTable,
    case: &CaseState,
    until: Option<At>,
) -> Result<AreaKnowledge, StoreError> {
    let destination = match &case.destination {
        Some((place, _)) => lineage(db, places, place, until)?,
        None => Vec::new(),
    };
    let displacement = match case.place_of_displacement() {
        Some(place) => lineage(db, places, place, until)?,
        None => Vec::new(),
    };
    Ok(AreaKnowledge { destination, displacement })
}

/// One place with everything it lies in, the place first.
pub fn lineage(
    db: &mut dyn Db,
    places: &PlaceTable,
    place: &PlaceRef,
    until: Option<At>,
) -> Result<Vec<KnownArea>, StoreError> {
    places
        .lineage(place)
        .map(|entry| {
            let this = entry.reference();
            Ok(KnownArea {
                level: entry.level,
                itself: this == *place,
                state: area_of(&db.stream(area_stream(&this), until)?)?,
                place: this,
            })
        })
        .collect()
}
