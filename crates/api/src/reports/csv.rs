//! Rows as comma-separated values for a spreadsheet.
//!
//! A cell that a spreadsheet would run as a formula gets an apostrophe before it
//! (ASVS 1.2.10 ◐; the list of first characters is OWASP's on CSV injection ◐).

use std::borrow::Cow;

/// Whether a spreadsheet would take this text for a formula.
fn would_run(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// The text, harmless.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if would_run(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// One line of a table.
pub fn line<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(Vec::new());
    for cell in cells {
        writer.write_field(harmless(cell.as_ref()).as_bytes())?;
    }
    writer.write_record(None::<&[u8]>)?;
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_made_harmless() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(harmless(bad), format!("'{bad}"));
        }
        for good in ["", "1-2", "XZ01", "\"=1\""] {
            assert_eq!(harmless(good), good);
        }
    }

    #[test]
    fn commas_quotes_and_line_breaks_stay_within_their_cell() {
        let line = line(["a,b", "say \"no\"", "two\nlines", ""]).unwrap();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(line.as_slice());
        let record = reader.records().next().unwrap().unwrap();
        assert_eq!(
            record.iter().collect::<Vec<_>>(),
            ["a,b", "say \"no\"", "two\nlines", ""]
        );
    }
}
