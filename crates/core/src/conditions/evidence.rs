//! Evidence as the decision rule sees it: which kinds lie behind an answer, and
//! whether an item was verified and came from an independent source.
//!
//! *Independent* means neither the authority controlling either place, nor the
//! body organising or paid for the return, nor the case's own caseworker.
//! *Verified* means checked by someone other than the uploader. Both are decided
//! when evidence is recorded; here they are plain facts.
//!
//! Not here: files, hashes and dates of items (`case`).

use super::indicator::{Texts, text_in};

/// The place of an evidence kind in its catalogue, below [`EvidenceKinds::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EvidenceKindIndex(pub(super) u8);

/// A kind of evidence of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceKind {
    /// Three-letter code, such as `INT`.
    pub code: String,
    /// What it is, by language.
    pub label: Texts,
    /// What to mind about it, by language; may be empty.
    pub note: Texts,
}

impl EvidenceKind {
    /// What it is, in `language` or in English.
    pub fn label(&self, language: &str) -> &str {
        text_in(&self.label, language)
    }
}

/// A set of evidence kinds; one bit each, because it is compared for every answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct EvidenceKinds(u32);

impl EvidenceKinds {
    /// How many kinds a catalogue may hold.
    pub const MAX: usize = 32;

    /// Adds a kind.
    pub fn insert(&mut self, kind: EvidenceKindIndex) {
        self.0 |= 1 << kind.0;
    }

    /// Whether the kind is in the set.
    pub fn contains(self, kind: EvidenceKindIndex) -> bool {
        self.0 & (1 << kind.0) != 0
    }

    /// Whether the sets share a kind.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The kinds, in catalogue order.
    pub fn iter(self) -> impl Iterator<Item = EvidenceKindIndex> {
        (0..32_u8)
            .map(EvidenceKindIndex)
            .filter(move |kind| self.contains(*kind))
    }
}

/// The evidence behind one answer, reduced to what the rule asks.
///
/// INVARIANT: `independent` is a subset of `verified`, item by item: an
/// unverified independent item beside a verified dependent one of the same kind
/// leaves the kind verified and not independent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct EvidenceSet {
    verified: EvidenceKinds,
    independent: EvidenceKinds,
}

impl EvidenceSet {
    /// Adds one item. An item that was not verified supports nothing.
    pub fn add(&mut self, kind: EvidenceKindIndex, verified: bool, independent: bool) {
        if verified {
            self.verified.insert(kind);
            if independent {
                self.independent.insert(kind);
            }
        }
    }

    /// Kinds with a verified item.
    pub const fn verified(self) -> EvidenceKinds {
        self.verified
    }

    /// Kinds with an item that is verified and independent.
    pub const fn independent(self) -> EvidenceKinds {
        self.independent
    }
}
