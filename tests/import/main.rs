//! Bringing in lists, from the file to the registry, on both backends.
//!
//! `generate` makes lists; each other file is one subject.

#![expect(
    clippy::unwrap_used,
    reason = "the helpers of tests may fail as tests do"
)]

mod areas;
mod formats;
mod generate;
mod households;

use sanad::cli::Failure;
use sanad::import::households::{Mode, Request, import};
use sanad::import::mapping::Mapping;
use sanad::import::rejected::Place;
use sanad::import::report::Report;
use sanad_api::clock;
use sanad_core::access::{Permission, Role};
use sanad_store::db::CaseFilter;
use sanad_testkit::{Staff, TestDatabase, World};
use std::path::{Path, PathBuf};

/// A folder that goes away with this value.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!(
            "sanad-import-{:x}",
            u128::from_ne_bytes(clock::entropy().unwrap())
        ));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// The mapping that an office would start from, for the country of the tests.
fn mapping() -> Mapping {
    Mapping::parse(&mapping_text()).unwrap()
}

fn mapping_text() -> String {
    include_str!("../../reference/import/households.toml")
        .replace("XZ-2025-01", sanad_testkit::country::EDITION)
        .replace("Example Relief", "Alef Relief")
        .replace("mother = \"اسم الأم\"\n", "")
        .replace("father = \"Father's name\"\n", "")
}

/// Good households are stored, the other rows go to this new file.
fn partial(path: &Path) -> Mode {
    Mode::Partial(Place::Named(path.to_owned()))
}

fn run(
    world: &World,
    database: &TestDatabase,
    file: &Path,
    mapping: &Mapping,
    mode: Mode,
) -> Result<Report, Failure> {
    let registrar = Staff::of(Role::Registrar, 1).login;
    let request = Request {
        file,
        mapping,
        login: Some(&registrar),
        organisation: None,
        mode,
        now: world.now(),
        entropy: clock::entropy,
        invented: false,
    };
    import(database.database(), &request, &mut |_| ())
}

/// How many cases the registry has.
fn cases(world: &World, database: &TestDatabase) -> usize {
    let who = world.sees(&Staff::of(Role::Registrar, 1), Permission::CasesRead);
    database
        .connect()
        .list_cases(&who, &CaseFilter::default(), None, 100_000)
        .unwrap()
        .len()
}

/// Row, column and code of every fault.
fn told(report: &Report) -> Vec<(u32, String, &'static str)> {
    report
        .errors
        .iter()
        .map(|error| (error.row, error.column.to_string(), error.code))
        .collect()
}
