//! Killed in the middle of work, the program loses and doubles nothing that it has
//! acknowledged.

use crate::program::{Client, Program, prepare, registrar};
use sanad_store::journal::{CASE, case_of};
use sanad_store::sql_types::Key;
use sanad_testkit::{TestDatabase, builders, each_backend};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Writers at a time.
const WRITERS: usize = 8;
/// Kills on each backend.
const KILLS: usize = 50;

/// What was sent: by key, and by key what was acknowledged.
#[derive(Default)]
struct Ledger {
    sent: Vec<String>,
    acknowledged: BTreeMap<String, String>,
}

#[test]
fn no_acknowledged_write_is_lost_or_doubled_when_the_server_is_killed() {
    each_backend(|database| {
        prepare(database);
        let url = url_of(database);
        let body = serde_json::to_value(builders::registration(1)).unwrap();
        let ledger = Mutex::new(Ledger::default());
        for round in 0..KILLS {
            let mut program = Program::start(&url);
            let before = ledger.lock().unwrap().acknowledged.len();
            let client = Client::sign_in(&program.address, &registrar()).unwrap();
            std::thread::scope(|scope| {
                for writer in 0..WRITERS {
                    let (client, body, ledger) = (client.clone(), &body, &ledger);
                    scope.spawn(move || {
                        write_until_the_line_breaks(&client, round, writer, body, ledger)
                    });
                }
                // In the middle of work: a first answer came, and up to 190 ms more,
                // another moment in every round.
                let works = || ledger.lock().unwrap().acknowledged.len() > before;
                let worked = wait_until(Duration::from_secs(30), works);
                std::thread::sleep(Duration::from_millis((round as u64 * 37) % 190));
                program.kill();
                assert!(worked, "round {round} did no work");
            });
        }
        let ledger = ledger.into_inner().unwrap();
        let found = cases_in(database);
        let acknowledged: BTreeSet<&String> = ledger.acknowledged.values().collect();
        assert_eq!(
            acknowledged.len(),
            ledger.acknowledged.len(),
            "one case answered two keys"
        );
        for case in &acknowledged {
            assert!(found.contains(*case), "an acknowledged case is lost");
        }
        assert!(
            found.len() <= ledger.sent.len(),
            "there are more cases than commands"
        );

        // Whoever got no answer sends the same key again: one case for each key.
        let program = Program::start(&url);
        let client = Client::sign_in(&program.address, &registrar()).unwrap();
        let mut answers = BTreeSet::new();
        for key in &ledger.sent {
            let (status, answer) = client.post("/v1/cases", Some(key), &body).unwrap();
            assert_eq!(status, 201, "{answer}");
            let case = answer["case_id"].as_str().unwrap().to_owned();
            if let Some(known) = ledger.acknowledged.get(key) {
                assert_eq!(&case, known, "a command was carried out twice");
            }
            assert!(answers.insert(case), "one case answered two keys");
        }
        assert_eq!(
            cases_in(database),
            answers,
            "a case without a command, or a doubled one"
        );
    });
}

fn write_until_the_line_breaks(
    client: &Client,
    round: usize,
    writer: usize,
    body: &Value,
    ledger: &Mutex<Ledger>,
) {
    for number in 0.. {
        let key = format!("round-{round}-writer-{writer}-number-{number}");
        ledger.lock().unwrap().sent.push(key.clone());
        let Some((status, answer)) = client.post("/v1/cases", Some(&key), body) else {
            return;
        };
        assert_eq!(status, 201, "{answer}");
        let case = answer["case_id"].as_str().unwrap().to_owned();
        ledger.lock().unwrap().acknowledged.insert(key, case);
    }
}

/// Every case in the journal, each of which can be read.
fn cases_in(database: &TestDatabase) -> BTreeSet<String> {
    let mut db = database.connect();
    let mut found = BTreeSet::new();
    let mut after: Option<Key> = None;
    loop {
        let page = db.stream_ids(CASE, after, 500).unwrap();
        let Some(last) = page.last() else {
            return found;
        };
        after = Some(*last);
        for stream in page {
            let case = case_of(&db.stream(stream, None).unwrap()).unwrap().unwrap();
            assert!(found.insert(case.id.to_string()));
        }
    }
}

/// Whether something becomes so within a time.
fn wait_until(at_most: Duration, is_so: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while !is_so() {
        if start.elapsed() > at_most {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    true
}

fn url_of(database: &TestDatabase) -> String {
    match database.database() {
        sanad_store::Database::Sqlite(path) => path.display().to_string(),
        sanad_store::Database::Postgres(url) => url.clone(),
    }
}
