//! R7: who recorded, verified, assessed and approved, finding by finding, with every
//! chain that one person closed alone; and attempts to do so that were refused
//! (return conditions §2.7 –).

mod hands;

use super::Report;
use super::area_dossier::logins;
use super::cell::{Cell, Row, Section, cells};
use super::source::{CaseFile, Persons, Source};
use super::walks::{Cases, EachCase};
use hands::{Known, behind};
use sanad_core::area::PlaceRef;
use sanad_core::case::{Approval, CONFLICT_OF_INTEREST, Event, IssuedFinding, Meta};
use sanad_core::ids::{CaseId, FindingId, UserId};
use sanad_store::StoreError;
use sanad_store::rows::BlockedAttemptRow;
use sanad_store::sql_types::{At, Key};
use std::collections::{BTreeMap, BTreeSet};

/// The report.
pub static REPORT: Report = Report {
    name: "segregation-of-duties",
    sections: &[
        Section {
            key: "chain",
            columns: &[
                "case_id",
                "finding_id",
                "finding",
                "on",
                "consent_recorders",
                "uploaders",
                "verifiers",
                "assessor",
                "assessor_login",
                "approved_on",
                "approver",
                "approver_login",
                "breaches",
            ],
            totals: false,
        },
        Section {
            key: "blocked_attempt",
            columns: &[
                "blocked_at",
                "case_id",
                "place_edition",
                "place_code",
                "user_id",
                "login",
                "code",
                "command",
            ],
            totals: false,
        },
        Section {
            key: "blocked_total",
            columns: &["user_id", "login", "code", "attempts"],
            totals: true,
        },
    ],
    takes: &["place", "from", "to"],
    walk: Cases::<Segregation>::walk,
};

const CHAIN: usize = 0;
const BLOCKED: usize = 1;
const TOTAL: usize = 2;

/// Attempts read in one step.
const ATTEMPTS_IN_A_STEP: i64 = 200;

/// First the chains, then the attempts in order of time, then their sums.
#[derive(Default)]
struct Segregation {
    known: Known,
    after: Option<(At, Key)>,
    totals: BTreeMap<(UserId, String), u64>,
}

/// Whom a fact names as its author: the journal beside it and the fact itself, which say
/// the same unless one of them was altered.
type Authors = [UserId; 2];

/// An approval, and the rules that its author broke.
struct Approved {
    approval: Approval,
    by: UserId,
    breaches: BTreeSet<&'static str>,
}

/// The approvals of a case by finding, the latest of each.
fn approvals(case: &CaseFile, source: &Source<'_>) -> BTreeMap<FindingId, Approved> {
    let mut found = BTreeMap::new();
    let mut assessors = BTreeSet::new();
    for fact in &case.facts {
        match &fact.event {
            Event::FindingIssued(finding) => {
                assessors.extend([fact.meta.recorded_by, finding.assessor]);
            }
            Event::Approved(approval) => {
                let by = [fact.meta.recorded_by, approval.approved_by];
                let mut breaches = conflict(case, by, fact.meta);
                let consent = consent(case, fact.meta, source);
                let barred = |user: &UserId| assessors.contains(user) || consent.contains(user);
                if by.iter().any(barred) {
                    breaches.insert("SELF_APPROVAL");
                }
                let approved = Approved {
                    approval: approval.clone(),
                    by: fact.meta.recorded_by,
                    breaches,
                };
                found.insert(approval.finding, approved);
            }
            _ => {}
        }
    }
    found
}

fn consent(case: &CaseFile, until: Meta, source: &Source<'_>) -> BTreeSet<UserId> {
    let catalogue = &source.view.catalogue;
    let answers = &case.state.answers;
    answers
        .consent_recorders(catalogue, until.position)
        .chain(case.recorders_left())
        .collect()
}

/// A conflict of interest of an author that was in force then. One that was found a
/// mistake later was in force until that was recorded.
fn conflict(case: &CaseFile, by: Authors, until: Meta) -> BTreeSet<&'static str> {
    let before = case
        .facts
        .iter()
        .take_while(|fact| fact.meta.position < until.position);
    let mut in_force = BTreeSet::new();
    for fact in before {
        match &fact.event {
            Event::ConflictDeclared(conflict) => {
                in_force.insert(conflict.user);
            }
            Event::ConflictEnded { user, .. } => {
                in_force.remove(user);
            }
            _ => {}
        }
    }
    let broken = by.iter().any(|user| in_force.contains(user));
    broken.then_some(CONFLICT_OF_INTEREST).into_iter().collect()
}

/// Who had a hand in evidence: of a case whose persons were forgotten only those who had
/// one in what is known of places.
fn of_evidence(case: &CaseFile, logins: String) -> String {
    match case.persons {
        Persons::There => logins,
        Persons::Destroyed | Persons::Missing => format!("{logins} (of the case: destroyed)"),
    }
}

impl Segregation {
    fn chain(
        &mut self,
        case: &CaseFile,
        (finding, meta): (&IssuedFinding, Meta),
        approved: Option<&Approved>,
        source: &mut Source<'_>,
    ) -> Result<Row, StoreError> {
        // Rules of four eyes that the journal itself contradicts: none, unless it was
        // written past the program.
        let mut hands = behind(case, finding, meta.position, &mut self.known, source)?;
        let consent = consent(case, meta, source);
        let assessor = meta.recorded_by;
        let by = [assessor, finding.assessor];
        if by.iter().any(|user| consent.contains(user)) {
            hands.breaches.insert("SELF_ASSESSMENT");
        }
        hands.breaches.extend(conflict(case, by, meta));
        hands
            .breaches
            .extend(approved.iter().flat_map(|approved| &approved.breaches));
        let breaches: Vec<&str> = hands.breaches.iter().copied().collect();
        let approver = approved.map(|approved| approved.by);
        Ok(Row::new(
            CHAIN,
            cells![
                case.state.id,
                finding.id,
                finding.assessment.finding.code(),
                finding.assessment.on,
                Cell::text(logins(consent.iter().copied(), source)?),
                Cell::text(of_evidence(
                    case,
                    logins(hands.uploaders.iter().copied(), source)?
                )),
                Cell::text(of_evidence(
                    case,
                    logins(hands.verifiers.iter().copied(), source)?
                )),
                assessor,
                Cell::text(source.login(assessor)?),
                approved.map(|approved| approved.approval.approved_on),
                approver,
                Cell::text(logins(approver, source)?),
                breaches.join(" "),
            ],
        ))
    }

    /// An attempt, where its reader may see the case or the place that it was about.
    fn attempt(
        &mut self,
        attempt: &BlockedAttemptRow,
        source: &mut Source<'_>,
    ) -> Result<Option<Row>, StoreError> {
        let view = source.view;
        let moment = attempt.blocked_at.timestamp();
        if !view.within(moment.to_zoned(jiff::tz::TimeZone::UTC).date()) {
            return Ok(None);
        }
        let place = match (&attempt.place_edition, &attempt.place_code) {
            (Some(edition), Some(code)) => PlaceRef::parse(edition, code).ok(),
            _ => None,
        };
        let shown = match (attempt.case_id, &place) {
            (Some(case), _) => source
                .case(case)?
                .is_some_and(|case| case.state.places.iter().any(|place| view.covers(place))),
            (None, Some(place)) => view.covers(place) && source.sees_place(place),
            (None, None) => false,
        };
        if !shown {
            return Ok(None);
        }
        let user = UserId(attempt.user_id.0);
        *self.totals.entry((user, attempt.code.clone())).or_default() += 1;
        Ok(Some(Row::new(
            BLOCKED,
            cells![
                moment,
                attempt.case_id.map(|id| CaseId(id.0)),
                attempt.place_edition.as_deref(),
                attempt.place_code.as_deref(),
                user,
                Cell::text(source.login(user)?),
                attempt.code.as_str(),
                attempt.command.as_str(),
            ],
        )))
    }
}

impl EachCase for Segregation {
    const ABOUT_PERSONS: bool = false;

    fn case(&mut self, case: &CaseFile, source: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        let view = source.view;
        if !case.state.places.iter().any(|place| view.covers(place)) {
            return Ok(Vec::new());
        }
        let approvals = approvals(case, source);
        let mut rows = Vec::new();
        for fact in &case.facts {
            if let Event::FindingIssued(finding) = &fact.event
                && view.within(finding.assessment.on)
            {
                let approved = approvals.get(&finding.id);
                rows.push(self.chain(case, (finding, fact.meta), approved, source)?);
            }
        }
        Ok(rows)
    }

    fn beyond(&mut self, source: &mut Source<'_>) -> Result<Option<Vec<Row>>, StoreError> {
        let until = source.view.moment().unwrap_or(source.view.began);
        let found = source
            .db
            .blocked_attempts(Some(until), self.after, ATTEMPTS_IN_A_STEP)?;
        let Some(last) = found.last() else {
            return Ok(None);
        };
        self.after = Some((last.blocked_at, last.attempt_id));
        let mut rows = Vec::new();
        for attempt in &found {
            rows.extend(self.attempt(attempt, source)?);
        }
        Ok(Some(rows))
    }

    fn end(&mut self, source: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        for ((user, code), count) in std::mem::take(&mut self.totals) {
            let login = source.login(user)?;
            rows.push(Row::new(
                TOTAL,
                cells![user, Cell::text(login), code, count],
            ));
        }
        Ok(rows)
    }
}
