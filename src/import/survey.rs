//! The first pass over a file: every fault of every row, and how many rows each
//! household has. Nothing is stored, and no name is kept.

use super::fault::{Fault, RowErrors};
use super::household::{Household, HouseholdValues};
use super::mapping::{Field, FocalPerson, Plan};
use super::row::{PersonRow, RowReader};
use super::table::{Kind, Row, Table};
use super::{Progress, Stage};
use crate::cli::Failure;
use sanad_core::case::MEMBERS_AT_MOST;
use sanad_core::person::Relationship;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Telephone numbers of one household, at most.
const CONTACTS_AT_MOST: usize = 10;

/// What stands for the value that the rows of a household share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct HouseholdKey(pub(super) [u8; 16]);

/// The household that a row belongs to; `None` for a row that stands alone.
pub(super) fn household_key(row: &Row, plan: &Plan) -> Option<HouseholdKey> {
    let text = plan.text(row, plan.source(Field::Household).column?)?;
    Some(HouseholdKey(shortened(text)))
}

/// What is known of a household before it is stored.
#[derive(Debug)]
pub(super) struct Tally {
    /// How many rows it has.
    pub(super) rows: usize,
    /// One of its rows has a fault, so that none of it is stored.
    pub(super) bad: bool,
    first_row: u32,
    focal_persons: u32,
    first_is_related: bool,
    values: HouseholdValues,
    phones: Vec<[u8; 16]>,
}

/// What the first pass found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// All faults.
    pub(super) errors: RowErrors,
    /// Households that share a key.
    pub(super) households: HashMap<HouseholdKey, Tally>,
    /// Rows below the header that are not blank.
    pub(super) rows: u32,
    /// Rows that stand alone and have no fault.
    pub(super) alone: u64,
    /// What the mapping says about every household.
    pub(super) constants: HouseholdValues,
    persons: HashMap<[u8; 16], u32>,
    contents: HashMap<[u8; 16], u32>,
}

impl Survey {
    /// Reads the whole table.
    pub(super) fn of(
        table: &mut Table,
        reader: &mut RowReader<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, Failure> {
        let constants = reader.constants().map_err(|faults| {
            let told = faults
                .iter()
                .map(|fault| format!("`{}` under [constants]: {}", fault.column, fault.text));
            Failure::Refused(told.collect::<Vec<_>>().join("\n"))
        })?;
        let mut survey = Self {
            constants,
            ..Self::default()
        };
        let mut faults = Vec::new();
        table.each_row(|row| {
            survey.rows += 1;
            if survey.rows.is_multiple_of(1_024) {
                progress(Progress {
                    stage: Stage::Checking,
                    rows: survey.rows,
                    share: row.share,
                });
            }
            survey.row(row, reader, &mut faults);
            for fault in faults.drain(..) {
                survey.errors.push(row.number, fault);
            }
            Ok::<(), Failure>(())
        })?;
        survey.finish(reader);
        Ok(survey)
    }

    /// Households without faults.
    pub(super) fn good_households(&self) -> u64 {
        self.alone + self.households.values().filter(|tally| !tally.bad).count() as u64
    }

    fn row(&mut self, row: &Row, reader: &mut RowReader<'_>, faults: &mut Vec<Fault>) {
        let plan = reader.plan;
        let key = household_key(row, plan);
        let person = if check_width(row, plan, faults) {
            check_key(row, plan, faults);
            self.check_person(row, key, plan, faults);
            reader.read(row, key.is_none(), faults)
        } else {
            None
        };
        match key {
            Some(key) => self.count(key, row.number, person, plan, faults),
            None => self.stand_alone(row.number, person, reader, faults),
        }
    }

    /// Lists often number the persons of each household from 1, so that a number says
    /// who it is within its household only. Rows that stand alone are compared with
    /// each other in the whole list.
    fn check_person(
        &mut self,
        row: &Row,
        household: Option<HouseholdKey>,
        plan: &Plan,
        faults: &mut Vec<Fault>,
    ) {
        let source = plan.source(Field::Person);
        let Some(text) = source.column.and_then(|column| plan.text(row, column)) else {
            return;
        };
        match self.persons.entry(person_key(household, text)) {
            Entry::Vacant(entry) => drop(entry.insert(row.number)),
            Entry::Occupied(first) => faults.push(Fault::new(
                &source.label,
                "PERSON_TWICE",
                format!("the same person stands in row {} already", first.get()),
            )),
        }
    }

    fn count(
        &mut self,
        key: HouseholdKey,
        row: u32,
        person: Option<PersonRow>,
        plan: &Plan,
        faults: &mut Vec<Fault>,
    ) {
        let tally = self.households.entry(key).or_insert_with(|| Tally {
            rows: 0,
            bad: false,
            first_row: row,
            focal_persons: 0,
            first_is_related: person.as_ref().is_none_or(|person| person.related),
            values: HouseholdValues::default(),
            phones: Vec::new(),
        });
        tally.rows += 1;
        if tally.rows == MEMBERS_AT_MOST + 1 {
            faults.push(Fault::new(
                &plan.source(Field::Household).label,
                "TOO_MANY_MEMBERS",
                format!("a household has at most {MEMBERS_AT_MOST} persons"),
            ));
        }
        if let Some(person) = person {
            tally.add(person, plan, faults);
        }
        tally.bad |= !faults.is_empty();
    }

    fn stand_alone(
        &mut self,
        row: u32,
        person: Option<PersonRow>,
        reader: &RowReader<'_>,
        faults: &mut Vec<Fault>,
    ) {
        let Some(person) = person.filter(|_| faults.is_empty()) else {
            return;
        };
        let household = Household::beginning(row, person);
        if let Err(more) = household
            .values
            .frame(&self.constants, reader.plan, reader.today)
        {
            faults.extend(more);
            return;
        }
        match self.contents.entry(digest(&household.content())) {
            Entry::Vacant(entry) => {
                entry.insert(row);
                self.alone += 1;
            }
            Entry::Occupied(first) => {
                let label = reader
                    .plan
                    .names
                    .iter()
                    .flat_map(|name| &name.parts)
                    .flatten()
                    .next();
                let label = label.map_or_else(|| "names".into(), |part| part.label.clone());
                let text = format!(
                    "row {} says exactly the same; it is one person or needs a person's number",
                    first.get()
                );
                faults.push(Fault::new(&label, "ROW_TWICE", text));
            }
        }
    }

    /// What only whole households show. One with a bad row is not looked at again:
    /// what it seems to miss may stand in that row.
    fn finish(&mut self, reader: &RowReader<'_>) {
        let plan = reader.plan;
        for tally in self.households.values_mut().filter(|tally| !tally.bad) {
            let mut faults = Vec::new();
            let first_row_is_focal =
                plan.focal_person == FocalPerson::FirstRow && !tally.first_is_related;
            if tally.focal_persons == 0 && !first_row_is_focal {
                faults.push(focal_fault(
                    plan,
                    "no person of this household is the focal person (relationship `self`)",
                ));
            }
            if let Err(more) = tally.values.frame(&self.constants, plan, reader.today) {
                faults.extend(more);
            }
            tally.bad = !faults.is_empty();
            for fault in faults {
                self.errors.push(tally.first_row, fault);
            }
        }
        // They have done their work, and storing needs room for households.
        self.persons = HashMap::new();
        self.contents = HashMap::new();
    }
}

impl Tally {
    fn add(&mut self, person: PersonRow, plan: &Plan, faults: &mut Vec<Fault>) {
        if person.profile.relationship == Relationship::FocalPerson {
            self.focal_persons += 1;
            if self.focal_persons == 2 {
                faults.push(focal_fault(
                    plan,
                    "the household has a focal person (relationship `self`) in an earlier row",
                ));
            }
        }
        for field in self.values.merge(person.household) {
            faults.push(Fault::new(
                &plan.source(field).label,
                "HOUSEHOLD_DIFFERS",
                "an earlier row of the household says something else; it is the same for all its persons",
            ));
        }
        if let Some((number, _)) = person.phone {
            let number = digest(number.as_str().as_bytes());
            if !self.phones.contains(&number) {
                self.phones.push(number);
            }
            if self.phones.len() == CONTACTS_AT_MOST + 1 {
                let text = format!("a household has at most {CONTACTS_AT_MOST} telephone numbers");
                faults.push(Fault::new(
                    &plan.source(Field::Phone).label,
                    "TOO_MANY_CONTACTS",
                    text,
                ));
            }
        }
    }
}

fn focal_fault(plan: &Plan, text: &'static str) -> Fault {
    Fault::new(
        &plan.source(Field::Relationship).label,
        "FOCAL_PERSON_NOT_ONE",
        text,
    )
}

/// A row with more or fewer cells than headers may be shifted, so that no cell of it
/// can be trusted.
fn check_width(row: &Row, plan: &Plan, faults: &mut Vec<Fault>) -> bool {
    let Some(width) = plan.width.filter(|width| *width != row.width()) else {
        return true;
    };
    let text = format!(
        "the row has {} cells where the header has {width}; a separator is missing or too many",
        row.width()
    );
    faults.push(Fault::new(&"".into(), "ROW_WIDTH", text));
    false
}

/// Only the household key is used without being read otherwise.
fn check_key(row: &Row, plan: &Plan, faults: &mut Vec<Fault>) {
    for source in [plan.source(Field::Household), plan.source(Field::Person)] {
        let Some(column) = source.column else {
            continue;
        };
        match row.kind(column) {
            Kind::NotUtf8 => faults.push(Fault::new(
                &source.label,
                "TEXT_NOT_UTF8",
                "the cell is not UTF-8; save the file as CSV UTF-8",
            )),
            Kind::Fault => {
                faults.push(Fault::new(
                    &source.label,
                    "CELL_FAULT",
                    "the formula in this cell gives an error",
                ));
            }
            Kind::TooLong => {
                faults.push(Fault::new(
                    &source.label,
                    "TEXT_TOO_LONG",
                    "the cell is too long for a number",
                ));
            }
            Kind::Text | Kind::Number(_) | Kind::Day(_) => {}
        }
    }
}

/// What stands for a person's number, in its household where the row names one. Kept as
/// one digest: there are millions of them.
fn person_key(household: Option<HouseholdKey>, number: &str) -> [u8; 16] {
    let number = shortened(number);
    match household {
        Some(HouseholdKey(household)) => digest(&[household, number].concat()),
        None => number,
    }
}

fn shortened(text: &str) -> [u8; 16] {
    digest(text.as_bytes())
}

/// The first half of a SHA-256: enough to keep millions of values apart.
pub(super) fn digest(bytes: &[u8]) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&Sha256::digest(bytes)[..16]);
    short
}
