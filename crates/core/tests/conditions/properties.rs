//! What must hold for every case, not only for the examples.

use crate::household::*;
use crate::naive::{self, ROWS};
use proptest::prelude::*;
use sanad_core::conditions::file::{AnswerEntry, EventEntry, EvidenceEntry, FactsFile};
use sanad_core::conditions::{AccessProfile, Catalogue, Finding, Flag, NaReason, Value};

/// Every mandatory question that applies to a file, with its subject.
fn mandatory_questions(file: &FactsFile) -> Vec<(String, String)> {
    let rows = ROWS.iter().filter(|row| row.mandatory);
    rows.flat_map(|row| {
        let subjects = naive::applicable_subjects(file, row);
        subjects
            .into_iter()
            .map(|subject| (row.id.clone(), subject))
    })
    .collect()
}

/// The file with one answer replaced by whatever `change` makes of it.
fn replaced(
    file: &FactsFile,
    (indicator, subject): &(String, String),
    change: impl Fn(AnswerEntry) -> Option<AnswerEntry>,
) -> FactsFile {
    let mut file = file.clone();
    let is_it = |a: &AnswerEntry| a.indicator == *indicator && a.subject == *subject;
    let place = file.answers.iter().position(is_it).unwrap();
    let answer = file.answers.remove(place);
    file.answers.extend(change(answer));
    file
}

#[test]
fn any_one_mandatory_answer_replaced_never_leaves_a_compliant_finding() {
    let example = example("EX-01a");
    assert_eq!(finding(&example), Finding::Compliant);
    let questions = mandatory_questions(&example);
    assert_eq!(questions.len(), 59);
    for question in &questions {
        let with = |value| {
            replaced(&example, question, |answer| {
                Some(AnswerEntry {
                    value,
                    evidence: vec![],
                    ..answer
                })
            })
        };
        let nothing = replaced(&example, question, |_| None);
        assert_eq!(finding(&nothing), Finding::Undetermined, "{question:?}");
        for value in [Value::Unknown, Value::NotApplicable] {
            assert_eq!(finding(&with(value)), Finding::Undetermined, "{question:?}");
        }
        let old_no = replaced(&example, question, |answer| {
            Some(
                AnswerEntry {
                    value: Value::No,
                    evidence: vec![],
                    ..answer
                }
                .on("2015-01-01"),
            )
        });
        assert_eq!(finding(&old_no), Finding::NotCompliant, "{question:?}");
    }
}

#[test]
fn a_no_of_a_second_recorder_never_leaves_a_compliant_finding() {
    let example = example("EX-01a");
    for (indicator, subject) in mandatory_questions(&example) {
        for day in ["2025-05-02", "2025-05-12", "2025-04-20"] {
            let mut file = example.clone();
            file.answers.push(
                no(&indicator, &subject)
                    .id("new")
                    .by("u_new")
                    .on(day)
                    .seq(9999),
            );
            assert_ne!(
                finding(&file),
                Finding::Compliant,
                "{indicator} {subject} {day}"
            );
        }
    }
}

// --- Random cases -------------------------------------------------------------

/// Birth dates on both sides of the ages that matter, or unknown.
fn any_birth() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(vec![
        Some("1987-03-01"),
        Some("2007-05-12"),
        Some("2007-05-13"),
        Some("2012-02-29"),
        Some("2019-05-12"),
        Some("2019-05-13"),
        Some("2024-12-31"),
        None,
    ])
}

/// Birth dates whose age group is the same through 2025 and 2026.
fn settled_birth() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(vec![
        Some("1987-03-01"),
        Some("2013-01-05"),
        Some("2023-02-02"),
        None,
    ])
}

fn any_day() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "2024-01-10",
        "2024-11-12",
        "2024-11-13",
        "2025-02-10",
        "2025-02-11",
        "2025-04-27",
        "2025-05-02",
        "2025-05-03",
        "2025-05-10",
        "2025-05-12",
        "2025-05-13",
    ])
}

/// One random answer; ids and the answer it names are set by [`any_file`].
fn any_answer() -> impl Strategy<Value = (AnswerEntry, prop::sample::Index)> {
    let value = prop_oneof![
        4 => Just(Value::Yes),
        3 => Just(Value::No),
        1 => Just(Value::Unknown),
        2 => Just(Value::NotApplicable),
    ];
    let reason = prop::option::of(prop::sample::select(NaReason::ALL.to_vec()));
    let actor = prop::sample::select(vec!["u_one", "u_two", "u_three"]);
    let codes: Vec<_> = Catalogue::shipped()
        .evidence_kinds()
        .iter()
        .map(|kind| kind.code.clone())
        .collect();
    let item = (prop::sample::select(codes), any::<bool>(), any::<bool>());
    let evidence = prop::collection::vec(item, 0..2);
    // Who vouches for it besides: nobody, somebody, somebody independent.
    let proven = prop::sample::select(vec!["", "dependent", "independent", "independent"]);
    let marks = (
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.1),
        any::<prop::sample::Index>(),
    );
    (
        value,
        reason,
        any_day(),
        0..3_u64,
        actor.clone(),
        prop::option::of(actor),
        evidence,
        proven,
        marks,
    )
        .prop_map(
            |(value, reason, day, sequence, by, officer, items, proven, marks)| {
                let (adjudication, retracted, named) = marks;
                let mut answer = answer("", proven, value);
                answer.reason = reason;
                answer.observed_on = day.parse().unwrap();
                answer.sequence = sequence;
                answer.by = by.into();
                answer.confirmed_by = officer.map(str::to_owned);
                answer.adjudication = adjudication;
                answer.retracted = retracted;
                answer.evidence = items
                    .into_iter()
                    .map(|(kind, verified, independent)| EvidenceEntry {
                        kind,
                        verified,
                        independent,
                    })
                    .collect();
                (answer, named)
            },
        )
}

/// A random case: everything answered well, then some questions answered anew.
fn any_file(
    birth: impl Strategy<Value = Option<&'static str>>,
) -> impl Strategy<Value = FactsFile> {
    let flags = prop::sample::subsequence(Flag::ALL.to_vec(), 0..=Flag::ALL.len());
    let members = prop::collection::vec((birth, flags), 1..4);
    let rows = 0..ROWS.len();
    let questions = prop::collection::vec(
        (
            rows,
            any::<prop::sample::Index>(),
            prop::collection::vec(any_answer(), 0..5),
        ),
        0..12,
    );
    let voids = prop::sample::select(vec!["PHY", "LEG", "VOL-06", "MAT-01", "LEG-02", "VOL-01"]);
    let about = prop::sample::select(vec![None, Some("area"), Some("household"), Some("p1")]);
    let events = prop::collection::vec((voids, about, any_day()), 0..2);
    let setting = (any::<bool>(), any::<bool>(), any::<bool>());
    (members, questions, events, setting).prop_map(|(members, questions, events, setting)| {
        let members = (1..)
            .zip(members)
            .map(|(number, (born, flags))| member(&format!("p{number}"), born, &flags));
        let (hazard_area, strict, fresh) = setting;
        let mut file = all_yes(members.collect());
        file.hazard_area = hazard_area;
        file.profile = if strict {
            AccessProfile::Strict
        } else {
            AccessProfile::Standard
        };
        if fresh {
            file.answers
                .iter_mut()
                .for_each(|answer| answer.observed_on = file.on);
        }
        for (row, subject, answers) in questions {
            let indicator = &ROWS[row].id;
            let subjects = subjects(&file.members, indicator);
            replace(
                &mut file,
                indicator,
                subject.get::<String>(&subjects),
                answers,
            );
        }
        file.events = events
            .into_iter()
            .map(|(voids, subject, on)| event(voids, subject, on))
            .collect::<Vec<EventEntry>>();
        file
    })
}

fn replace(
    file: &mut FactsFile,
    indicator: &str,
    subject: &str,
    answers: Vec<(AnswerEntry, prop::sample::Index)>,
) {
    file.answers
        .retain(|a| a.indicator != indicator || a.subject != subject);
    let id = |place: usize| format!("{indicator} {subject} {place}");
    let count = answers.len();
    for (place, (mut answer, named)) in answers.into_iter().enumerate() {
        if !answer.subject.is_empty() {
            let independent = answer.subject == "independent";
            let proof = yes(indicator, subject).evidence.into_iter();
            answer.evidence.extend(proof.map(|item| EvidenceEntry {
                independent,
                ..item
            }));
        }
        answer.supersedes = Some(id(named.index(count)));
        answer.id = id(place);
        answer.indicator = indicator.into();
        answer.subject = subject.into();
        file.answers.push(answer);
    }
}

fn later(day: jiff::civil::Date, days: i32) -> jiff::civil::Date {
    day.saturating_add(jiff::SignedDuration::from_hours(24 * i64::from(days)))
}

fn line(r: &sanad_core::conditions::file::report::ReasonEntry) -> String {
    format!("{} {} {} {}", r.indicator, r.subject, r.value, r.reason)
}

/// The program's result in the form of the transcription.
fn program(file: &FactsFile) -> naive::Result_ {
    let report = report(file);
    naive::Result_ {
        finding: report.finding.code().to_owned(),
        conditions: report
            .conditions
            .iter()
            .map(|(condition, outcome)| (condition.code().to_owned(), outcome.code().to_owned()))
            .collect(),
        reasons: report.reasons.iter().map(line).collect(),
        warnings: report
            .warnings
            .iter()
            .map(|warning| line(&warning.reason))
            .collect(),
    }
}

#[test]
fn random_cases_reach_every_finding_and_every_reason() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..2000 {
        let file = any_file(any_birth())
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let result = naive::assess(&file);
        seen.insert(result.finding);
        seen.extend(
            result
                .reasons
                .iter()
                .map(|line| line.rsplit(' ').next().unwrap().to_owned()),
        );
    }
    assert_eq!(seen.len(), 3 + 10, "{seen:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_program_agrees_with_a_literal_transcription(file in any_file(any_birth())) {
        prop_assert_eq!(program(&file), naive::assess(&file));
    }

    #[test]
    fn the_order_of_answers_and_events_does_not_matter(
        (file, answers) in any_file(any_birth()).prop_flat_map(|file| {
            let answers = Just(file.answers.clone()).prop_shuffle();
            (Just(file), answers)
        })
    ) {
        let mut shuffled = FactsFile { answers, ..file.clone() };
        shuffled.events.reverse();
        prop_assert_eq!(report(&shuffled), report(&file));
    }

    /// With ages, events and answers held fixed: only days pass.
    #[test]
    fn time_alone_never_improves_a_finding(
        mut file in any_file(settled_birth()),
        steps in prop::collection::vec(1..90, 1..5),
    ) {
        // An answer or event that lies ahead would be news on its day.
        let today = file.on;
        file.answers.retain(|answer| answer.observed_on <= today);
        let ids: Vec<_> = file.answers.iter().map(|answer| answer.id.clone()).collect();
        for answer in &mut file.answers {
            answer.supersedes.take_if(|id| !ids.contains(id));
        }
        let mut before = assessed(&file);
        for step in steps {
            file.on = later(file.on, step);
            let now = assessed(&file);
            prop_assert!(now.finding >= before.finding);
            for (then, now) in before.conditions.iter().zip(now.conditions) {
                prop_assert!(now >= *then);
            }
            before = now;
        }
    }

    /// Every answer holds for some more days, the finding as long as the shortest.
    #[test]
    fn a_compliant_finding_holds_until_the_day_it_expires_and_no_longer(
        ages in prop::collection::vec(0..10_000_i32, 120),
    ) {
        let mut file = example("EX-01a");
        for (answer, age) in file.answers.iter_mut().zip(ages) {
            let row = ROWS.iter().find(|row| row.id == answer.indicator).unwrap();
            answer.observed_on = later(file.on, -(age % (row.validity + 1)));
        }
        let (today, expires_on) = (file.on, assessed(&file).expires_on);
        for (on, expected) in [
            (today, Finding::Compliant),
            (expires_on, Finding::Compliant),
            (later(expires_on, 1), Finding::Undetermined),
        ] {
            file.on = on;
            // VOL-06 and others hold 14 days at most, so thirty days are never reached.
            prop_assert_eq!(finding(&file), expected);
        }
    }

    /// A *no* that was overtaken stands again when the *yes* that overtook it is too
    /// old: a finding does not outlive that day, however fresh others are.
    #[test]
    fn a_finding_does_not_outlive_the_yes_that_overtook_a_no(
        said_no in 1..90_i32, said_yes in 0..400_i32, another in 0..400_i32,
        which in any::<prop::sample::Index>(),
    ) {
        let mut file = example("EX-01a");
        let row_of = |id: &str| ROWS.iter().find(|row| row.id == id).unwrap();
        let mut asked = mandatory_questions(&file);
        asked.retain(|(id, _)| !row_of(id).no_prevails);
        let (id, subject) = which.get(&asked).clone();
        let life = row_of(&id).validity + 1;
        let (said_yes, another) = (said_yes % life, another % life);
        let said_no = said_yes + said_no;
        let today = file.on;
        file.answers.retain(|a| a.indicator != id || a.subject != subject);
        let day = |age: i32| later(today, -age).to_string();
        file.answers.push(no(&id, &subject).id("no").by("u_one").on(&day(said_no)).seq(1));
        file.answers.push(yes(&id, &subject).id("yes").by("u_one").on(&day(said_yes)).seq(2));
        file.answers.push(yes(&id, &subject).id("another").by("u_two").on(&day(another)).seq(3));
        prop_assert_eq!(finding(&file), Finding::Compliant);
        file.on = assessed(&file).expires_on;
        prop_assert_eq!(finding(&file), Finding::Compliant);
    }

    /// Birthdays included: what time alone changes never makes a return compliant.
    #[test]
    fn nothing_becomes_compliant_by_waiting(
        mut file in any_file(any_birth()),
        steps in prop::collection::vec(1..90, 1..5),
    ) {
        let today = file.on;
        file.answers.retain(|answer| answer.observed_on <= today);
        let ids: Vec<_> = file.answers.iter().map(|answer| answer.id.clone()).collect();
        for answer in &mut file.answers {
            answer.supersedes.take_if(|id| !ids.contains(id));
        }
        // A facts file of the registry says when somebody comes of age (§1.9).
        for member in &file.members {
            let birthday = member.born.map(|born| born.saturating_add(jiff::Span::new().years(18)));
            for voids in ["VOL-08", "VOL-09", "DIG-01"] {
                file.events.extend(birthday.map(|day| event(voids, None, &day.to_string())));
            }
        }
        let mut before = assessed(&file).finding;
        for step in steps {
            file.on = later(file.on, step);
            let now = assessed(&file).finding;
            prop_assert!(before == Finding::Compliant || now != Finding::Compliant);
            before = now;
        }
    }

    #[test]
    fn an_advisory_no_changes_no_outcome(file in any_file(any_birth()), seed in any::<u8>()) {
        let mut warned = file.clone();
        for row in ROWS.iter().filter(|row| !row.mandatory) {
            for subject in subjects(&file.members, &row.id) {
                let id = format!("{} {subject} no", row.id);
                let answer = no(&row.id, &subject).id(&id).seq(u64::from(seed));
                warned.answers.push(answer.by("u_new"));
            }
        }
        let (plain, warned) = (report(&file), report(&warned));
        prop_assert_eq!(plain.finding, warned.finding);
        prop_assert_eq!(plain.conditions, warned.conditions);
        prop_assert_eq!(plain.reasons, warned.reasons);
        prop_assert_eq!(plain.expires_on, warned.expires_on);
    }

    #[test]
    fn a_written_file_gives_the_very_same_assessment(file in any_file(any_birth())) {
        let catalogue = Catalogue::shipped();
        let facts = file.to_facts(catalogue).unwrap();
        let written = FactsFile::from_facts(&facts, catalogue);
        let json = serde_json::to_vec(&written).unwrap();
        let read = FactsFile::parse(&json).unwrap();
        prop_assert_eq!(&read, &written);
        prop_assert_eq!(assessed(&read), assessed(&file));
    }
}
