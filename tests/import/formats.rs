//! Files and mappings as they come: delimiters, encodings, damage.

use super::generate::{List, column};
use super::{Folder, cases, mapping, mapping_text, run, told};
use proptest::prelude::*;
use sanad::cli::Failure;
use sanad::import::households::Mode;
use sanad::import::mapping::{Mapping, Plan, TEMPLATE};
use sanad::import::report::Outcome;
use sanad::import::table::{Layout, Table};
use sanad_testkit::{Backend, TestDatabase, World};

#[test]
fn any_of_three_separators_is_found() {
    let database = TestDatabase::new(Backend::Sqlite);
    let world = World::new(&database);
    let folder = Folder::new();
    for (number, separator) in (1..).zip([b',', b';', b'\t']) {
        let mut list = List::of(1, 0);
        list.rows
            .iter_mut()
            .for_each(|row| row[column("رقم الأسرة")] = format!("S{number}"));
        let mut writer = csv::WriterBuilder::new()
            .delimiter(separator)
            .from_writer(Vec::new());
        writer.write_record(super::generate::HEADERS).unwrap();
        list.rows
            .iter()
            .for_each(|row| writer.write_record(row).unwrap());
        let file = folder.file("list.csv", writer.into_inner().unwrap());
        let report = run(&world, &database, &file, &mapping(), Mode::AllOrNothing).unwrap();
        assert_eq!(report.outcome, Outcome::Stored, "{:?}", report.errors);
        assert_eq!(cases(&world, &database), number);
    }
}

#[test]
fn a_shifted_row_and_one_in_another_encoding_are_told_apart() {
    let database = TestDatabase::new(Backend::Sqlite);
    let world = World::new(&database);
    let folder = Folder::new();
    let text = String::from_utf8(List::of(0, 4).csv()).unwrap();
    let mut lines: Vec<Vec<u8>> = text.lines().map(|line| line.as_bytes().to_vec()).collect();
    lines[2].extend(b",,");
    let cut = lines[3].iter().rposition(|byte| *byte == b',').unwrap();
    lines[3].truncate(cut);
    let start = lines[4]
        .windows(5)
        .position(|bytes| bytes == b"Azad,")
        .unwrap();
    lines[4][start] = 0xE9;
    let file = folder.file("list.csv", lines.join(&b'\n'));
    let report = run(&world, &database, &file, &mapping(), Mode::DryRun).unwrap();
    assert_eq!(
        told(&report),
        [
            (3, String::new(), "ROW_WIDTH"),
            (4, String::new(), "ROW_WIDTH"),
            (5, "Given name".to_owned(), "TEXT_NOT_UTF8"),
        ]
    );
}

#[test]
fn a_file_that_is_no_list_is_refused_with_help() {
    let folder = Folder::new();
    let code = |bytes: &[u8]| {
        Table::open(&folder.file("f", bytes), &Layout::default())
            .unwrap_err()
            .code
    };
    assert_eq!(code(b""), "HEADER_MISSING");
    assert_eq!(code(b"\xFF\xFEa\0"), "FILE_NOT_UTF8");
    assert_eq!(
        code(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
        "FILE_OLD_OR_LOCKED"
    );
    assert_eq!(code(b"PK\x03\x04 and nothing more"), "FILE_DAMAGED");
    let wide = vec![b','; 2_000];
    assert_eq!(code(&[b"a".as_slice(), &wide].concat()), "TOO_MANY_COLUMNS");
}

#[test]
fn a_spreadsheet_that_unpacks_to_too_much_is_refused() {
    use std::io::Write as _;
    let folder = Folder::new();
    let path = folder.0.join("bomb.xlsx");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    archive
        .start_file(
            "xl/sharedStrings.xml",
            zip::write::SimpleFileOptions::default(),
        )
        .unwrap();
    let piece = vec![b'x'; 1 << 20];
    (0..8).for_each(|_| archive.write_all(&piece).unwrap());
    archive.finish().unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() < 100_000);
    assert_eq!(
        Table::open(&path, &Layout::default()).unwrap_err().code,
        "FILE_UNPACKS_TOO_LARGE"
    );
}

fn plan(mapping: &str, headers: &str) -> Result<Plan, String> {
    let folder = Folder::new();
    let mapping = Mapping::parse(mapping).map_err(|fault| fault.text)?;
    let table = Table::open(&folder.file("f.csv", headers), &Layout::default()).unwrap();
    Plan::new(&mapping, &table).map_err(|fault| fault.text)
}

#[test]
fn the_mapping_that_is_printed_can_be_read() {
    let headers: Vec<_> = TEMPLATE
        .split('"')
        .filter(|text| !text.contains('\n') && !text.contains('='))
        .map(|text| format!("\"{text}\""))
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    plan(TEMPLATE, &headers.join(",")).unwrap();
}

#[test]
fn everything_that_is_wrong_with_a_mapping_is_said_at_once() {
    let missing = plan("", "given_Latn").unwrap_err();
    for field in [
        "sex",
        "place_of_displacement",
        "processing_basis",
        "notice_version",
    ] {
        assert!(missing.contains(field), "{missing}");
    }
    for (mapping, word) in [
        ("colour = 1", "colour"),
        ("[columns]\ncolour = \"c\"", "the fields are"),
        ("[columns]\nsex = { header = \"s\", valeus = {} }", "valeus"),
        (
            "[columns]\nsex = { header = \"s\", values = { x = \"mael\" } }",
            "mael",
        ),
        (
            "[columns]\nsex = { header = \"s\", formats = [] }",
            "takes no `formats`",
        ),
        ("[columns]\nsex = \"nowhere\"", "no column `nowhere`"),
        ("[columns]\nsex = \"twice\"", "two columns `twice`"),
        (
            "date_formats = [\"%d/%m/%y\"]\n[columns]\nbirth_date = \"s\"",
            "two digits",
        ),
        ("[columns]\nphone = \"s\"", "phone_safe"),
        ("[columns]\nage = \"s\"", "age_as_of"),
    ] {
        let text = plan(mapping, "s,twice,Twice").unwrap_err();
        assert!(text.contains(word), "{mapping}: {text}");
    }
}

#[test]
fn without_a_mapping_the_headers_are_the_fields() {
    let database = TestDatabase::new(Backend::Sqlite);
    let world = World::new(&database);
    let folder = Folder::new();
    let list = "given_Arab,Family_arab,given_latn,sex,birth_date,place_of_displacement,processing_basis,\
        processing_purpose,notice_version,notice_language,notice_given_on\n\
        سلمى,الخطيب,Salma,female,1990-04-03,XZ-2025/C2044,vital_interest,return assistance,1,ar,2025-03-01\n";
    let file = folder.file("list.csv", list);
    let report = run(
        &world,
        &database,
        &file,
        &Mapping::default(),
        Mode::AllOrNothing,
    )
    .unwrap();
    assert_eq!(
        (report.registered, report.unread_columns.len()),
        (1, 0),
        "{:?}",
        report.errors
    );
}

#[test]
fn a_constant_that_cannot_be_right_is_refused_before_any_row() {
    let database = TestDatabase::new(Backend::Sqlite);
    let world = World::new(&database);
    let folder = Folder::new();
    let file = folder.file("list.csv", List::of(1, 0).csv());
    let wrong = mapping_text().replace(
        "notice_given_on = 2025-03-01",
        "notice_given_on = 2099-03-01",
    );
    let refused = run(
        &world,
        &database,
        &file,
        &Mapping::parse(&wrong).unwrap(),
        Mode::DryRun,
    );
    let Err(Failure::Refused(text)) = refused else {
        panic!("{refused:?}")
    };
    assert!(text.contains("notice_given_on"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_damaged_spreadsheet_never_panics(at in 0_usize..8_000, byte: u8, cut in 0_usize..8_000) {
        use std::sync::OnceLock;
        static WHOLE: OnceLock<Vec<u8>> = OnceLock::new();
        let whole = WHOLE.get_or_init(|| {
            let folder = Folder::new();
            let path = folder.0.join("list.xlsx");
            List::of(3, 3).write_xlsx(&path);
            std::fs::read(path).unwrap()
        });
        let mut bytes = whole.clone();
        let length = bytes.len();
        bytes[at % length] = byte;
        if cut % 4 == 0 {
            bytes.truncate(cut % length);
        }
        let folder = Folder::new();
        if let Ok(mut table) = Table::open(&folder.file("f", &bytes), &Layout::default()) {
            let _ = table.each_row(|row| {
                let _ = row.texts().count();
                Ok::<_, sanad::import::table::TableFault>(())
            });
        }
    }

    #[test]
    fn any_text_is_a_mapping_or_is_refused(text in "[a-z_\\[\\]=\"{}, 0-9\n-]{0,120}") {
        let _ = Mapping::parse(&text);
    }
}
