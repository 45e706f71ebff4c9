//! What rows say about their household, and what they come to together.
//!
//! Not here: the rules of a registration, which are `sanad_core::case::decide`; what
//! is checked here is checked again there.

use super::fault::Fault;
use super::mapping::{Field, Plan};
use super::row::PersonRow;
use jiff::civil::Date;
use sanad_core::area::PlaceRef;
use sanad_core::case::Registration;
use sanad_core::ids::OrganisationId;
use sanad_core::language::LanguageTag;
use sanad_core::person::{
    Cause, ContactKind, ContactPoint, ContactText, Displacement, PersonProfile, Relationship,
};
use sanad_core::privacy::{
    ConsentManner, ConsentToProcessing, LawfulBasis, Notice, NoticeVersion, ProcessingBasis,
    ProcessingPurpose,
};
use sanad_core::value::ValueError;
use std::sync::Arc;

macro_rules! household_values {
    ($($name:ident: $type:ty = $field:ident,)+) => {
        /// What rows say about their household; the same for all its rows.
        #[derive(Debug, Clone, Default, PartialEq)]
        #[expect(missing_docs, reason = "each is the field of the same name")]
        pub struct HouseholdValues {
            $(pub $name: Option<$type>,)+
        }

        impl HouseholdValues {
            /// Takes over what only `other` says; answers where the two contradict.
            pub fn merge(&mut self, other: Self) -> Vec<Field> {
                let mut differ = Vec::new();
                $(match (&self.$name, other.$name) {
                    (_, None) => {}
                    (None, some) => self.$name = some,
                    (Some(mine), Some(theirs)) if *mine == theirs => {}
                    (Some(_), Some(_)) => differ.push(Field::$field),
                })+
                differ
            }

            /// The same, with the constants of the mapping where no row said anything.
            fn or(&self, constants: &Self) -> Self {
                Self { $($name: self.$name.clone().or_else(|| constants.$name.clone()),)+ }
            }
        }
    };
}

household_values! {
    place_of_displacement: Arc<PlaceRef> = PlaceOfDisplacement,
    place_of_origin: Arc<PlaceRef> = PlaceOfOrigin,
    displacement_causes: Vec<Cause> = DisplacementCauses,
    displaced_on: Date = DisplacedOn,
    arrived_on: Date = ArrivedOn,
    registered_on: Date = RegisteredOn,
    processing_basis: LawfulBasis = ProcessingBasis,
    processing_purpose: ProcessingPurpose = ProcessingPurpose,
    processing_recorded_on: Date = ProcessingRecordedOn,
    consent_given_on: Date = ConsentGivenOn,
    consent_manner: ConsentManner = ConsentManner,
    notice_version: NoticeVersion = NoticeVersion,
    notice_language: LanguageTag = NoticeLanguage,
    notice_given_on: Date = NoticeGivenOn,
}

/// What a registration holds besides the people.
#[derive(Debug)]
pub struct Frame {
    registered_on: Date,
    place_of_displacement: Arc<PlaceRef>,
    place_of_origin: Option<Arc<PlaceRef>>,
    processing: ProcessingBasis,
    notice: Notice,
    displacements: Vec<Displacement>,
}

impl HouseholdValues {
    /// What the values come to, or everything that is missing or does not fit.
    pub fn frame(&self, constants: &Self, plan: &Plan, today: Date) -> Result<Frame, Vec<Fault>> {
        let values = self.or(constants);
        let mut faults = Vec::new();
        let registered_on = values.registered_on.unwrap_or(today);
        let place = needed(
            values.place_of_displacement.as_ref(),
            Field::PlaceOfDisplacement,
            plan,
            &mut faults,
        );
        let notice = values.notice(plan, &mut faults);
        let processing = values.processing(registered_on, plan, &mut faults);
        let displacements = values.displacement(plan, &mut faults);
        match (place, notice, processing, displacements) {
            (Some(place), Some(notice), Some(processing), Some(displacements)) => Ok(Frame {
                registered_on,
                place_of_displacement: place.clone(),
                place_of_origin: values.place_of_origin,
                processing,
                notice,
                displacements,
            }),
            _ => Err(faults),
        }
    }

    fn notice(&self, plan: &Plan, faults: &mut Vec<Fault>) -> Option<Notice> {
        let version = needed(
            self.notice_version.as_ref(),
            Field::NoticeVersion,
            plan,
            faults,
        );
        let language = needed(
            self.notice_language.as_ref(),
            Field::NoticeLanguage,
            plan,
            faults,
        );
        let given_on = needed(self.notice_given_on, Field::NoticeGivenOn, plan, faults);
        Some(Notice {
            version: version?.clone(),
            language: language?.clone(),
            given_on: given_on?,
        })
    }

    /// Recorded on the day of registration unless the list says otherwise.
    fn processing(
        &self,
        registered_on: Date,
        plan: &Plan,
        faults: &mut Vec<Fault>,
    ) -> Option<ProcessingBasis> {
        let basis = needed(self.processing_basis, Field::ProcessingBasis, plan, faults);
        let purpose = needed(
            self.processing_purpose.as_ref(),
            Field::ProcessingPurpose,
            plan,
            faults,
        );
        let consent = match self.consent_given_on {
            None => None,
            Some(given_on) => {
                let manner = needed(self.consent_manner, Field::ConsentManner, plan, faults)?;
                Some(ConsentToProcessing { given_on, manner })
            }
        };
        let recorded_on = self.processing_recorded_on.unwrap_or(registered_on);
        let made = ProcessingBasis::new(basis?, purpose?.clone(), recorded_on, consent);
        made.map_err(|error| faults.push(at(Field::ConsentGivenOn, plan, error)))
            .ok()
    }

    /// The episode that the list tells of; none or one.
    fn displacement(&self, plan: &Plan, faults: &mut Vec<Fault>) -> Option<Vec<Displacement>> {
        let told = self.displacement_causes.is_some()
            || self.displaced_on.is_some()
            || self.arrived_on.is_some();
        let Some(to) = self.place_of_displacement.as_ref().filter(|_| told) else {
            return Some(Vec::new());
        };
        let causes = needed(
            self.displacement_causes.as_ref(),
            Field::DisplacementCauses,
            plan,
            faults,
        );
        let from = needed(
            self.place_of_origin.as_ref(),
            Field::PlaceOfOrigin,
            plan,
            faults,
        );
        let (left_on, arrived_on) = (self.displaced_on, self.arrived_on);
        let made = Displacement::new(
            causes?.clone(),
            (**from?).clone(),
            (**to).clone(),
            left_on,
            arrived_on,
        );
        made.map_err(|error| faults.push(at(Field::ArrivedOn, plan, error)))
            .ok()
            .map(|one| vec![one])
    }
}

fn needed<T>(value: Option<T>, field: Field, plan: &Plan, faults: &mut Vec<Fault>) -> Option<T> {
    if value.is_none() {
        let text = "a value is needed here, in one row of the household at least";
        faults.push(at(field, plan, ValueError::new("VALUE_MISSING", text)));
    }
    value
}

fn at(field: Field, plan: &Plan, error: ValueError) -> Fault {
    Fault::of(&plan.source(field).label, error)
}

/// Rows of one household, put together.
#[derive(Debug, Default)]
pub struct Household {
    /// The row that it begins with.
    pub first_row: u32,
    /// What the rows say about it.
    pub values: HouseholdValues,
    members: Vec<PersonProfile>,
    phones: Vec<(ContactText, bool)>,
    first_is_related: bool,
}

impl Household {
    /// A household that begins with this row.
    pub fn beginning(row: u32, person: PersonRow) -> Self {
        let mut household = Self {
            first_row: row,
            first_is_related: person.related,
            ..Self::default()
        };
        household.add(person);
        household
    }

    /// Adds a row; contradictions were reported before.
    pub fn add(&mut self, person: PersonRow) {
        self.values.merge(person.household);
        self.members.push(person.profile);
        if let Some((number, safe)) = person.phone {
            match self.phones.iter_mut().find(|(known, _)| *known == number) {
                // Two rows differ: whoever says that a call is a risk is believed.
                Some((_, known)) => *known &= safe,
                None => self.phones.push((number, safe)),
            }
        }
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.members.len()
    }

    /// What tells this household from others of a list that has no name: its people
    /// and its places, but neither the order of columns nor what the mapping adds.
    pub fn content(&self) -> Vec<u8> {
        let place = |place: &Option<Arc<PlaceRef>>| place.as_ref().map(ToString::to_string);
        let content = (
            &self.members,
            &self.phones,
            place(&self.values.place_of_displacement),
            place(&self.values.place_of_origin),
            &self.values.displaced_on,
            &self.values.arrived_on,
        );
        // These types are written to the journal the same way; they do not fail.
        serde_json::to_vec(&content).unwrap_or_default()
    }

    /// The command that registers it.
    pub fn registration(
        mut self,
        frame: Frame,
        organisation: OrganisationId,
    ) -> Result<Registration, ValueError> {
        let focal = Relationship::FocalPerson;
        if !self.first_is_related
            && self
                .members
                .iter()
                .all(|member| member.relationship != focal)
        {
            // Only a mapping with `focal_person = "first_row"` lets such a row pass.
            if let Some(first) = self.members.first_mut() {
                first.relationship = focal;
            }
        }
        let contact = |(number, safe)| ContactPoint::new(ContactKind::Phone, number, None, safe);
        Ok(Registration {
            organisation,
            registered_on: Some(frame.registered_on),
            place_of_displacement: (*frame.place_of_displacement).clone(),
            place_of_origin: frame.place_of_origin.map(|place| (*place).clone()),
            processing: frame.processing,
            notice: frame.notice,
            members: self.members,
            displacements: frame.displacements,
            contact_points: self
                .phones
                .into_iter()
                .map(contact)
                .collect::<Result<_, _>>()?,
        })
    }
}
