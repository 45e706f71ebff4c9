//! The invented country XZ (a code that ISO 3166-1 leaves to its users), edition
//! "XZ-2025": five levels, with communities whose codes do not begin like what
//! they lie in, and one district whose code begins like the wrong governorate.
//!
//! No place of it exists. Not here: who lives there (`builders`).

use sanad_core::area::{EditionCode, PCode, Place, PlaceName, PlaceRef, PlaceTable};
use sanad_core::language::LanguageTag;
use sanad_store::rows::PlaceRow;
use sanad_store::sql_types::{At, On};

/// The edition of the list.
pub const EDITION: &str = "XZ-2025";
/// The community that the household of the builders wants to return to.
pub const QALAT_NOUR: &str = "C1007";
/// The community where it lives now.
pub const TELL_ASHJAR: &str = "C2044";
/// The governorate of [`QALAT_NOUR`].
pub const NORTH: &str = "XZ01";
/// The governorate of [`TELL_ASHJAR`].
pub const SOUTH: &str = "XZ02";

/// Code, level, parent, English and Arabic name.
const PLACES: [(&str, u8, &str, &str, &str); 13] = [
    ("XZ", 0, "", "Ixzed", "إكسزد"),
    (NORTH, 1, "XZ", "North", "الشمال"),
    (SOUTH, 1, "XZ", "South", "الجنوب"),
    ("XZ0101", 2, NORTH, "Upper North", "الشمال الأعلى"),
    ("XZ0102", 2, NORTH, "Lower North", "الشمال الأدنى"),
    ("XZ0201", 2, SOUTH, "Coast", "الساحل"),
    // Begins like the north and lies in the south: only the parent counts.
    ("XZ0199", 2, SOUTH, "Hills", "التلال"),
    ("XZ010101", 3, "XZ0101", "Nour", "نور"),
    ("XZ010201", 3, "XZ0102", "Marj", "المرج"),
    ("XZ020101", 3, "XZ0201", "Ashjar", "الأشجار"),
    ("XZ019901", 3, "XZ0199", "Rabwa", "الربوة"),
    (QALAT_NOUR, 4, "XZ010101", "Qalat Nour", "قلعة نور"),
    (TELL_ASHJAR, 4, "XZ020101", "Tell Ashjar", "تل الأشجار"),
];

/// A place of the country, by its code.
pub fn place(code: &str) -> PlaceRef {
    PlaceRef::parse(EDITION, code).expect("a code without spaces")
}

/// Every code of the country.
pub fn codes() -> impl Iterator<Item = &'static str> {
    PLACES.iter().map(|(code, ..)| *code)
}

/// The whole list.
pub fn places() -> Vec<Place> {
    let named = |language: &str, name: &str| {
        let tag = LanguageTag::parse(language).expect("a language of the list");
        (tag, PlaceName::parse(name).expect("a short name"))
    };
    let row = |(code, level, parent, english, arabic): &(&str, u8, &str, &str, &str)| Place {
        edition: EditionCode::parse(EDITION).expect("an edition without spaces"),
        code: PCode::parse(code).expect("a code without spaces"),
        level: *level,
        parent: PCode::parse(parent).ok(),
        names: [named("en", english), named("ar", arabic)].into(),
        valid_from: Some(jiff::civil::date(2025, 1, 1)),
    };
    PLACES.iter().map(row).collect()
}

/// The list as an index.
pub fn table() -> PlaceTable {
    PlaceTable::new(places()).expect("the list is sound")
}

/// The list as rows of a database.
pub fn rows(imported_at: jiff::Timestamp) -> Vec<PlaceRow> {
    let row = |place: Place| PlaceRow {
        edition: place.edition.as_str().to_owned(),
        code: place.code.as_str().to_owned(),
        level: place.level.into(),
        parent: place.parent.map(|parent| parent.as_str().to_owned()),
        valid_from: place.valid_from.map(On),
        names: serde_json::to_string(&place.names).expect("names are texts"),
        imported_at: At::from(imported_at),
    };
    places().into_iter().map(row).collect()
}
