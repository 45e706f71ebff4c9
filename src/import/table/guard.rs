//! Refuses a spreadsheet that would unpack to more than a machine can take, before
//! it is read: every part is unpacked once and thrown away while it is counted.
//!
//! The sizes that a file declares are looked at first, but they may lie.

use super::TableFault;
use std::fs::File;
use std::io::{BufReader, Read};
use zip::ZipArchive;

/// Parts of one file, at most.
const PARTS_AT_MOST: usize = 10_000;
/// What the parts may unpack to together, in bytes. Sheets are read piece by piece.
const UNPACKED_AT_MOST: u64 = 4 << 30;
/// What the texts may unpack to, in bytes: they are kept in memory.
const TEXTS_AT_MOST: u64 = 512 << 20;
/// The longest piece between two `<`; the longest cell is far shorter.
const PIECE_AT_MOST: u64 = 1 << 20;

pub(super) fn check(file: &File) -> Result<(), TableFault> {
    let damaged = |_| TableFault::new("FILE_DAMAGED", "this is not a readable .xlsx file");
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if archive.len() > PARTS_AT_MOST {
        return Err(too_large());
    }
    let mut left = UNPACKED_AT_MOST;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(damaged)?;
        let name = part.name().map_err(damaged)?.to_ascii_lowercase();
        let is_text = matches!(name.rsplit('.').next(), Some("xml" | "rels"));
        if !is_text {
            continue;
        }
        // Only the sheets themselves are read piece by piece; the rest is kept.
        let most = if name.contains("worksheets/sheet") {
            left
        } else {
            left.min(TEXTS_AT_MOST)
        };
        if part.size() > most {
            return Err(too_large());
        }
        left -= count(&mut part, most)?;
    }
    Ok(())
}

/// Counts what a part unpacks to; refuses more than `most`.
fn count(part: &mut impl Read, most: u64) -> Result<u64, TableFault> {
    let mut buffer = vec![0; 64 * 1024];
    let mut total = 0_u64;
    let mut piece = 0_u64;
    loop {
        let read = part.read(&mut buffer).map_err(|_| {
            TableFault::new(
                "FILE_DAMAGED",
                "a part of this .xlsx file cannot be unpacked",
            )
        })?;
        let bytes = buffer.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(total);
        }
        total += read as u64;
        piece = match bytes.iter().rposition(|byte| *byte == b'<') {
            Some(at) => (read - at) as u64,
            None => piece + read as u64,
        };
        if total > most || piece > PIECE_AT_MOST {
            return Err(too_large());
        }
    }
}

fn too_large() -> TableFault {
    TableFault::new(
        "FILE_UNPACKS_TOO_LARGE",
        "this .xlsx file unpacks to more than the registry reads; save only the needed sheet, or save it as CSV UTF-8",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_counted_and_refused_when_it_grows_too_large() {
        let sheet = "<c><v>1</v></c>".repeat(50_000);
        assert_eq!(
            count(&mut sheet.as_bytes(), 1 << 30),
            Ok(sheet.len() as u64)
        );
        assert_eq!(
            count(&mut sheet.as_bytes(), 1_000).unwrap_err(),
            too_large()
        );
    }

    #[test]
    fn one_endless_text_is_refused_however_small_the_file() {
        let endless = std::io::repeat(b'a');
        assert_eq!(
            count(&mut endless.take(8 << 20), 1 << 30).unwrap_err(),
            too_large()
        );
    }
}
