//! One row becomes one person, or a list of everything that is wrong with it.
//!
//! Cells go through the parsers of `sanad-core`, so an import accepts exactly what
//! the registry accepts; only dates, words and yes/no are more generous here.
//!
//! Not here: which rows are one household (`survey`), and storing (`keep`).

mod reading;

use super::date;
use super::fault::Fault;
use super::household::HouseholdValues;
use super::mapping::{Field, FocalPerson, Plan};
use super::places::PlaceCodes;
use super::table::Row;
use jiff::civil::Date;
use reading::{Held, Reading, Reported, yes_no};
use sanad_core::language::LanguageTag;
use sanad_core::person::{
    BirthDate, BirthPrecision, Cause, ContactKind, ContactPoint, ContactText, Document,
    DocumentKind, DocumentNumber, DocumentState, Issuer, LegalStatus, NamePart, Names, Nationality,
    NeedCode, PersonName, PersonProfile, PopulationType, Relationship, Sex, StatusBasis,
};
use sanad_core::privacy::{ConsentManner, LawfulBasis, NoticeVersion, ProcessingPurpose};
use sanad_core::value::ValueError;
use std::sync::Arc;

/// A row without faults.
#[derive(Debug)]
pub struct PersonRow {
    /// The person; the relationship is `unknown` where the row gives none.
    pub profile: PersonProfile,
    /// The row says how the person is related to the focal person.
    pub related: bool,
    /// What the row says about the household.
    pub household: HouseholdValues,
    /// A telephone number, and whether a call there puts nobody at risk.
    pub phone: Option<(ContactText, bool)>,
}

/// What rows are read with.
pub struct RowReader<'a> {
    /// Which column fills which field.
    pub plan: &'a Plan,
    /// The places that exist.
    pub places: PlaceCodes<'a>,
    /// Today.
    pub today: Date,
}

impl RowReader<'_> {
    /// Reads a row. `alone` is a row without a household key, which is a household
    /// of its own. Faults are added; `None` when there was one.
    pub fn read(&mut self, row: &Row, alone: bool, faults: &mut Vec<Fault>) -> Option<PersonRow> {
        let mut reading = Reading {
            reader: self,
            row,
            faults,
            constants_of_household: false,
        };
        let household = reading.household();
        let person = reading.person(alone);
        let phone = reading.phone();
        let (profile, related) = person?;
        Some(PersonRow {
            profile,
            related,
            household: household.ok()?,
            phone: phone.ok()?,
        })
    }

    /// What the constants of the mapping say about every household.
    pub fn constants(&mut self) -> Result<HouseholdValues, Vec<Fault>> {
        let mut faults = Vec::new();
        let row = Row::default();
        let values = Reading {
            reader: self,
            row: &row,
            faults: &mut faults,
            constants_of_household: true,
        }
        .household();
        values.map_err(|_| faults)
    }
}

/// Whether a field takes a code; for the `values` of a mapping.
pub fn check_code(field: Field, code: &str) -> Result<(), ValueError> {
    match field {
        Field::Relationship => relationship(code).map(drop),
        Field::Sex => Sex::parse(code).map(drop),
        Field::Nationality => Nationality::parse(code).map(drop),
        Field::LegalStatus => PopulationType::parse(code).map(drop),
        Field::LegalStatusBasis => StatusBasis::parse(code).map(drop),
        Field::DocumentKind => DocumentKind::parse(code).map(drop),
        Field::DocumentState => DocumentState::parse(code).map(drop),
        Field::SpecificNeeds => NeedCode::parse(code).map(drop),
        Field::DisplacementCauses => Cause::parse(code).map(drop),
        Field::ProcessingBasis => LawfulBasis::parse(code).map(drop),
        Field::ConsentManner => ConsentManner::parse(code).map(drop),
        Field::NoticeLanguage => LanguageTag::parse(code).map(drop),
        _ => yes_no(code).map(drop),
    }
}

/// `head`, as many lists have it, is the focal person.
fn relationship(code: &str) -> Result<Relationship, ValueError> {
    if code == "head" {
        Ok(Relationship::FocalPerson)
    } else {
        Relationship::parse(code)
    }
}

impl<'r, 'a> Reading<'r, 'a>
where
    'a: 'r,
{
    fn household(&mut self) -> Result<HouseholdValues, Reported> {
        let displacement = self.place(Field::PlaceOfDisplacement);
        let origin = self.place(Field::PlaceOfOrigin);
        let causes = self.several(Field::DisplacementCauses, Cause::parse);
        let [displaced, arrived, registered, recorded, consented, noticed] = [
            Field::DisplacedOn,
            Field::ArrivedOn,
            Field::RegisteredOn,
            Field::ProcessingRecordedOn,
            Field::ConsentGivenOn,
            Field::NoticeGivenOn,
        ]
        .map(|field| self.day(field));
        let basis = self.parse(Field::ProcessingBasis, LawfulBasis::parse);
        let purpose = self.parse(Field::ProcessingPurpose, ProcessingPurpose::parse);
        let manner = self.parse(Field::ConsentManner, ConsentManner::parse);
        let version = self.parse(Field::NoticeVersion, NoticeVersion::parse);
        let language = self.parse(Field::NoticeLanguage, LanguageTag::parse);
        Ok(HouseholdValues {
            place_of_displacement: displacement?,
            place_of_origin: origin?,
            displacement_causes: causes?,
            displaced_on: displaced?,
            arrived_on: arrived?,
            registered_on: registered?,
            processing_basis: basis?,
            processing_purpose: purpose?,
            processing_recorded_on: recorded?,
            consent_given_on: consented?,
            consent_manner: manner?,
            notice_version: version?,
            notice_language: language?,
            notice_given_on: noticed?,
        })
    }

    /// Everything is read before anything is given up, so that a row reports all its
    /// faults at once.
    fn person(&mut self, alone: bool) -> Option<(PersonProfile, bool)> {
        let names = self.names();
        let birth = self.birth();
        let sex = self.parse(Field::Sex, Sex::parse);
        let sex = self.needed(Field::Sex, sex);
        let relationship = self.parse(Field::Relationship, relationship);
        let relationship = match relationship {
            Ok(None) if !alone && self.reader.plan.focal_person == FocalPerson::Stated => {
                self.needed(Field::Relationship, relationship).map(Some)
            }
            Ok(None) if alone => Ok(Some(Relationship::FocalPerson)),
            Ok(Some(stated)) if alone && stated != Relationship::FocalPerson => {
                let text = "this row stands alone, so its person is the focal person (`self`); if it belongs to a household, give the household";
                self.fault(
                    Field::Relationship,
                    ValueError::new("FOCAL_PERSON_NOT_ONE", text),
                )
            }
            other => other,
        };
        let nationality = self.parse(Field::Nationality, Nationality::parse);
        let nationality_doubt = self.flag(Field::NationalityDoubt);
        let status = self.legal_status();
        let document = self.document();
        let needs = self.several(Field::SpecificNeeds, NeedCode::parse);
        let support = self.flag(Field::NeedsDecisionSupport);
        let unaccompanied = self.flag(Field::Unaccompanied);
        let relationship = relationship.ok()?;
        let profile = PersonProfile {
            names: names.ok()?,
            birth: birth.ok()?,
            sex: sex.ok()?,
            relationship: relationship.unwrap_or(Relationship::Unknown),
            nationality: nationality.ok()?,
            nationality_doubt: nationality_doubt.ok()?,
            legal_statuses: status.ok()?.into_iter().collect(),
            documents: document.ok()?.into_iter().collect(),
            specific_needs: needs.ok()?.unwrap_or_default().into_iter().collect(),
            needs_decision_support: support.ok()?,
            unaccompanied_or_separated: unaccompanied.ok()?,
        };
        Some((profile, relationship.is_some()))
    }

    fn names(&mut self) -> Result<Names, Reported> {
        let plan = self.reader.plan;
        let mut names = Vec::with_capacity(plan.names.len());
        let mut result = Ok(());
        for source in &plan.names {
            let mut parts = [None, None, None, None, None];
            for (part, into) in source.parts.iter().zip(&mut parts) {
                let Some(part) = part else { continue };
                match self.cell(part.column, &part.label) {
                    Ok(None) => {}
                    Ok(Some(text)) => match NamePart::parse(text) {
                        Ok(parsed) => *into = Some(parsed),
                        Err(error) => {
                            self.faults.push(Fault::of(&part.label, error));
                            result = Err(Reported);
                        }
                    },
                    Err(reported) => result = Err(reported),
                }
            }
            if parts.iter().any(Option::is_some) {
                let [given, father, grandfather, family, mother] = parts;
                names.push(PersonName {
                    script: source.script,
                    language: source.language.clone(),
                    transliterated: source.transliterated,
                    given,
                    father,
                    grandfather,
                    family,
                    mother,
                });
            }
        }
        result?;
        Names::new(names).map_err(|error| {
            let first = plan
                .names
                .iter()
                .flat_map(|name| &name.parts)
                .flatten()
                .next();
            let label = first.map_or_else(|| Arc::from("names"), |part| part.label.clone());
            self.faults.push(Fault::of(&label, error));
            Reported
        })
    }

    fn birth(&mut self) -> Result<BirthDate, Reported> {
        let written = self.written(Field::BirthDate);
        let estimated = self.flag(Field::BirthEstimated);
        if let Some(written) = written? {
            let birth = BirthDate::new(Some(written.date), written.precision, estimated?);
            return birth.or_else(|error| self.fault(Field::BirthDate, error));
        }
        let Some(as_of) = self.reader.plan.age_as_of else {
            return Ok(BirthDate::UNKNOWN);
        };
        let age = self.parse(Field::Age, |text| {
            let digits = text.chars().map(date::digit);
            let age = digits
                .take(4)
                .try_fold(0, |age, digit| Some(age * 10 + digit?));
            age.and_then(|age| date::year_of_birth(age, as_of))
                .ok_or_else(|| {
                    ValueError::new(
                        "AGE_OUT_OF_RANGE",
                        "an age is a whole number of years from 0 to 130",
                    )
                })
        })?;
        match age {
            None => Ok(BirthDate::UNKNOWN),
            Some(year) => BirthDate::new(Some(year), BirthPrecision::Year, true)
                .or_else(|error| self.fault(Field::Age, error)),
        }
    }

    /// A status without a first day holds from the day of registration, which is
    /// when the registry learnt of it.
    fn legal_status(&mut self) -> Held<LegalStatus> {
        let status = self.parse(Field::LegalStatus, PopulationType::parse);
        let basis = self.parse(Field::LegalStatusBasis, StatusBasis::parse);
        let since = self.day(Field::LegalStatusSince);
        let registered = self.source(Field::RegisteredOn).constant.as_deref();
        let registered = registered.and_then(|text| sanad_core::wire::parse_date(text).ok());
        let Some(status) = status? else {
            return Ok(None);
        };
        let since = since?.or(registered).unwrap_or(self.reader.today);
        match LegalStatus::new(status, basis?, since, None) {
            Ok(status) => Ok(Some(status)),
            Err(error) => self.fault(Field::LegalStatusBasis, error),
        }
    }

    fn document(&mut self) -> Held<Document> {
        let kind = self.parse(Field::DocumentKind, DocumentKind::parse);
        let number = self.parse(Field::DocumentNumber, DocumentNumber::parse);
        let state = self.parse(Field::DocumentState, DocumentState::parse);
        let issuer = self.parse(Field::DocumentIssuer, Issuer::parse);
        let seen_on = self.day(Field::DocumentSeenOn);
        let (number, issuer, seen_on) = (number?, issuer?, seen_on?);
        let kind = match kind {
            Ok(None) if number.is_some() => Some(self.needed(Field::DocumentKind, kind)?),
            held => held?,
        };
        let state = state?.unwrap_or(DocumentState::Held);
        Ok(kind.map(|kind| Document {
            kind,
            state,
            number,
            issuer,
            seen_on,
        }))
    }

    fn phone(&mut self) -> Held<(ContactText, bool)> {
        let number = self.parse(Field::Phone, |text| {
            let number = ContactText::parse(text)?;
            ContactPoint::new(ContactKind::Phone, number.clone(), None, false).map(|_| number)
        });
        let safe = self.parse(Field::PhoneSafe, yes_no);
        let Some(number) = number? else {
            return safe.map(|_| None);
        };
        let safe = self.needed(Field::PhoneSafe, safe)?;
        Ok(Some((number, safe)))
    }
}
