//! `sanad bench-data`: the same registry for the same seed, and never beside
//! anything else (DP-27).

use crate::program::{TestFolder, address, sanad};
use crate::registry::{fill, findings, fingerprint, returns};
use sanad_store::rebuild;
use sanad_testkit::{Backend, TestDatabase, databases};
use std::collections::BTreeSet;

#[test]
fn the_same_seed_gives_the_same_journal_on_every_backend_and_another_one_another() {
    let mut prints = Vec::new();
    for test in databases() {
        assert!(fill(test.database(), "150", "7").contains("150 persons"));
        prints.push(fingerprint(test.connect().as_mut()));
    }
    assert!(
        prints.windows(2).all(|pair| pair[0] == pair[1]),
        "{prints:?}"
    );

    let other = TestDatabase::new(Backend::Sqlite);
    fill(other.database(), "150", "8");
    assert_ne!(fingerprint(other.connect().as_mut()), prints[0]);
}

#[test]
fn all_three_findings_and_several_kinds_of_returns_occur_and_the_tables_can_be_rebuilt() {
    let test = TestDatabase::new(Backend::Sqlite);
    fill(test.database(), "600", "1");
    let mut db = test.connect();
    let outcomes: BTreeSet<String> = findings(db.as_mut())
        .into_iter()
        .map(|row| row.outcome)
        .collect();
    assert_eq!(outcomes.len(), 3, "{outcomes:?}");
    let natures: BTreeSet<String> = returns(db.as_mut())
        .into_iter()
        .map(|row| row.nature)
        .collect();
    assert!(natures.len() >= 4, "{natures:?}");

    let live = rebuild::fingerprint(db.as_mut()).unwrap();
    rebuild::rebuild(db.as_mut()).unwrap();
    assert_eq!(rebuild::fingerprint(db.as_mut()).unwrap(), live);
}

#[test]
fn a_database_that_holds_anything_is_refused_and_stays_as_it_was() {
    let test = TestDatabase::new(Backend::Sqlite);
    let database = address(test.database());
    let user = [
        "user",
        "add",
        "someone",
        "--name",
        "Someone",
        "--role",
        "registrar",
        "--organisation",
        "Relief XZ",
        "--create-organisation",
        "--password-stdin",
        "--database",
        &database,
    ];
    assert_eq!(
        crate::program::sanad_reading(&user, "a sentence of words\n").code,
        0
    );
    let refused = sanad(&["bench-data", "10", "--database", &database]).refused();
    assert!(refused.contains("not a fresh one"), "{refused}");
    let mut db = test.connect();
    assert_eq!(db.last_position().unwrap(), 0);
    assert!(db.setting("data_kind").unwrap().is_none());

    let filled = TestDatabase::new(Backend::Sqlite);
    fill(filled.database(), "10", "1");
    sanad(&[
        "bench-data",
        "10",
        "--database",
        &address(filled.database()),
    ])
    .refused();
}

#[test]
fn users_are_written_to_a_file_that_its_owner_alone_reads() {
    let (test, folder) = (TestDatabase::new(Backend::Sqlite), TestFolder::new());
    let users = folder.path("users.json");
    let database = address(test.database());
    let said = sanad(&[
        "bench-data",
        "5",
        "--users",
        &users,
        "--database",
        &database,
    ])
    .done();
    let known: Vec<serde_json::Value> =
        serde_json::from_slice(&std::fs::read(&users).unwrap()).unwrap();
    let password = known[0]["password"].as_str().unwrap();
    assert!(password.len() >= 15 && !said.contains(password));
    let roles: BTreeSet<&str> = known
        .iter()
        .map(|user| user["roles"][0].as_str().unwrap())
        .collect();
    assert_eq!(roles.len(), 10, "{roles:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            std::fs::metadata(&users).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
