//! R7: who recorded, verified, assessed and approved, finding by finding, with every
//! chain that one person closed alone; and attempts to do so that were refused
//! (return conditions §2.7 –).

use super::area_dossier::logins;
use super::cell::{Cell, Row, Section, cells};
use super::source::{CaseFile, Source};
use super::walks::{Cases, EachCase};
use super::{Report, Walk};
use sanad_core::answer::AnswerRecord;
use sanad_core::case::Event;
use sanad_core::conditions::Catalogue;
use sanad_core::ids::{CaseId, FindingId, UserId};
use sanad_store::StoreError;
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
    walk: || {
        Box::new(Segregation {
            chains: Some(Cases::<Chains>::walk()),
            after: None,
            totals: BTreeMap::new(),
            done: false,
        })
    },
};

const CHAIN: usize = 0;
const BLOCKED: usize = 1;
const TOTAL: usize = 2;

/// Attempts read in one step.
const ATTEMPTS_IN_A_STEP: i64 = 200;

#[derive(Default)]
struct Chains;

/// Who had a hand in the answers that a finding looked at.
#[derive(Default)]
struct Hands {
    consent: BTreeSet<UserId>,
    verifiers: BTreeSet<UserId>,
    self_verified: bool,
    self_confirmed: bool,
}

fn hands(case: &CaseFile, catalogue: &Catalogue, before: u64) -> Hands {
    let mut hands = Hands::default();
    let answers = case.state.answers.answers().iter();
    for answer in answers.filter(|answer| answer.sequence < before) {
        let AnswerRecord {
            recorded_by,
            confirmed_by,
            ..
        } = answer;
        let asked = catalogue
            .find(&answer.indicator)
            .and_then(|index| catalogue.get(index));
        if asked.is_some_and(|asked| asked.consent_recorder) {
            hands.consent.insert(*recorded_by);
        }
        hands.self_confirmed |= *confirmed_by == Some(*recorded_by);
        for item in &answer.evidence {
            hands.verifiers.extend(item.verified_by);
            hands.self_verified |= item.verified_by == Some(item.uploaded_by);
        }
    }
    hands
}

/// Rules of four eyes that the journal itself contradicts: none, unless it was written
/// past the program.
fn breaches(hands: &Hands, assessor: UserId, approver: Option<UserId>) -> String {
    let mut found = Vec::new();
    if hands.consent.contains(&assessor) {
        found.push("SELF_ASSESSMENT");
    }
    if approver.is_some_and(|user| user == assessor || hands.consent.contains(&user)) {
        found.push("SELF_APPROVAL");
    }
    if hands.self_verified {
        found.push("SELF_VERIFICATION");
    }
    if hands.self_confirmed {
        found.push("SECOND_OFFICER_REQUIRED");
    }
    found.join(" ")
}

impl EachCase for Chains {
    fn case(&mut self, case: &CaseFile, source: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        let view = source.view;
        if !case.state.places.iter().any(|place| view.covers(place)) {
            return Ok(Vec::new());
        }
        let mut approvals: BTreeMap<FindingId, (jiff::civil::Date, UserId)> = BTreeMap::new();
        for fact in &case.facts {
            if let Event::Approved(approval) = &fact.event {
                let by = (approval.approved_on, fact.meta.recorded_by);
                approvals.insert(approval.finding, by);
            }
        }
        let mut rows = Vec::new();
        for fact in &case.facts {
            let Event::FindingIssued(finding) = &fact.event else {
                continue;
            };
            if !view.within(finding.assessment.on) {
                continue;
            }
            // The journal names the author; the finding repeats it.
            let assessor = fact.meta.recorded_by;
            let approval = approvals.get(&finding.id).copied();
            let hands = hands(case, &view.catalogue, fact.meta.position);
            let approver = approval.map(|(_, user)| user);
            rows.push(Row::new(
                CHAIN,
                cells![
                    case.state.id,
                    finding.id,
                    finding.assessment.finding.code(),
                    finding.assessment.on,
                    Cell::text(logins(hands.consent.iter().copied(), source)?),
                    Cell::text(logins(hands.verifiers.iter().copied(), source)?),
                    assessor,
                    Cell::text(source.login(assessor)?),
                    approval.map(|(day, _)| day),
                    approver,
                    Cell::text(logins(approver, source)?),
                    breaches(&hands, assessor, approver),
                ],
            ));
        }
        Ok(rows)
    }
}

/// First the chains, then the attempts in order of time, then their sums.
struct Segregation {
    chains: Option<Box<dyn Walk>>,
    after: Option<(At, Key)>,
    totals: BTreeMap<(UserId, String), u64>,
    done: bool,
}

impl Segregation {
    fn attempts(&mut self, source: &mut Source<'_>) -> Result<Option<Vec<Row>>, StoreError> {
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
            let Some(case) = source.case(attempt.case_id)? else {
                continue;
            };
            let view = source.view;
            let moment = attempt.blocked_at.timestamp();
            let day = moment.to_zoned(jiff::tz::TimeZone::UTC).date();
            if !view.within(day) || !case.state.places.iter().any(|place| view.covers(place)) {
                continue;
            }
            let user = UserId(attempt.user_id.0);
            *self.totals.entry((user, attempt.code.clone())).or_default() += 1;
            rows.push(Row::new(
                BLOCKED,
                cells![
                    moment,
                    CaseId(attempt.case_id.0),
                    user,
                    Cell::text(source.login(user)?),
                    attempt.code.as_str(),
                    attempt.command.as_str(),
                ],
            ));
        }
        Ok(Some(rows))
    }
}

impl Walk for Segregation {
    fn next(&mut self, source: &mut Source<'_>) -> Result<Option<Vec<Row>>, StoreError> {
        if let Some(chains) = &mut self.chains {
            if let Some(rows) = chains.next(source)? {
                return Ok(Some(rows));
            }
            self.chains = None;
        }
        if self.done {
            return Ok(None);
        }
        if let Some(rows) = self.attempts(source)? {
            return Ok(Some(rows));
        }
        self.done = true;
        let mut rows = Vec::new();
        for ((user, code), count) in std::mem::take(&mut self.totals) {
            let login = source.login(user)?;
            rows.push(Row::new(
                TOTAL,
                cells![user, Cell::text(login), code, count],
            ));
        }
        Ok(Some(rows))
    }
}
