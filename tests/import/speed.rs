//! Rows a second and the largest file, measured on request:
//!
//! `cargo test --release --test import -- --ignored --nocapture speed`
//!
//! Peak memory is what the system says of the process (`VmHWM`), so that each size
//! wants a process of its own: `SANAD_IMPORT_ROWS=100000`.

use super::generate::List;
use super::{Folder, mapping, run};
use sanad::import::households::Mode;
use sanad::import::report::Outcome;
use sanad_testkit::{World, each_backend};

#[test]
#[ignore = "a measurement, minutes long without --release"]
#[expect(clippy::disallowed_methods, reason = "the size of a measurement comes from outside")]
fn speed() {
    let rows: usize = std::env::var("SANAD_IMPORT_ROWS").map_or(100_000, |rows| rows.parse().unwrap());
    let folder = Folder::new();
    let (csv, xlsx) = (folder.0.join("list.csv"), folder.0.join("list.xlsx"));
    {
        let list = List::of(rows / 5, 0);
        std::fs::write(&csv, list.csv()).unwrap();
        list.write_xlsx(&xlsx);
    }
    each_backend(|database| {
        let world = World::new(database);
        for (file, is_new) in [(&csv, true), (&xlsx, false)] {
            let report = run(&world, database, file, &mapping(), Mode::AllOrNothing).unwrap();
            assert_eq!(report.outcome, Outcome::Stored);
            assert_eq!(report.registered > 0, is_new);
            println!(
                "{:?} {}: {rows} rows, {} new, {:.2} s, {} rows a second",
                database.backend(),
                file.extension().unwrap().display(),
                report.registered,
                report.seconds,
                report.rows_per_second,
            );
        }
    });
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("no peak known"));
}
