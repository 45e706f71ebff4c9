//! `sanad import` as an office runs it: from the first table of places to a list with
//! a bad row, with exit codes. What is read and refused is tested in `tests/import`.

use crate::program::{Ran, TestFolder, address, sanad, sanad_reading};
use sanad_core::access::Permission;
use sanad_testkit::{TestDatabase, each_backend};

const PLACES: &str = "P-Code,Admin Level,Name,Name (ar),Parent P-Code\n\
    XZ01,1,North,الشمال,\n\
    XZ0101,2,Qalat,قلعة,XZ01\n";

/// Two people of one household, one alone, and one whose birth is no day.
const LIST: &str = "household,relationship,sex,birth_date,given_Arab,family_Arab,place_of_displacement\n\
    H-1,self,female,1987-03-01,سلمى,النوري,XZ0101\n\
    H-1,child,male,2016-01-05,هژار,النوري,XZ0101\n\
    H-2,self,male,1990-02-30,آدم,القاسم,XZ0101\n\
    H-3,self,female,1971-11-23,زوزان,بارزانی,XZ0101\n";

const MAPPING: &str = "source = \"camp list\"\nplace_edition = \"XZ-1\"\n\
    [constants]\nregistered_on = \"2025-05-02\"\nprocessing_basis = \"public_interest_mandate\"\n\
    processing_purpose = \"protection\"\nprocessing_recorded_on = \"2025-05-02\"\n\
    notice_version = \"2025-1\"\nnotice_language = \"ar\"\nnotice_given_on = \"2025-05-02\"\n";

struct Office<'t> {
    test: &'t TestDatabase,
    database: String,
    folder: TestFolder,
}

impl<'t> Office<'t> {
    /// An office with a registrar, an administrator and a list of places.
    fn open(test: &'t TestDatabase) -> Self {
        let this = Self {
            test,
            database: address(test.database()),
            folder: TestFolder::new(),
        };
        for role in ["registrar", "administrator"] {
            let words = [
                "user",
                "add",
                role,
                "--name",
                "Rana",
                "--role",
                role,
                "--organisation",
                "Relief",
                "--create-organisation",
                "--password-stdin",
                "--database",
                &this.database,
            ];
            sanad_reading(&words, "a sentence of several words\n").done();
        }
        let places = this.file("places.csv", PLACES);
        let (words, as_) = (["areas", &places, "--edition", "XZ-1"], "administrator");
        this.import(&words, as_).done();
        this
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn import(&self, words: &[&str], login: &str) -> Ran {
        let fixed = ["--as", login, "--database", &self.database];
        sanad(&[&["import"], words, &fixed].concat())
    }

    fn cases(&self) -> usize {
        let all = sanad_store::db::CaseFilter::default();
        let who = crate::registry::auditor(Permission::CasesRead);
        self.test
            .connect()
            .list_cases(&who, &all, None, 100)
            .unwrap()
            .len()
    }
}

#[test]
fn a_list_with_a_bad_row_is_refused_whole_or_kept_in_part_and_the_exit_code_says_which() {
    each_backend(|test| {
        let office = Office::open(test);
        let list = office.file("list.csv", LIST);
        let mapping = office.file("mapping.toml", MAPPING);
        let words = ["households", &list, "--mapping", &mapping];

        let refused = office.import(&words, "registrar");
        assert_eq!(refused.code, 2, "{refused:?}");
        let told = format!("{}{}", refused.out, refused.err);
        assert!(
            told.contains("DATE_IMPOSSIBLE") && told.contains("birth_date"),
            "{told}"
        );
        assert!(
            !told.contains("آدم") && !told.contains("1990"),
            "a cell is repeated: {told}"
        );
        assert_eq!(office.cases(), 0);

        let part = office.import(&[&words[..], &["--partial"]].concat(), "registrar");
        assert_eq!(part.code, 3, "{part:?}");
        assert_eq!(office.cases(), 2);
        let rejected = std::fs::read_to_string(office.folder.path("list.rejected.csv")).unwrap();
        assert!(
            rejected.contains("آدم") && !rejected.contains("سلمى"),
            "{rejected}"
        );

        // Put right, the rejected rows go in; the list again adds nothing.
        let right = rejected.replace("1990-02-30", "1990-02-28");
        let right = office.file("right.csv", &right);
        let words = ["households", &right, "--mapping", &mapping];
        office.import(&words, "registrar").done();
        office.import(&words, "registrar").done();
        assert_eq!(office.cases(), 3);
    });
}

#[test]
fn rejected_rows_that_were_put_right_are_never_written_over() {
    each_backend(|test| {
        let office = Office::open(test);
        let list = office.file("list.csv", LIST);
        let mapping = office.file("mapping.toml", MAPPING);
        let [first, second, third] = ["", "-2", "-3"]
            .map(|number| office.folder.path(&format!("list.rejected{number}.csv")));
        let partial = |more: &[&str]| {
            let words = ["households", &list, "--mapping", &mapping, "--partial"];
            office.import(&[&words[..], more].concat(), "registrar")
        };
        let goes_to = |path: &str| {
            let ran = partial(&[]);
            assert_eq!(ran.code, 3, "{ran:?}");
            assert!(ran.out.contains(&format!("again: {path}\n")), "{ran:?}");
        };

        // The same rows once more are the same file.
        goes_to(&first);
        goes_to(&first);
        assert!(!std::path::Path::new(&second).exists());

        let rows = std::fs::read_to_string(&first).unwrap();
        let right = rows.replace("1990-02-30", "1990-02-28");
        office.file("list.rejected.csv", &right);
        goes_to(&second);
        goes_to(&second);
        assert_eq!(std::fs::read_to_string(&first).unwrap(), right);
        assert_eq!(std::fs::read_to_string(&second).unwrap(), rows);

        office.file("list.rejected-2.csv", "something else");
        let ran = partial(&["--format", "json"]);
        assert_eq!(ran.code, 3, "{ran:?}");
        let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(report["rejected_file"], third.as_str());
        assert_eq!(office.cases(), 2);
    });
}

#[test]
fn a_file_for_rejected_rows_that_is_there_already_is_refused_before_anything_is_stored() {
    each_backend(|test| {
        let office = Office::open(test);
        let list = office.file("list.csv", LIST);
        let mapping = office.file("mapping.toml", MAPPING);
        let named = office.file("mine.csv", "by hand");
        let words = [
            "households",
            &list,
            "--mapping",
            &mapping,
            "--partial",
            "--rejected",
            &named,
        ];
        let told = office.import(&words, "registrar").refused();
        assert!(told.contains("mine.csv is there already"), "{told}");
        assert_eq!(std::fs::read_to_string(&named).unwrap(), "by hand");
        assert_eq!(office.cases(), 0);

        std::fs::remove_file(&named).unwrap();
        assert_eq!(office.import(&words, "registrar").code, 3);
        assert!(std::fs::read_to_string(&named).unwrap().contains("آدم"));
        assert_eq!(office.cases(), 2);
    });
}

#[test]
fn a_user_without_the_permission_brings_nothing_in() {
    each_backend(|test| {
        let office = Office::open(test);
        let good = LIST.replace("1990-02-30", "1990-02-28");
        let list = office.file("list.csv", &good);
        let mapping = office.file("mapping.toml", MAPPING);
        let ran = office.import(
            &["households", &list, "--mapping", &mapping],
            "administrator",
        );
        assert_eq!(ran.code, 2, "{ran:?}");
        let places = office.file("more.csv", PLACES);
        let ran = office.import(&["areas", &places, "--edition", "XZ-2"], "registrar");
        assert_eq!(ran.code, 2, "{ran:?}");
        assert_eq!(office.cases(), 0);
    });
}

#[test]
fn a_printed_mapping_holds_no_facts_of_its_own() {
    let mapping = sanad(&["import", "households", "--print-mapping"]).done();
    let (_, constants) = mapping.split_once("[constants]").unwrap();
    assert!(
        constants
            .lines()
            .all(|line| line.is_empty() || line.starts_with('#'))
    );
    assert!(!mapping.contains("\nage_as_of"));
    assert!(mapping.contains("[columns]"));
}

#[cfg(unix)]
#[test]
fn a_new_database_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TestFolder::new();
    let path = folder.path("office.db");
    sanad(&["migrate", "--database", &path]).done();
    for entry in std::fs::read_dir(&folder.0).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "others may read it");
    }
}
