//! Three-valued outcomes and how they join (return conditions §2.3 and §2.4).
//!
//! No scores, no weights, no averaging: IRIS likewise asks a pass in every
//! sub-criterion and treats missing data as "no assessment" (pp. 58-61 ◐).
//!
//! Not here: what makes a single answer count (`effective`).

use super::codes::codes;
use super::condition::Condition;
use super::effective::Standing;

codes! {
    /// The outcome of one condition. Ordered so that the worse one is greater,
    /// which makes the strong three-valued AND the maximum.
    pub enum Outcome {
        /// Every applicable mandatory indicator is supported.
        Met = "met",
        /// Something is not known, or nothing applied.
        Undetermined = "undetermined",
        /// Something is known to fail.
        NotMet = "not_met",
    }
}

codes! {
    /// The finding about one case on one day.
    pub enum Finding {
        /// All eight conditions are met.
        Compliant = "compliant",
        /// Nothing is known to fail, but something is not known.
        Undetermined = "undetermined",
        /// At least one condition is not met.
        NotCompliant = "not_compliant",
    }
}

impl Outcome {
    /// Strong three-valued AND (§2.4).
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }
}

impl Finding {
    /// The finding that follows from the eight outcomes.
    pub fn of(outcomes: &[Outcome; Condition::COUNT]) -> Self {
        match outcomes.iter().copied().fold(Outcome::Met, Outcome::and) {
            Outcome::Met => Self::Compliant,
            Outcome::Undetermined => Self::Undetermined,
            Outcome::NotMet => Self::NotCompliant,
        }
    }
}

/// Collects the values of one condition's applicable mandatory indicators.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tally {
    yes: bool,
    no: bool,
    unknown: bool,
}

impl Tally {
    /// A tally that cannot become *met* when something is missing from the start.
    pub(crate) const fn start(incomplete: bool) -> Self {
        Self {
            yes: false,
            no: false,
            unknown: incomplete,
        }
    }

    /// Counts one indicator for one subject. An accepted *not applicable* is
    /// left out: it is neither a yes nor a reason.
    pub(crate) fn count(&mut self, standing: Standing) {
        match standing {
            Standing::Yes => self.yes = true,
            Standing::No => self.no = true,
            Standing::Unknown => self.unknown = true,
            Standing::NotApplicable => {}
        }
    }

    /// §2.3: any no, else any unknown, else at least one yes; never met by emptiness.
    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Self { no: true, .. } => Outcome::NotMet,
            Self {
                unknown: false,
                yes: true,
                ..
            } => Outcome::Met,
            Self { .. } => Outcome::Undetermined,
        }
    }
}
