//! The places of all imported lists, and which lies in which.
//!
//! What stands above a place is the parent its row names, never a piece of its
//! code: lists do not nest by prefix (code list 6.7 ✔).
//!
//! Not here: reading rows from a file, and answers about places.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::place::{Place, PlaceRef};

/// What is wrong with one row of a list of places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text} ({code})")]
pub struct PlaceError {
    /// The position of the row among the rows given, counted from 0.
    pub row: usize,
    /// Stable code in upper case, for programs.
    pub code: &'static str,
    /// What is wrong and what would be right, for people.
    pub text: String,
}

/// An index over places of any number of editions.
#[derive(Debug, Clone, Default)]
pub struct PlaceTable {
    places: Vec<Place>,
    by_reference: HashMap<PlaceRef, usize>,
    // INVARIANT: a parent's level is smaller than its child's, so following
    // parents ends after at most DEEPEST_LEVEL steps.
    parents: Vec<Option<usize>>,
    children: Vec<Vec<usize>>,
}

impl PlaceTable {
    /// Builds the index, or says for every wrong row what is wrong with it.
    pub fn new(places: Vec<Place>) -> Result<Self, Vec<PlaceError>> {
        let by_reference = index(&places);
        let errors = check(&places, &by_reference);
        if !errors.is_empty() {
            return Err(errors);
        }
        let parents: Vec<_> = places
            .iter()
            .map(|place| parent_of(place, &by_reference))
            .collect();
        let mut children = vec![Vec::new(); places.len()];
        for (child, parent) in parents.iter().enumerate() {
            if let Some(siblings) = parent.and_then(|parent| children.get_mut(parent)) {
                siblings.push(child);
            }
        }
        Ok(Self {
            places,
            by_reference,
            parents,
            children,
        })
    }

    /// How many places there are, over all editions.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether no list was imported yet.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Every place, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = &Place> {
        self.places.iter()
    }

    /// The place with this code in this edition.
    pub fn find(&self, place: &PlaceRef) -> Option<&Place> {
        self.by_reference
            .get(place)
            .and_then(|at| self.places.get(*at))
    }

    /// The place itself and everything it lies in, nearest first; empty when unknown.
    pub fn lineage(&self, place: &PlaceRef) -> impl Iterator<Item = &Place> {
        std::iter::successors(self.by_reference.get(place).copied(), |at| {
            self.parents.get(*at).copied().flatten()
        })
        .filter_map(|at| self.places.get(at))
    }

    /// Everything the place lies in, nearest first.
    pub fn ancestors(&self, place: &PlaceRef) -> impl Iterator<Item = &Place> {
        self.lineage(place).skip(1)
    }

    /// The place itself or what it lies in, at this level (1 is a governorate).
    pub fn at_level(&self, place: &PlaceRef, level: u8) -> Option<&Place> {
        self.lineage(place)
            .find(|candidate| candidate.level == level)
    }

    /// Whether `place` is `area` or lies in it.
    pub fn lies_in(&self, place: &PlaceRef, area: &PlaceRef) -> bool {
        self.lineage(place)
            .any(|above| above.edition == area.edition && above.code == area.code)
    }

    /// The places directly below this one.
    pub fn children(&self, place: &PlaceRef) -> impl Iterator<Item = &Place> {
        self.below(self.by_reference.get(place).copied())
            .filter_map(|at| self.places.get(at))
    }

    /// Every place that lies in this one, at any depth, level by level.
    pub fn descendants(&self, place: &PlaceRef) -> Vec<&Place> {
        let mut found: Vec<usize> = self.below(self.by_reference.get(place).copied()).collect();
        let mut next = 0;
        while let Some(at) = found.get(next).copied() {
            found.extend(self.below(Some(at)));
            next += 1;
        }
        found
            .into_iter()
            .filter_map(|at| self.places.get(at))
            .collect()
    }

    fn below(&self, at: Option<usize>) -> impl Iterator<Item = usize> {
        at.and_then(|at| self.children.get(at))
            .into_iter()
            .flatten()
            .copied()
    }
}

/// The first row of each place; later rows of the same place are duplicates.
fn index(places: &[Place]) -> HashMap<PlaceRef, usize> {
    let mut index = HashMap::with_capacity(places.len());
    for (row, place) in places.iter().enumerate() {
        index.entry(place.reference()).or_insert(row);
    }
    index
}

fn parent_of(place: &Place, by_reference: &HashMap<PlaceRef, usize>) -> Option<usize> {
    let code = place.parent.clone()?;
    by_reference
        .get(&PlaceRef {
            edition: place.edition.clone(),
            code,
        })
        .copied()
}

/// All errors of all rows, in the order of the rows.
fn check(places: &[Place], by_reference: &HashMap<PlaceRef, usize>) -> Vec<PlaceError> {
    let circular = rows_in_a_circle(places, by_reference);
    let mut errors = BTreeMap::new();
    for (row, place) in places.iter().enumerate() {
        let wrong = place
            .check()
            .err()
            .map(|error| (error.code, error.text))
            .or_else(|| {
                (by_reference.get(&place.reference()) != Some(&row)).then(|| {
                    (
                        "PLACE_DUPLICATE",
                        "this code stands in the list twice; keep one row".to_owned(),
                    )
                })
            })
            .or_else(|| {
                circular.contains(&row).then(|| {
                    (
                        "PLACE_PARENT_CIRCLE",
                        "following the parents leads back to this row".to_owned(),
                    )
                })
            })
            .or_else(|| wrong_parent(place, places, by_reference));
        if let Some((code, text)) = wrong {
            errors.insert(row, PlaceError { row, code, text });
        }
    }
    errors.into_values().collect()
}

fn wrong_parent(
    place: &Place,
    places: &[Place],
    by_reference: &HashMap<PlaceRef, usize>,
) -> Option<(&'static str, String)> {
    let Some(code) = &place.parent else {
        // Lists often start below the country, at level 1.
        return (place.level > 1).then(|| {
            (
                "PLACE_PARENT_MISSING",
                "a place below level 1 names the place it lies in".to_owned(),
            )
        });
    };
    let Some(parent) = parent_of(place, by_reference).and_then(|at| places.get(at)) else {
        return Some((
            "PLACE_PARENT_UNKNOWN",
            format!("the list has no place `{code}` in the same edition"),
        ));
    };
    (parent.level >= place.level).then(|| {
        (
            "PLACE_LEVEL_ORDER",
            format!(
                "the parent `{code}` is of level {}, which is not above level {}",
                parent.level, place.level
            ),
        )
    })
}

/// Rows that are their own ancestor. Rows that merely hang below a circle are
/// left out: repairing the circle repairs them.
fn rows_in_a_circle(places: &[Place], by_reference: &HashMap<PlaceRef, usize>) -> HashSet<usize> {
    let mut settled = vec![false; places.len()];
    let mut circular = HashSet::new();
    for start in 0..places.len() {
        let mut path = Vec::new();
        let mut at = Some(start);
        while let Some(row) = at.filter(|row| !settled.get(*row).copied().unwrap_or(true)) {
            if let Some(seen) = path.iter().position(|on_path| *on_path == row) {
                circular.extend(path.iter().skip(seen));
                break;
            }
            path.push(row);
            at = places
                .get(row)
                .and_then(|place| parent_of(place, by_reference));
        }
        for row in path {
            if let Some(done) = settled.get_mut(row) {
                *done = true;
            }
        }
    }
    circular
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::place::{EditionCode, PCode, PlaceName};
    use super::*;
    use crate::language::LanguageTag;

    fn place(code: &str, level: u8, parent: Option<&str>) -> Place {
        Place {
            edition: EditionCode::parse("XZ-2025").unwrap(),
            code: PCode::parse(code).unwrap(),
            level,
            parent: parent.map(|code| PCode::parse(code).unwrap()),
            names: [(
                LanguageTag::parse("en").unwrap(),
                PlaceName::parse(code).unwrap(),
            )]
            .into(),
            valid_from: None,
        }
    }

    fn reference(code: &str) -> PlaceRef {
        PlaceRef::parse("XZ-2025", code).unwrap()
    }

    fn codes<'a>(places: impl IntoIterator<Item = &'a Place>) -> Vec<&'a str> {
        places
            .into_iter()
            .map(|place| place.code.as_str())
            .collect()
    }

    fn country() -> PlaceTable {
        PlaceTable::new(vec![
            place("XZ", 0, None),
            place("XZ01", 1, Some("XZ")),
            place("XZ0101", 2, Some("XZ01")),
            place("XZ02", 1, Some("XZ")),
            place("C1007", 4, Some("XZ0101")),
            // Looks like a part of XZ01 and is not: only the parent counts.
            place("XZ0199", 2, Some("XZ02")),
        ])
        .unwrap()
    }

    fn errors(places: Vec<Place>) -> Vec<(usize, &'static str)> {
        let errors = PlaceTable::new(places).unwrap_err();
        errors
            .into_iter()
            .map(|error| (error.row, error.code))
            .collect()
    }

    #[test]
    fn what_stands_above_is_the_named_parent_and_never_a_prefix() {
        let table = country();
        assert_eq!(
            codes(table.ancestors(&reference("C1007"))),
            ["XZ0101", "XZ01", "XZ"]
        );
        assert_eq!(codes(table.ancestors(&reference("XZ0199"))), ["XZ02", "XZ"]);
        assert!(!table.lies_in(&reference("XZ0199"), &reference("XZ01")));
        assert!(table.lies_in(&reference("C1007"), &reference("XZ01")));
        assert_eq!(
            table
                .at_level(&reference("C1007"), 1)
                .unwrap()
                .code
                .as_str(),
            "XZ01"
        );
        assert_eq!(table.at_level(&reference("C1007"), 3), None);
    }

    #[test]
    fn what_lies_below_is_found_at_any_depth() {
        let table = country();
        assert_eq!(
            codes(table.descendants(&reference("XZ01"))),
            ["XZ0101", "C1007"]
        );
        assert_eq!(codes(table.children(&reference("XZ"))), ["XZ01", "XZ02"]);
        assert_eq!(table.descendants(&reference("XZ")).len(), table.len() - 1);
        assert!(table.descendants(&reference("nowhere")).is_empty());
        assert_eq!(table.lineage(&reference("nowhere")).count(), 0);
    }

    #[test]
    fn every_wrong_row_is_named_with_its_own_code() {
        let rows = vec![
            place("A", 1, None),
            place("A", 1, None),
            place("B", 2, Some("Z")),
            place("C", 2, None),
            place("D", 1, Some("A")),
            place("E", 2, Some("A")),
        ];
        let expected = [
            (1, "PLACE_DUPLICATE"),
            (2, "PLACE_PARENT_UNKNOWN"),
            (3, "PLACE_PARENT_MISSING"),
            (4, "PLACE_LEVEL_ORDER"),
        ];
        assert_eq!(errors(rows), expected);
    }

    #[test]
    fn a_circle_is_named_at_the_rows_that_form_it() {
        let rows = vec![
            place("A", 2, Some("B")),
            place("B", 1, Some("A")),
            place("C", 3, Some("A")),
            place("D", 3, Some("D")),
        ];
        let circle = "PLACE_PARENT_CIRCLE";
        assert_eq!(errors(rows), [(0, circle), (1, circle), (3, circle)]);
    }

    #[test]
    fn a_parent_in_another_edition_does_not_count() {
        let mut foreign = place("XZ01", 1, None);
        foreign.edition = EditionCode::parse("XZ-2014").unwrap();
        assert_eq!(
            errors(vec![foreign, place("XZ0101", 2, Some("XZ01"))]),
            [(1, "PLACE_PARENT_UNKNOWN")]
        );
    }

    proptest! {
        #[test]
        fn any_list_is_indexed_or_refused_and_every_walk_ends(
            rows in proptest::collection::vec((0u8..12, 0u8..7, proptest::option::of(0u8..12)), 0..24),
        ) {
            let code = |n: u8| format!("P{n}");
            let places: Vec<Place> = rows
                .iter()
                .map(|(own, level, parent)| place(&code(*own), *level, parent.map(code).as_deref()))
                .collect();
            match PlaceTable::new(places) {
                Err(errors) => prop_assert!(!errors.is_empty()),
                Ok(table) => for place in table.iter() {
                    for above in table.ancestors(&place.reference()) {
                        let below = table.descendants(&above.reference());
                        prop_assert!(below.contains(&place));
                    }
                },
            }
        }
    }
}
