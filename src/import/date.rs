//! Dates as lists write them, read by the forms that the mapping declares.
//!
//! `03/04/1990` is the third of April in one office and the fourth of March in
//! another; nothing in the cell says which. So the mapping lists the forms, the
//! first that fits wins, and without a mapping only 1990-04-03 is read.
//!
//! Arabic-Indic (٠–٩) and Extended Arabic-Indic (۰–۹) digits are read as digits.

use super::table::TableFault;
use jiff::civil::{Date, date};
use sanad_core::person::BirthPrecision;

/// A form of dates, such as `%d/%m/%Y`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateForm {
    text: String,
    steps: Vec<Step>,
    precision: BirthPrecision,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Day,
    Month,
    MonthName,
    Year,
    Just(char),
}

/// A date and how much of it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The date; what was not written is 1.
    pub date: Date,
    /// How much of it was written.
    pub precision: BirthPrecision,
}

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDate {
    /// No form fits.
    Form,
    /// A form fits, but the calendar has no such day.
    Calendar,
}

impl DateForm {
    /// Parses a form: `%d` day, `%m` month as a number, `%b` month by name, `%Y`
    /// year with four digits; everything else stands for itself.
    pub fn parse(text: &str) -> Result<Self, TableFault> {
        let wrong =
            |why: &str| TableFault::new("DATE_FORM_WRONG", format!("the date form `{text}` {why}"));
        let mut steps = Vec::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            steps.push(match character {
                '%' => match characters.next() {
                    Some('d') => Step::Day,
                    Some('m') => Step::Month,
                    Some('b' | 'B') => Step::MonthName,
                    Some('Y') => Step::Year,
                    Some('y') => {
                        return Err(wrong("has a year of two digits, which may mean two centuries; let the list show four digits and write `%Y`"));
                    }
                    _ => return Err(wrong("has a part that is not `%d`, `%m`, `%b` or `%Y`")),
                },
                other => Step::Just(other),
            });
        }
        let count = |wanted: &[Step]| steps.iter().filter(|step| wanted.contains(step)).count();
        let (days, months, years) = (
            count(&[Step::Day]),
            count(&[Step::Month, Step::MonthName]),
            count(&[Step::Year]),
        );
        let precision = match (days, months, years) {
            (1, 1, 1) => BirthPrecision::Day,
            (0, 1, 1) => BirthPrecision::Month,
            (0, 0, 1) => BirthPrecision::Year,
            _ => {
                return Err(wrong(
                    "must have `%Y`, and `%m` or `%b` where it has `%d`, each once",
                ));
            }
        };
        Ok(Self {
            text: text.to_owned(),
            steps,
            precision,
        })
    }

    /// The form as the mapping has it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn read(&self, raw: &str) -> Result<Written, NoDate> {
        let (mut day, mut month, mut year) = (1, 1, 0);
        let mut rest = raw;
        for step in &self.steps {
            match step {
                Step::Day => (day, rest) = number(rest, 1, 2).ok_or(NoDate::Form)?,
                Step::Month => (month, rest) = number(rest, 1, 2).ok_or(NoDate::Form)?,
                Step::Year => (year, rest) = number(rest, 4, 4).ok_or(NoDate::Form)?,
                Step::MonthName => (month, rest) = month_name(rest).ok_or(NoDate::Form)?,
                Step::Just(character) => {
                    rest = rest.strip_prefix(*character).ok_or(NoDate::Form)?;
                }
            }
        }
        if !rest.is_empty() {
            return Err(NoDate::Form);
        }
        let narrow = |number: i16| i8::try_from(number).map_err(|_| NoDate::Calendar);
        let date = Date::new(year, narrow(month)?, narrow(day)?).map_err(|_| NoDate::Calendar)?;
        Ok(Written {
            date,
            precision: self.precision,
        })
    }
}

/// Reads a date by the first form that fits; 2025-03-31 is always understood.
pub fn read(raw: &str, forms: &[DateForm]) -> Result<Written, NoDate> {
    let mut why = NoDate::Form;
    for form in forms {
        match form.read(raw) {
            Ok(written) => return Ok(written),
            Err(NoDate::Calendar) => why = NoDate::Calendar,
            Err(NoDate::Form) => {}
        }
    }
    match iso(raw) {
        Some(Ok(date)) => Ok(Written {
            date,
            precision: BirthPrecision::Day,
        }),
        Some(Err(calendar)) => Err(calendar),
        None => Err(why),
    }
}

/// 2025-03-31, with or without a time of day behind it.
fn iso(raw: &str) -> Option<Result<Date, NoDate>> {
    let (year, rest) = number(raw, 4, 4)?;
    let (month, rest) = number(rest.strip_prefix('-')?, 2, 2)?;
    let (day, rest) = number(rest.strip_prefix('-')?, 2, 2)?;
    if !rest.is_empty() && !rest.starts_with("T00:00") && !rest.starts_with(" 00:00") {
        return None;
    }
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Some(Date::new(year, month, day).map_err(|_| NoDate::Calendar))
}

/// A number of so many digits at the start, and what follows it.
fn number(text: &str, least: usize, most: usize) -> Option<(i16, &str)> {
    let mut value = 0;
    let mut digits = 0;
    let mut end = 0;
    for (at, character) in text.char_indices() {
        let Some(digit) = digit(character).filter(|_| digits < most) else {
            break;
        };
        value = value * 10 + digit;
        digits += 1;
        end = at + character.len_utf8();
    }
    (digits >= least).then(|| (value, text.get(end..).unwrap_or_default()))
}

/// The value of a digit of any of the three sets in use in the region.
pub fn digit(character: char) -> Option<i16> {
    let zero = match character {
        '0'..='9' => '0',
        '\u{0660}'..='\u{0669}' => '\u{0660}',
        '\u{06F0}'..='\u{06F9}' => '\u{06F0}',
        _ => return None,
    };
    i16::try_from(u32::from(character) - u32::from(zero)).ok()
}

/// Months by name: English, and Arabic as written in the Levant and Iraq and as
/// written in Egypt and the Gulf. Longer names stand before shorter ones.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "كانون الثاني", "يناير"],
    &["february", "feb", "شباط", "فبراير"],
    &["march", "mar", "آذار", "اذار", "مارس"],
    &["april", "apr", "نيسان", "أبريل", "ابريل"],
    &["may", "أيار", "ايار", "مايو"],
    &["june", "jun", "حزيران", "يونيو"],
    &["july", "jul", "تموز", "يوليو"],
    &["august", "aug", "آب", "اب", "أغسطس", "اغسطس"],
    &["september", "sept", "sep", "أيلول", "ايلول", "سبتمبر"],
    &[
        "october",
        "oct",
        "تشرين الأول",
        "تشرين الاول",
        "أكتوبر",
        "اكتوبر",
    ],
    &["november", "nov", "تشرين الثاني", "نوفمبر"],
    &["december", "dec", "كانون الأول", "كانون الاول", "ديسمبر"],
];

/// The month whose name the text starts with, and what follows it.
fn month_name(text: &str) -> Option<(i16, &str)> {
    let after = |name: &str| {
        let (start, rest) = text.split_at_checked(name.len())?;
        (start.eq_ignore_ascii_case(name) && !rest.starts_with(char::is_alphabetic)).then_some(rest)
    };
    (1..).zip(MONTHS).find_map(|(month, names)| {
        names
            .iter()
            .find_map(|name| after(name))
            .map(|rest| (month, rest))
    })
}

/// The first day of the year in which a person of an age was born at the latest.
///
/// Of the two years it may be, the later one: whoever may still be a child is
/// treated as one (return-conditions §1.1 –).
pub fn year_of_birth(age: i16, as_of: Date) -> Option<Date> {
    (0..=130)
        .contains(&age)
        .then(|| date(as_of.year() - age, 1, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn forms(texts: &[&str]) -> Vec<DateForm> {
        texts
            .iter()
            .map(|text| DateForm::parse(text).unwrap())
            .collect()
    }

    #[expect(clippy::unnecessary_wraps, reason = "what a form that fits answers")]
    fn day(year: i16, month: i8, day: i8) -> Result<Written, NoDate> {
        Ok(Written {
            date: date(year, month, day),
            precision: BirthPrecision::Day,
        })
    }

    #[test]
    fn the_first_form_that_fits_wins() {
        let east = forms(&["%d/%m/%Y", "%m/%d/%Y"]);
        assert_eq!(read("03/04/1990", &east), day(1990, 4, 3));
        assert_eq!(read("03/25/1990", &east), day(1990, 3, 25));
        assert_eq!(read("3/4/1990", &forms(&["%m/%d/%Y"])), day(1990, 3, 4));
        assert_eq!(read("03/04/1990", &[]), Err(NoDate::Form));
        assert_eq!(read("1990-04-03", &east), day(1990, 4, 3));
    }

    #[test]
    fn digits_and_months_of_the_region_are_read() {
        let both = forms(&["%d/%m/%Y", "%d %b %Y", "%d-%b-%Y"]);
        for text in [
            "٣/٤/١٩٩٠",
            "۰۳/۰۴/۱۹۹۰",
            "3 Apr 1990",
            "3-april-1990",
            "٣ نيسان ١٩٩٠",
        ] {
            assert_eq!(read(text, &both), day(1990, 4, 3), "{text}");
        }
        assert_eq!(read("1 كانون الثاني 1990", &both), day(1990, 1, 1));
        assert_eq!(read("1 كانون الأول 1990", &both), day(1990, 12, 1));
    }

    #[test]
    fn a_form_without_a_day_says_how_much_is_known() {
        let some = forms(&["%m/%Y", "%Y"]);
        assert_eq!(read("1990", &some).unwrap().precision, BirthPrecision::Year);
        let month = read("7/1990", &some).unwrap();
        assert_eq!(
            (month.date, month.precision),
            (date(1990, 7, 1), BirthPrecision::Month)
        );
    }

    #[test]
    fn a_day_that_never_was_is_told_apart_from_a_text() {
        let one = forms(&["%d/%m/%Y"]);
        for impossible in [
            "31/02/1990",
            "29/02/2023",
            "00/01/1990",
            "12/13/1990",
            "1990-02-30",
        ] {
            assert_eq!(
                read(impossible, &one),
                Err(NoDate::Calendar),
                "{impossible}"
            );
        }
        for text in [
            "",
            "spring 1990",
            "1/1/90",
            "1/1/19901",
            "1/1/1990 or later",
        ] {
            assert_eq!(read(text, &one), Err(NoDate::Form), "{text}");
        }
    }

    #[test]
    fn a_form_that_cannot_be_meant_is_refused() {
        for wrong in ["", "%d/%m", "%d/%m/%y", "%d/%Y", "%Y-%Y", "%H:%M", "%"] {
            assert_eq!(
                DateForm::parse(wrong).unwrap_err().code,
                "DATE_FORM_WRONG",
                "{wrong}"
            );
        }
    }

    #[test]
    fn who_may_still_be_a_child_is_taken_for_one() {
        // Seventeen on this day: born between March 2007 and March 2008.
        assert_eq!(year_of_birth(17, date(2025, 3, 1)), Some(date(2008, 1, 1)));
        assert_eq!(year_of_birth(131, date(2025, 3, 1)), None);
        assert_eq!(year_of_birth(-1, date(2025, 3, 1)), None);
    }

    proptest! {
        #[test]
        fn any_text_and_any_form_are_read_without_panic(text in "\\PC*", form in "[%dmbYy/ .-]{0,8}") {
            let forms: Vec<_> = DateForm::parse(&form).into_iter().collect();
            let _ = read(&text, &forms);
        }

        #[test]
        fn a_date_is_read_back(year in 1880_i16..2100, month in 1_i8..=12, of_month in 1_i8..=28) {
            let text = format!("{of_month}.{month}.{year}");
            prop_assert_eq!(read(&text, &forms(&["%d.%m.%Y"])), day(year, month, of_month));
        }
    }
}
