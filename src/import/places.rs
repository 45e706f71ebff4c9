//! Place codes of a list, each looked up once: a list of a hundred thousand rows
//! names a few hundred places.

use sanad_core::area::{EditionCode, PlaceRef, PlaceTable};
use sanad_core::value::ValueError;
use std::collections::HashMap;
use std::sync::Arc;

/// A place that some imported table has.
#[derive(Debug, Clone)]
pub struct KnownPlace {
    /// The place.
    pub place: Arc<PlaceRef>,
    /// Whether the user may register households there.
    pub permitted: bool,
}

/// Finds places by what a cell holds.
pub struct PlaceCodes<'a> {
    table: &'a PlaceTable,
    permitted: &'a dyn Fn(&[PlaceRef]) -> bool,
    known: HashMap<String, Result<KnownPlace, ValueError>>,
    key: String,
}

impl<'a> PlaceCodes<'a> {
    /// Places of a table; `permitted` is asked with a place and all it lies in.
    pub fn new(table: &'a PlaceTable, permitted: &'a dyn Fn(&[PlaceRef]) -> bool) -> Self {
        Self {
            table,
            permitted,
            known: HashMap::new(),
            key: String::new(),
        }
    }

    /// The place of a code in an edition. A cell may also hold both, as `edition/code`:
    /// no code has a `/`.
    pub fn find(
        &mut self,
        text: &str,
        edition: Option<&EditionCode>,
    ) -> Result<KnownPlace, ValueError> {
        self.key.clear();
        if let Some(edition) = edition.filter(|_| !text.contains('/')) {
            self.key.push_str(edition.as_str());
            self.key.push('/');
        }
        self.key.push_str(text);
        if let Some(known) = self.known.get(&self.key) {
            return known.clone();
        }
        let found = self.look_up();
        self.known.insert(self.key.clone(), found.clone());
        found
    }

    fn look_up(&self) -> Result<KnownPlace, ValueError> {
        let Some((edition, code)) = self.key.split_once('/') else {
            return Err(ValueError::new(
                "PLACE_EDITION_MISSING",
                "no edition is known for this place code; set `place_edition` in the mapping",
            ));
        };
        let place = PlaceRef::parse(edition, code)?;
        let lineage: Vec<_> = self
            .table
            .lineage(&place)
            .map(sanad_core::area::Place::reference)
            .collect();
        if lineage.is_empty() {
            return Err(ValueError::new(
                "PLACE_UNKNOWN",
                "no imported list of places has this edition and code",
            ));
        }
        Ok(KnownPlace {
            place: Arc::new(place),
            permitted: (self.permitted)(&lineage),
        })
    }
}
