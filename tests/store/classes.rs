//! Every column of every table has its class in `docs/data-classes.toml`, and what
//! is personal stands in no other column than those that say so.

use sanad_core::access::{Role, Tier};
use sanad_core::case::{Command, MemberJoining, Retraction, ReturnNature};
use sanad_core::conditions::Value;
use sanad_testkit::raw::Column;
use sanad_testkit::{Raw, Staff, TestDatabase, World, builders, each_backend};
use std::collections::{BTreeMap, BTreeSet};

const CLASSES: &str = include_str!("../../docs/data-classes.toml");

/// The columns that hold what people are, and the names of staff. A further one is a
/// decision, not an oversight.
const CARRIERS: [&str; 7] = [
    "journal.payload",
    "case_document.body",
    "evidence_file.body",
    "area_evidence_file.body",
    "open_finding.facts",
    "account.login",
    "account.display_name",
];

/// What is said of one column.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    /// A letter, or `technical`.
    tier: String,
    /// To be sealed when sealing comes.
    #[serde(default)]
    seal: bool,
    /// What it holds and why it has this class.
    why: String,
}

impl Class {
    fn is_personal(&self) -> bool {
        [Tier::A, Tier::B, Tier::C]
            .iter()
            .any(|tier| tier.as_str() == self.tier)
    }
}

fn classes() -> BTreeMap<String, BTreeMap<String, Class>> {
    toml::from_str(CLASSES).unwrap()
}

fn columns(raw: &mut Raw) -> Vec<(String, Column)> {
    let mut all = Vec::new();
    for table in raw.tables() {
        all.extend(
            raw.columns(&table)
                .into_iter()
                .map(|column| (table.clone(), column)),
        );
    }
    all
}

#[test]
fn every_column_has_a_class_and_every_class_a_column() {
    let classified: BTreeSet<String> = classes()
        .iter()
        .flat_map(|(table, columns)| {
            columns
                .keys()
                .map(move |column| format!("{table}.{column}"))
        })
        .collect();
    each_backend(|database| {
        let there: BTreeSet<String> = columns(&mut database.raw())
            .iter()
            .map(|(table, column)| format!("{table}.{}", column.name))
            .collect();
        assert_eq!(
            classified, there,
            "docs/data-classes.toml on the left, the database on the right"
        );
    });
}

#[test]
fn every_class_is_a_known_one_with_a_reason() {
    let known: Vec<&str> = Tier::ALL
        .iter()
        .map(|tier| tier.as_str())
        .chain(["technical"])
        .collect();
    for (table, columns) in classes() {
        for (column, class) in columns {
            let name = format!("{table}.{column}");
            assert!(known.contains(&class.tier.as_str()), "{name}: {class:?}");
            assert!(class.why.len() > 10, "{name}: say why");
            // What people are is sealed wherever it is; staff sign in with theirs.
            let staff = table == "account";
            assert_eq!(
                class.seal,
                class.is_personal() && !staff,
                "{name}: to be sealed?"
            );
            let carrier = CARRIERS.contains(&name.as_str());
            assert_eq!(
                class.is_personal(),
                carrier,
                "{name}: personal data has few columns"
            );
        }
    }
}

/// A registry with much that is personal in it.
fn lived_in(database: &TestDatabase) {
    let world = World::new(database);
    let case = world.compliant_case();
    world.returned(case.id, ReturnNature::Facilitated);
    let id = world.registered(1, builders::registration(1)).id;
    let [registrar, caseworker] =
        [Role::Registrar, Role::Caseworker].map(|role| Staff::of(role, 1));
    world.done(
        &registrar,
        id,
        Command::AddContactPoint(builders::address()),
    );
    let joining = MemberJoining {
        joined_on: builders::OBSERVED,
        profile: builders::relative(builders::PERSONAL[2]),
    };
    let case = world.done(&registrar, id, Command::AddMember(Box::new(joining)));
    let about = Some(case.members[0].id);
    let answer = builders::answer(
        builders::indicator("VOL-03"),
        about,
        Value::No,
        builders::OBSERVED,
    );
    let answers = sanad_core::case::NewAnswers {
        answers: vec![answer],
    };
    let case = world.done(&caseworker, id, Command::RecordAnswers(answers));
    let retraction = Retraction {
        remark: builders::remark(),
    };
    let answered = case.answers.answers()[0].id;
    world.done(
        &caseworker,
        id,
        Command::RetractAnswer(answered, retraction),
    );
}

#[test]
fn what_is_personal_stands_in_personal_columns_only() {
    let classes = classes();
    each_backend(|database| {
        lived_in(database);
        let mut raw = database.raw();
        let columns = columns(&mut raw);
        let staff: Vec<String> = Staff::everybody()
            .into_iter()
            .map(|user| user.name)
            .collect();
        let personal = builders::PERSONAL
            .into_iter()
            .chain(staff.iter().map(String::as_str));
        for text in personal {
            let mut found = 0;
            for (table, column) in &columns {
                let rows = raw.rows_that_hold(table, column, text.as_bytes());
                let class = &classes[table][&column.name];
                assert!(
                    rows == 0 || class.is_personal(),
                    "`{text}` stands in {table}.{}, which is {class:?}",
                    column.name
                );
                found += rows;
            }
            assert!(
                found > 0,
                "`{text}` is nowhere: the test would notice nothing"
            );
        }
    });
}

#[test]
fn the_search_finds_a_name_in_a_column_where_it_must_not_be() {
    each_backend(|database| {
        lived_in(database);
        let mut raw = database.raw();
        raw.execute("UPDATE case_head SET state = 'الخطيب'")
            .unwrap();
        let found: Vec<String> = columns(&mut raw)
            .into_iter()
            .filter(|(table, column)| raw.rows_that_hold(table, column, "الخطيب".as_bytes()) > 0)
            .map(|(table, column)| format!("{table}.{}", column.name))
            .collect();
        assert!(found.contains(&"case_head.state".to_owned()), "{found:?}");
        assert!(found.contains(&"journal.payload".to_owned()), "{found:?}");
    });
}
