//! A catalogue: which indicators there are and under which terms answers count.
//!
//! The shipped one is part of the program. A deployment may load another under
//! its own id; whatever carries the shipped id must be the shipped file, so that
//! nobody can switch off a mandatory indicator behind a known name.
//!
//! Not here: how the file is written and checked (`catalogue::text`).

mod text;

use super::condition::Condition;
use super::event::{EventKind, Voids};
use super::evidence::{EvidenceKind, EvidenceKindIndex};
use super::indicator::{Indicator, IndicatorIndex};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::sync::LazyLock;

const SHIPPED: &str = include_str!("../../../../reference/catalogue/sanad-2025.toml");

/// Why a catalogue was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// The file is not TOML of the expected form.
    #[error("the catalogue cannot be read: {0}")]
    Form(String),
    /// The file is well formed and says something it may not.
    #[error("{place}: {text}")]
    Content {
        /// Which entry.
        place: String,
        /// What is wrong with it.
        text: String,
    },
    /// Different content under the id of the shipped catalogue.
    #[error("`{0}` is the id of the shipped catalogue; give a changed catalogue an id of its own")]
    ShippedId(String),
}

/// Numbers that no standard fixes: product defaults, so they are data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    /// Longest life of a finding, in days.
    pub finding_max_days: u16,
    /// Under this age: a child.
    pub adult_age: i16,
    /// First year of school age.
    pub school_age_from: i16,
    /// Last year of school age.
    pub school_age_to: i16,
    /// Oldest edition of the area information pack at the time of consent, in days.
    pub info_pack_max_age_days: u16,
    /// Share of organised arrivals from elsewhere that raises the alert, in percent.
    pub arrivals_alert_percent: u8,
    /// Over how many months that share is counted.
    pub arrivals_alert_months: u8,
    /// Hours after a withdrawal before a new consent is taken.
    pub new_consent_after_hours: u16,
}

/// A catalogue that was read and checked.
#[derive(Debug, Clone)]
pub struct Catalogue {
    id: String,
    edition: String,
    sha256: String,
    numbers: Numbers,
    indicators: Vec<Indicator>,
    evidence_kinds: Vec<EvidenceKind>,
    event_kinds: Vec<EventKind>,
}

impl Catalogue {
    /// The catalogue that comes with the program.
    pub fn shipped() -> &'static Self {
        #[expect(
            clippy::expect_used,
            reason = "the file is part of the program; a test fails when it does not load"
        )]
        static CATALOGUE: LazyLock<Catalogue> =
            LazyLock::new(|| text::read(SHIPPED).expect("the shipped catalogue loads"));
        &CATALOGUE
    }

    /// Reads and checks a catalogue file.
    pub fn load(text: &str) -> Result<Self, CatalogueError> {
        let catalogue = text::read(text)?;
        let shipped = Self::shipped();
        if catalogue.id == shipped.id && catalogue.sha256 != shipped.sha256 {
            return Err(CatalogueError::ShippedId(catalogue.id));
        }
        Ok(catalogue)
    }

    /// The id, such as `sanad-2025`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The edition of this id.
    pub fn edition(&self) -> &str {
        &self.edition
    }

    /// SHA-256 of the file, in lower-case hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Numbers that no standard fixes.
    pub const fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// All indicators, in the order of reasons.
    pub fn indicators(&self) -> &[Indicator] {
        &self.indicators
    }

    /// The indicator at a place; `None` for a place of another catalogue.
    pub fn get(&self, index: IndicatorIndex) -> Option<&Indicator> {
        self.indicators.get(usize::from(index.0))
    }

    /// The code of the indicator at a place; empty for a place of another catalogue.
    pub fn code(&self, index: IndicatorIndex) -> &str {
        self.get(index).map_or("", |indicator| &indicator.id)
    }

    /// The place of an indicator, by its code.
    pub fn find(&self, id: &str) -> Option<IndicatorIndex> {
        (0..)
            .zip(&self.indicators)
            .find(|(_, one)| one.id == id)
            .map(|(n, _)| IndicatorIndex(n))
    }

    /// All kinds of evidence.
    pub fn evidence_kinds(&self) -> &[EvidenceKind] {
        &self.evidence_kinds
    }

    /// The place of a kind of evidence, by its code.
    pub fn find_evidence_kind(&self, code: &str) -> Option<EvidenceKindIndex> {
        (0..)
            .zip(&self.evidence_kinds)
            .find(|(_, kind)| kind.code == code)
            .map(|(n, _)| EvidenceKindIndex(n))
    }

    /// The code of a kind of evidence; empty for a place of another catalogue.
    pub fn evidence_code(&self, kind: EvidenceKindIndex) -> &str {
        self.evidence_kinds
            .get(usize::from(kind.0))
            .map_or("", |kind| &kind.code)
    }

    /// All kinds of events that void answers.
    pub fn event_kinds(&self) -> &[EventKind] {
        &self.event_kinds
    }

    /// A kind of event, by its code.
    pub fn event_kind(&self, code: &str) -> Option<&EventKind> {
        self.event_kinds.iter().find(|kind| kind.code == code)
    }

    /// What a code such as `PHY` or `PHY-02` voids.
    pub fn find_voids(&self, code: &str) -> Option<Voids> {
        Condition::from_code(code)
            .map(Voids::Condition)
            .or_else(|| self.find(code).map(Voids::Indicator))
    }

    /// The code under which [`Self::find_voids`] finds this again.
    pub fn voids_code(&self, voids: Voids) -> &str {
        match voids {
            Voids::Indicator(index) => self.code(index),
            Voids::Condition(condition) => condition.code(),
        }
    }
}

/// SHA-256 of a text, in lower-case hexadecimal digits.
fn sha256_hex(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
