//! A place with its ancestors in one text column: `|edition/code|edition/code|`.
//!
//! The path is written when a place of displacement is recorded, from the explicit
//! parents of its table. P-codes are opaque, so nothing is ever derived from how a
//! code begins; neither `|` nor `/` can occur in one (`area::PCode`).

use sanad_core::access::Visibility;
use sanad_core::area::PlaceRef;

/// The text of a place and its ancestors, the place first.
pub fn encode(places: &[PlaceRef]) -> String {
    let mut path = String::from("|");
    for place in places {
        path.push_str(&element(place));
        path.push('|');
    }
    path
}

/// One element of a path, as it is looked for: with its bars, so that no code is
/// found inside a longer one.
pub fn needle(place: &PlaceRef) -> String {
    format!("|{}|", element(place))
}

fn element(place: &PlaceRef) -> String {
    format!("{}/{}", place.edition.as_str(), place.code.as_str())
}

/// The places of a path as far as a reader's scopes look at them.
pub(crate) fn decode_for(who: &Visibility, path: &str) -> Vec<PlaceRef> {
    if who.depends_on_places() {
        decode(path)
    } else {
        Vec::new()
    }
}

/// The places of a path. An element that is not a place is left out: it then
/// opens nothing.
pub fn decode(path: &str) -> Vec<PlaceRef> {
    path.split('|')
        .filter_map(|element| element.split_once('/'))
        .filter_map(|(edition, code)| PlaceRef::parse(edition, code).ok())
        .collect()
}
