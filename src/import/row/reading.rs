//! One cell at a time: its text, and what that comes to as a code, a date, a place.
//!
//! A fault is reported where it is found, and the reading goes on, so that a row
//! tells all its faults at once.
//!
//! Not here: which cells make a person or a household (`row`).

use super::RowReader;
use crate::import::date::{self, NoDate, Written};
use crate::import::fault::Fault;
use crate::import::mapping::{Field, Source};
use crate::import::table::{CELL_AT_MOST, Kind, Row, day_of_serial};
use jiff::civil::Date;
use sanad_core::area::PlaceRef;
use sanad_core::case::EARLIEST_DAY;
use sanad_core::person::BirthPrecision;
use sanad_core::value::ValueError;
use std::sync::Arc;

/// What a field holds: nothing, something, or something wrong that is reported.
pub(super) type Held<T> = Result<Option<T>, Reported>;

/// The fault is among the faults already.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reported;

pub(super) fn yes_no(text: &str) -> Result<bool, ValueError> {
    const YES: [&str; 5] = ["yes", "true", "1", "y", "نعم"];
    const NO: [&str; 5] = ["no", "false", "0", "n", "لا"];
    let is = |word: &&str| text.eq_ignore_ascii_case(word);
    if YES.iter().any(is) {
        Ok(true)
    } else if NO.iter().any(is) {
        Ok(false)
    } else {
        Err(ValueError::new("YES_NO_UNKNOWN", "write yes or no here"))
    }
}

/// Days on which the registry, or the list before it, did something. People were
/// displaced, and papers given, before.
const fn of_registration(field: Field) -> bool {
    matches!(
        field,
        Field::RegisteredOn
            | Field::ProcessingRecordedOn
            | Field::ConsentGivenOn
            | Field::NoticeGivenOn
    )
}

pub(super) struct Reading<'r, 'a> {
    pub(super) reader: &'r mut RowReader<'a>,
    pub(super) row: &'r Row,
    pub(super) faults: &'r mut Vec<Fault>,
    /// What is read is the constants of the household and not a row.
    pub(super) constants_of_household: bool,
}

impl<'r, 'a> Reading<'r, 'a>
where
    'a: 'r,
{
    pub(super) fn source(&self, field: Field) -> &'a Source {
        self.reader.plan.source(field)
    }

    pub(super) fn fault<T>(&mut self, field: Field, error: ValueError) -> Result<T, Reported> {
        let fault = Fault::of(&self.source(field).label, error);
        self.faults.push(fault);
        Err(Reported)
    }

    /// The text of a cell that can be read as text at all.
    pub(super) fn cell(&mut self, column: usize, label: &Arc<str>) -> Held<&'r str> {
        let wrong = match self.row.kind(column) {
            Kind::NotUtf8 => (
                "TEXT_NOT_UTF8",
                "the cell is not UTF-8; save the file as CSV UTF-8".into(),
            ),
            Kind::Fault => (
                "CELL_FAULT",
                "the formula in this cell gives an error".into(),
            ),
            Kind::TooLong => (
                "TEXT_TOO_LONG",
                format!("the cell is longer than {CELL_AT_MOST} characters"),
            ),
            Kind::Text | Kind::Number(_) | Kind::Day(_) => {
                return Ok(self.reader.plan.text(self.row, column));
            }
        };
        self.faults.push(Fault::new(label, wrong.0, wrong.1));
        Err(Reported)
    }

    pub(super) fn text(&mut self, field: Field) -> Held<&'r str> {
        let source = self.source(field);
        if let Some(column) = source.column {
            let cell = self.cell(column, &source.label)?;
            if cell.is_some() {
                return Ok(cell);
            }
        }
        let constant = source.constant.as_deref();
        Ok(constant.filter(|_| self.constants_of_household || !field.is_of_household()))
    }

    pub(super) fn parse<T>(
        &mut self,
        field: Field,
        parse: impl FnOnce(&str) -> Result<T, ValueError>,
    ) -> Held<T> {
        let Some(text) = self.text(field)? else {
            return Ok(None);
        };
        match parse(self.source(field).word(text)) {
            Ok(value) => Ok(Some(value)),
            Err(error) => self.fault(field, error),
        }
    }

    pub(super) fn needed<T>(&mut self, field: Field, held: Held<T>) -> Result<T, Reported> {
        match held? {
            Some(value) => Ok(value),
            None => self.fault(
                field,
                ValueError::new("VALUE_MISSING", "a value is needed here"),
            ),
        }
    }

    pub(super) fn flag(&mut self, field: Field) -> Result<bool, Reported> {
        Ok(self.parse(field, yes_no)?.unwrap_or(false))
    }

    pub(super) fn several<T: PartialEq>(
        &mut self,
        field: Field,
        parse: impl Fn(&str) -> Result<T, ValueError>,
    ) -> Held<Vec<T>> {
        let Some(text) = self.text(field)? else {
            return Ok(None);
        };
        let source = self.source(field);
        let mut values = Vec::new();
        let mut result = Ok(());
        for part in text
            .split(source.separator.as_str())
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            match parse(source.word(part)) {
                Ok(value) if values.contains(&value) => {}
                Ok(value) => values.push(value),
                Err(error) => result = self.fault(field, error),
            }
        }
        result.map(|()| Some(values).filter(|values| !values.is_empty()))
    }

    pub(super) fn written(&mut self, field: Field) -> Held<Written> {
        let Some(text) = self.text(field)? else {
            return Ok(None);
        };
        let source = self.source(field);
        let kind = source
            .column
            .map_or(Kind::Text, |column| self.row.kind(column));
        let day = |date| Written {
            date,
            precision: BirthPrecision::Day,
        };
        let written = match (kind, date::read(text, &source.forms)) {
            (Kind::Day(date), _) => Ok(day(date)),
            (Kind::Number(number), Err(why)) => day_of_serial(number).map(day).ok_or(why),
            (_, read) => read,
        };
        match written {
            Ok(written) if written.date <= self.reader.today => Ok(Some(written)),
            Ok(_) if field == Field::BirthDate => self.fault(
                field,
                ValueError::new("BIRTH_IN_FUTURE", "this birth date is still to come"),
            ),
            Ok(_) => self.fault(
                field,
                ValueError::new("DATE_IN_FUTURE", "this day is still to come"),
            ),
            Err(NoDate::Calendar) => self.fault(
                field,
                ValueError::new("DATE_IMPOSSIBLE", "the calendar has no such day"),
            ),
            Err(NoDate::Form) => {
                let mut forms: Vec<_> = source.forms.iter().map(date::DateForm::as_str).collect();
                forms.push("%Y-%m-%d");
                let text = format!(
                    "not a date in one of the forms of the mapping ({})",
                    forms.join(", ")
                );
                self.fault(field, ValueError::new("DATE_FORMAT", text))
            }
        }
    }

    /// A date to the day.
    pub(super) fn day(&mut self, field: Field) -> Held<Date> {
        match self.written(field)? {
            Some(written) if written.precision != BirthPrecision::Day => self.fault(
                field,
                ValueError::new("DATE_NOT_A_DAY", "day, month and year are needed here"),
            ),
            // The registration would be refused as well, but with all others beside it.
            Some(written) if written.date < EARLIEST_DAY && of_registration(field) => {
                let text = format!("this day is before {EARLIEST_DAY}; look at the year");
                self.fault(field, ValueError::new("DATE_TOO_EARLY", text))
            }
            written => Ok(written.map(|written| written.date)),
        }
    }

    pub(super) fn place(&mut self, field: Field) -> Held<Arc<PlaceRef>> {
        let Some(text) = self.text(field)? else {
            return Ok(None);
        };
        match self
            .reader
            .places
            .find(text, self.source(field).edition.as_ref())
        {
            Err(error) => self.fault(field, error),
            Ok(known) if field == Field::PlaceOfDisplacement && !known.permitted => self.fault(
                field,
                ValueError::new(
                    "PLACE_NOT_PERMITTED",
                    "this user may not register households in this place",
                ),
            ),
            Ok(known) => Ok(Some(known.place)),
        }
    }
}
