//! Rows of one sheet of an XLSX file, cell by cell: only the texts that the sheets
//! share and the cells of one row are in memory.

use super::{Kind, Layout, Row, TableFault, guard};
use calamine::{
    Cell, DataRef, ExcelDateTime, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError,
};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use std::fmt::Write as _;
use std::fs::File;
use std::io::BufReader;

pub(super) struct Source {
    book: Xlsx<BufReader<File>>,
    sheet: String,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Source(xlsx)")
    }
}

impl Source {
    pub(super) fn open(file: File, layout: &Layout) -> Result<Self, TableFault> {
        guard::check(&file)?;
        let book: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(|error| damaged(&error))?;
        let sheet = chosen_sheet(&book, layout.sheet.as_deref())?;
        Ok(Self { book, sheet })
    }

    pub(super) fn each_row<E: From<TableFault>>(
        &mut self,
        visit: &mut dyn FnMut(&Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut cells = self
            .book
            .worksheet_cells_reader(&self.sheet)
            .map_err(|error| damaged(&error))?;
        let last_row = cells.dimensions().end.0;
        let mut row = Row::default();
        let mut scratch = String::new();
        while let Some(cell) = cells.next_cell().map_err(|error| damaged(&error))? {
            let (line, column) = cell.get_position();
            let number = line.saturating_add(1);
            if number < row.number {
                return Err(TableFault::new(
                    "FILE_DAMAGED",
                    "the rows of the sheet are not in order",
                )
                .into());
            }
            if number > row.number {
                if row.width() > 0 {
                    visit(&row)?;
                }
                row.clear(number);
                row.share = f64::from(number) / f64::from(last_row.max(line).saturating_add(1));
            }
            // Sheets have 16,384 columns; a damaged file must not make a row of any width.
            if column < 16_384 {
                fill(&mut row, &cell, column as usize, &mut scratch);
            }
        }
        if row.width() > 0 {
            visit(&row)?;
        }
        Ok(())
    }
}

fn fill(row: &mut Row, cell: &Cell<DataRef<'_>>, column: usize, scratch: &mut String) {
    scratch.clear();
    match cell.get_value() {
        DataRef::Empty => {}
        DataRef::SharedString(text) => row.set(column, text, Kind::Text),
        DataRef::String(text) | DataRef::DurationIso(text) => row.set(column, text, Kind::Text),
        DataRef::DateTimeIso(text) => {
            let day = text.get(..10).unwrap_or(text);
            row.set(column, day, Kind::Text);
        }
        DataRef::Bool(yes) => row.set(column, if *yes { "yes" } else { "no" }, Kind::Text),
        DataRef::Int(number) => {
            // Writing to a text does not fail.
            let _ = write!(scratch, "{number}");
            #[expect(
                clippy::cast_precision_loss,
                reason = "only small numbers are taken for dates"
            )]
            row.set(column, scratch, Kind::Number(*number as f64));
        }
        DataRef::Float(number) => {
            let _ = write!(scratch, "{number}");
            row.set(column, scratch, Kind::Number(*number));
        }
        DataRef::DateTime(moment) => {
            let day = day_of(moment);
            let _ = match day {
                Some(day) => write!(scratch, "{day}"),
                None => write!(scratch, "{}", moment.as_f64()),
            };
            row.set(column, scratch, day.map_or(Kind::Text, Kind::Day));
        }
        DataRef::Error(_) => row.set(column, "#", Kind::Fault),
    }
}

fn day_of(moment: &ExcelDateTime) -> Option<Date> {
    if !moment.is_datetime() || !(0.0..3_000_000.0).contains(&moment.as_f64()) {
        return None;
    }
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

/// The day that a number stands for in a sheet that counts days from 1900. Numbers
/// below 61 count a 29 February 1900 that never was, and are no dates here.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
pub fn day_of_serial(serial: f64) -> Option<Date> {
    if !(61.0..2_958_466.0).contains(&serial) {
        return None;
    }
    date(1899, 12, 30)
        .checked_add((serial.floor() as i64).days())
        .ok()
}

/// The named sheet, or the first one that people can see.
fn chosen_sheet(book: &Xlsx<BufReader<File>>, wanted: Option<&str>) -> Result<String, TableFault> {
    let sheets = book.sheets_metadata();
    let found = sheets.iter().find(|sheet| match wanted {
        Some(name) => sheet.name == name,
        None => sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet,
    });
    found.map(|sheet| sheet.name.clone()).ok_or_else(|| {
        TableFault::new(
            "SHEET_MISSING",
            "the file has no such sheet; see `sheet` in the mapping",
        )
    })
}

fn damaged(error: &XlsxError) -> TableFault {
    match error {
        XlsxError::Password => TableFault::new(
            "FILE_OLD_OR_LOCKED",
            "the file has a password; save it without one",
        ),
        // The library's own text may quote a cell.
        _ => TableFault::new(
            "FILE_DAMAGED",
            "the sheet cannot be read; open the file and save it again as .xlsx",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_day_that_a_spreadsheet_shows_for_it() {
        assert_eq!(day_of_serial(61.0), Some(date(1900, 3, 1)));
        assert_eq!(day_of_serial(32_874.0), Some(date(1990, 1, 1)));
        assert_eq!(day_of_serial(45_658.75), Some(date(2025, 1, 1)));
        for no_day in [0.0, 60.0, -1.0, f64::NAN, 1e300] {
            assert_eq!(day_of_serial(no_day), None);
        }
    }
}
