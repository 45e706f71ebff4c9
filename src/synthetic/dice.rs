//! Numbers that look random and are the same for the same seed (`SplitMix64`,
//! Steele, Lea and Flood 2014), so that a synthetic registry can be made again.
//!
//! Not for secrets: passwords and ids of real records come from the operating
//! system (`outside`).

use uuid::Uuid;

/// A source of numbers.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The numbers of one thing of a registry: its kind and number keep it the
    /// same whatever is made before it.
    pub fn of(seed: u64, kind: u64, number: u64) -> Self {
        let mut mixer = Self(seed);
        let salt = mixer.next() ^ kind.rotate_left(48);
        let mut mixer = Self(salt);
        Self(mixer.next() ^ number)
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: u32) -> u32 {
        let wide = u128::from(self.next()) * u128::from(end);
        u32::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from `first` to `last`, both included.
    pub fn between(&mut self, first: i32, last: i32) -> i32 {
        let drawn = self.below(last.abs_diff(first) + 1);
        first.saturating_add_unsigned(drawn)
    }

    /// True about `percent` times in a hundred.
    pub fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of the things. INVARIANT: every list here is written in the code and
    /// not empty.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        let end = u32::try_from(things.len()).unwrap_or(u32::MAX);
        &things[usize::try_from(self.below(end)).unwrap_or(0)]
    }

    /// The number of one of the weighted choices; heavier ones come more often.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut drawn = self.below(weights.iter().sum());
        for (number, weight) in weights.iter().enumerate() {
            match drawn.checked_sub(*weight) {
                Some(rest) => drawn = rest,
                None => return number,
            }
        }
        0
    }

    /// 128 bits, for ids.
    pub fn entropy(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.next().to_le_bytes());
        bytes[8..].copy_from_slice(&self.next().to_le_bytes());
        bytes
    }

    /// An id.
    pub fn id(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.entropy()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_thing_of_the_same_seed_gives_the_same_numbers() {
        let draw = |seed, kind, number| {
            let mut dice = Dice::of(seed, kind, number);
            (dice.next(), dice.next())
        };
        assert_eq!(draw(1, 2, 3), draw(1, 2, 3));
        assert_ne!(draw(1, 2, 3), draw(2, 2, 3));
        assert_ne!(draw(1, 2, 3), draw(1, 3, 3));
        assert_ne!(draw(1, 2, 3), draw(1, 2, 4));
    }

    #[test]
    fn heavier_choices_come_more_often_and_weightless_ones_never() {
        let mut dice = Dice::of(1, 1, 1);
        let mut counts = [0_u32; 3];
        for _ in 0..1_000 {
            counts[dice.weighted(&[1, 0, 3])] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!(counts[2] > 2 * counts[0], "{counts:?}");
    }

    #[test]
    fn both_ends_of_a_range_occur() {
        let mut dice = Dice::of(1, 1, 2);
        let drawn: Vec<i32> = (0..200).map(|_| dice.between(-1, 1)).collect();
        assert!((-1..=1).all(|wanted| drawn.contains(&wanted)));
    }
}
