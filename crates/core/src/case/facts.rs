//! What the decision rule reads about one case on one day: the case's own part
//! (`own_part`) joined with the part of the places it is bound to (`places_part`).
//!
//! Not here: the rule (`conditions`). Nothing here judges; it only collects.

use super::own_part::CasePart;
use super::places_part::PlacesPart;
use super::state::CaseState;
use crate::area::{AreaEventRecord, AreaState, PlaceRef};
use crate::conditions::file::FactsFile;
use crate::conditions::{AccessProfile, Catalogue, Facts, Setting, Subject, assess};
use crate::ids::{PersonId, UserId};
use jiff::civil::Date;

/// What is known of one place that matters to a case.
#[derive(Debug, Clone)]
pub struct KnownArea {
    /// The place.
    pub place: PlaceRef,
    /// Its level: 1 is the governorate, 3 the admin-3 unit.
    pub level: u8,
    /// The place itself, not one that it lies in.
    pub itself: bool,
    /// What is recorded about it.
    pub state: AreaState,
}

impl KnownArea {
    /// Whether answers about an area recorded here speak of the place: those of the
    /// place itself and of what it lies in down from admin-3. A wider unit says too
    /// little about one town.
    pub(super) fn speaks_of_the_place(&self) -> bool {
        self.itself || self.level >= 3
    }
}

/// What is known of the places that matter to a case: each list holds the place
/// itself and everything it lies in.
#[derive(Debug, Clone, Default)]
pub struct AreaKnowledge {
    /// Place of return.
    pub destination: Vec<KnownArea>,
    /// Place of displacement.
    pub displacement: Vec<KnownArea>,
    /// What happened in the other places of the admin-3 unit of the place of return.
    pub around: Vec<AreaEventRecord>,
}

impl AreaKnowledge {
    /// Whether anything was answered about the place of return and not taken back.
    pub fn knows_destination(&self) -> bool {
        self.destination
            .iter()
            .filter(|area| area.speaks_of_the_place())
            .flat_map(|area| area.state.answers.answers())
            .any(|answer| !answer.retracted)
    }
}

/// The facts of one case on one day, and which numbers stand for whom.
#[derive(Debug, Clone)]
pub struct CaseFacts {
    /// What the rule reads.
    pub facts: Facts,
    /// The member behind each number.
    pub members: Vec<PersonId>,
}

impl CaseFacts {
    /// Collects the facts. `assessor` is whoever would issue the finding.
    pub fn gather(
        case: &CaseState,
        areas: &AreaKnowledge,
        catalogue: &Catalogue,
        on: Date,
        profile: AccessProfile,
        assessor: Option<UserId>,
    ) -> Self {
        let places = PlacesPart::gather(areas, catalogue, on);
        let joined = CasePart::of(case).join(&places, catalogue, on, profile, assessor);
        let person = |number: &usize| case.members.get(*number).map(|person| person.id);
        Self {
            facts: joined.facts,
            members: joined.members.iter().filter_map(person).collect(),
        }
    }

    /// Whether a *yes* and a *no* both stand about a question to a person or the
    /// household (§2.2 rule 5).
    pub(crate) fn is_contested(
        &self,
        catalogue: &Catalogue,
        indicator: &str,
        person: Option<PersonId>,
    ) -> bool {
        let subject = match person {
            None => Some(Subject::Household),
            Some(person) => self
                .members
                .iter()
                .position(|id| *id == person)
                .and_then(member_subject),
        };
        let (Some(subject), Some(index)) = (subject, catalogue.find(indicator)) else {
            return false;
        };
        assess(catalogue, &self.facts)
            .is_ok_and(|assessment| assessment.is_contested(index, subject))
    }

    /// The name of a subject of the result: a person's id, `household` or `area`.
    pub fn name_of(&self, subject: Subject) -> String {
        match subject {
            Subject::Member(number) => usize::try_from(number)
                .ok()
                .and_then(|number| self.members.get(number))
                .map_or_else(String::new, ToString::to_string),
            Subject::Household => "household".to_owned(),
            Subject::Area => "area".to_owned(),
        }
    }

    /// The same as a facts file, with pseudonyms, for recomputing anywhere.
    pub fn to_file(&self, catalogue: &Catalogue) -> FactsFile {
        FactsFile::from_facts(&self.facts, catalogue)
    }
}

fn member_subject(number: usize) -> Option<Subject> {
    u32::try_from(number).ok().map(Subject::Member)
}

/// Whether a *yes* and a *no* both stand today about a question to a place (§2.2
/// rule 5). `known` is the place with what it lies in: events there void answers.
pub(crate) fn contested_in_place(
    known: &[KnownArea],
    catalogue: &Catalogue,
    indicator: &str,
    on: Date,
) -> bool {
    let asked = catalogue
        .find(indicator)
        .and_then(|index| Some((index, catalogue.get(index)?)));
    let Some((index, asked)) = asked else {
        return false;
    };
    // An answer may serve places of return and of displacement: whatever voids it
    // in either role leaves nothing to adjudicate.
    let part = PlacesPart::of_one_question(known, catalogue, asked.level, asked.place, on);
    let setting = Setting {
        profile: AccessProfile::Strict,
        assessor: None,
        hazard_area: part.hazard_area,
    };
    let facts = Facts::new(on, setting, Vec::new(), part.answers, part.voids);
    assess(catalogue, &facts).is_ok_and(|assessment| assessment.is_contested(index, Subject::Area))
}
