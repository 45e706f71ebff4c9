//! An invented household as a registrar would enter it: who belongs to it, where
//! it comes from, where it is and which papers it has.
//!
//! Not here: what it is asked and what comes of it (`story`).

use super::Fault;
use super::country::{Country, RETURN_SUBDISTRICTS};
use super::dice::Dice;
use super::names::Lineage;
use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use sanad_core::area::PlaceRef;
use sanad_core::case::Registration;
use sanad_core::ids::OrganisationId;
use sanad_core::language::LanguageTag;
use sanad_core::person::{
    BirthDate, BirthPrecision, Cause, ContactKind, ContactPoint, ContactText, Displacement,
    Document, DocumentKind, DocumentNumber, DocumentState, LegalStatus, Nationality, NeedCode,
    PersonProfile, PopulationType, Relationship, Sex, StatusBasis,
};
use sanad_core::privacy::{
    ConsentManner, ConsentToProcessing, LawfulBasis, Notice, NoticeVersion, ProcessingBasis,
    ProcessingPurpose,
};
use std::collections::BTreeSet;

/// How often households have one, two, … nine members; four and a half on average.
const SIZES: [u32; 9] = [8, 12, 14, 17, 17, 13, 9, 6, 4];

/// An invented household.
#[derive(Debug)]
pub(super) struct Household {
    /// What the registrar enters.
    pub registration: Registration,
    /// Where it wants to return to.
    pub home: PlaceRef,
    /// The sub-district of that place, by its number in the country.
    pub home_subdistrict: usize,
    /// Language of its interviews.
    pub language: LanguageTag,
}

/// What is fixed about a household before the dice fall.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan<'a> {
    /// The country.
    pub country: &'a Country,
    /// Who keeps the case.
    pub organisation: OrganisationId,
    /// The day of registration, at the latest.
    pub today: Date,
    /// Persons at most.
    pub at_most: usize,
}

impl Household {
    /// Draws a household.
    pub(super) fn draw(dice: &mut Dice, plan: Plan<'_>) -> Result<Self, Fault> {
        let size = (dice.weighted(&SIZES) + 1).min(plan.at_most.max(1));
        let home = number(dice, 0, RETURN_SUBDISTRICTS);
        let camp = number(dice, RETURN_SUBDISTRICTS, plan.country.communities.len());
        let registered_on = registration_day(dice, plan.today);
        let family = Lineage::draw(dice);
        let people = people(dice, family, registered_on, size)?;
        Self::of(dice, plan, registered_on, (family, people), (home, camp))
    }

    /// Draws a household that is displaced in one sub-district and comes from another.
    pub(super) fn draw_between(
        dice: &mut Dice,
        plan: Plan<'_>,
        home: usize,
        camp: usize,
    ) -> Result<Self, Fault> {
        let size = (dice.weighted(&SIZES) + 1).min(plan.at_most.max(1));
        let registered_on = registration_day(dice, plan.today);
        let family = Lineage::draw(dice);
        let people = people(dice, family, registered_on, size)?;
        Self::of(dice, plan, registered_on, (family, people), (home, camp))
    }

    /// A couple with children of nine and six, as in the worked example EX-01.
    pub(super) fn couple_with_two_children(
        dice: &mut Dice,
        plan: Plan<'_>,
        home: usize,
        camp: usize,
    ) -> Result<Self, Fault> {
        let registered_on = registration_day(dice, plan.today);
        let family = Lineage::draw(dice);
        let mut people = couple_with_children(dice, family, 2)?;
        for (one, years) in people.iter_mut().zip([38, 34, 9, 6]) {
            let born = plan
                .today
                .saturating_sub(Span::new().years(years).months(3));
            one.birth = BirthDate::new(Some(born), BirthPrecision::Day, false)?;
        }
        Self::of(dice, plan, registered_on, (family, people), (home, camp))
    }

    fn of(
        dice: &mut Dice,
        plan: Plan<'_>,
        registered_on: Date,
        (family, mut members): (Lineage, Vec<PersonProfile>),
        (home_subdistrict, camp): (usize, usize),
    ) -> Result<Self, Fault> {
        let language = LanguageTag::parse(family.tongue.language)?;
        let home = town(dice, plan.country, home_subdistrict)?;
        let here = town(dice, plan.country, camp)?;
        let left_on = registered_on.saturating_sub(dice.between(30, 3_000).days());
        let arrived_on = left_on.saturating_add(dice.between(0, 25).days());
        for one in &mut members {
            finish(dice, one, left_on, registered_on)?;
        }
        Ok(Self {
            registration: Registration {
                organisation: plan.organisation,
                registered_on: Some(registered_on),
                place_of_displacement: here.clone(),
                place_of_origin: Some(home.clone()),
                processing: processing(dice, registered_on)?,
                notice: Notice {
                    version: NoticeVersion::parse("2025-1")?,
                    language: language.clone(),
                    given_on: registered_on,
                },
                members,
                displacements: vec![Displacement::new(
                    causes(dice),
                    home.clone(),
                    here,
                    Some(left_on),
                    Some(arrived_on),
                )?],
                contact_points: contacts(dice)?,
            },
            home,
            home_subdistrict,
            language,
        })
    }
}

/// Households came in over the last year.
fn registration_day(dice: &mut Dice, today: Date) -> Date {
    today.saturating_sub(dice.between(20, 400).days())
}

/// A number from `first` to one before `end`.
fn number(dice: &mut Dice, first: usize, end: usize) -> usize {
    let many = u32::try_from(end.saturating_sub(first)).unwrap_or(1);
    first + usize::try_from(dice.below(many)).unwrap_or(0)
}

fn town(dice: &mut Dice, country: &Country, subdistrict: usize) -> Result<PlaceRef, Fault> {
    let towns = country
        .communities
        .get(subdistrict)
        .filter(|towns| !towns.is_empty());
    let towns = towns.ok_or_else(|| Fault::Made("there is no such sub-district".to_owned()))?;
    Ok(dice.pick(towns).clone())
}

/// Persons who live together, the focal person first.
fn people(
    dice: &mut Dice,
    family: Lineage,
    today: Date,
    size: usize,
) -> Result<Vec<PersonProfile>, Fault> {
    if size == 1 {
        return Ok(vec![alone(dice, family, today)?]);
    }
    let grandmother = size >= 6 && dice.percent(30);
    let both = size > 2 && dice.percent(85) || size == 2 && dice.percent(55);
    let adults = 1 + usize::from(both) + usize::from(grandmother);
    let mut people = couple_with_children(dice, family, size - adults)?;
    if !both {
        // A parent alone: the mother, more often than not.
        people.remove(usize::from(dice.percent(20)));
        if let Some(parent) = people.first_mut() {
            parent.relationship = Relationship::FocalPerson;
            parent.specific_needs.insert(NeedCode::parse("SP-PT")?);
        }
    }
    if grandmother {
        let given = family.given(dice, Sex::Female);
        people.push(person(
            dice,
            family,
            given,
            Sex::Female,
            Relationship::Parent,
        )?);
    }
    let parent_born = today.year() - i16_of(dice.between(24, 52));
    for one in &mut people {
        let year = match one.relationship {
            Relationship::Child => (parent_born + i16_of(dice.between(18, 32))).min(today.year()),
            Relationship::Parent => parent_born - i16_of(dice.between(19, 32)),
            Relationship::Spouse => parent_born + i16_of(dice.between(-4, 4)),
            _ => parent_born,
        };
        one.birth = birth(dice, year, today)?;
    }
    Ok(people)
}

/// Somebody on their own: an adult, an older person, or a child without parents.
fn alone(dice: &mut Dice, family: Lineage, today: Date) -> Result<PersonProfile, Fault> {
    let sex = *dice.pick(&[Sex::Female, Sex::Male]);
    let given = family.given(dice, sex);
    let mut one = person(dice, family, given, sex, Relationship::FocalPerson)?;
    let (youngest, oldest) = [(19, 59), (62, 88), (10, 16)][dice.weighted(&[72, 20, 8])];
    let age = dice.between(youngest, oldest);
    one.birth = birth(dice, today.year() - i16_of(age), today)?;
    if age < 18 {
        one.unaccompanied_or_separated = true;
        one.specific_needs.insert(NeedCode::UNACCOMPANIED_CHILD);
    } else if age > 60 {
        one.specific_needs.insert(NeedCode::parse("ER-NF")?);
    }
    Ok(one)
}

fn couple_with_children(
    dice: &mut Dice,
    family: Lineage,
    children: usize,
) -> Result<Vec<PersonProfile>, Fault> {
    let father = family.given(dice, Sex::Male);
    let mother = family.given(dice, Sex::Female);
    let beside = family.beside(dice);
    let mut people = vec![
        person(dice, family, father, Sex::Male, Relationship::FocalPerson)?,
        person(dice, beside, mother, Sex::Female, Relationship::Spouse)?,
    ];
    let descent = family.children_of(father, mother);
    for _ in 0..children {
        let sex = *dice.pick(&[Sex::Female, Sex::Male]);
        let given = descent.given(dice, sex);
        people.push(person(dice, descent, given, sex, Relationship::Child)?);
    }
    Ok(people)
}

/// A person with a name; birth and papers follow.
fn person(
    dice: &mut Dice,
    family: Lineage,
    given: (&'static str, &'static str),
    sex: Sex,
    relationship: Relationship,
) -> Result<PersonProfile, Fault> {
    Ok(PersonProfile {
        names: family.names(dice, given)?,
        birth: BirthDate::UNKNOWN,
        sex,
        relationship,
        nationality: None,
        nationality_doubt: false,
        legal_statuses: Vec::new(),
        documents: Vec::new(),
        specific_needs: BTreeSet::new(),
        needs_decision_support: false,
        unaccompanied_or_separated: false,
    })
}

/// A birth in a year, known as precisely as births are: to the day, the month, the
/// year (often estimated), or not at all.
fn birth(dice: &mut Dice, year: i16, today: Date) -> Result<BirthDate, Fault> {
    let month = i8_of(dice.between(1, 12));
    let day = i8_of(dice.between(1, 28));
    let born = Date::new(year, month, day).unwrap_or(today).min(today);
    let (precision, estimated) = match dice.weighted(&[70, 9, 9, 10, 2]) {
        0 => (BirthPrecision::Day, false),
        1 => (BirthPrecision::Month, false),
        2 => (BirthPrecision::Year, false),
        3 => (BirthPrecision::Year, true),
        _ => return Ok(BirthDate::UNKNOWN),
    };
    Ok(BirthDate::new(Some(born), precision, estimated)?)
}

/// Status, papers and needs.
fn finish(
    dice: &mut Dice,
    one: &mut PersonProfile,
    displaced_on: Date,
    seen_on: Date,
) -> Result<(), Fault> {
    let refugee = dice.percent(4);
    let (status, basis) = if refugee {
        (PopulationType::Refugee, Some(StatusBasis::PrimaFacie))
    } else {
        (PopulationType::InternallyDisplaced, None)
    };
    let since = one
        .birth
        .earliest()
        .map_or(displaced_on, |born| born.max(displaced_on));
    one.legal_statuses = vec![LegalStatus::new(status, basis, since, None)?];
    one.nationality = match dice.weighted(&[88, 2, 1, 9]) {
        0 => Some(Nationality::parse("XXZ")?),
        1 => Some(Nationality::Stateless),
        2 => Some(Nationality::Unknown),
        _ => None,
    };
    if dice.percent(75) {
        one.documents
            .push(document(dice, DocumentKind::NationalId, seen_on)?);
    }
    if one.relationship == Relationship::FocalPerson && dice.percent(60) {
        one.documents
            .push(document(dice, DocumentKind::FamilyBooklet, seen_on)?);
    }
    if dice.percent(8) {
        one.documents
            .push(document(dice, DocumentKind::PropertyTitle, seen_on)?);
    }
    if dice.percent(9) {
        let need = *dice.pick(&["WG-WLK", "WG-SEE", "WG-HEA", "SM-CI", "WG-COM", "LP-ND"]);
        one.specific_needs.insert(NeedCode::parse(need)?);
    }
    one.needs_decision_support = dice.percent(1);
    Ok(())
}

fn document(dice: &mut Dice, kind: DocumentKind, seen_on: Date) -> Result<Document, Fault> {
    let held = dice.percent(80);
    let number = format!("XZ-{:08}", dice.below(100_000_000));
    let other = [
        DocumentState::Lost,
        DocumentState::Confiscated,
        DocumentState::NotRecognised,
    ];
    Ok(Document {
        kind,
        state: if held {
            DocumentState::Held
        } else {
            *dice.pick(&other)
        },
        number: held.then(|| DocumentNumber::parse(&number)).transpose()?,
        issuer: None,
        seen_on: held.then_some(seen_on),
    })
}

fn processing(dice: &mut Dice, day: Date) -> Result<ProcessingBasis, Fault> {
    let purpose = ProcessingPurpose::parse("protection and durable solutions")?;
    let manners = [
        ConsentManner::Signature,
        ConsentManner::Thumbprint,
        ConsentManner::WitnessedSpoken,
    ];
    let (basis, consent) = if dice.percent(40) {
        let consent = ConsentToProcessing {
            given_on: day,
            manner: *dice.pick(&manners),
        };
        (LawfulBasis::Consent, Some(consent))
    } else {
        (LawfulBasis::PublicInterestMandate, None)
    };
    Ok(ProcessingBasis::new(basis, purpose, day, consent)?)
}

fn causes(dice: &mut Dice) -> Vec<Cause> {
    let main = [
        Cause::ArmedConflict,
        Cause::GeneralizedViolence,
        Cause::ForcedEviction,
        Cause::NaturalDisaster,
    ];
    let main = main[dice.weighted(&[60, 20, 12, 8])];
    if dice.percent(20) {
        vec![main, Cause::HumanRightsViolations]
    } else {
        vec![main]
    }
}

/// Telephone numbers of a country that has no code.
fn contacts(dice: &mut Dice) -> Result<Vec<ContactPoint>, Fault> {
    if dice.percent(25) {
        return Ok(Vec::new());
    }
    let number = format!("0000 {:03} {:03}", dice.below(1_000), dice.below(1_000));
    let safe = dice.percent(85);
    Ok(vec![ContactPoint::new(
        ContactKind::Phone,
        ContactText::parse(&number)?,
        None,
        safe,
    )?])
}

fn i16_of(number: i32) -> i16 {
    i16::try_from(number).unwrap_or_default()
}

fn i8_of(number: i32) -> i8 {
    i8::try_from(number).unwrap_or(1)
}
