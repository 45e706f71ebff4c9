//! Why a return is without a compliant finding: each condition under which the program
//! lets a return be facilitated (T7 to T9 –), looked at again in the journal.
//!
//! None of these can be found in a history that was made through the program. Of a case
//! that was anonymised nothing is assessed again: the facts are gone. Not here:
//! what the register of returns says (the report itself).

use super::super::source::{CaseFile, Persons, Source};
use crate::recompute::departs_compliant;
use jiff::Timestamp;
use sanad_core::access::Role;
use sanad_core::case::{Event, IssuedFinding, Meta, ReturnNature, ReturnRecord};
use sanad_core::conditions::Finding;
use sanad_core::ids::UserId;
use sanad_store::StoreError;
use sanad_store::batch::Batch;
use sanad_store::journal::case_stream;
use sanad_store::rows::FindingRow;
use sanad_store::sql_types::Key;

/// A return as the journal has it, with what stood before it.
pub(super) struct Recorded<'f> {
    pub(super) record: &'f ReturnRecord,
    pub(super) meta: Meta,
    findings: Vec<&'f IssuedFinding>,
    /// Where in the journal the journey was approved, and where it began.
    approved: Option<usize>,
    departed: Option<usize>,
}

impl Recorded<'_> {
    /// The finding on which the return was, or would have been, based.
    pub(super) fn covering(&self) -> Option<&IssuedFinding> {
        let record = self.record;
        let fits = |finding: &&&IssuedFinding| {
            finding.destination == record.destination && finding.assessment.on <= record.departed_on
        };
        let named = |finding: &&&IssuedFinding| {
            record.nature != ReturnNature::Facilitated || Some(finding.id) == record.finding
        };
        self.findings.iter().rev().filter(fits).find(named).copied()
    }
}

/// The returns of a case.
pub(super) fn returns(case: &CaseFile) -> Vec<Recorded<'_>> {
    let mut findings: Vec<&IssuedFinding> = Vec::new();
    let (mut approved, mut departed) = (None, None);
    let mut found = Vec::new();
    for (at, fact) in case.facts.iter().enumerate() {
        match &fact.event {
            Event::FindingIssued(finding) => findings.push(finding),
            Event::Approved(_) => approved = Some(at),
            Event::Departed(_) => departed = Some(at),
            // An approval and a departure count for one journey.
            Event::SteppedBack { .. } | Event::Closed { .. } => {
                approved = None;
                departed = None;
            }
            Event::ReturnRecorded(record) => found.push(Recorded {
                record,
                meta: fact.meta,
                findings: findings.clone(),
                approved: approved.take(),
                departed: departed.take(),
            }),
            _ => {}
        }
    }
    found
}

/// Why no compliant finding covers a return; none when one does. `expected` is what the
/// registers must hold about the case.
pub(super) fn why_uncovered(
    case: &CaseFile,
    one: &Recorded<'_>,
    expected: &Batch,
    source: &mut Source<'_>,
) -> Result<Vec<&'static str>, StoreError> {
    let mut because = Vec::new();
    if case.persons == Persons::Missing {
        because.push("facts_missing");
    }
    let facilitated = one.record.nature == ReturnNature::Facilitated;
    match one.covering() {
        None => because.push("no_finding"),
        Some(finding) => {
            if finding.assessment.finding != Finding::Compliant {
                because.push("finding_not_compliant");
            } else if one.record.departed_on > finding.assessment.expires_on {
                because.push("finding_expired");
            } else if case.persons == Persons::There {
                let behind = source.behind(case.state.id, finding.id)?;
                if !behind.is_some_and(|behind| behind.is_compliant_again()) {
                    because.push("finding_not_reproduced");
                }
            }
            if !is_registered(case, finding, expected, source)? {
                because.push("finding_register_differs");
            }
        }
    }
    if facilitated {
        because.extend(why_not_approved(case, one, source)?);
        because.extend(why_not_departed(case, one, source)?);
    }
    Ok(because)
}

/// Whether the register of findings says of a finding what the journal says.
fn is_registered(
    case: &CaseFile,
    finding: &IssuedFinding,
    expected: &Batch,
    source: &mut Source<'_>,
) -> Result<bool, StoreError> {
    let this = |row: &&FindingRow| row.finding_id.0 == finding.id.0;
    let shown = source.db.findings_of(case_stream(case.state.id))?;
    Ok(shown.iter().find(this) == expected.findings.iter().find(this))
}

/// T7: somebody else than the assessors and the recorders of consent approved this
/// finding, by the day of departure (`SELF_APPROVAL`, return conditions §2.7 –).
fn why_not_approved(
    case: &CaseFile,
    one: &Recorded<'_>,
    source: &mut Source<'_>,
) -> Result<Option<&'static str>, StoreError> {
    let fact = one.approved.map(|at| &case.facts[at]);
    let Some((fact, Event::Approved(approval))) = fact.map(|fact| (fact, &fact.event)) else {
        return Ok(Some("not_approved"));
    };
    let record = one.record;
    if Some(approval.finding) != record.finding || approval.approved_on > record.departed_on {
        return Ok(Some("not_approved"));
    }
    let mut barred: Vec<UserId> = case
        .state
        .answers
        .consent_recorders(&source.view.catalogue, fact.meta.position)
        .chain(case.recorders_left())
        .collect();
    let earlier = case.facts.iter();
    let earlier = earlier.take_while(|earlier| earlier.meta.position < fact.meta.position);
    barred.extend(earlier.filter_map(|fact| match &fact.event {
        Event::FindingIssued(finding) => Some(finding.assessor),
        _ => None,
    }));
    for user in [fact.meta.recorded_by, approval.approved_by] {
        if barred.contains(&user) {
            return Ok(Some("self_approved"));
        }
        if !may_approve(case, user, fact.meta.recorded_at, source)? {
            return Ok(Some("approver_not_entitled"));
        }
    }
    Ok(None)
}

/// Whether a user has, or had when it was recorded, the role of whoever approves, in the
/// organisation of the case. An account is disabled and never removed.
fn may_approve(
    case: &CaseFile,
    user: UserId,
    recorded_at: Timestamp,
    source: &mut Source<'_>,
) -> Result<bool, StoreError> {
    let entitles = |role: &str, organisation: Key| {
        role == Role::Supervisor.as_str() && organisation.0 == case.state.organisation.0
    };
    let account = source.db.account(Key(user.0))?;
    let mut now = account.iter().flat_map(|(_, grants)| grants);
    if now.any(|grant| entitles(&grant.role, grant.organisation_id)) {
        return Ok(true);
    }
    let past = source.db.past_grants(Key(user.0))?;
    Ok(past.iter().any(|grant| {
        entitles(&grant.role, grant.organisation_id) && grant.ended_at.timestamp() >= recorded_at
    }))
}

/// T8: the departure of this journey, on this day, comes out compliant once more from
/// what was known when it was recorded (return conditions §2.6 –).
fn why_not_departed(
    case: &CaseFile,
    one: &Recorded<'_>,
    source: &mut Source<'_>,
) -> Result<Option<&'static str>, StoreError> {
    let Some(at) = one.departed else {
        return Ok(Some("no_departure"));
    };
    let Event::Departed(departure) = &case.facts[at].event else {
        return Ok(Some("no_departure"));
    };
    let record = one.record;
    if Some(departure.finding) != record.finding || departure.departed_on != record.departed_on {
        return Ok(Some("no_departure"));
    }
    // What the household said before it left was destroyed with the rest (T23).
    if case.persons != Persons::There {
        return Ok(None);
    }
    let view = source.view;
    let meta = case.facts[at].meta;
    let before = &case.facts[..at];
    let places = (&*view.places, &view.catalogue);
    let compliant = departs_compliant(source.db, places, before, departure, meta)?;
    Ok((!compliant).then_some("not_compliant_on_departure"))
}
