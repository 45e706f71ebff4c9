//! Lists of place codes, from the file to the registry.

use super::Folder;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use sanad::cli::Failure;
use sanad::import::areas::{AreaMapping, AreaReport, Request, import};
use sanad_core::access::Role;
use sanad_testkit::{Staff, TestDatabase, World, each_backend};
use std::path::Path;

const LIST: &str = "Location,Admin Level,P-Code,Name,Name (ar),Parent P-Code,Valid from\n\
    XXZ,1,YZ01,East,الشرق,XXZ,2025-06-01\nXXZ,2,YZ0101,Hill,التل,YZ01,2025-06-01\nXXZ,3,C77,Well,البئر,YZ0101,\n";

fn run(
    database: &TestDatabase,
    file: &Path,
    role: Role,
    dry_run: bool,
) -> Result<AreaReport, Failure> {
    let login = Staff::of(role, 1).login;
    let request = Request {
        file,
        mapping: &AreaMapping::default(),
        edition: Some("YZ-2025"),
        login: Some(&login),
        dry_run,
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    import(database.database(), &request)
}

#[test]
fn a_list_is_stored_once_and_beside_others() {
    each_backend(|database| {
        let world = World::new(database);
        drop(world);
        let before = database.connect().places().unwrap().len();
        let folder = Folder::new();
        let file = folder.file("areas.csv", LIST);
        let dry = run(database, &file, Role::Administrator, true).unwrap();
        assert_eq!((dry.stored, dry.changes.added), (false, 4));
        assert_eq!(database.connect().places().unwrap().len(), before);
        let report = run(database, &file, Role::Administrator, false).unwrap();
        assert_eq!(
            (report.stored, report.changes.added),
            (true, 4),
            "{:?}",
            report.errors
        );
        let again = run(database, &file, Role::Administrator, false).unwrap();
        assert_eq!(
            (
                again.changes.added,
                again.changes.changed,
                again.changes.same
            ),
            (0, 0, 4)
        );
        assert_eq!(database.connect().places().unwrap().len(), before + 4);
        assert!(
            database
                .connect()
                .setting("places_stamp")
                .unwrap()
                .is_some()
        );
    });
}

#[test]
fn a_list_with_a_fault_is_not_stored_at_all() {
    each_backend(|database| {
        let world = World::new(database);
        drop(world);
        let before = database.connect().places().unwrap().len();
        let folder = Folder::new();
        let file = folder.file("areas.csv", LIST.replace("YZ0101,\n", "YZ0999,\n"));
        let report = run(database, &file, Role::Administrator, false).unwrap();
        assert_eq!(
            (report.stored, report.errors[0].row, report.errors[0].code),
            (false, 4, "PLACE_PARENT_UNKNOWN")
        );
        assert_eq!(database.connect().places().unwrap().len(), before);
    });
}

#[test]
fn a_spreadsheet_with_dates_is_read_the_same() {
    each_backend(|database| {
        let world = World::new(database);
        drop(world);
        let folder = Folder::new();
        let path = folder.0.join("areas.xlsx");
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let dates = Format::new().set_num_format("yyyy-mm-dd");
        for (row, line) in (0..).zip(LIST.lines()) {
            for (column, text) in (0..).zip(line.split(',')) {
                match (ExcelDateTime::parse_from_str(text), text.parse::<f64>()) {
                    (Ok(day), _) if text.contains('-') && row > 0 => {
                        sheet.write_datetime_with_format(row, column, day, &dates)
                    }
                    (_, Ok(number)) => sheet.write_number(row, column, number),
                    _ => sheet.write_string(row, column, text),
                }
                .unwrap();
            }
        }
        book.save(&path).unwrap();
        let report = run(database, &path, Role::Administrator, false).unwrap();
        assert_eq!(report.changes.added, 4, "{:?}", report.errors);
        let again = run(
            database,
            &folder.file("areas.csv", LIST),
            Role::Administrator,
            false,
        )
        .unwrap();
        assert_eq!(again.changes.same, 4);
    });
}

#[test]
fn only_who_may_import_places_does() {
    each_backend(|database| {
        let world = World::new(database);
        drop(world);
        let folder = Folder::new();
        let file = folder.file("areas.csv", LIST);
        assert!(matches!(
            run(database, &file, Role::Registrar, false),
            Err(Failure::Refused(_))
        ));
    });
}
