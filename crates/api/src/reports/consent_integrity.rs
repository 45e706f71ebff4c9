//! R6: whether consent is each adult's own: how many were interviewed alone, how many
//! withdrew, how long consent stood before departure, and households for which only
//! one person signed, of which there must be none (return conditions §2.9 –).
//!
//! An aggregate: small numbers are not shown (DP-21 –). Age bands are those of the code
//! list; who is of unknown age counts as a child and is not here.

use super::Report;
use super::cell::{Cell, Row, Section, cells};
use super::source::{CaseFile, Source};
use super::suppression::{Count, Share, sum_cell};
use super::walks::{Cases, EachCase};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sanad_core::case::{Event, Transition};
use sanad_core::conditions::Value;
use sanad_core::ids::PersonId;
use sanad_core::person::{Person, Sex};
use sanad_store::StoreError;
use std::collections::BTreeMap;

/// The report.
pub static REPORT: Report = Report {
    name: "consent-integrity",
    sections: &[
        Section {
            key: "consent",
            columns: &[
                "sex",
                "age_band",
                "adults",
                "interviewed_in_private",
                "percent",
                "withdrew",
            ],
            totals: true,
        },
        Section {
            key: "consent_age",
            columns: &["days_from_consent_to_departure", "households"],
            totals: true,
        },
        Section {
            key: "consent_check",
            columns: &["check", "households"],
            totals: true,
        },
    ],
    takes: &["place", "from", "to"],
    walk: Cases::<Consent>::walk,
};

const CONSENT: usize = 0;
const AGE: usize = 1;
const CHECK: usize = 2;

/// First year of the last age band.
const OLDER: i16 = 60;
/// Days from consent to departure, as bands of their last day.
const BANDS: [(i64, &str); 4] = [
    (14, "0-14"),
    (30, "15-30"),
    (90, "31-90"),
    (i64::MAX, "91+"),
];
/// In place of a sex that is too rare to stand alone.
const OTHER: &str = "other_or_not_stated";

#[derive(Default, Clone, Copy)]
struct Counts {
    adults: u64,
    interviewed: u64,
    withdrew: u64,
}

#[derive(Default)]
struct Consent {
    by_group: BTreeMap<(&'static str, &'static str), Counts>,
    by_days: BTreeMap<&'static str, u64>,
    head_only: u64,
    households: u64,
}

/// The day on which everybody who decides had been asked, the last time.
fn consent_recorded(case: &CaseFile) -> Option<Date> {
    let mut moments = case.facts.iter().filter_map(|fact| match fact.event {
        Event::Advanced(Transition::ConsentRecorded) => Some(fact.meta.recorded_at),
        _ => None,
    });
    let last = moments.next_back()?;
    Some(last.to_zoned(TimeZone::UTC).date())
}

/// An own answer with verified evidence of one of these kinds.
fn own(case: &CaseFile, person: PersonId, indicator: &str, kinds: &[&str]) -> bool {
    case.state
        .answers
        .answers()
        .iter()
        .filter(|answer| answer.indicator == indicator && answer.person == Some(person))
        .filter(|answer| !answer.retracted && answer.value == Value::Yes)
        .flat_map(|answer| &answer.evidence)
        .any(|item| item.verified_by.is_some() && kinds.contains(&item.item.kind.as_str()))
}

/// Whether a form or a statement of this person's own is there, verified or not: here
/// the question is who was asked at all.
fn has_form(case: &CaseFile, person: PersonId) -> bool {
    let answers = case.state.answers.answers().iter();
    answers
        .filter(|answer| answer.person == Some(person) && !answer.retracted)
        .filter(|answer| matches!(answer.indicator.as_str(), "VOL-01" | "VOL-06"))
        .flat_map(|answer| &answer.evidence)
        .any(|item| matches!(item.item.kind.as_str(), "VRF" | "CNS"))
}

fn sex(person: &Person) -> &'static str {
    match person.profile.sex {
        Sex::Female => "female",
        Sex::Male => "male",
        Sex::Other | Sex::NotStated => OTHER,
    }
}

impl Consent {
    fn departure(&mut self, case: &CaseFile, source: &Source<'_>) {
        for fact in &case.facts {
            let Event::Departed(departure) = &fact.event else {
                continue;
            };
            if !source.view.within(departure.departed_on) {
                continue;
            }
            let answers = case.state.answers.answers().iter();
            let consents = answers
                .filter(|answer| answer.indicator == "VOL-01" && answer.value == Value::Yes)
                .filter(|answer| answer.sequence < fact.meta.position)
                .map(|answer| answer.observed_on);
            let Some(last) = consents.max() else { continue };
            let days = i64::from((departure.departed_on - last).get_days());
            if let Some((_, band)) = BANDS.iter().find(|(end, _)| days <= *end) {
                *self.by_days.entry(band).or_default() += 1;
            }
        }
    }
}

impl EachCase for Consent {
    const ABOUT_PERSONS: bool = true;

    fn case(&mut self, case: &CaseFile, source: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        let view = source.view;
        if !case.state.places.iter().any(|place| view.covers(place)) {
            return Ok(Vec::new());
        }
        self.departure(case, source);
        let Some(on) = consent_recorded(case).filter(|day| view.within(*day)) else {
            return Ok(Vec::new());
        };
        self.households += 1;
        let adult_age = view.catalogue.numbers().adult_age;
        let mut forms = (0_u64, 0_u64);
        for person in case.state.members_on(on) {
            let Some(age) = person
                .for_rule(on)
                .age_on(on)
                .filter(|age| *age >= adult_age)
            else {
                continue;
            };
            let band = if age >= OLDER { "60+" } else { "18-59" };
            let counts = self.by_group.entry((sex(person), band)).or_default();
            counts.adults += 1;
            counts.interviewed += u64::from(own(case, person.id, "VOL-02", &["INT"]));
            let mut said = case.state.withdrawals.iter();
            counts.withdrew += u64::from(said.any(|said| said.person == person.id));
            forms = (forms.0 + 1, forms.1 + u64::from(has_form(case, person.id)));
        }
        self.head_only += u64::from(forms.0 > 1 && forms.1 <= 1);
        Ok(Vec::new())
    }

    fn end(&mut self, _: &mut Source<'_>) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        for ((sex, band), counts) in &self.by_group {
            let share = Share {
                whole: Count(counts.adults),
                part: Count(counts.interviewed),
            };
            let withdrew = Share {
                whole: Count(counts.adults),
                part: Count(counts.withdrew),
            };
            rows.push(Row::new(
                CONSENT,
                cells![
                    *sex,
                    *band,
                    share.whole.cell(),
                    share.part_cell(),
                    share.percent_cell(),
                    withdrew.part_cell(),
                ],
            ));
        }
        let adults: Vec<Count> = self
            .by_group
            .values()
            .map(|counts| Count(counts.adults))
            .collect();
        rows.push(Row::new(
            CONSENT,
            cells![
                "all",
                "all",
                sum_cell(&adults),
                Cell::Empty,
                Cell::Empty,
                Cell::Empty
            ],
        ));
        rows.extend(
            self.by_days
                .iter()
                .map(|(band, count)| Row::new(AGE, cells![*band, Count(*count).cell()])),
        );
        let households = Share {
            whole: Count(self.households),
            part: Count(self.head_only),
        };
        // That there is none is what the check is read for.
        let head_only = match self.head_only {
            0 => households.part.cell(),
            _ => households.part_cell(),
        };
        for (check, count) in [
            ("consent_recorded", households.whole.cell()),
            ("head_of_household_only", head_only),
        ] {
            rows.push(Row::new(CHECK, cells![check, count]));
        }
        Ok(rows)
    }
}
