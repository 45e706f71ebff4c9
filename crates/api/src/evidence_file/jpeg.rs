//! JPEG (ITU-T T.81): the segments that are needed to show a picture, and no other.
//!
//! Kept: frame, tables, scans, a JFIF header without its thumbnail, Adobe's colour
//! transform. Left out: every other application segment (Exif, XMP, IPTC, colour
//! profiles) and comments. What is kept is measured, so that nothing rides along in it.

use super::{FileFault, exif};

const START: u8 = 0xD8;
const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;

/// The picture without metadata, and how it is to be turned.
pub(super) fn strip(file: &[u8]) -> Result<(Vec<u8>, Option<u8>), FileFault> {
    let mut walk = Walk {
        file,
        at: 2,
        kept: vec![0xFF, START],
    };
    let mut orientation = None;
    let (mut framed, mut scanned) = (false, false);
    loop {
        let marker = walk.marker()?;
        if marker == END {
            if !framed || !scanned {
                return Err(FileFault::Damaged);
            }
            walk.kept.extend([0xFF, END]);
            if walk.at != file.len() {
                return Err(FileFault::More);
            }
            return Ok((walk.kept, orientation));
        }
        // What has no length stands only within a scan, or begins another picture.
        if matches!(marker, 0x00..=0x01 | 0xD0..=START) {
            return Err(FileFault::Damaged);
        }
        let segment = walk.segment()?;
        match marker {
            SCAN => {
                let components = usize::from(*segment.first().ok_or(FileFault::Damaged)?);
                fits(framed && segment.len() == 4 + 2 * components)?;
                walk.keep(marker, segment)?;
                walk.scan()?;
                scanned = true;
            }
            0xC4 => {
                fits(are_huffman_tables(segment))?;
                walk.keep(marker, segment)?;
            }
            0xDB => {
                fits(are_quantisation_tables(segment))?;
                walk.keep(marker, segment)?;
            }
            0xDC | 0xDD => {
                fits(segment.len() == 2)?;
                walk.keep(marker, segment)?;
            }
            0xCC => {
                fits(segment.len() % 2 == 0 && segment.len() <= 64)?;
                walk.keep(marker, segment)?;
            }
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                fits(!framed && is_frame(segment))?;
                walk.keep(marker, segment)?;
                framed = true;
            }
            0xE0 => walk.keep_jfif(segment)?,
            0xE1 => orientation = orientation.or_else(|| turned(segment)),
            0xEE => {
                if let Some(adobe) = segment.get(..12).filter(|one| one.starts_with(b"Adobe")) {
                    walk.keep(marker, adobe)?;
                }
            }
            0xE2..=0xED | 0xEF | 0xFE => {}
            _ => return Err(FileFault::Damaged),
        }
    }
}

fn fits(right: bool) -> Result<(), FileFault> {
    right.then_some(()).ok_or(FileFault::Damaged)
}

fn turned(segment: &[u8]) -> Option<u8> {
    exif::orientation(segment.strip_prefix(b"Exif\0\0")?)
}

/// Precision, height, width, components of three bytes each. A height of zero comes
/// with the first scan; there is no picture without a width.
fn is_frame(segment: &[u8]) -> bool {
    let components = segment.get(5).copied().map_or(0, usize::from);
    let wide = segment.get(3..5).is_some_and(|width| width != [0, 0]);
    components > 0 && wide && segment.len() == 6 + 3 * components
}

fn are_huffman_tables(mut tables: &[u8]) -> bool {
    while !tables.is_empty() {
        let Some(counts) = tables.get(1..17) else {
            return false;
        };
        let values: usize = counts.iter().map(|count| usize::from(*count)).sum();
        let Some(rest) = tables.get(17 + values..) else {
            return false;
        };
        tables = rest;
    }
    true
}

fn are_quantisation_tables(mut tables: &[u8]) -> bool {
    while let Some(first) = tables.first() {
        let length = if first >> 4 == 0 { 64 } else { 128 };
        let Some(rest) = tables.get(1 + length..) else {
            return false;
        };
        tables = rest;
    }
    true
}

/// A walk through a file, and what is kept of it.
struct Walk<'a> {
    file: &'a [u8],
    at: usize,
    kept: Vec<u8>,
}

impl<'a> Walk<'a> {
    fn byte(&mut self) -> Result<u8, FileFault> {
        let byte = self.file.get(self.at).copied().ok_or(FileFault::Damaged)?;
        self.at += 1;
        Ok(byte)
    }

    /// The next marker. Fill bytes before it are left out.
    fn marker(&mut self) -> Result<u8, FileFault> {
        if self.byte()? != 0xFF {
            return Err(FileFault::Damaged);
        }
        loop {
            match self.byte()? {
                0xFF => {}
                marker => return Ok(marker),
            }
        }
    }

    /// The content of the segment that follows a marker.
    fn segment(&mut self) -> Result<&'a [u8], FileFault> {
        let length = usize::from(u16::from_be_bytes([self.byte()?, self.byte()?]));
        let content = length.checked_sub(2).ok_or(FileFault::Damaged)?;
        let segment = self.file.get(self.at..self.at + content);
        self.at += content;
        segment.ok_or(FileFault::Damaged)
    }

    fn keep(&mut self, marker: u8, content: &[u8]) -> Result<(), FileFault> {
        let length = u16::try_from(content.len() + 2).map_err(|_| FileFault::Damaged)?;
        self.kept.extend([0xFF, marker]);
        self.kept.extend(length.to_be_bytes());
        self.kept.extend_from_slice(content);
        Ok(())
    }

    /// Version and density, with a thumbnail of no size: a thumbnail may show what was
    /// cut off the picture.
    fn keep_jfif(&mut self, segment: &[u8]) -> Result<(), FileFault> {
        let Some(header) = segment.get(..12).filter(|one| one.starts_with(b"JFIF\0")) else {
            return Ok(());
        };
        let mut header = header.to_vec();
        header.extend([0, 0]);
        self.keep(0xE0, &header)
    }

    /// The coded data of a scan, up to the marker after it.
    fn scan(&mut self) -> Result<(), FileFault> {
        let begin = self.at;
        loop {
            let rest = self.file.get(self.at..).ok_or(FileFault::Damaged)?;
            let next = rest.iter().position(|byte| *byte == 0xFF);
            self.at += next.ok_or(FileFault::Damaged)?;
            match self.file.get(self.at + 1) {
                // A coded byte of all ones, or a restart.
                Some(0x00 | 0xD0..=0xD7) => self.at += 2,
                Some(_) => break,
                None => return Err(FileFault::Damaged),
            }
        }
        let coded = self.file.get(begin..self.at).unwrap_or_default();
        fits(!coded.is_empty())?;
        self.kept.extend_from_slice(coded);
        Ok(())
    }
}
