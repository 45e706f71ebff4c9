//! The decision rule once more, transcribed sentence by sentence from §2 without
//! a thought for speed. It shares no code with the program: it reads the table of
//! the specification and the texts of a facts file. Where the two differ, one of
//! them is wrong.

use jiff::civil::Date;
use sanad_core::conditions::file::{AnswerEntry, FactsFile, MemberEntry};
use sanad_core::conditions::{AccessProfile, Flag, NaReason, Value};
use std::sync::LazyLock;

/// A row of the table of the specification.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) level: String,
    pub(crate) mandatory: bool,
    pub(crate) applies_if: String,
    pub(crate) validity: i32,
    pub(crate) independent: bool,
    pub(crate) no_prevails: bool,
    pub(crate) evidence: Vec<String>,
}

pub(crate) static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_str!("indicators.csv").as_bytes())
        .records()
        .map(Result::unwrap)
        .map(|row| Row {
            id: row[0].into(),
            level: row[2].into(),
            mandatory: &row[3] == "True",
            applies_if: row[4].into(),
            validity: row[5].parse().unwrap(),
            independent: &row[6] == "True",
            no_prevails: &row[7] == "True",
            evidence: row[9].split('|').map(str::to_owned).collect(),
        })
        .collect()
});

/// Outcome per condition code, and reasons as lines.
#[derive(Debug, PartialEq)]
pub(crate) struct Result_ {
    pub(crate) finding: String,
    pub(crate) conditions: Vec<(String, String)>,
    pub(crate) reasons: Vec<String>,
    pub(crate) warnings: Vec<String>,
}

pub(crate) fn assess(file: &FactsFile) -> Result_ {
    let mut conditions = Vec::new();
    let (mut reasons, mut warnings) = (Vec::new(), Vec::new());
    for code in ["VOL", "PHY", "LEG", "MAT", "DIG", "MOV", "ACC", "DEM"] {
        let mut values = Vec::new();
        for row in ROWS.iter().filter(|row| row.id.starts_with(code)) {
            for subject in applicable_subjects(file, row) {
                let (value, reason) = effective(file, row, &subject);
                if !reason.is_empty() {
                    let line = format!("{} {subject} {value} {reason}", row.id);
                    let list = if row.mandatory {
                        &mut reasons
                    } else {
                        &mut warnings
                    };
                    list.push(line);
                }
                if row.mandatory {
                    values.push(value);
                }
            }
        }
        let outcome = if values.contains(&"no") {
            "not_met"
        } else if values.contains(&"unknown") {
            "undetermined"
        } else if values.contains(&"yes") {
            "met"
        } else {
            "undetermined"
        };
        conditions.push((code.to_owned(), outcome.to_owned()));
    }
    let any = |wanted: &str| conditions.iter().any(|(_, outcome)| outcome == wanted);
    let finding = if any("not_met") {
        "not_compliant"
    } else if any("undetermined") {
        "undetermined"
    } else {
        "compliant"
    };
    Result_ {
        finding: finding.to_owned(),
        conditions,
        reasons,
        warnings,
    }
}

/// Children: under 18 on the evaluation date; unknown age counts as child.
fn is_child(member: &MemberEntry, on: Date) -> bool {
    match member.born {
        None => true,
        Some(born) => full_years(born, on) < 18,
    }
}

fn full_years(born: Date, on: Date) -> i32 {
    let number =
        |d: Date| i32::from(d.year()) * 10_000 + i32::from(d.month()) * 100 + i32::from(d.day());
    (number(on) - number(born)).div_euclid(10_000)
}

pub(crate) fn applicable_subjects(file: &FactsFile, row: &Row) -> Vec<String> {
    let child = |m: &MemberEntry| is_child(m, file.on);
    let has = |m: &MemberEntry, flag| m.flags.contains(&flag);
    let school = |m: &MemberEntry| {
        m.born
            .is_none_or(|born| (6..=17).contains(&full_years(born, file.on)))
    };
    let case_applies = match row.applies_if.as_str() {
        "has_adult" => file.members.iter().any(|m| !child(m)),
        "hazard_area" => file.hazard_area,
        "school_age" => file.members.iter().any(school),
        "strict_profile" => file.profile == AccessProfile::Strict,
        _ => true,
    };
    if !case_applies {
        return vec![];
    }
    let member_applies = |m: &&MemberEntry| match row.applies_if.as_str() {
        "decider" => !child(m) || has(m, Flag::Uasc),
        "accompanied_child" => child(m) && !has(m, Flag::Uasc),
        "uasc" => child(m) && has(m, Flag::Uasc),
        "support_needed" => !child(m) && has(m, Flag::NeedsDecisionSupport),
        "nationality_doubt" => has(m, Flag::NationalityDoubt),
        "refugee" => has(m, Flag::Refugee),
        "specific_need" => has(m, Flag::HasSpecificNeed),
        _ => true,
    };
    match row.level.as_str() {
        "P" => file
            .members
            .iter()
            .filter(member_applies)
            .map(|m| m.id.clone())
            .collect(),
        "H" => vec!["household".into()],
        _ => vec!["area".into()],
    }
}

fn days(from: Date, to: Date) -> i32 {
    to.since(from).unwrap().get_days()
}

fn when(answer: &AnswerEntry) -> (Date, u64) {
    (answer.observed_on, answer.sequence)
}

/// The class of one answer: `yes`, `no`, `not_applicable`, or a reason why unknown.
fn class(file: &FactsFile, row: &Row, answer: &AnswerEntry) -> &'static str {
    let void = file.events.iter().any(|event| {
        event.on <= file.on
            && answer.observed_on < event.on
            && row.id.starts_with(&event.voids)
            && event
                .subject
                .as_ref()
                .is_none_or(|subject| *subject == answer.subject)
    });
    let stale = days(answer.observed_on, file.on) > row.validity;
    let verified = |kinds: &[String]| {
        let mut items: Vec<_> = answer.evidence.iter().collect();
        items.retain(|item| item.verified && kinds.contains(&item.kind));
        items
    };
    match answer.value {
        Value::No => "no",
        Value::Unknown => "unknown",
        Value::Yes if void => "invalidated",
        Value::Yes if stale => "stale",
        Value::Yes if verified(&row.evidence).is_empty() => "insufficient_evidence",
        Value::Yes
            if row.independent && !verified(&row.evidence).iter().any(|item| item.independent) =>
        {
            "not_independent"
        }
        Value::Yes => "yes",
        Value::NotApplicable => {
            let subject = file.members.iter().find(|m| m.id == answer.subject);
            let uasc =
                subject.is_some_and(|m| is_child(m, file.on) && m.flags.contains(&Flag::Uasc));
            let accepted = match row.id.as_str() {
                "VOL-01" | "VOL-02" | "VOL-04" => {
                    uasc && answer.reason == Some(NaReason::BelowMaturity)
                        && !verified(&["BID".into()]).is_empty()
                }
                "LEG-01" | "LEG-02" => {
                    answer.reason == Some(NaReason::NoExposure)
                        && !verified(&["LAW".into()]).is_empty()
                }
                _ => false,
            };
            match (accepted, void, stale) {
                (false, _, _) => "na_not_allowed",
                (true, true, _) => "invalidated",
                (true, false, true) => "stale",
                (true, false, false) => "not_applicable",
            }
        }
    }
}

/// §2.2 for one indicator and subject: the value, and the reason when it is not yes.
fn effective(file: &FactsFile, row: &Row, subject: &str) -> (&'static str, &'static str) {
    // 1. Take answers with observed_on ≤ T, not retracted.
    let mut answers: Vec<&AnswerEntry> = file
        .answers
        .iter()
        .filter(|a| a.indicator == row.id && a.subject == subject)
        .filter(|a| a.observed_on <= file.on && !a.retracted)
        .collect();
    // An adjudication stands in place of every answer before it.
    if let Some(latest) = answers
        .iter()
        .filter(|a| a.adjudication)
        .map(|a| when(a))
        .max()
    {
        answers.retain(|a| when(a) >= latest);
    }
    let of = |wanted: &str| {
        let mut some = answers.clone();
        some.retain(|a| class(file, row, a) == wanted);
        some
    };
    let (all_yes, all_no) = (of("yes"), of("no"));
    // 4. What overtakes a no; both rules look at the same set.
    let standing_no: Vec<_> = all_no
        .iter()
        .filter(|no| {
            !all_yes.iter().any(|yes| {
                let later = when(yes) > when(no);
                let a = yes.supersedes.as_ref() == Some(&no.id);
                let confirmed =
                    yes.confirmed_by.is_some() && yes.confirmed_by.as_ref() != Some(&yes.by);
                let b = yes.by == no.by;
                let c = days(no.observed_on, yes.observed_on) > row.validity;
                later
                    && if row.no_prevails {
                        a && confirmed
                    } else {
                        a || b || c
                    }
            })
        })
        .collect();
    let standing_yes: Vec<_> = all_yes
        .iter()
        .filter(|yes| {
            !all_no
                .iter()
                .any(|no| no.by == yes.by && when(no) >= when(yes))
        })
        .collect();
    // 5. and 6.
    match (standing_yes.is_empty(), standing_no.is_empty()) {
        (false, false) if row.no_prevails => ("no", "no_prevails"),
        (false, false) => ("unknown", "contested"),
        (true, false) => ("no", "known_failure"),
        (false, true) => ("yes", ""),
        (true, true) if !of("not_applicable").is_empty() => ("not_applicable", ""),
        (true, true) => {
            let order = [
                "unknown",
                "stale",
                "invalidated",
                "insufficient_evidence",
                "not_independent",
                "na_not_allowed",
            ];
            let reasons = answers.iter().filter_map(|a| {
                let class = class(file, row, a);
                let rank = order.iter().position(|code| *code == class)?;
                Some((when(a), std::cmp::Reverse(rank)))
            });
            (
                "unknown",
                reasons.max().map_or("no_answer", |(_, rank)| order[rank.0]),
            )
        }
    }
}
