//! R2: every finding, row by row, and how many there are by month, place, outcome and
//! reason.

use super::Report;
use super::cell::{Cell, Row, Section, cells};
use super::source::Source;
use super::walks::{EachFinding, Findings};
use sanad_core::area::PlaceRef;
use sanad_core::case::IssuedFinding;
use sanad_core::conditions::Condition;
use sanad_core::ids::UserId;
use sanad_store::StoreError;
use sanad_store::rows::FindingRow;
use std::collections::{BTreeMap, BTreeSet};

/// The report.
pub static REPORT: Report = Report {
    name: "finding-register",
    sections: &[
        Section {
            key: "finding",
            columns: &[
                "finding_id",
                "case_id",
                "place_edition",
                "place_code",
                "destination_edition",
                "destination_code",
                "destination_name",
                "finding",
                "conditions_not_met",
                "reasons",
                "on",
                "expires_on",
                "catalogue",
                "profile",
                "assessor",
                "assessor_login",
                "issued_at",
                "recompute",
            ],
            totals: false,
        },
        Section {
            key: "finding_total",
            columns: &[
                "month",
                "destination_edition",
                "destination_code",
                "finding",
                "reason",
                "findings",
            ],
            totals: true,
        },
    ],
    takes: &["place", "from", "to", "finding"],
    walk: Findings::<Register>::walk,
};

const FINDING: usize = 0;
const TOTAL: usize = 1;

/// The reason of findings that have none.
const NO_REASON: &str = "none";

type Group = (String, String, String, String, String);

/// Sums by month, destination, outcome and reason; a finding counts once under each of
/// its reasons.
#[derive(Default)]
struct Register {
    totals: BTreeMap<Group, u64>,
}

impl EachFinding for Register {
    fn finding(
        &mut self,
        row: &FindingRow,
        source: &mut Source<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let issued: IssuedFinding = serde_json::from_slice(&row.body)
            .map_err(|_| StoreError::Unreadable("a stored finding is damaged".to_owned()))?;
        let assessment = &issued.assessment;
        let day = row.found_on.0;
        let month = format!("{:04}-{:02}", day.year(), day.month());
        let mut codes: BTreeSet<&str> = assessment
            .reasons
            .iter()
            .map(|reason| reason.reason.code())
            .collect();
        if codes.is_empty() {
            codes.insert(NO_REASON);
        }
        for code in codes {
            let group = (
                month.clone(),
                row.destination_edition.clone(),
                row.destination_code.clone(),
                row.outcome.clone(),
                code.to_owned(),
            );
            *self.totals.entry(group).or_default() += 1;
        }
        let open: Vec<&str> = Condition::ALL
            .iter()
            .filter(|condition| {
                assessment
                    .conditions
                    .get(condition)
                    .map(|outcome| outcome.code())
                    != Some("met")
            })
            .map(|condition| condition.code())
            .collect();
        let mut reasons: Vec<String> = assessment
            .reasons
            .iter()
            .map(|reason| format!("{}:{}", reason.indicator, reason.reason.code()))
            .collect();
        reasons.dedup();
        let destination = PlaceRef::parse(&row.destination_edition, &row.destination_code).ok();
        let name = destination.and_then(|place| source.view.place_name(&place));
        let assessor = UserId(row.assessor.0);
        Ok(vec![Row::new(
            FINDING,
            cells![
                row.finding_id.0,
                row.case_id.0,
                row.place_edition.as_str(),
                row.place_code.as_str(),
                row.destination_edition.as_str(),
                row.destination_code.as_str(),
                name.map(Cell::Text),
                row.outcome.as_str(),
                open.join(" "),
                reasons.join(" "),
                day,
                row.expires_on.0,
                row.catalogue.as_str(),
                row.profile.as_str(),
                assessor,
                Cell::text(source.login(assessor)?),
                row.issued_at.timestamp(),
                Cell::Link(format!("/v1/findings/{}/recompute", row.finding_id.0)),
            ],
        )])
    }

    fn end(&mut self) -> Vec<Row> {
        let totals = std::mem::take(&mut self.totals).into_iter();
        totals
            .map(|((month, edition, code, finding, reason), count)| {
                Row::new(TOTAL, cells![month, edition, code, finding, reason, count])
            })
            .collect()
    }
}
