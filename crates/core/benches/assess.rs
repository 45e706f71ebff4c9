//! How many findings a core gives per second, over a mixed population.
//!
//! The population is the four-person households of the worked examples: compliant,
//! stale, contested, voided by fighting, with a standing no, with a person who was
//! never asked, with an explosive-hazard record, with a child who turns 18.
//!
//! Run: `cargo bench -p sanad-core --bench assess`

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use sanad_core::conditions::file::FactsFile;
use sanad_core::conditions::{Answer, Catalogue, Facts, assess};

fn main() {
    divan::main();
}

macro_rules! population {
    ($($name:literal),+ $(,)?) => {
        [$(include_bytes!(concat!("../../../reference/examples/", $name, ".json")).as_slice()),+]
    };
}

const FILES: [&[u8]; 13] = population![
    "EX-01a",
    "EX-01a",
    "EX-01a",
    "EX-02a",
    "EX-02b",
    "EX-03a",
    "EX-03b",
    "EX-04a",
    "EX-04c",
    "EX-05a",
    "EX-05c",
    "EX-06e",
    "EX-06e-day-before",
];

#[expect(
    clippy::unwrap_used,
    reason = "the examples are part of the repository and tested"
)]
fn population() -> Vec<Facts> {
    let catalogue = Catalogue::shipped();
    FILES
        .iter()
        .map(|json| FactsFile::parse(json).unwrap().to_facts(catalogue).unwrap())
        .inspect(|facts| assert_eq!(facts.members().len(), 4))
        .collect()
}

/// Findings from facts that lie ready in memory.
#[divan::bench]
fn findings(bencher: Bencher<'_, '_>) {
    let catalogue = Catalogue::shipped();
    let cases = population();
    bencher.counter(ItemsCount::new(cases.len())).bench(|| {
        for facts in &cases {
            let _ = black_box(assess(catalogue, black_box(facts)));
        }
    });
}

/// Findings from rows in the order of recording: facts are built, then assessed.
#[divan::bench]
fn findings_from_rows(bencher: Bencher<'_, '_>) {
    let catalogue = Catalogue::shipped();
    let cases = population();
    let rows: Vec<Vec<Answer>> = cases
        .iter()
        .map(|facts| {
            let mut rows = facts.answers().to_vec();
            // Household by household is how answers come in, not by indicator.
            rows.sort_by_key(|answer| (answer.subject, answer.indicator));
            rows
        })
        .collect();
    bencher.counter(ItemsCount::new(cases.len())).bench(|| {
        for (facts, rows) in cases.iter().zip(&rows) {
            let facts = Facts::new(
                facts.on(),
                facts.setting(),
                facts.members().to_vec(),
                black_box(rows).clone(),
                facts.events().to_vec(),
            );
            let _ = black_box(assess(catalogue, &facts));
        }
    });
}

/// The whole offline check: JSON in, assessment out.
#[divan::bench]
fn findings_from_files(bencher: Bencher<'_, '_>) {
    let catalogue = Catalogue::shipped();
    bencher.counter(ItemsCount::new(FILES.len())).bench(|| {
        for json in FILES {
            let facts = FactsFile::parse(json).and_then(|file| file.to_facts(catalogue));
            let _ = black_box(facts.map(|facts| assess(catalogue, &facts)));
        }
    });
}
