//! A list of ten thousand people with two hundred bad rows, as CSV and as XLSX.

use super::generate::{HEADERS, List, SLIPS, column};
use super::{Folder, cases, mapping, mapping_text, partial, run, told};
use sanad::cli::Failure;
use sanad::import::households::{Mode, Request, import};
use sanad::import::mapping::Mapping;
use sanad::import::report::Outcome;
use sanad_core::access::Role;
use sanad_testkit::{Backend, Staff, TestDatabase, World, each_backend};
use std::collections::BTreeSet;

const HOUSEHOLDS: usize = 1_600;
const ALONE: usize = 2_000;

/// The list, and row, column and code of every fault in it.
///
/// 160 people who stand alone are bad in twenty ways; 40 households have one bad row.
fn bad_list() -> (List, Vec<(u32, String, &'static str)>) {
    let mut list = List::of(HOUSEHOLDS, ALONE);
    let mut expected = Vec::new();
    let alone = (0..160).map(|number| HOUSEHOLDS * 5 + number * 12 + 1);
    let in_households = (0..40).map(|number| number * 5 * 40 + 5 * (number % 3) + number % 5);
    for (slip, at) in SLIPS.iter().cycle().zip(alone) {
        list.spoil(at, slip);
        expected.push((u32::try_from(at).unwrap() + 2, slip.1.to_owned(), slip.2));
    }
    for (slip, at) in SLIPS[..8].iter().cycle().zip(in_households) {
        list.spoil(at, slip);
        expected.push((u32::try_from(at).unwrap() + 2, slip.1.to_owned(), slip.2));
    }
    expected.sort();
    assert_eq!(expected.len(), 200);
    (list, expected)
}

#[test]
fn every_bad_row_is_reported_and_the_good_ones_are_stored_once() {
    let (list, expected) = bad_list();
    let kinds: BTreeSet<_> = expected.iter().map(|(_, _, code)| *code).collect();
    assert!(kinds.len() >= 12, "{kinds:?}");
    for backend in Backend::ALL {
        for format in ["csv", "xlsx"] {
            let own = TestDatabase::new(backend);
            let world = World::new(&own);
            let folder = Folder::new();
            let file = folder.0.join(format!("list.{format}"));
            match format {
                "csv" => std::fs::write(&file, list.csv()).unwrap(),
                _ => list.write_xlsx(&file),
            }

            for (mode, outcome) in [
                (Mode::DryRun, Outcome::WouldRefuse),
                (Mode::AllOrNothing, Outcome::Refused),
            ] {
                let report = run(&world, &own, &file, &mapping(), mode).unwrap();
                assert_eq!((report.outcome, report.rows), (outcome, 10_000));
                assert_eq!(sorted(told(&report)), expected, "{format}");
                assert_eq!(cases(&world, &own), 0);
            }

            let rejected = folder.0.join("rejected.csv");
            let report = run(&world, &own, &file, &mapping(), partial(&rejected)).unwrap();
            let good = (HOUSEHOLDS - 40 + ALONE - 160) as u64;
            assert_eq!(
                (report.outcome, report.registered, report.already_there),
                (Outcome::StoredInPart, good, 0)
            );
            assert_eq!(report.rejected_rows, 160 + 40 * 5);
            assert_eq!(report.faults["HOUSEHOLD_INCOMPLETE"], 160);
            let own_faults = told(&report)
                .into_iter()
                .filter(|(_, _, code)| *code != "HOUSEHOLD_INCOMPLETE");
            assert_eq!(sorted(own_faults.collect()), expected);
            assert_eq!(cases(&world, &own), usize::try_from(good).unwrap());
            assert_eq!(report.unread_columns, ["Religion"]);
            assert_eq!(csv_rows(&rejected).len(), 1 + 360);

            let rejected = folder.0.join("again.csv");
            let again = run(&world, &own, &file, &mapping(), partial(&rejected)).unwrap();
            assert_eq!((again.registered, again.already_there), (0, good));
            assert_eq!(cases(&world, &own), usize::try_from(good).unwrap());
        }
    }
}

fn sorted(mut told: Vec<(u32, String, &'static str)>) -> Vec<(u32, String, &'static str)> {
    told.sort();
    told
}

fn csv_rows(path: &std::path::Path) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_path(path)
        .unwrap();
    reader.records().map(Result::unwrap).collect()
}

#[test]
fn rejected_rows_are_put_right_and_imported_again() {
    each_backend(|database| {
        let world = World::new(database);
        let folder = Folder::new();
        let mut list = List::of(2, 0);
        list.spoil(6, &SLIPS[1]);
        let file = folder.file("list.csv", list.csv());
        let rejected = folder.0.join("list.rejected.csv");
        let report = run(&world, database, &file, &mapping(), partial(&rejected)).unwrap();
        assert_eq!((report.registered, report.rejected_rows), (1, 5));
        let rows = csv_rows(&rejected);
        assert_eq!(
            rows[0].iter().skip(1).take(3).collect::<Vec<_>>(),
            ["import_column", "import_code", "import_text"]
        );
        assert_eq!((&rows[2][0], &rows[2][2]), ("8", "SEX_UNKNOWN_CODE"));
        // The telephone number would be a formula to a spreadsheet.
        assert!(
            rows[1].iter().any(|cell| cell.starts_with("'+963")),
            "{:?}",
            rows[1]
        );

        let text = std::fs::read_to_string(&rejected).unwrap();
        let right = folder.file("right.csv", text.replace(",?,", ",M,"));
        let report = run(&world, database, &right, &mapping(), Mode::AllOrNothing).unwrap();
        assert_eq!((report.outcome, report.registered), (Outcome::Stored, 1));
        assert_eq!(cases(&world, database), 2);

        let other = folder.file("precious.csv", "not ours");
        list.spoil(0, &SLIPS[1]);
        let file = folder.file("list.csv", list.csv());
        let refused = run(&world, database, &file, &mapping(), partial(&other));
        assert!(matches!(refused, Err(Failure::Refused(_))), "{refused:?}");
        assert_eq!(std::fs::read_to_string(other).unwrap(), "not ours");
    });
}

#[test]
fn what_only_a_whole_household_shows_is_reported_too() {
    each_backend(|database| {
        let world = World::new(database);
        let folder = Folder::new();
        let mut list = List::of(6, 2);
        let mut set =
            |row: usize, header: &str, text: &str| list.rows[row][column(header)] = text.to_owned();
        // Two focal persons, none, another place, no place, the same person, the same row.
        set(1, "صلة القرابة", "head");
        set(5, "صلة القرابة", "parent");
        set(12, "P-code", "C1007");
        set(15, "P-code", "");
        set(21, "رقم الفرد", "P20");
        list.rows[31] = list.rows[30].clone();
        list.rows[31][column("رقم الفرد")] = String::new();
        // The seventh household stands apart in the file and is good.
        let mut apart = List::of(1, 0).rows;
        for row in &mut apart {
            row[column("رقم الأسرة")] = "apart".to_owned();
            row[column("رقم الفرد")] = String::new();
        }
        list.rows.extend(apart.split_off(2));
        list.rows.splice(0..0, apart);
        let file = folder.file("list.csv", list.csv());
        let report = run(&world, database, &file, &mapping(), Mode::DryRun).unwrap();
        let expected = [
            (5, "صلة القرابة", "FOCAL_PERSON_NOT_ONE"),
            (9, "صلة القرابة", "FOCAL_PERSON_NOT_ONE"),
            (16, "P-code", "HOUSEHOLD_DIFFERS"),
            (19, "P-code", "VALUE_MISSING"),
            (25, "رقم الفرد", "PERSON_TWICE"),
            (35, "الاسم", "ROW_TWICE"),
        ];
        assert_eq!(
            told(&report),
            expected.map(|(row, column, code)| (row, column.to_owned(), code))
        );
        // The sixth, the one that stands apart, and one person alone.
        assert_eq!(report.households, 3);
        let rejected = folder.0.join("r.csv");
        let report = run(&world, database, &file, &mapping(), partial(&rejected)).unwrap();
        assert_eq!(report.registered, 3);
    });
}

#[test]
fn every_household_may_number_its_persons_from_one() {
    each_backend(|database| {
        let world = World::new(database);
        let folder = Folder::new();
        let number = column("رقم الفرد");
        let mut list = List::of(3, 3);
        for (at, row) in list.rows.iter_mut().enumerate() {
            row[number] = (1 + at % 5).to_string();
        }
        let file = folder.file("list.csv", list.csv());
        let report = run(&world, database, &file, &mapping(), Mode::DryRun).unwrap();
        assert_eq!(report.outcome, Outcome::WouldStore, "{:?}", report.errors);
        // The same number twice in a household, and twice among those who stand alone,
        // however far apart.
        list.rows[4][number] = "1".to_owned();
        list.rows[17][number] = "1".to_owned();
        let alone = list.rows.remove(17);
        list.rows.insert(0, alone);
        let file = folder.file("list.csv", list.csv());
        let report = run(&world, database, &file, &mapping(), Mode::DryRun).unwrap();
        assert_eq!(
            told(&report),
            [7, 18].map(|row| (row, "رقم الفرد".to_owned(), "PERSON_TWICE"))
        );
    });
}

#[test]
fn sixty_persons_are_one_household_and_sixty_one_are_not() {
    each_backend(|database| {
        let world = World::new(database);
        let folder = Folder::new();
        let mut list = List::of(0, 61);
        for (at, row) in list.rows.iter_mut().enumerate() {
            row[column("رقم الأسرة")] = "large".to_owned();
            row[column("صلة القرابة")] = if at == 0 { "self" } else { "other_relative" }.to_owned();
            row[column("الهاتف")] = String::new();
        }
        let file = folder.file("list.csv", list.csv());
        let report = run(&world, database, &file, &mapping(), Mode::AllOrNothing).unwrap();
        assert_eq!(
            told(&report),
            [(62, "رقم الأسرة".to_owned(), "TOO_MANY_MEMBERS")]
        );
        list.rows.pop();
        let file = folder.file("list.csv", list.csv());
        let report = run(&world, database, &file, &mapping(), Mode::AllOrNothing).unwrap();
        assert_eq!(report.registered, 1, "{:?}", report.errors);
    });
}

#[test]
fn what_is_stored_is_what_the_list_says() {
    each_backend(|database| {
        let world = World::new(database);
        let folder = Folder::new();
        let file = folder.file("list.csv", List::of(1, 0).csv());
        run(&world, database, &file, &mapping(), Mode::AllOrNothing).unwrap();
        let mut db = database.connect();
        let stream = db.stream_ids("case", None, 10).unwrap()[0];
        let case = sanad_store::journal::case_of(&db.stream(stream, None).unwrap())
            .unwrap()
            .unwrap();
        let born: Vec<_> = case
            .members
            .iter()
            .map(|person| person.profile.birth.to_string())
            .collect();
        assert_eq!(
            born,
            [
                "1950-01-01",
                "1951-02-02",
                "1952-03-03",
                "1953-04-04",
                "2021~"
            ]
        );
        let focal = &case.members[0].profile;
        assert_eq!(focal.names.preferred().full(), "سلمى علي الخطيب");
        assert_eq!(
            focal.names.iter().nth(1).unwrap().full(),
            "Salma al-Khatib 0"
        );
        assert_eq!(focal.specific_needs.len(), 2);
        assert_eq!(case.contact_points.len(), 1);
        assert_eq!(case.displacements.len(), 1);
        assert_eq!(case.registered_on, jiff::civil::date(2025, 3, 1));
        let mut texts = Vec::new();
        db.dump_projections(&mut |_, row| texts.push(row)).unwrap();
        assert!(!texts.join("").contains("must not be read"));
    });
}

#[test]
fn the_first_row_stands_for_the_focal_person_only_where_the_mapping_says_so() {
    each_backend(|database| {
        let world = World::new(database);
        let folder = Folder::new();
        let mut list = List::of(2, 0);
        for row in [0, 1, 2, 3, 4] {
            list.rows[row][column("صلة القرابة")] = String::new();
        }
        // A stated relationship is never replaced.
        list.rows[5][column("صلة القرابة")] = "parent".to_owned();
        let file = folder.file("list.csv", list.csv());
        let stated = run(&world, database, &file, &mapping(), Mode::DryRun).unwrap();
        assert_eq!(stated.faults["VALUE_MISSING"], 5);
        let first =
            mapping_text().replace("focal_person = \"stated\"", "focal_person = \"first_row\"");
        let report = run(
            &world,
            database,
            &file,
            &Mapping::parse(&first).unwrap(),
            Mode::DryRun,
        )
        .unwrap();
        assert_eq!(
            told(&report),
            [(7, "صلة القرابة".to_owned(), "FOCAL_PERSON_NOT_ONE")]
        );
        let partial = partial(&folder.0.join("r.csv"));
        let report = run(
            &world,
            database,
            &file,
            &Mapping::parse(&first).unwrap(),
            partial,
        )
        .unwrap();
        assert_eq!(report.registered, 1);
    });
}

#[test]
fn a_list_without_a_name_is_known_by_its_content() {
    each_backend(|database| {
        let world = World::new(database);
        let folder = Folder::new();
        let unnamed = Mapping {
            source: None,
            ..mapping()
        };
        let list = List::of(2, 2);
        let csv = folder.file("list.csv", list.csv());
        let xlsx = folder.0.join("list.xlsx");
        list.write_xlsx(&xlsx);
        let stored = |file: &std::path::Path| {
            let report = run(&world, database, file, &unnamed, Mode::AllOrNothing).unwrap();
            (report.registered, report.already_there)
        };
        assert_eq!(stored(&csv), (4, 0));
        assert_eq!(stored(&xlsx), (0, 4), "the same people in another format");
        // Another list may also have a household H-0.
        let mut other = List::of(1, 0);
        other.rows[0][column("الاسم")] = "هدى".to_owned();
        assert_eq!(stored(&folder.file("other.csv", other.csv())), (1, 0));
    });
}

#[test]
fn only_who_may_register_imports_and_only_where() {
    each_backend(|database| {
        let world = World::new(database);
        let folder = Folder::new();
        let file = folder.file("list.csv", List::of(1, 0).csv());
        let mapping = mapping();
        let by = |login: Option<&str>, organisation: Option<&str>| {
            let request = Request {
                file: &file,
                mapping: &mapping,
                login,
                organisation,
                mode: Mode::AllOrNothing,
                now: world.now(),
                entropy: sanad_api::clock::entropy,
                invented: false,
            };
            import(database.database(), &request, &mut |_| ())
        };
        let auditor = Staff::of(Role::Auditor, 1).login;
        for (login, organisation) in [
            (None, None),
            (Some("nobody"), None),
            (Some(auditor.as_str()), None),
            (
                Some(Staff::of(Role::Registrar, 1).login.as_str()),
                Some("Bayt Support"),
            ),
            (
                Some(Staff::of(Role::Registrar, 1).login.as_str()),
                Some("Nowhere"),
            ),
        ] {
            let refused = by(login, organisation);
            assert!(
                matches!(refused, Err(Failure::Refused(_))),
                "{login:?} {organisation:?}: {refused:?}"
            );
        }
        // A caseworker of the north may not register in the south, where this list is.
        let north = Staff::caseworker_in_the_north().login;
        match by(Some(&north), None) {
            Ok(report) => assert_eq!(
                report.faults.keys().collect::<Vec<_>>(),
                [&"PLACE_NOT_PERMITTED"]
            ),
            Err(error) => assert!(matches!(error, Failure::Refused(_)), "{error:?}"),
        }
        assert_eq!(cases(&world, database), 0);
    });
}

#[test]
fn no_report_repeats_what_stands_in_a_cell() {
    let (list, _) = bad_list();
    each_backend(|database| {
        let world = World::new(database);
        let folder = Folder::new();
        let file = folder.file("list.csv", list.csv());
        let report = run(&world, database, &file, &mapping(), Mode::DryRun).unwrap();
        let said = serde_json::to_string(&report).unwrap() + &report.text(&[]);
        for personal in [
            "سلمى",
            "Salma",
            "الخطيب",
            "Khatib",
            "in spring",
            "ask Nour",
            "C9999",
            "H-0\"",
            "+963",
        ] {
            assert!(!said.contains(personal), "{personal}");
        }
        assert_eq!(HEADERS.len(), 26);
    });
}
