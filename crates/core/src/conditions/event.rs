//! Events that make earlier answers void at once (return conditions §1.9).
//!
//! A voided *yes* is no longer known, it is not a *no*: after shelling nobody
//! knows that a place is safe. Which event voids what is data of the catalogue.
//!
//! Not here: recording what happened where (`area`, `case`).

use super::answer::Subject;
use super::codes::codes;
use super::condition::Condition;
use super::indicator::{IndicatorIndex, Texts, text_in};
use jiff::civil::Date;

/// What an event makes void: one indicator or a whole condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Voids {
    /// Answers to this indicator.
    Indicator(IndicatorIndex),
    /// Answers to every indicator of this condition.
    Condition(Condition),
}

/// Answers observed before a day are void from that day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Void {
    /// What is void.
    pub voids: Voids,
    /// About whom; `None`: about anyone and anything.
    pub subject: Option<Subject>,
    /// The day of the event.
    pub on: Date,
}

codes! {
    /// Where an event happens, and so whose answers it can reach.
    pub enum HappensIn {
        /// In the place of return.
        Destination = "destination",
        /// In the place of displacement.
        Displacement = "displacement",
        /// In the case itself.
        Case = "case",
    }
}

codes! {
    /// About whom answers are void.
    pub enum Reach {
        /// About anyone and anything.
        Any = "any",
        /// Only answers about the area.
        Area = "area",
        /// Only answers about the person the event names.
        Person = "person",
    }
}

/// A kind of event of a catalogue, such as `armed_clash`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventKind {
    /// Machine code in snake case.
    pub code: String,
    /// What happened, by language.
    pub label: Texts,
    /// Where it happens.
    pub happens_in: HappensIn,
    /// It reaches every place of the admin-3 unit in which it happens.
    pub whole_unit: bool,
    /// About whom answers are void.
    pub reach: Reach,
    /// What is void.
    pub voids: Vec<Voids>,
}

impl EventKind {
    /// What happened, in `language` or in English.
    pub fn label(&self, language: &str) -> &str {
        text_in(&self.label, language)
    }

    /// What an event of this kind on a day makes void. `person` is the member
    /// the event names; a kind that reaches one person voids nothing without it.
    pub fn on(&self, on: Date, person: Option<Subject>) -> impl Iterator<Item = Void> {
        let subject = match self.reach {
            Reach::Any => Some(None),
            Reach::Area => Some(Some(Subject::Area)),
            Reach::Person => person.map(Some),
        };
        subject.into_iter().flat_map(move |subject| {
            self.voids.iter().map(move |voids| Void {
                voids: *voids,
                subject,
                on,
            })
        })
    }
}
