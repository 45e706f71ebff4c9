//! Small numbers in aggregates (DP-21 –): counts of 1 to 4 are shown as `<5`, and
//! what would give one of them away by subtraction is not shown either.
//!
//! OCHA's guidance on disclosure control leaves the threshold to the context (✔
//! overview).

use super::cell::Cell;

/// The smallest count that is shown.
const SHOWN_FROM: u64 = 5;
/// In place of a count of 1 to 4.
const FEW: &str = "<5";
/// In place of a count that would give another one away.
const WITHHELD: &str = "withheld";

/// A count of an aggregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count(pub(super) u64);

impl Count {
    /// Too few to be shown.
    pub(super) fn is_few(self) -> bool {
        (1..SHOWN_FROM).contains(&self.0)
    }

    /// As it is shown on its own.
    pub(super) fn cell(self) -> Cell {
        if self.is_few() {
            Cell::from(FEW)
        } else {
            Cell::from(self.0)
        }
    }
}

/// A part of a whole, such as those interviewed among all: whoever knows both knows
/// the rest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    /// All.
    pub(super) whole: Count,
    /// Those of them who.
    pub(super) part: Count,
}

impl Share {
    fn rest(self) -> Count {
        Count(self.whole.0.saturating_sub(self.part.0))
    }

    /// Whether nothing of it need be hidden.
    pub(super) fn is_open(self) -> bool {
        !self.whole.is_few() && !self.part.is_few() && !self.rest().is_few()
    }

    /// The part, unless one of the three is too few: of a whole of 6, a part of `<5`
    /// beside a withheld rest could only be 1.
    pub(super) fn part_cell(self) -> Cell {
        if self.is_open() {
            Cell::from(self.part.0)
        } else {
            Cell::from(WITHHELD)
        }
    }

    /// The part in percent of the whole, rounded down, where both are shown.
    pub(super) fn percent_cell(self) -> Cell {
        if !self.is_open() || self.whole.0 == 0 {
            return Cell::Empty;
        }
        Cell::from(100 * self.part.0 / self.whole.0)
    }
}

/// The sum of cells that are shown beside it: shown only when none of them is hidden,
/// for the sum less the open cells would be the hidden one.
pub(super) fn sum_cell(parts: &[Count]) -> Cell {
    if parts.iter().any(|part| part.is_few()) {
        return Cell::from(WITHHELD);
    }
    Count(parts.iter().map(|part| part.0).sum()).cell()
}

/// Parts of a whole that is shown beside them, or that the parts of another row add up
/// to: all of them, or none when one is too few. One that is zero is hidden with the
/// others: were it shown, five parts of a whole of five could only be one each.
pub(super) fn whole_or_none<const PARTS: usize>(parts: [Count; PARTS]) -> [Cell; PARTS] {
    let few = parts.iter().any(|part| part.is_few());
    parts.map(|part| {
        if few {
            Cell::from(WITHHELD)
        } else {
            Cell::from(part.0)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_to_four_are_few_and_nobody_is_nobody() {
        assert_eq!(Count(0).cell(), Cell::Number(0));
        for few in 1..=4 {
            assert_eq!(Count(few).cell(), Cell::from("<5"));
        }
        assert_eq!(Count(5).cell(), Cell::Number(5));
    }

    /// Every table of whole, part and sums that a reader cannot tell from this one.
    fn as_seen(shares: &[(u64, u64)]) -> Vec<Cell> {
        let all: Vec<Share> = shares
            .iter()
            .map(|(whole, part)| Share {
                whole: Count(*whole),
                part: Count(*part),
            })
            .collect();
        let mut cells = Vec::new();
        for share in &all {
            cells.extend([share.whole.cell(), share.part_cell(), share.percent_cell()]);
        }
        let wholes: Vec<Count> = all.iter().map(|share| share.whole).collect();
        cells.push(sum_cell(&wholes));
        cells
    }

    proptest! {
        /// Whoever reads a table can imagine another count for each small one.
        #[test]
        fn no_small_count_follows_from_what_is_shown(
            shares in prop::collection::vec((0_u64..12, 0_u64..12), 1..4),
        ) {
            let shares: Vec<_> = shares.into_iter().map(|(a, b)| (a + b, b)).collect();
            let seen = as_seen(&shares);
            for at in 0..shares.len() {
                let (whole, part) = shares[at];
                for small in [whole, part, whole - part] {
                    if !(1..5).contains(&small) {
                        continue;
                    }
                    let other = (0_u64..30).flat_map(|w| (0..=w).map(move |p| (w, p))).any(|(w, p)| {
                        let counts = (whole == small && w != small)
                            || (part == small && p != small)
                            || (whole - part == small && w - p != small);
                        let mut table = shares.clone();
                        table[at] = (w, p);
                        counts && as_seen(&table) == seen
                    });
                    prop_assert!(other, "{shares:?}: {small} of {at}");
                }
            }
        }
    }

    type Parts = [u64; 3];

    fn shown(parts: Parts) -> [Cell; 3] {
        whole_or_none(parts.map(Count))
    }

    /// Every way to part a whole.
    fn ways(whole: u64) -> impl Iterator<Item = Parts> {
        (0..=whole).flat_map(move |a| (0..=whole - a).map(move |b| [a, b, whole - a - b]))
    }

    /// The tables that a reader cannot tell from these rows of one whole, with another
    /// number in this part of this row.
    fn could_be_another(whole: u64, rows: &[Parts], at: (usize, usize)) -> bool {
        let (row, part) = at;
        (0..40).any(|other| {
            let same_whole = Count(other).cell() == Count(whole).cell();
            let differs = |way: &Parts| way[part] != rows[row][part];
            let like = |row: Parts| ways(other).any(|way| shown(way) == shown(row));
            same_whole
                && ways(other).any(|way| differs(&way) && shown(way) == shown(rows[row]))
                && rows.iter().all(|row| like(*row))
        })
    }

    proptest! {
        /// The whole is shown, and each row adds up to it: the rounds of one solution,
        /// the criteria of one round.
        #[test]
        fn no_small_part_follows_from_the_whole_or_from_other_rows(
            whole in 0_u64..16,
            cuts in prop::collection::vec((0_u64..100, 0_u64..100), 1..5),
        ) {
            let rows: Vec<Parts> = cuts
                .into_iter()
                .map(|(a, b)| {
                    let first = a % (whole + 1);
                    let second = b % (whole - first + 1);
                    [first, second, whole - first - second]
                })
                .collect();
            for (number, row) in rows.iter().enumerate() {
                for part in (0..3).filter(|part| (1..5).contains(&row[*part])) {
                    prop_assert!(
                        could_be_another(whole, &rows, (number, part)),
                        "{whole}: {rows:?}, row {number}, part {part}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_row_of_parts_is_shown_whole_or_not_at_all() {
        assert_eq!(shown([5, 0, 12]), [5_u64, 0, 12].map(Cell::from));
        assert_eq!(shown([5, 0, 1]), ["withheld"; 3].map(Cell::from));
        let each = whole_or_none([Count(1); 5]);
        let together = whole_or_none([5, 1, 0, 0, 0].map(Count));
        assert_eq!(
            each, together,
            "one each cannot be told from any other five"
        );
    }
}
