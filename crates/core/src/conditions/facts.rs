//! What the decision rule reads about one case on one day.
//!
//! From a person's profile come the birth date and five flags, and each flag can
//! only add a safeguard, never remove one (§2.11). Nothing else of a person can
//! reach the rule, because this type has no place for it.
//!
//! Not here: names and pseudonyms (`file`), rows of a database (`sanad-store`).

use super::answer::{ActorKey, Answer};
use super::codes::codes;
use super::event::Void;
use jiff::civil::Date;

codes! {
    /// How "all areas in the region" is read (§1.7).
    pub enum AccessProfile {
        /// The place of return, its admin-3 unit and the route.
        Standard = "standard",
        /// Every admin-3 unit of the governorate.
        Strict = "strict",
    }
}

codes! {
    /// A yes/no fact of a profile that adds a safeguard.
    pub enum Flag {
        /// Unaccompanied or separated, while a child.
        Uasc = "uasc",
        /// An adult who needs support to decide.
        NeedsDecisionSupport = "needs_decision_support",
        /// Stateless, or nationality in doubt.
        NationalityDoubt = "nationality_doubt",
        /// A recorded specific need.
        HasSpecificNeed = "has_specific_need",
        /// A refugee or asylum-seeker.
        Refugee = "refugee",
    }
}

/// A set of flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags(u8);

impl Flags {
    /// This set with one more flag.
    #[must_use]
    pub const fn with(self, flag: Flag) -> Self {
        Self(self.0 | 1 << flag as u8)
    }

    /// Whether the flag is set.
    pub const fn has(self, flag: Flag) -> bool {
        self.0 & (1 << flag as u8) != 0
    }
}

impl FromIterator<Flag> for Flags {
    fn from_iter<I: IntoIterator<Item = Flag>>(flags: I) -> Self {
        flags.into_iter().fold(Self::default(), Self::with)
    }
}

/// One member of the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Birth date; `None` when the age is not known.
    pub born: Option<Date>,
    /// Facts that add safeguards.
    pub flags: Flags,
}

impl Member {
    /// Full years on a day; `None` when the birth date is not known. Who was
    /// born on 29 February is a year older from 1 March in ordinary years.
    pub fn age_on(&self, on: Date) -> Option<i16> {
        let born = self.born?;
        let before_birthday = (on.month(), on.day()) < (born.month(), born.day());
        Some(on.year() - born.year() - i16::from(before_birthday))
    }

    /// Under the adult age on a day; an unknown age counts as child.
    pub fn is_child_on(&self, on: Date, adult_age: i16) -> bool {
        self.age_on(on).is_none_or(|age| age < adult_age)
    }
}

/// What is true of the case beside its members and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// How access to the region is read.
    pub profile: AccessProfile,
    /// Whoever would issue the finding.
    pub assessor: Option<ActorKey>,
    /// The destination has an explosive-hazard record.
    pub hazard_area: bool,
}

/// Everything the rule reads about one case.
///
/// INVARIANT: `answers` is sorted by indicator, subject and time; [`Facts::new`]
/// is the only way in. The assessment is one walk along this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    on: Date,
    setting: Setting,
    members: Vec<Member>,
    answers: Vec<Answer>,
    events: Vec<Void>,
}

impl Facts {
    /// Brings the facts into the order in which they are assessed. The order in
    /// which answers are given does not matter.
    pub fn new(
        on: Date,
        setting: Setting,
        members: Vec<Member>,
        mut answers: Vec<Answer>,
        events: Vec<Void>,
    ) -> Self {
        let order = |a: &Answer| (a.indicator, a.subject, a.observed_on, a.sequence);
        if !answers.is_sorted_by_key(order) {
            answers.sort_unstable_by_key(order);
        }
        Self {
            on,
            setting,
            members,
            answers,
            events,
        }
    }

    /// The same facts, looked at on another day.
    pub fn look_on(&mut self, on: Date) {
        self.on = on;
    }

    /// The day of evaluation.
    pub const fn on(&self) -> Date {
        self.on
    }

    /// What is true of the case beside its members and answers.
    pub const fn setting(&self) -> Setting {
        self.setting
    }

    /// The members, in the order of the household list.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The answers, by indicator, subject and time.
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// The events that void answers.
    pub fn events(&self) -> &[Void] {
        &self.events
    }
}
