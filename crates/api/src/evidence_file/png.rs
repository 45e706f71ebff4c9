//! PNG (ISO/IEC 15948): the chunks that are needed to show a picture, and no other.
//!
//! Kept: header, palette, transparency, gamma and primaries, image data. Left out: texts,
//! Exif, times, colour profiles, and every other chunk that may be left out. Every
//! checksum is checked: a file that was cut and closed again is refused.

use super::{FileFault, exif};

pub(super) const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// The picture without metadata, and how it is to be turned.
pub(super) fn strip(file: &[u8]) -> Result<(Vec<u8>, Option<u8>), FileFault> {
    let mut rest = file.strip_prefix(&SIGNATURE).ok_or(FileFault::Damaged)?;
    let mut kept = SIGNATURE.to_vec();
    let mut orientation = None;
    let mut seen = Seen::default();
    loop {
        let chunk = Chunk::first_of(rest)?;
        rest = rest.get(chunk.whole.len()..).unwrap_or_default();
        seen.next(&chunk)?;
        match &chunk.kind {
            b"IHDR" | b"PLTE" | b"IDAT" | b"tRNS" | b"gAMA" | b"cHRM" | b"sRGB" => {
                kept.extend_from_slice(chunk.whole);
            }
            b"IEND" => {
                kept.extend_from_slice(chunk.whole);
                if !rest.is_empty() {
                    return Err(FileFault::More);
                }
                return Ok((kept, orientation));
            }
            b"eXIf" => orientation = orientation.or_else(|| exif::orientation(chunk.content)),
            // The case of the first letter says whether a picture can be shown without.
            [first, ..] if first.is_ascii_lowercase() => {}
            _ => return Err(FileFault::Damaged),
        }
    }
}

/// One chunk.
struct Chunk<'a> {
    kind: [u8; 4],
    content: &'a [u8],
    /// With length, kind and checksum.
    whole: &'a [u8],
}

impl<'a> Chunk<'a> {
    fn first_of(rest: &'a [u8]) -> Result<Self, FileFault> {
        let damaged = FileFault::Damaged;
        let length = u32::from_be_bytes(*rest.first_chunk().ok_or(damaged)?);
        let length = usize::try_from(length).map_err(|_| damaged)?;
        let end = length.checked_add(8).ok_or(damaged)?;
        let checked = rest.get(4..end).ok_or(damaged)?;
        let (kind, content) = checked.split_first_chunk::<4>().ok_or(damaged)?;
        let whole = rest.get(..end.checked_add(4).ok_or(damaged)?);
        let whole = whole.ok_or(damaged)?;
        let sum = whole.last_chunk::<4>().ok_or(damaged)?;
        if crc32fast::hash(checked) != u32::from_be_bytes(*sum) {
            return Err(damaged);
        }
        if !kind.iter().all(u8::is_ascii_alphabetic) {
            return Err(damaged);
        }
        Ok(Self {
            kind: *kind,
            content,
            whole,
        })
    }
}

/// Which chunks there were: each stands once and in its place, and none holds more than
/// its kind has.
#[derive(Default)]
struct Seen {
    kinds: Vec<[u8; 4]>,
}

impl Seen {
    fn next(&mut self, chunk: &Chunk<'_>) -> Result<(), FileFault> {
        let had = |kind: &[u8; 4]| self.kinds.contains(kind);
        let last = self.kinds.last();
        let length = chunk.content.len();
        let right = match &chunk.kind {
            b"IHDR" => self.kinds.is_empty() && is_header(chunk.content),
            b"PLTE" => !had(b"PLTE") && !had(b"IDAT") && length.is_multiple_of(3) && length <= 768,
            // Image data stands together.
            b"IDAT" => !had(b"IDAT") || last == Some(b"IDAT"),
            b"IEND" => had(b"IDAT") && length == 0,
            b"tRNS" => !had(b"tRNS") && !had(b"IDAT") && length <= 256,
            b"gAMA" => !had(b"gAMA") && !had(b"IDAT") && length == 4,
            b"cHRM" => !had(b"cHRM") && !had(b"IDAT") && length == 32,
            b"sRGB" => !had(b"sRGB") && !had(b"IDAT") && length == 1,
            _ => true,
        };
        if !right || (self.kinds.is_empty() && chunk.kind != *b"IHDR") {
            return Err(FileFault::Damaged);
        }
        // A file may hold thousands of pieces of image data; one is as good as all.
        if last != Some(&chunk.kind) {
            self.kinds.push(chunk.kind);
        }
        Ok(())
    }
}

/// Width, height, depth, colour, compression, filter, interlace.
fn is_header(content: &[u8]) -> bool {
    let Ok([w1, w2, w3, w4, h1, h2, h3, h4, depth, colour, 0, 0, 0..=1]) =
        <[u8; 13]>::try_from(content)
    else {
        return false;
    };
    let side = |bytes: [u8; 4]| (1..=i32::MAX).contains(&i32::from_be_bytes(bytes));
    let coloured = matches!(
        (colour, depth),
        (0, 1 | 2 | 4 | 8 | 16) | (3, 1 | 2 | 4 | 8) | (2 | 4 | 6, 8 | 16)
    );
    side([w1, w2, w3, w4]) && side([h1, h2, h3, h4]) && coloured
}
