//! Who had a hand in the answers that a finding looked at, in the case and in its
//! places, and which rules of four eyes these contradict.
//!
//! Not here: who assessed and who approved (the report itself).

use super::super::source::{AreaFile, CaseFile, Source};
use sanad_core::answer::{AnswerBook, AnswerRecord};
use sanad_core::area::{Place, PlaceRef};
use sanad_core::case::{Event, IssuedFinding};
use sanad_core::conditions::indicator::Place as Role;
use sanad_core::conditions::{Catalogue, Level};
use sanad_core::ids::UserId;
use sanad_store::StoreError;
use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

/// The people behind the answers, and the codes of rules that were broken.
#[derive(Default)]
pub(super) struct Hands {
    pub(super) uploaders: BTreeSet<UserId>,
    pub(super) verifiers: BTreeSet<UserId>,
    pub(super) breaches: BTreeSet<&'static str>,
}

impl Hands {
    fn add(&mut self, book: &AnswerBook, looked_at: impl Fn(&AnswerRecord) -> bool) {
        let answers = book.answers().iter().filter(|answer| looked_at(answer));
        for item in answers.flat_map(|answer| &answer.evidence) {
            self.uploaders.insert(item.uploaded_by);
            self.verifiers.extend(item.verified_by);
        }
        self.breaches.extend(book.breaches(looked_at));
    }
}

/// Places that were read last: many findings look at the same ones.
#[derive(Default)]
pub(super) struct Known {
    places: BTreeMap<PlaceRef, AreaFile>,
}

/// Places that are held at a time, so that a country needs no more memory than a town.
const PLACES_HELD: usize = 64;

impl Known {
    fn of(&mut self, place: &PlaceRef, source: &mut Source<'_>) -> Result<&AreaFile, StoreError> {
        if self.places.len() >= PLACES_HELD && !self.places.contains_key(place) {
            self.places.clear();
        }
        Ok(match self.places.entry(place.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert(source.area(place)?),
        })
    }
}

/// Where the household lived when a fact at this position was recorded.
fn home(case: &CaseFile, before: u64) -> Option<&PlaceRef> {
    let mut home = None;
    for fact in case.facts.iter().filter(|fact| fact.meta.position < before) {
        match &fact.event {
            Event::CaseRegistered(registered) => home = registered.places.first(),
            Event::DisplacementRecorded { places, .. } => home = places.first(),
            _ => {}
        }
    }
    home
}

/// Whether an answer recorded about `known` speaks of `place` in this role, as the rule
/// reads it: a question about an area is not answered by a wider unit than admin-3.
fn serves(
    catalogue: &Catalogue,
    answer: &AnswerRecord,
    role: Role,
    known: &Place,
    place: &PlaceRef,
) -> bool {
    let asked = catalogue
        .find(&answer.indicator)
        .and_then(|index| catalogue.get(index));
    asked.is_some_and(|asked| {
        let near = known.level >= 3 || known.reference() == *place;
        asked.place == role && (asked.level == Level::Region || near)
    })
}

/// Who had a hand in what a finding looked at, which was recorded at this position.
pub(super) fn behind(
    case: &CaseFile,
    finding: &IssuedFinding,
    before: u64,
    known: &mut Known,
    source: &mut Source<'_>,
) -> Result<Hands, StoreError> {
    let mut hands = Hands::default();
    hands.add(&case.state.answers, |answer| answer.sequence < before);
    let view = source.view;
    let ends = [
        (Role::Destination, Some(&finding.destination)),
        (Role::Displacement, home(case, before)),
    ];
    for (role, place) in ends {
        let Some(place) = place else { continue };
        for unit in view.places.lineage(place) {
            let area = known.of(&unit.reference(), source)?;
            hands.add(&area.state.answers, |answer| {
                answer.sequence < before && serves(&view.catalogue, answer, role, unit, place)
            });
        }
    }
    Ok(hands)
}
