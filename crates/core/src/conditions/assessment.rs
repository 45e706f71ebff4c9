//! The assessment of one case on one day: one walk over catalogue and answers
//! (return conditions §2.1, §2.3 to §2.7).
//!
//! Pure: the same facts give the same assessment anywhere and any time. Nobody
//! can override it (§2.5); a return that happens anyway is recorded as a fact.
//!
//! Not here: storing a finding with its inputs and hashes (`case`), showing one
//! with questions and citations (`file::report`).

use super::answer::{Answer, Subject};
use super::catalogue::{Catalogue, Numbers};
use super::condition::{Condition, NamedConditions};
use super::effective::{Effective, Question, ReasonCode, Standing};
use super::event::{Void, Voids};
use super::facts::{AccessProfile, Facts, Flag, Member};
use super::indicator::{AppliesTo, Indicator, IndicatorIndex, Level, Scale};
use super::outcome::{Finding, Outcome, Tally};
use jiff::SignedDuration;
use jiff::civil::Date;

/// What follows from the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// The day of evaluation.
    pub on: Date,
    /// How access to the region was read.
    pub profile: AccessProfile,
    /// The finding.
    pub finding: Finding,
    /// The outcomes, in the order of [`Condition::ALL`].
    pub conditions: [Outcome; Condition::COUNT],
    /// Every applicable mandatory indicator and subject that is not a yes, in
    /// catalogue order and then in the order of members.
    pub reasons: Vec<Reason>,
    /// The same for advisory indicators, which change no outcome.
    pub warnings: Vec<Warning>,
    /// The last day on which this finding may be relied on (§2.6): the earliest
    /// last day of an answer it uses, or the longest life of a finding.
    pub expires_on: Date,
}

impl Assessment {
    /// The outcome of one condition.
    pub const fn outcome(&self, condition: Condition) -> Outcome {
        self.conditions[condition.index()]
    }

    /// Whether a *yes* and a *no* both stand about a question (§2.2 rule 5).
    pub fn is_contested(&self, indicator: IndicatorIndex, subject: Subject) -> bool {
        let all = self
            .reasons
            .iter()
            .chain(self.warnings.iter().map(|warning| &warning.reason));
        all.filter(|one| one.indicator == indicator && one.subject == subject)
            .any(|one| matches!(one.reason, ReasonCode::Contested | ReasonCode::NoPrevails))
    }

    /// The outcomes under the statement's own words.
    pub fn named(&self) -> NamedConditions {
        NamedConditions::of(&self.conditions)
    }
}

/// Why a condition is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// Which question.
    pub indicator: IndicatorIndex,
    /// About whom or what.
    pub subject: Subject,
    /// *No* or *unknown*.
    pub value: Standing,
    /// Why it is not yes.
    pub reason: ReasonCode,
}

/// An advisory indicator that is not a yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warning {
    /// Which question, about whom, and why.
    pub reason: Reason,
    /// What is to be done about it.
    pub kind: WarningKind,
}

super::codes::codes! {
    /// What is to be done about a warning.
    pub enum WarningKind {
        /// For information.
        Advisory = "advisory",
        /// A Return Index band of high or very high: the supervisor must answer
        /// it in writing (§2.3).
        AnswerInWriting = "answer_in_writing",
    }
}

/// Four eyes (§2.7): whoever recorded the consent of a case may not issue its
/// finding. There is no assessment then, not even a refused one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "whoever recorded consent in this case cannot issue its finding; ask a colleague to assess it"
)]
pub struct SelfAssessment;

impl SelfAssessment {
    /// The stable code.
    pub const CODE: &'static str = "SELF_ASSESSMENT";
}

/// Assesses one case. Allocates nothing but the lists of reasons and warnings.
pub fn assess(catalogue: &Catalogue, facts: &Facts) -> Result<Assessment, SelfAssessment> {
    refuse_self_assessment(catalogue, facts)?;
    let mut walk = Walk::new(catalogue, facts);
    for (number, indicator) in (0..).zip(catalogue.indicators()) {
        walk.indicator(IndicatorIndex(number), indicator);
    }
    Ok(walk.finish())
}

/// Whether the assessor recorded consent, on any date, retracted or not.
fn refuse_self_assessment(catalogue: &Catalogue, facts: &Facts) -> Result<(), SelfAssessment> {
    let Some(assessor) = facts.setting().assessor else {
        return Ok(());
    };
    let recorded_consent = |answer: &Answer| {
        answer.by == assessor
            && catalogue
                .get(answer.indicator)
                .is_some_and(|asked| asked.consent_recorder)
    };
    if facts.answers().iter().any(recorded_consent) {
        Err(SelfAssessment)
    } else {
        Ok(())
    }
}

/// The state of one walk along the catalogue.
struct Walk<'a> {
    numbers: &'a Numbers,
    facts: &'a Facts,
    has_adult: bool,
    has_school_age: bool,
    /// Answers not yet passed. Catalogue and answers are in the same order.
    rest: &'a [Answer],
    tallies: [Tally; Condition::COUNT],
    reasons: Vec<Reason>,
    warnings: Vec<Warning>,
    days_left: i64,
}

impl<'a> Walk<'a> {
    fn new(catalogue: &'a Catalogue, facts: &'a Facts) -> Self {
        let numbers = catalogue.numbers();
        let ages = || {
            facts
                .members()
                .iter()
                .map(|member| member.age_on(facts.on()))
        };
        let school = numbers.school_age_from..=numbers.school_age_to;
        Self {
            numbers,
            facts,
            has_adult: ages().flatten().any(|age| age >= numbers.adult_age),
            has_school_age: ages().any(|age| age.is_none_or(|age| school.contains(&age))),
            rest: facts.answers(),
            // A household without members is not a household whose every member is
            // safe: "never met by emptiness" (§2.3).
            tallies: [Tally::start(facts.members().is_empty()); Condition::COUNT],
            reasons: Vec::new(),
            warnings: Vec::new(),
            days_left: i64::from(numbers.finding_max_days),
        }
    }

    fn indicator(&mut self, index: IndicatorIndex, indicator: &Indicator) {
        match indicator.level {
            Level::Person => {
                for (number, member) in (0..).zip(self.facts.members()) {
                    if self.applies_to(indicator.applies_to, Some(member)) {
                        self.subject(index, indicator, Subject::Member(number), Some(member));
                    }
                }
            }
            Level::Household | Level::Area | Level::Region => {
                let subject = match indicator.level {
                    Level::Household => Subject::Household,
                    _ => Subject::Area,
                };
                if self.applies_to(indicator.applies_to, None) {
                    self.subject(index, indicator, subject, None);
                }
            }
        }
    }

    /// Applicability is computed, never typed in (§2.1). Children are those under
    /// the adult age on the day of evaluation; unknown age counts as child.
    fn applies_to(&self, applies_to: AppliesTo, member: Option<&Member>) -> bool {
        let of_member = |wanted: &dyn Fn(&Member, bool) -> bool| {
            member.is_some_and(|member| wanted(member, self.is_child(*member)))
        };
        match applies_to {
            AppliesTo::Always => true,
            AppliesTo::Decider => of_member(&|m, child| !child || m.flags.has(Flag::Uasc)),
            AppliesTo::AccompaniedChild => of_member(&|m, child| child && !m.flags.has(Flag::Uasc)),
            AppliesTo::Uasc => of_member(&|m, child| child && m.flags.has(Flag::Uasc)),
            AppliesTo::SupportNeeded => {
                of_member(&|m, child| !child && m.flags.has(Flag::NeedsDecisionSupport))
            }
            AppliesTo::NationalityDoubt => of_member(&|m, _| m.flags.has(Flag::NationalityDoubt)),
            AppliesTo::Refugee => of_member(&|m, _| m.flags.has(Flag::Refugee)),
            AppliesTo::SpecificNeed => of_member(&|m, _| m.flags.has(Flag::HasSpecificNeed)),
            AppliesTo::HasAdult => self.has_adult,
            AppliesTo::SchoolAge => self.has_school_age,
            AppliesTo::HazardArea => self.facts.setting().hazard_area,
            AppliesTo::StrictProfile => self.facts.setting().profile == AccessProfile::Strict,
        }
    }

    fn is_child(&self, member: Member) -> bool {
        member.is_child_on(self.facts.on(), self.numbers.adult_age)
    }

    fn subject(
        &mut self,
        index: IndicatorIndex,
        indicator: &Indicator,
        subject: Subject,
        member: Option<&Member>,
    ) {
        let question = Question {
            indicator,
            on: self.facts.on(),
            of_uasc: member.is_some_and(|m| self.is_child(*m) && m.flags.has(Flag::Uasc)),
            void_before: self
                .voids(index, indicator.condition, subject)
                .filter(|day| *day <= self.facts.on())
                .max(),
            void_next: self
                .voids(index, indicator.condition, subject)
                .filter(|day| *day > self.facts.on())
                .min(),
        };
        let effective = question.effective(self.answers_to(index, subject));
        if indicator.mandatory {
            self.tallies[indicator.condition.index()].count(effective.standing);
            self.days_left = effective
                .days_left
                .map_or(self.days_left, |d| d.min(self.days_left));
        }
        let Effective {
            standing: value,
            reason: Some(reason),
            ..
        } = effective
        else {
            return;
        };
        let reason = Reason {
            indicator: index,
            subject,
            value,
            reason,
        };
        if indicator.mandatory {
            self.reasons.push(reason);
        } else {
            let is_high = indicator.scale == Some(Scale::ReturnIndex) && value == Standing::No;
            let kind = if is_high {
                WarningKind::AnswerInWriting
            } else {
                WarningKind::Advisory
            };
            self.warnings.push(Warning { reason, kind });
        }
    }

    /// The days on which an event voids earlier answers to this question.
    fn voids(
        &self,
        index: IndicatorIndex,
        condition: Condition,
        subject: Subject,
    ) -> impl Iterator<Item = Date> {
        let hits = move |event: &&Void| {
            event.subject.is_none_or(|about| about == subject)
                && match event.voids {
                    Voids::Indicator(voided) => voided == index,
                    Voids::Condition(voided) => voided == condition,
                }
        };
        self.facts
            .events()
            .iter()
            .filter(hits)
            .map(|event| event.on)
    }

    /// The answers to one question, in order of time. Moves along the answers, so
    /// questions must come in the order of indicators and subjects.
    fn answers_to(&mut self, index: IndicatorIndex, subject: Subject) -> &'a [Answer] {
        let wanted = (index, subject);
        let place = |answer: &Answer| (answer.indicator, answer.subject);
        let passed = self
            .rest
            .iter()
            .take_while(|answer| place(answer) < wanted)
            .count();
        let rest = &self.rest[passed..];
        let found = rest
            .iter()
            .take_while(|answer| place(answer) == wanted)
            .count();
        let (answers, rest) = rest.split_at(found);
        self.rest = rest;
        answers
    }

    fn finish(self) -> Assessment {
        let conditions = self.tallies.map(Tally::outcome);
        let life = SignedDuration::from_hours(24 * self.days_left);
        Assessment {
            on: self.facts.on(),
            profile: self.facts.setting().profile,
            finding: Finding::of(&conditions),
            conditions,
            reasons: self.reasons,
            warnings: self.warnings,
            expires_on: self.facts.on().saturating_add(life),
        }
    }
}
