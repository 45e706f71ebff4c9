//! One indicator: a question worded so that *yes* satisfies the standard, and
//! the terms under which an answer to it counts.
//!
//! Not here: the indicators themselves, which are data (`reference/catalogue/`),
//! and how answers are weighed (`effective`).

use super::answer::NaReason;
use super::codes::codes;
use super::condition::Condition;
use super::evidence::EvidenceKinds;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The place of an indicator in its catalogue: a small number instead of a code
/// in everything that is computed often. Means nothing in another catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndicatorIndex(pub u16);

codes! {
    /// What an answer is about.
    pub enum Level {
        /// One member of the household.
        Person = "person",
        /// The household as a whole.
        Household = "household",
        /// A place.
        Area = "area",
        /// The governorate (admin-1) around the place of return.
        Region = "region",
    }
}

codes! {
    /// Which place an area-level question is about.
    pub enum Place {
        /// Where the household wants to return to.
        Destination = "destination",
        /// Where the household lives now.
        Displacement = "displacement",
    }
}

codes! {
    /// To whom or when an indicator applies; computed, never typed in (§2.1).
    pub enum AppliesTo {
        /// Each adult and each unaccompanied or separated child.
        Decider = "decider",
        /// The household has an adult.
        HasAdult = "has_adult",
        /// A child with a parent or guardian.
        AccompaniedChild = "accompanied_child",
        /// An unaccompanied or separated child.
        Uasc = "uasc",
        /// An adult with a recorded need for decision support.
        SupportNeeded = "support_needed",
        /// Everyone, every household, every place.
        Always = "always",
        /// The destination has an explosive-hazard record.
        HazardArea = "hazard_area",
        /// Stateless, or nationality in doubt.
        NationalityDoubt = "nationality_doubt",
        /// A refugee or asylum-seeker.
        Refugee = "refugee",
        /// The household has a child of school age.
        SchoolAge = "school_age",
        /// The person has a recorded specific need.
        SpecificNeed = "specific_need",
        /// The deployment runs the strict access profile.
        StrictProfile = "strict_profile",
    }
}

impl AppliesTo {
    /// Whether it is decided member by member (else it is a matter of the case).
    pub const fn is_about_one_person(self) -> bool {
        match self {
            Self::Decider
            | Self::AccompaniedChild
            | Self::Uasc
            | Self::SupportNeeded
            | Self::NationalityDoubt
            | Self::Refugee
            | Self::SpecificNeed => true,
            Self::HasAdult
            | Self::Always
            | Self::HazardArea
            | Self::SchoolAge
            | Self::StrictProfile => false,
        }
    }
}

codes! {
    /// The scale behind a yes/no of an advisory indicator.
    pub enum Scale {
        /// Return Index 0-100, higher is worse: bands low and medium are *yes*,
        /// high and very high are *no* and must be answered in writing (§2.3).
        ReturnIndex = "return_index",
        /// A share in percent against the alert level of the catalogue.
        Percent = "percent",
    }
}

codes! {
    /// How far the wording of a cited source was checked.
    pub enum Mark {
        /// The wording was read in the source.
        Read = "✔",
        /// Seen quoted by another publication, or only its heading.
        Quoted = "◐",
        /// General knowledge, still to be confirmed against the text.
        Unconfirmed = "○",
        /// A product rule: no standard says it.
        ProductRule = "–",
    }
}

/// A cited source with its check mark; never shown one without the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Document and paragraph.
    pub text: String,
    /// How far the wording was checked.
    pub mark: Mark,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.text, self.mark)
    }
}

/// Under which terms a typed *not applicable* is accepted (§2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NaRule {
    /// The only reason that is accepted.
    pub reason: NaReason,
    /// Kinds of evidence of which one must lie verified beside the answer.
    pub evidence: EvidenceKinds,
}

/// A text by language code; `en` is always there.
pub type Texts = BTreeMap<String, String>;

/// One indicator of a catalogue.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one yes/no column of the published table"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Code such as `VOL-06`, unique in the catalogue.
    pub id: String,
    /// The condition it belongs to, which is the first part of its id.
    pub condition: Condition,
    /// What an answer is about.
    pub level: Level,
    /// Which place, for questions about a place.
    pub place: Place,
    /// To whom or when it applies.
    pub applies_to: AppliesTo,
    /// A *no* blocks a facilitated return; less than a supported *yes* keeps the
    /// finding undetermined. Otherwise advisory: only ever a warning.
    pub mandatory: bool,
    /// Days after the day observed on which a *yes* still holds (–).
    pub validity_days: u16,
    /// Accepted kinds of evidence, any one of them.
    pub evidence: EvidenceKinds,
    /// One of the accepted items must come from an independent source.
    pub independent: bool,
    /// ⚠: a *no* beats any *yes* until a later, evidenced *yes* that names it is
    /// confirmed by a second officer.
    pub no_prevails: bool,
    /// Scale behind the answer, for advisory indicators.
    pub scale: Option<Scale>,
    /// Whoever records an answer to it may not issue the case's finding (§2.7).
    pub consent_recorder: bool,
    /// When *not applicable* is accepted; `None`: never.
    pub not_applicable: Option<NaRule>,
    /// The question by language.
    pub question: Texts,
    /// Where the standard says so.
    pub sources: Vec<Source>,
}

impl Indicator {
    /// The question in `language`, or in English when it is not translated.
    pub fn question(&self, language: &str) -> &str {
        text_in(&self.question, language)
    }
}

/// A text in `language`, or in English when it is not translated.
pub fn text_in<'a>(texts: &'a Texts, language: &str) -> &'a str {
    texts
        .get(language)
        .or_else(|| texts.get("en"))
        .map_or("", String::as_str)
}
