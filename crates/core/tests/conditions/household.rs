//! Facts files in few words, for tests.

use sanad_core::conditions::file::{
    AnswerEntry, AssessmentReport, EventEntry, EvidenceEntry, FactsFile, MemberEntry, Report,
};
use sanad_core::conditions::{
    AccessProfile, Assessment, Catalogue, Finding, Flag, NaReason, Value, assess,
};

pub(crate) const ON: &str = "2025-05-12";
/// The day on which everything was answered, unless said.
pub(crate) const ANSWERED: &str = "2025-05-02";

/// An example of `reference/examples`.
pub(crate) fn example(name: &str) -> FactsFile {
    let path = format!(
        "{}/../../reference/examples/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    FactsFile::parse(&std::fs::read(path).unwrap()).unwrap()
}

pub(crate) fn member(id: &str, born: Option<&str>, flags: &[Flag]) -> MemberEntry {
    MemberEntry {
        id: id.into(),
        born: born.map(|born| born.parse().unwrap()),
        flags: flags.to_vec(),
    }
}

/// A file in which every indicator is answered with a fresh, fully supported yes
/// about every subject of its level, whether it applies or not.
pub(crate) fn all_yes(members: Vec<MemberEntry>) -> FactsFile {
    let catalogue = Catalogue::shipped();
    let mut answers = Vec::new();
    for indicator in catalogue.indicators() {
        for subject in subjects(&members, &indicator.id) {
            answers.push(yes(&indicator.id, &subject).seq(answers.len() as u64));
        }
    }
    FactsFile {
        format: "sanad-facts/1".into(),
        on: ON.parse().unwrap(),
        profile: AccessProfile::Standard,
        assessor: None,
        hazard_area: false,
        members,
        answers,
        events: vec![],
        title: None,
        expected: None,
    }
}

/// A couple with a child of nine.
pub(crate) fn family() -> FactsFile {
    all_yes(vec![
        member("p1", Some("1987-03-01"), &[]),
        member("p2", Some("1991-07-09"), &[]),
        member("p3", Some("2016-01-05"), &[]),
    ])
}

/// All subjects that an indicator can be answered about.
pub(crate) fn subjects(members: &[MemberEntry], indicator: &str) -> Vec<String> {
    let catalogue = Catalogue::shipped();
    match catalogue
        .get(catalogue.find(indicator).unwrap())
        .unwrap()
        .level
        .code()
    {
        "person" => members.iter().map(|member| member.id.clone()).collect(),
        "household" => vec!["household".into()],
        _ => vec!["area".into()],
    }
}

/// A fresh yes with one accepted, verified, independent item of evidence.
pub(crate) fn yes(indicator: &str, subject: &str) -> AnswerEntry {
    let catalogue = Catalogue::shipped();
    let accepted = catalogue
        .get(catalogue.find(indicator).unwrap())
        .unwrap()
        .evidence;
    let kind = catalogue.evidence_code(accepted.iter().next().unwrap());
    answer(indicator, subject, Value::Yes).proof(kind, true, true)
}

pub(crate) fn no(indicator: &str, subject: &str) -> AnswerEntry {
    answer(indicator, subject, Value::No)
}

pub(crate) fn answer(indicator: &str, subject: &str, value: Value) -> AnswerEntry {
    AnswerEntry {
        id: format!("{indicator} {subject}"),
        indicator: indicator.into(),
        subject: subject.into(),
        value,
        reason: None,
        observed_on: ANSWERED.parse().unwrap(),
        sequence: 1,
        by: "u_one".into(),
        confirmed_by: None,
        supersedes: None,
        adjudication: false,
        retracted: false,
        evidence: vec![],
    }
}

/// Small changes of an answer, one word each.
pub(crate) trait Words: Sized {
    fn id(self, id: &str) -> Self;
    fn on(self, day: &str) -> Self;
    fn seq(self, sequence: u64) -> Self;
    fn by(self, actor: &str) -> Self;
    fn names(self, id: &str) -> Self;
    fn confirmed_by(self, actor: &str) -> Self;
    fn adjudicates(self) -> Self;
    fn taken_back(self) -> Self;
    fn because(self, reason: NaReason) -> Self;
    fn unproven(self) -> Self;
    fn proof(self, kind: &str, verified: bool, independent: bool) -> Self;
}

impl Words for AnswerEntry {
    fn id(self, id: &str) -> Self {
        Self {
            id: id.into(),
            ..self
        }
    }
    fn on(self, day: &str) -> Self {
        Self {
            observed_on: day.parse().unwrap(),
            ..self
        }
    }
    fn seq(self, sequence: u64) -> Self {
        Self { sequence, ..self }
    }
    fn by(self, actor: &str) -> Self {
        Self {
            by: actor.into(),
            ..self
        }
    }
    fn names(self, id: &str) -> Self {
        Self {
            supersedes: Some(id.into()),
            ..self
        }
    }
    fn confirmed_by(self, actor: &str) -> Self {
        Self {
            confirmed_by: Some(actor.into()),
            ..self
        }
    }
    fn adjudicates(self) -> Self {
        Self {
            adjudication: true,
            ..self
        }
    }
    fn taken_back(self) -> Self {
        Self {
            retracted: true,
            ..self
        }
    }
    fn because(self, reason: NaReason) -> Self {
        Self {
            reason: Some(reason),
            ..self
        }
    }
    fn unproven(self) -> Self {
        Self {
            evidence: vec![],
            ..self
        }
    }
    fn proof(mut self, kind: &str, verified: bool, independent: bool) -> Self {
        self.evidence.push(EvidenceEntry {
            kind: kind.into(),
            verified,
            independent,
        });
        self
    }
}

pub(crate) fn event(voids: &str, subject: Option<&str>, on: &str) -> EventEntry {
    EventEntry {
        voids: voids.into(),
        subject: subject.map(Into::into),
        on: on.parse().unwrap(),
    }
}

/// The file with other answers to one question. In order they are called `a`,
/// `b`, `c`… unless they were given an id of their own or the letter is taken.
pub(crate) fn asked(mut file: FactsFile, answers: Vec<AnswerEntry>) -> FactsFile {
    let question = |a: &AnswerEntry| (a.indicator.clone(), a.subject.clone());
    let place = question(&answers[0]);
    file.answers.retain(|given| question(given) != place);
    let default = format!("{} {}", place.0, place.1);
    for (letter, answer) in ('a'..).zip(answers) {
        assert_eq!(question(&answer), place, "one question at a time");
        let letter = letter.to_string();
        let is_taken = file.answers.iter().any(|a| a.id == letter);
        let id = if answer.id == default && !is_taken {
            letter
        } else {
            answer.id.clone()
        };
        file.answers.push(AnswerEntry { id, ..answer });
    }
    file
}

/// The engine's own assessment of a file.
pub(crate) fn assessed(file: &FactsFile) -> Assessment {
    let catalogue = Catalogue::shipped();
    assess(catalogue, &file.to_facts(catalogue).unwrap()).unwrap()
}

pub(crate) fn finding(file: &FactsFile) -> Finding {
    assessed(file).finding
}

pub(crate) fn report(file: &FactsFile) -> AssessmentReport {
    match Report::of_file(file, Catalogue::shipped()).unwrap() {
        Report::Assessed(report) => *report,
        Report::Breach { error } => panic!("{error}"),
    }
}

/// All reasons as short lines: indicator, subject, value, reason.
pub(crate) fn reasons(file: &FactsFile) -> Vec<String> {
    report(file)
        .reasons
        .iter()
        .map(|r| format!("{} {} {} {}", r.indicator, r.subject, r.value, r.reason))
        .collect()
}

/// What the file's answers to one question come to: the reason, or `yes`.
pub(crate) fn value_of(file: &FactsFile, indicator: &str, subject: &str) -> String {
    let start = format!("{indicator} {subject} ");
    reasons(file)
        .into_iter()
        .find_map(|line| line.strip_prefix(&start).map(str::to_owned))
        .unwrap_or_else(|| "yes".to_owned())
}
