//! Lists to import: people of the invented country XZ with Arabic and Latin names,
//! dates in four forms, and rows that are bad in a known way.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::path::Path;

/// The headers, as in `reference/import/households.toml`.
pub(crate) const HEADERS: [&str; 26] = [
    "رقم الأسرة",
    "رقم الفرد",
    "صلة القرابة",
    "الجنس",
    "تاريخ الميلاد",
    "العمر",
    "الجنسية",
    "Status",
    "Document",
    "Document number",
    "Needs",
    "Unaccompanied",
    "الهاتف",
    "Safe to call",
    "P-code",
    "Origin",
    "Cause",
    "Left on",
    "Arrived on",
    "الاسم",
    "اسم الأب",
    "الكنية",
    "Given name",
    "Family name",
    "اسم الجد",
    "Religion",
];

/// Where a header stands.
pub(crate) fn column(header: &str) -> usize {
    HEADERS.iter().position(|known| *known == header).unwrap()
}

/// What is wrong with a row: the cells to set, the column and the code reported.
pub(crate) type Slip = (
    &'static [(&'static str, &'static str)],
    &'static str,
    &'static str,
);

/// Twenty kinds of bad rows.
pub(crate) const SLIPS: [Slip; 20] = [
    (
        &[
            ("الاسم", ""),
            ("اسم الأب", ""),
            ("اسم الجد", ""),
            ("الكنية", ""),
            ("Given name", ""),
            ("Family name", ""),
        ],
        "الاسم",
        "NAME_MISSING",
    ),
    (&[("الجنس", "?")], "الجنس", "SEX_UNKNOWN_CODE"),
    (&[("الجنس", "-")], "الجنس", "VALUE_MISSING"),
    (
        &[("تاريخ الميلاد", "in spring")],
        "تاريخ الميلاد",
        "DATE_FORMAT",
    ),
    (
        &[("تاريخ الميلاد", "01/01/2099")],
        "تاريخ الميلاد",
        "BIRTH_IN_FUTURE",
    ),
    (
        &[("تاريخ الميلاد", "01/01/1850")],
        "تاريخ الميلاد",
        "BIRTH_YEAR_TOO_EARLY",
    ),
    (
        &[("تاريخ الميلاد", "31/02/1990")],
        "تاريخ الميلاد",
        "DATE_IMPOSSIBLE",
    ),
    (
        &[("تاريخ الميلاد", ""), ("العمر", "200")],
        "العمر",
        "AGE_OUT_OF_RANGE",
    ),
    (&[("P-code", "C9999")], "P-code", "PLACE_UNKNOWN"),
    (
        &[("صلة القرابة", "boss")],
        "صلة القرابة",
        "RELATIONSHIP_UNKNOWN_CODE",
    ),
    (
        &[("Document", "military_booklet")],
        "Document",
        "DOCUMENT_TYPE_UNKNOWN_CODE",
    ),
    (
        &[("Status", "XYZ")],
        "Status",
        "POPULATION_TYPE_UNKNOWN_CODE",
    ),
    (&[("Needs", "WG-SEE; QQ-QQ")], "Needs", "NEED_CODE_UNKNOWN"),
    (&[("Needs", "LP-AP")], "Needs", "NEED_CODE_OFF"),
    (&[("الاسم", "سل\nمى")], "الاسم", "TEXT_CONTROL_CHARACTER"),
    (
        &[(
            "Family name",
            "Abcdefghijklmnopqrstuvwxyz Abcdefghijklmnopqrstuvwxyz Abcdefghijklmnopqrstuvwxyz Abcdefghijklmnopqrstuvwxyz",
        )],
        "Family name",
        "TEXT_TOO_LONG",
    ),
    (
        &[("Left on", "10/02/2024"), ("Arrived on", "09/02/2024")],
        "Arrived on",
        "ARRIVED_BEFORE_LEAVING",
    ),
    (
        &[("الجنسية", "Syrian")],
        "الجنسية",
        "NATIONALITY_UNKNOWN_CODE",
    ),
    (&[("الهاتف", "ask Nour")], "الهاتف", "CONTACT_PHONE"),
    (
        &[("Safe to call", "perhaps")],
        "Safe to call",
        "YES_NO_UNKNOWN",
    ),
];

const ARABIC: [(&str, &str, &str); 6] = [
    ("سلمى", "Salma", "أنثى"),
    ("حسن", "Hasan", "ذكر"),
    ("نور", "Nour", "F"),
    ("آزاد", "Azad", "M"),
    ("مريم", "Maryam", "أنثى"),
    ("يوسف", "Yousef", "ذكر"),
];
const FAMILIES: [(&str, &str); 4] = [
    ("الخطيب", "al-Khatib"),
    ("حداد", "Haddad"),
    ("عبد الرحمن", "Abd al-Rahman"),
    ("شيخو", "Shekho"),
];
const FATHERS: [&str; 3] = ["علي", "محمود", "إلياس"];

/// A list in the making.
pub(crate) struct List {
    /// The rows below the header.
    pub(crate) rows: Vec<Vec<String>>,
}

impl List {
    /// `households` of five persons each, then `alone` persons without a household.
    pub(crate) fn of(households: usize, alone: usize) -> Self {
        let mut list = Self {
            rows: Vec::with_capacity(households * 5 + alone),
        };
        for number in 0..households {
            for place in 0..5 {
                let relation = ["رب الأسرة", "زوجة", "ابن", "ابنة", "sibling"][place];
                list.rows
                    .push(person(number * 5 + place, &format!("H-{number}"), relation));
            }
        }
        for number in 0..alone {
            list.rows.push(person(households * 5 + number, "", ""));
        }
        list
    }

    /// Makes a row bad; `at` counts the rows below the header from 0.
    pub(crate) fn spoil(&mut self, at: usize, slip: &Slip) {
        for (header, text) in slip.0 {
            (*text).clone_into(&mut self.rows[at][column(header)]);
        }
    }

    /// The list as CSV with a byte order mark.
    pub(crate) fn csv(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(b"\xEF\xBB\xBF".to_vec());
        writer.write_record(HEADERS).unwrap();
        for row in &self.rows {
            writer.write_record(row).unwrap();
        }
        writer.into_inner().unwrap()
    }

    /// The list as XLSX. Dates in the form 2025-03-31 become dates of the sheet, and
    /// ages numbers.
    pub(crate) fn write_xlsx(&self, path: &Path) {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let dates = Format::new().set_num_format("dd/mm/yyyy");
        let rows =
            std::iter::once(HEADERS.map(str::to_owned).to_vec()).chain(self.rows.iter().cloned());
        for (number, row) in (0..).zip(rows) {
            for (place, text) in (0..).zip(&row) {
                let day = ExcelDateTime::parse_from_str(text)
                    .ok()
                    .filter(|_| text.len() == 10 && text.contains('-'));
                let age = text
                    .parse::<f64>()
                    .ok()
                    .filter(|_| usize::from(place) == column("العمر"));
                match (day, age) {
                    (Some(day), _) => sheet
                        .write_datetime_with_format(number, place, day, &dates)
                        .unwrap(),
                    (_, Some(age)) => sheet.write_number(number, place, age).unwrap(),
                    _ => sheet.write_string(number, place, text).unwrap(),
                };
            }
        }
        book.save(path).unwrap();
    }
}

fn person(number: usize, household: &str, relation: &str) -> Vec<String> {
    let (arabic, latin, sex) = ARABIC[number % ARABIC.len()];
    let (family, family_latin) = FAMILIES[number % FAMILIES.len()];
    let (year, month, day) = (1950 + number % 70, 1 + number % 12, 1 + number % 28);
    let birth = match number % 5 {
        0 => format!("{day}/{month}/{year}"),
        1 => format!("{year}-{month:02}-{day:02}"),
        2 => format!("{day}-{}-{year}", ["Jan", "Feb", "Mar", "Apr"][number % 4]),
        3 => format!("{day}/{month}/{year}")
            .chars()
            .map(arabic_digit)
            .collect(),
        _ => String::new(),
    };
    let age = if birth.is_empty() {
        (number % 80).to_string()
    } else {
        String::new()
    };
    let mut row = vec![String::new(); HEADERS.len()];
    let mut set = |header: &str, text: &str| text.clone_into(&mut row[column(header)]);
    set("رقم الأسرة", household);
    set("رقم الفرد", &format!("P{number}"));
    set("صلة القرابة", relation);
    set("الجنس", sex);
    set("تاريخ الميلاد", &birth);
    set("العمر", &age);
    set(
        "الجنسية",
        if number.is_multiple_of(3) {
            "N/A"
        } else {
            "SYR"
        },
    );
    set("Status", "IDP");
    if number.is_multiple_of(4) {
        set("Document", "national_id");
        set("Document number", &format!("{:010}", number * 7));
    }
    set(
        "Needs",
        if number.is_multiple_of(6) {
            "WG-SEE;WG-WLK"
        } else {
            ""
        },
    );
    set("Unaccompanied", "no");
    if household.is_empty() || number.is_multiple_of(5) {
        set("الهاتف", &format!("+963 11 {number:07}"));
        set("Safe to call", "نعم");
        set("P-code", "C2044");
        set("Origin", "C1007");
        set("Cause", "armed_conflict");
        set("Left on", "05/01/2024");
        set("Arrived on", "2024-01-09");
    }
    set("الاسم", arabic);
    set("اسم الأب", FATHERS[number % FATHERS.len()]);
    set("الكنية", family);
    set("Given name", latin);
    set("Family name", &format!("{family_latin} {number}"));
    set("Religion", "must not be read");
    row
}

fn arabic_digit(character: char) -> char {
    match character.to_digit(10) {
        Some(digit) => char::from_u32(0x0660 + digit).unwrap(),
        None => character,
    }
}
