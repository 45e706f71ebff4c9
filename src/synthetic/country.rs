//! The invented country XZ (a code that ISO 3166-1 leaves to its users): its list
//! of places and what becomes of each sub-district.
//!
//! Households are displaced in the third governorate and come from the other two.
//! Not here: answers about places (`areas`).

use super::Fault;
use sanad_core::area::{EditionCode, PCode, Place, PlaceName, PlaceRef, PlaceTable};
use sanad_core::language::LanguageTag;
use sanad_store::rows::PlaceRow;
use sanad_store::sql_types::At;

/// The edition of the list.
pub const EDITION: &str = "XZ-2025-01";

const GOVERNORATES: [(&str, &str); 3] = [
    ("Bilad al-Nahr", "بلاد النهر"),
    ("Jabal Narjis", "جبل نرجس"),
    ("Sahl al-Rimal", "سهل الرمال"),
];

const FIRST: [(&str, &str); 6] = [
    ("Qalat", "قلعة"),
    ("Tal", "تل"),
    ("Ain", "عين"),
    ("Wadi", "وادي"),
    ("Bir", "بئر"),
    ("Khan", "خان"),
];
const SECOND: [(&str, &str); 6] = [
    ("Nour", "نور"),
    ("Sanabil", "سنابل"),
    ("Najmat", "نجمات"),
    ("Hajal", "حجل"),
    ("Yasamin", "ياسمين"),
    ("Rummana", "رمانة"),
];

/// What becomes of a sub-district.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lot {
    /// Everything the standard asks of a place is so, and known.
    Safe,
    /// The last analysis of the security situation is too old (worked example EX-04).
    StaleAnalysis,
    /// Explosive hazard was found and the land is not released (EX-05).
    Hazard,
    /// Shelling after the last visit (EX-04c).
    Shelled,
    /// Humanitarian missions are refused.
    Closed,
    /// A place of displacement that is to be closed down (EX-03).
    PushedOut,
}

/// Sub-districts: code, lot. The first eight are places of return.
const SUBDISTRICTS: [(&str, Lot); 12] = [
    ("XZ010101", Lot::Safe),
    ("XZ010102", Lot::Safe),
    ("XZ010201", Lot::StaleAnalysis),
    ("XZ010202", Lot::Safe),
    ("XZ020101", Lot::Safe),
    ("XZ020102", Lot::Hazard),
    ("XZ020201", Lot::Shelled),
    ("XZ020202", Lot::Closed),
    ("XZ030101", Lot::Safe),
    ("XZ030102", Lot::Safe),
    ("XZ030201", Lot::Safe),
    ("XZ030202", Lot::PushedOut),
];
/// Sub-districts that households come from and return to.
pub(super) const RETURN_SUBDISTRICTS: usize = 8;
const COMMUNITIES_EACH: usize = 3;

/// The country: its table of places, and which of them stand for what.
#[derive(Debug)]
pub struct Country {
    /// Every place.
    pub places: PlaceTable,
    /// Sub-districts with their lots, the places of return first.
    pub subdistricts: Vec<(PlaceRef, Lot)>,
    /// The communities of each sub-district, in the same order.
    pub communities: Vec<Vec<PlaceRef>>,
    /// The governorates.
    pub governorates: Vec<PlaceRef>,
}

impl Country {
    /// The country, the same every time.
    pub fn new() -> Result<Self, Fault> {
        let mut list = vec![place("XZ", 0, None, "XZ", "بلد مُتخيَّل")?];
        let mut governorates = Vec::new();
        for (number, (en, ar)) in (1..).zip(GOVERNORATES) {
            let code = format!("XZ{number:02}");
            governorates.push(reference(&code)?);
            list.push(place(&code, 1, Some("XZ"), en, ar)?);
            for (district, side_en, side_ar) in [(1, "North", "شمال"), (2, "South", "جنوب")]
            {
                list.push(place(
                    &format!("{code}{district:02}"),
                    2,
                    Some(&code),
                    &format!("{en} {side_en}"),
                    &format!("{side_ar} {ar}"),
                )?);
            }
        }
        let mut subdistricts = Vec::new();
        let mut communities = Vec::new();
        for (number, (code, lot)) in SUBDISTRICTS.iter().enumerate() {
            // What it lies in is named, and only here happens to begin alike.
            let district = code.get(..6).unwrap_or(code);
            let towns: Vec<usize> = (0..COMMUNITIES_EACH)
                .map(|town| number * COMMUNITIES_EACH + town)
                .collect();
            let (en, ar) = town_name(number * COMMUNITIES_EACH);
            list.push(place(
                code,
                3,
                Some(district),
                &format!("{en} area"),
                &format!("ناحية {ar}"),
            )?);
            subdistricts.push((reference(code)?, *lot));
            let mut here = Vec::new();
            for town in towns {
                // Codes of communities do not begin like those of their area.
                let town_code = format!("C{}", 1_001 + (town * 7) % 100);
                let (en, ar) = town_name(town);
                list.push(place(&town_code, 4, Some(code), &en, &ar)?);
                here.push(reference(&town_code)?);
            }
            communities.push(here);
        }
        let places = PlaceTable::new(list).map_err(|errors| {
            Fault::Made(
                errors
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join("; "),
            )
        })?;
        Ok(Self {
            places,
            subdistricts,
            communities,
            governorates,
        })
    }

    /// The rows of its list.
    pub fn rows(&self, imported_at: At) -> Result<Vec<PlaceRow>, Fault> {
        self.places
            .iter()
            .map(|place| {
                Ok(PlaceRow {
                    edition: place.edition.as_str().to_owned(),
                    code: place.code.as_str().to_owned(),
                    level: i32::from(place.level),
                    parent: place.parent.as_ref().map(|code| code.as_str().to_owned()),
                    valid_from: None,
                    names: serde_json::to_string(&place.names)
                        .map_err(|error| Fault::Made(error.to_string()))?,
                    imported_at,
                })
            })
            .collect()
    }

    /// The number of the first sub-district of a lot.
    pub fn with_lot(&self, wanted: Lot) -> usize {
        self.subdistricts
            .iter()
            .position(|(_, lot)| *lot == wanted)
            .unwrap_or(0)
    }
}

fn town_name(number: usize) -> (String, String) {
    let (first, second) = (
        FIRST[number % FIRST.len()],
        SECOND[(number / FIRST.len()) % SECOND.len()],
    );
    (
        format!("{} {}", first.0, second.0),
        format!("{} {}", first.1, second.1),
    )
}

fn reference(code: &str) -> Result<PlaceRef, Fault> {
    Ok(PlaceRef::parse(EDITION, code)?)
}

fn place(code: &str, level: u8, parent: Option<&str>, en: &str, ar: &str) -> Result<Place, Fault> {
    Ok(Place {
        edition: EditionCode::parse(EDITION)?,
        code: PCode::parse(code)?,
        level,
        parent: parent.map(PCode::parse).transpose()?,
        names: [
            (LanguageTag::parse("en")?, PlaceName::parse(en)?),
            (LanguageTag::parse("ar")?, PlaceName::parse(ar)?),
        ]
        .into(),
        valid_from: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sound_and_codes_of_communities_do_not_nest() {
        let country = Country::new().unwrap();
        assert_eq!(country.places.len(), 1 + 3 + 6 + 12 + 36);
        for community in country.communities.iter().flatten() {
            let above: Vec<&Place> = country.places.ancestors(community).collect();
            assert_eq!(above.len(), 4);
            assert!(
                above
                    .iter()
                    .all(|place| !community.code.as_str().starts_with(place.code.as_str()))
            );
        }
    }

    #[test]
    fn every_lot_occurs() {
        let country = Country::new().unwrap();
        for lot in [
            Lot::Safe,
            Lot::StaleAnalysis,
            Lot::Hazard,
            Lot::Shelled,
            Lot::Closed,
            Lot::PushedOut,
        ] {
            assert_eq!(country.subdistricts[country.with_lot(lot)].1, lot);
        }
    }
}
