//! The second pass: good rows become cases, in one transaction.
//!
//! A household is kept in memory from its first to its last row, which the first
//! pass counted; in most lists these stand together.

use super::fault::{Fault, RowError, RowErrors};
use super::household::Household;
use super::mapping::Plan;
use super::rejected::Rejected;
use super::row::RowReader;
use super::survey::{HouseholdKey, Survey, digest, household_key};
use super::table::{Row, Table};
use super::{Mandate, Progress, Stage};
use crate::cli::Failure;
use sanad_core::access::{Permission, Resource};
use sanad_core::area::{Place, PlaceRef};
use sanad_core::case::{self, Command, Context};
use sanad_core::conditions::{AccessProfile, Catalogue};
use sanad_store::sql_types::Key;
use sanad_store::{Bulk, Envelope};
use sha2::{Digest as _, Sha256};
use std::collections::{HashMap, HashSet};

/// Households that are written together.
const PAGE: usize = 500;

/// What was stored.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Households that are new.
    pub(super) registered: u64,
    /// Households that an earlier import had brought in.
    pub(super) already_there: u64,
    /// Good rows of households with a bad one.
    pub(super) left_out: RowErrors,
}

/// Takes rows and stores households.
pub(super) struct Keeper<'a, 'b> {
    /// On whose behalf, and where.
    pub(super) mandate: &'a Mandate<'a>,
    /// How rows are read.
    pub(super) reader: RowReader<'a>,
    /// What the first pass found.
    pub(super) survey: &'a Survey,
    /// The faults of the first pass, in the order of rows.
    pub(super) errors: &'a [RowError],
    /// Where rows go that are not stored.
    pub(super) rejected: Option<&'b mut Rejected>,
}

impl Keeper<'_, '_> {
    /// Stores every good household of the table.
    pub(super) fn run(
        &mut self,
        table: &mut Table,
        bulk: &mut Bulk<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Kept, Failure> {
        let mut kept = Kept::default();
        let mut open: HashMap<HouseholdKey, Household> = HashMap::new();
        let mut page = Vec::with_capacity(PAGE);
        let mut rows = 0;
        table.each_row(|row| {
            rows += 1;
            if u32::is_multiple_of(rows, 1_024) {
                progress(Progress {
                    stage: Stage::Storing,
                    rows,
                    share: row.share,
                });
            }
            let key = household_key(row, self.reader.plan);
            if self.is_left_out(row, key, &mut kept)? {
                return Ok::<(), Failure>(());
            }
            let complete = self.person(row, key, &mut open)?;
            page.extend(complete.map(|household| (key, household)));
            if page.len() >= PAGE {
                self.store(&mut page, bulk, &mut kept)?;
            }
            Ok(())
        })?;
        if !open.is_empty() || rows != self.survey.rows {
            return Err(changed());
        }
        self.store(&mut page, bulk, &mut kept)?;
        Ok(kept)
    }

    /// Whether the row is bad or of a household with a bad row.
    fn is_left_out(
        &mut self,
        row: &Row,
        key: Option<HouseholdKey>,
        kept: &mut Kept,
    ) -> Result<bool, Failure> {
        // Both the rows and the faults come in the order of rows.
        let here = self
            .errors
            .iter()
            .take_while(|error| error.row == row.number)
            .count();
        let (errors, later) = self.errors.split_at(here);
        self.errors = later;
        if !errors.is_empty() {
            self.reject(row, errors)?;
            return Ok(true);
        }
        if !key
            .and_then(|key| self.survey.households.get(&key))
            .is_some_and(|tally| tally.bad)
        {
            return Ok(false);
        }
        let label = &self
            .reader
            .plan
            .source(super::mapping::Field::Household)
            .label;
        let text = "another row of this household has a fault; the household is registered as a whole or not at all";
        let mut one = RowErrors::default();
        one.push(row.number, Fault::new(label, "HOUSEHOLD_INCOMPLETE", text));
        self.reject(row, &one.into_sorted())?;
        kept.left_out
            .push(row.number, Fault::new(label, "HOUSEHOLD_INCOMPLETE", text));
        Ok(true)
    }

    fn reject(&mut self, row: &Row, errors: &[RowError]) -> Result<(), Failure> {
        match &mut self.rejected {
            Some(rejected) => Ok(rejected.add(row, errors)?),
            None => Ok(()),
        }
    }

    /// Adds the person of a row; answers the household when this was its last row.
    fn person(
        &mut self,
        row: &Row,
        key: Option<HouseholdKey>,
        open: &mut HashMap<HouseholdKey, Household>,
    ) -> Result<Option<Household>, Failure> {
        let mut faults = Vec::new();
        let person = self.reader.read(row, key.is_none(), &mut faults);
        let person = person.filter(|_| faults.is_empty()).ok_or_else(changed)?;
        let Some(key) = key else {
            return Ok(Some(Household::beginning(row.number, person)));
        };
        let expected = self.survey.households.get(&key).ok_or_else(changed)?.rows;
        let household = match open.remove(&key) {
            None => Household::beginning(row.number, person),
            Some(mut household) => {
                household.add(person);
                household
            }
        };
        if household.rows() >= expected {
            return Ok(Some(household));
        }
        open.insert(key, household);
        Ok(None)
    }

    fn store(
        &mut self,
        page: &mut Vec<(Option<HouseholdKey>, Household)>,
        bulk: &mut Bulk<'_>,
        kept: &mut Kept,
    ) -> Result<(), Failure> {
        let plan = self.reader.plan;
        let commands: Vec<Key> = page
            .iter()
            .map(|(key, household)| command(self.mandate, plan, *key, household))
            .collect();
        let known: HashSet<Key> = bulk
            .reads()
            .known_commands(&commands)?
            .into_iter()
            .collect();
        kept.already_there += known.len() as u64;
        let fresh = page
            .drain(..)
            .zip(commands)
            .filter(|(_, command)| !known.contains(command));
        bulk.page(|tx| {
            for ((_, household), command) in fresh {
                let row = household.first_row;
                let refused =
                    |why: &dyn std::fmt::Display| Failure::Refused(format!("row {row}: {why}"));
                let frame = household
                    .values
                    .frame(&self.survey.constants, plan, self.reader.today);
                let frame = frame.map_err(|_| changed())?;
                let organisation = self.mandate.organisation;
                let registration = household
                    .registration(frame, organisation)
                    .map_err(|error| refused(&error))?;
                let places: Vec<PlaceRef> = self
                    .mandate
                    .places
                    .lineage(&registration.place_of_displacement)
                    .map(Place::reference)
                    .collect();
                let resource = Resource::Case {
                    organisation,
                    places: &places,
                };
                let permit = self.mandate.policy.permit(
                    self.mandate.actor,
                    Permission::CasesCreate,
                    &resource,
                );
                let permit = permit.map_err(|denied| refused(&denied))?;
                let entropy =
                    (self.mandate.entropy)().map_err(|error| Failure::Failed(error.to_string()))?;
                let context = Context {
                    now: self.mandate.now,
                    entropy,
                    catalogue: Catalogue::shipped(),
                    places: self.mandate.places,
                    profile: AccessProfile::Standard,
                    areas: None,
                };
                let register = Command::Register(Box::new(registration));
                let decided = case::decide(&permit, None, register, &context)
                    .map_err(|error| refused(&error))?;
                let envelope = Envelope {
                    command,
                    recorded_at: self.mandate.now,
                    policy: *self.mandate.policy.sha256(),
                };
                tx.append_case(None, decided, &envelope)?;
                kept.registered += 1;
            }
            Ok(())
        })
    }
}

/// The id of the command that registers a household: the same household of the same
/// list always gets the same, and the journal takes a command once.
///
/// In a list with a name the household's key says which it is. Without a name two
/// lists may both have a household 1, so that its content says so instead.
fn command(
    mandate: &Mandate<'_>,
    plan: &Plan,
    key: Option<HouseholdKey>,
    household: &Household,
) -> Key {
    let mut hash = Sha256::new();
    hash.update(b"sanad import households\0");
    hash.update(mandate.organisation.0.as_bytes());
    match (&plan.source, key) {
        (Some(source), Some(key)) => {
            hash.update(b"named\0");
            hash.update(digest(source.as_bytes()));
            hash.update(key.0);
        }
        (_, key) => {
            hash.update(b"content\0");
            hash.update(key.map_or([0; 16], |key| key.0));
            hash.update(household.content());
        }
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    Key(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

fn changed() -> Failure {
    Failure::Refused(
        "the file was changed while it was read; nothing was stored, start again".to_owned(),
    )
}
