//! Answers to every question of the catalogue that applies: *yes*, observed on one
//! day, with the first accepted kind of evidence. Whoever tells another story
//! changes or leaves out what they need.
//!
//! Driven by the catalogue alone: a new indicator is answered without a change here.

use super::Fault;
use jiff::civil::Date;
use sanad_core::answer::{NewAnswer, NewEvidence, PersonsPresent, SourceClass, SourceName};
use sanad_core::conditions::indicator::Place;
use sanad_core::conditions::{AppliesTo, Catalogue, Flag, Indicator, Level, Value};
use sanad_core::ids::PersonId;
use sanad_core::language::LanguageTag;
use sanad_core::person::Person;

/// Who is not a party to anything in an invented country.
const MONITORS: &str = "Border Monitors (invented)";

/// *Yes* to everything that is asked about a case whose home may have a hazard.
pub(super) fn about_case(
    members: &[Person],
    hazard_area: bool,
    observed_on: Date,
    today: Date,
    language: &LanguageTag,
) -> Result<Vec<NewAnswer>, Fault> {
    let catalogue = Catalogue::shipped();
    let mut answers = Vec::new();
    for indicator in catalogue.indicators() {
        match indicator.level {
            Level::Person => {
                for person in members
                    .iter()
                    .filter(|person| asks(catalogue, indicator, person, hazard_area, today))
                {
                    answers.push(yes(indicator, Some(person.id), observed_on, language)?);
                }
            }
            Level::Household => answers.push(yes(indicator, None, observed_on, language)?),
            Level::Area | Level::Region => {}
        }
    }
    Ok(answers)
}

/// *Yes* to everything that is asked about a place at a level, seen as a place of
/// return or of displacement.
pub(super) fn about_place(
    level: Level,
    place: Place,
    observed_on: Date,
    language: &LanguageTag,
) -> Result<Vec<NewAnswer>, Fault> {
    Catalogue::shipped()
        .indicators()
        .iter()
        .filter(|indicator| indicator.level == level && indicator.place == place)
        .map(|indicator| yes(indicator, None, observed_on, language))
        .collect()
}

/// Turns the answers to one indicator into *no*, which needs no evidence.
pub(super) fn deny(answers: &mut [NewAnswer], indicator: &str) {
    for answer in answers
        .iter_mut()
        .filter(|answer| answer.indicator == indicator)
    {
        answer.value = Value::No;
        answer.evidence.clear();
        // The scales of the Return Index: 61 and more is high.
        answer.score = answer.score.map(|_| 78);
    }
}

/// Whether a question about a person is put to this one.
fn asks(
    catalogue: &Catalogue,
    indicator: &Indicator,
    person: &Person,
    hazard_area: bool,
    today: Date,
) -> bool {
    let member = person.for_rule(today);
    let child = member.is_child_on(today, catalogue.numbers().adult_age);
    let alone = child && member.flags.has(Flag::Uasc);
    match indicator.applies_to {
        AppliesTo::Decider => !child || alone,
        AppliesTo::AccompaniedChild => child && !alone,
        AppliesTo::Uasc => alone,
        AppliesTo::SupportNeeded => !child && member.flags.has(Flag::NeedsDecisionSupport),
        AppliesTo::HazardArea => hazard_area,
        AppliesTo::NationalityDoubt => member.flags.has(Flag::NationalityDoubt),
        AppliesTo::Refugee => member.flags.has(Flag::Refugee),
        AppliesTo::SpecificNeed => member.flags.has(Flag::HasSpecificNeed),
        AppliesTo::Always
        | AppliesTo::HasAdult
        | AppliesTo::SchoolAge
        | AppliesTo::StrictProfile => true,
    }
}

fn yes(
    indicator: &Indicator,
    person: Option<PersonId>,
    observed_on: Date,
    language: &LanguageTag,
) -> Result<NewAnswer, Fault> {
    let kind = indicator
        .evidence
        .iter()
        .next()
        .map(|kind| Catalogue::shipped().evidence_code(kind));
    let evidence = kind
        .map(|kind| evidence(kind, indicator.independent, observed_on, language))
        .transpose()?;
    Ok(NewAnswer {
        indicator: indicator.id.clone(),
        person,
        value: Value::Yes,
        score: indicator.scale.map(|_| 18),
        reason: None,
        observed_on,
        supersedes: None,
        remark: None,
        evidence: evidence.into_iter().collect(),
        evidence_ids: Vec::new(),
    })
}

fn evidence(
    kind: &str,
    independent: bool,
    dated: Date,
    language: &LanguageTag,
) -> Result<NewEvidence, Fault> {
    let interview = kind == "INT";
    Ok(NewEvidence {
        kind: kind.to_owned(),
        source_class: if independent {
            SourceClass::Independent
        } else {
            SourceClass::OwnCase
        },
        source_organisation: None,
        source_name: independent
            .then(|| SourceName::parse(MONITORS))
            .transpose()?,
        independent: None,
        dated,
        language: Some(language.clone()),
        persons_present: interview
            .then(|| PersonsPresent::parse("interviewer, interpreter"))
            .transpose()?,
        reference: None,
    })
}
