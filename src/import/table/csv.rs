//! Rows of a CSV file in UTF-8, with or without a byte order mark.
//!
//! Rows are numbered as a spreadsheet numbers them: blank lines count, and a line
//! break inside quotation marks does not.

use super::{Kind, Layout, Row, TableFault};
use csv::{ByteRecord, ReaderBuilder};
use std::fs::File;
use std::io::{Chain, Read, Seek as _, SeekFrom};

/// The longest row, in bytes; more means a quotation mark that is never closed.
const ROW_AT_MOST: u64 = 1 << 20;
/// How much of the file is looked at to find what separates its cells.
const HEAD: u64 = 64 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

#[derive(Debug)]
pub(super) struct Source {
    file: File,
    size: u64,
    start: u64,
    delimiter: u8,
}

impl Source {
    pub(super) fn open(mut file: File, size: u64, layout: &Layout) -> Result<Self, TableFault> {
        let mut head = Vec::new();
        (&mut file).take(HEAD).read_to_end(&mut head)?;
        let start = if head.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len()
        } else {
            0
        };
        let text = head.get(start..).unwrap_or_default();
        let delimiter = layout
            .delimiter
            .unwrap_or_else(|| likely_delimiter(text, layout.header_row.unwrap_or(1)));
        Ok(Self {
            file,
            size,
            start: start as u64,
            delimiter,
        })
    }

    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    pub(super) fn each_row<E: From<TableFault>>(
        &mut self,
        visit: &mut dyn FnMut(&Row) -> Result<(), E>,
    ) -> Result<(), E> {
        self.file
            .seek(SeekFrom::Start(self.start))
            .map_err(TableFault::from)?;
        rows(&self.file, self.delimiter, self.size, visit)
    }
}

/// The rows of any bytes.
pub(super) fn rows<E: From<TableFault>>(
    bytes: impl Read,
    delimiter: u8,
    size: u64,
    visit: &mut dyn FnMut(&Row) -> Result<(), E>,
) -> Result<(), E> {
    // The line break after the last row makes blank lines countable up to the end.
    let bounded = Bounded {
        inner: bytes.chain(b"\n".as_slice()),
        left: ROW_AT_MOST,
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(bounded);
    let mut record = ByteRecord::new();
    let mut row = Row::default();
    let mut number = 0_u32;
    loop {
        reader.get_mut().left = ROW_AT_MOST;
        let before = reader.position().line();
        let more = reader
            .read_byte_record(&mut record)
            .map_err(|error| fault(&error, number + 1))?;
        if !more {
            return Ok(());
        }
        // The reader passes over blank lines without a word; lines that are not of
        // this row were such.
        let lines = reader.position().line() - before;
        let inside = record.as_slice().split(|byte| *byte == b'\n').count() as u64;
        let blank = lines.saturating_sub(inside);
        number = number.saturating_add(u32::try_from(blank + 1).unwrap_or(u32::MAX));
        row.clear(number);
        row.share = share(reader.position().byte(), size);
        for (column, bytes) in record.iter().enumerate() {
            match std::str::from_utf8(bytes) {
                Ok(text) => row.set(column, text, Kind::Text),
                Err(_) => row.set(column, &String::from_utf8_lossy(bytes), Kind::NotUtf8),
            }
        }
        visit(&row)?;
    }
}

#[expect(clippy::cast_precision_loss, reason = "for a progress bar")]
fn share(read: u64, size: u64) -> f64 {
    if size == 0 {
        1.0
    } else {
        (read as f64 / size as f64).min(1.0)
    }
}

fn fault(error: &csv::Error, row: u32) -> TableFault {
    match error.kind() {
        csv::ErrorKind::Io(io) if io.kind() == std::io::ErrorKind::FileTooLarge => TableFault::new(
            "ROW_TOO_LONG",
            format!("row {row} does not end within 1 MiB; a quotation mark is probably not closed"),
        ),
        _ => TableFault::new(
            "FILE_UNREADABLE",
            format!("the file cannot be read after row {row}"),
        ),
    }
}

/// Gives out so many bytes for one row and then refuses, so that one row without
/// an end cannot fill the memory.
struct Bounded<R> {
    inner: Chain<R, &'static [u8]>,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        let read = self.inner.read(buffer)?;
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

/// Of comma, semicolon and tab the one that the header holds most of.
fn likely_delimiter(head: &[u8], header_row: u32) -> u8 {
    let skipped = usize::try_from(header_row.saturating_sub(1)).unwrap_or(0);
    let line = head
        .split(|byte| *byte == b'\n')
        .nth(skipped)
        .unwrap_or_default();
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in line {
        quoted ^= *byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(one, _)| one == byte && !quoted) {
            *count += 1;
        }
    }
    // The first one wins a tie, so a single column is read as comma-separated.
    counts
        .iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(byte, _)| *byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Result<Vec<(u32, Vec<String>)>, TableFault> {
        let mut found = Vec::new();
        rows(bytes, b',', bytes.len() as u64, &mut |row| {
            found.push((row.number, row.texts().map(str::to_owned).collect()));
            Ok::<_, TableFault>(())
        })?;
        Ok(found)
    }

    fn numbers(bytes: &[u8]) -> Vec<u32> {
        read(bytes)
            .unwrap()
            .iter()
            .map(|(number, _)| *number)
            .collect()
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
        assert_eq!(numbers(b"a,b\n1,2\n3,4"), [1, 2, 3]);
        assert_eq!(numbers(b"a,b\r\n\r\n1,2\r\n\r\n\r\n3,4\r\n"), [1, 3, 6]);
        assert_eq!(numbers(b"a,b\n\"1\n1\",2\n\n3,4"), [1, 2, 4]);
        assert_eq!(numbers(b"\n\na"), [3]);
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_is_found_before_memory_is_full() {
        let mut bytes = b"a,b\n1,\"2\n".to_vec();
        bytes.resize(3 << 20, b'x');
        let fault = read(&bytes).unwrap_err();
        assert_eq!(fault.code, "ROW_TOO_LONG");
        assert!(fault.text.contains("row 2"), "{}", fault.text);
    }

    #[test]
    fn what_separates_cells_is_found_from_the_header() {
        assert_eq!(likely_delimiter(b"a;b;\"c,d,e\"\n1,2,3,4", 1), b';');
        assert_eq!(likely_delimiter(b"a\tb\tc,d", 1), b'\t');
        assert_eq!(likely_delimiter(b"title; of the list\na,b,c", 2), b',');
        assert_eq!(likely_delimiter(b"single", 1), b',');
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>, delimiter in prop::sample::select(vec![b',', b';', b'\t'])) {
            let mut last = 0;
            let _ = rows(bytes.as_slice(), delimiter, 1, &mut |row| {
                assert!(row.number > last, "row numbers grow");
                last = row.number;
                Ok::<_, TableFault>(())
            });
        }
    }
}
