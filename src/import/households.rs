//! `sanad import households`: a list of people becomes registered households.

use super::keep::Keeper;
use super::mapping::{Mapping, Plan};
use super::places::PlaceCodes;
use super::rejected::{Place, Rejected};
use super::report::{Outcome, Report};
use super::row::RowReader;
use super::survey::Survey;
use super::table::Table;
use super::{Mandate, Progress};
use crate::cli::Failure;
use crate::desk;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sanad_api::clock::NoEntropy;
use sanad_core::access::{Actor, Grant, Permission, Policy, Resource, Scope};
use sanad_core::area::PlaceRef;
use sanad_core::ids::OrganisationId;
use sanad_store::db::Db;
use sanad_store::{Database, in_bulk};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// What to import and how.
#[derive(Debug)]
pub struct Request<'a> {
    /// The list.
    pub file: &'a Path,
    /// How it is read.
    pub mapping: &'a Mapping,
    /// Login name of the user for whom it is imported.
    pub login: Option<&'a str>,
    /// The organisation that keeps the cases, by name or id.
    pub organisation: Option<&'a str>,
    /// What becomes of good and bad rows.
    pub mode: Mode,
    /// Now.
    pub now: Timestamp,
    /// Random bits for ids.
    pub entropy: fn() -> Result<[u8; 16], NoEntropy>,
    /// The people of the list are invented too.
    pub invented: bool,
}

/// What becomes of good and bad rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Only look.
    DryRun,
    /// Store everything, or nothing when a row is bad.
    AllOrNothing,
    /// Store the good households, write the other rows to a file.
    Partial(Place),
}

/// Imports a list of households.
pub fn import(
    database: &Database,
    request: &Request<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, Failure> {
    let began = Instant::now();
    if let Mode::Partial(place) = &request.mode {
        place.check()?;
    }
    let mut table = Table::open(request.file, &request.mapping.layout()?)?;
    let plan = Plan::new(request.mapping, &table)?;
    let mut db = desk::open(database)?;
    refuse_mixing(&mut *db, request.invented)?;
    let actor = desk::acting(&mut *db, request.login)?;
    let wanted = request
        .organisation
        .or(request.mapping.organisation.as_deref());
    let organisation = organisation_of(&mut *db, wanted, &actor)?;
    let places = desk::places(&mut *db)?;
    let policy = desk::policy()?;
    let permit = |lineage: &[PlaceRef]| {
        let resource = Resource::Case {
            organisation,
            places: lineage,
        };
        policy.permit(&actor, Permission::CasesCreate, &resource)
    };
    may_register(&policy, &actor, organisation)?;
    let permitted = |lineage: &[PlaceRef]| permit(lineage).is_ok();
    let today = request.now.to_zoned(TimeZone::UTC).date();
    let reader = || RowReader {
        plan: &plan,
        places: PlaceCodes::new(&places, &permitted),
        today,
    };

    let mut survey = Survey::of(&mut table, &mut reader(), progress)?;
    let errors = std::mem::take(&mut survey.errors).into_sorted();
    let report = empty_report(&survey, &plan);
    let outcome = match (&request.mode, errors.is_empty()) {
        (Mode::DryRun, true) => Some(Outcome::WouldStore),
        (Mode::DryRun, false) => Some(Outcome::WouldRefuse),
        (Mode::AllOrNothing, false) => Some(Outcome::Refused),
        (Mode::AllOrNothing | Mode::Partial(_), _) => None,
    };
    if let Some(outcome) = outcome {
        return Ok(Report { outcome, ..report }
            .with_errors(errors)
            .after(began.elapsed()));
    }

    let mut rejected = match &request.mode {
        Mode::Partial(place) if !errors.is_empty() => {
            Some(Rejected::create(place, request.file, &table)?)
        }
        _ => None,
    };
    let mandate = Mandate {
        actor: &actor,
        policy: &policy,
        organisation,
        places: &places,
        now: request.now,
        entropy: request.entropy,
    };
    let mut keeper = Keeper {
        mandate: &mandate,
        reader: reader(),
        survey: &survey,
        errors: &errors,
        rejected: rejected.as_mut(),
    };
    let stored = in_bulk(&mut *db, |bulk| keeper.run(&mut table, bulk, progress));
    let (kept, rejected_file) = match (stored, rejected) {
        (Ok(kept), rejected) => {
            let finished = rejected.map_or(Ok(None), Rejected::finish);
            let file = finished.map_err(|error| {
                let text =
                    "the good households were stored, but the rejected rows could not be written";
                Failure::Failed(format!("{text}: {error}; run the same import again"))
            })?;
            (kept, file)
        }
        (Err(error), rejected) => {
            rejected.into_iter().for_each(Rejected::discard);
            return Err(error);
        }
    };
    let outcome = if errors.is_empty() {
        Outcome::Stored
    } else {
        Outcome::StoredInPart
    };
    let mut all = errors;
    all.extend(kept.left_out.into_sorted());
    all.sort_by_key(|error| error.row);
    let report = Report {
        outcome,
        registered: kept.registered,
        already_there: kept.already_there,
        rejected_file: rejected_file.map(|path| path.display().to_string()),
        ..report
    };
    Ok(report.with_errors(all).after(began.elapsed()))
}

/// Says at once that a user may not register at all; in which places, every row shows.
fn may_register(
    policy: &Policy,
    actor: &Actor,
    organisation: OrganisationId,
) -> Result<(), Failure> {
    let lets = |grant: &Grant| {
        let rule = policy.rule(grant.role, Permission::CasesCreate);
        rule.is_some_and(|rule| rule.scope == Scope::All || grant.organisation == organisation)
    };
    if actor.grants().iter().any(lets) {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "--as: this user may not {} (`{}`) for this organisation; a registrar may",
        Permission::CasesCreate.description(),
        Permission::CasesCreate
    )))
}

/// The organisation of a name or id; without one, that of the user's grants.
fn organisation_of(
    db: &mut dyn Db,
    wanted: Option<&str>,
    actor: &Actor,
) -> Result<OrganisationId, Failure> {
    let Some(wanted) = wanted else {
        return actor.organisation().ok_or_else(|| {
            let text =
                "say for which organisation: --organisation NAME, or `organisation` in the mapping";
            Failure::Refused(text.to_owned())
        });
    };
    let all = db.organisations()?;
    let found = all
        .iter()
        .find(|row| row.name == wanted || row.organisation_id.0.to_string() == wanted);
    found
        .map(|row| OrganisationId(row.organisation_id.0))
        .ok_or_else(|| {
            let names: Vec<_> = all.iter().map(|row| row.name.as_str()).collect();
            Failure::Refused(format!(
                "there is no organisation `{wanted}`; there are: {}",
                names.join(", ")
            ))
        })
}

/// Real people never come into a registry of invented ones (DP-27 –).
fn refuse_mixing(db: &mut dyn Db, invented: bool) -> Result<(), Failure> {
    if invented || !crate::synthetic::is_synthetic(db)? {
        return Ok(());
    }
    Err(Failure::Refused(
        "this registry holds invented people, and real ones are never mixed with them (DP-27); \
         use a fresh database, or say --synthetic if the people of this list are invented too"
            .to_owned(),
    ))
}

/// What the first pass counted; nothing is stored yet.
fn empty_report(survey: &Survey, plan: &Plan) -> Report {
    Report {
        outcome: Outcome::Stored,
        rows: u64::from(survey.rows),
        households: survey.good_households(),
        registered: 0,
        already_there: 0,
        rejected_rows: 0,
        rejected_file: None,
        faults: BTreeMap::new(),
        errors: Vec::new(),
        unread_columns: plan.unread.clone(),
        seconds: 0.0,
        rows_per_second: 0,
    }
}
