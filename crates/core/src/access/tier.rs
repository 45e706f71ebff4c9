//! Data tiers: how sensitive a group of fields is, and sets of tiers.
//!
//! Not here: which field belongs to which tier (`docs/data-classes.toml`), nor
//! who may open which (`reference/roles.toml`).

use serde::{Deserialize, Serialize};

/// How sensitive a group of fields is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Tier {
    /// Identity: names, birth, papers.
    A,
    /// Contact and exact place.
    B,
    /// Protection-sensitive: violence, health, coercion, child protection.
    C,
    /// Facts and answers of a case, without identity.
    D,
    /// Aggregates.
    E,
}

impl Tier {
    /// Every tier, the most identifying first.
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::C, Self::D, Self::E];

    /// The letter used in files and over HTTP.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::A => 1,
            Self::B => 1 << 1,
            Self::C => 1 << 2,
            Self::D => 1 << 3,
            Self::E => 1 << 4,
        }
    }
}

impl std::fmt::Display for Tier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of tiers, written as a list of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = Vec<Tier>))]
#[serde(from = "Vec<Tier>", into = "Vec<Tier>")]
pub struct Tiers(u8);

impl Tiers {
    /// No tier: nothing about any case.
    pub const NONE: Self = Self(0);

    /// The tiers of either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The tiers of both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The tiers of this set that are not in the other.
    pub fn without(self, other: Self) -> Vec<Tier> {
        Self(self.0 & !other.0).iter().collect()
    }

    /// Whether the set holds a tier.
    pub const fn contains(self, tier: Tier) -> bool {
        self.0 & tier.bit() != 0
    }

    /// Whether every tier of this set is in the other.
    pub const fn is_subset_of(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether the set holds no tier.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The tiers of the set, the most identifying first.
    pub fn iter(self) -> impl Iterator<Item = Tier> {
        Tier::ALL
            .into_iter()
            .filter(move |tier| self.contains(*tier))
    }
}

impl FromIterator<Tier> for Tiers {
    fn from_iter<I: IntoIterator<Item = Tier>>(tiers: I) -> Self {
        Self(tiers.into_iter().fold(0, |bits, tier| bits | tier.bit()))
    }
}

impl From<Vec<Tier>> for Tiers {
    fn from(tiers: Vec<Tier>) -> Self {
        tiers.into_iter().collect()
    }
}

impl From<Tiers> for Vec<Tier> {
    fn from(tiers: Tiers) -> Self {
        tiers.iter().collect()
    }
}

impl std::fmt::Display for Tiers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for tier in self.iter() {
            f.write_str(tier.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let set: Tiers = [Tier::D, Tier::A].into_iter().collect();
        assert_eq!(set.to_string(), "AD");
        assert!(set.contains(Tier::A) && set.contains(Tier::D));
        assert!(!set.contains(Tier::B) && !set.contains(Tier::C) && !set.contains(Tier::E));
        assert_eq!(serde_json::to_string(&set).unwrap(), r#"["A","D"]"#);
        assert_eq!(
            serde_json::from_str::<Tiers>(r#"["D","A","D"]"#).unwrap(),
            set
        );
        assert!(Tiers::NONE.is_empty() && !set.is_empty());
    }

    #[test]
    fn union_and_intersection_are_those_of_sets() {
        let ab: Tiers = [Tier::A, Tier::B].into_iter().collect();
        let bc: Tiers = [Tier::B, Tier::C].into_iter().collect();
        assert_eq!(ab.union(bc).to_string(), "ABC");
        assert_eq!(ab.intersection(bc).to_string(), "B");
        assert!(ab.intersection(bc).is_subset_of(ab));
        assert!(!ab.is_subset_of(bc));
    }
}
