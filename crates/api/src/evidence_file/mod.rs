//! What a file of evidence may be, and what is taken out of it before it is kept
//! (DP-26 –): PDF, JPEG, PNG and plain text, told by their bytes.
//!
//! A picture is walked part by part and written again from the parts that are needed to
//! show it; everything else (Exif with its places and devices, XMP, IPTC, comments, colour
//! profiles, thumbnails) is left behind. It is not decoded: a decoder is large, and what
//! it decodes is chosen by whoever sends the file. What lies after the end of a file is
//! refused, for it may be another file.
//!
//! Not here: whether this deployment keeps files, who may send them (`v1::evidence_files`).

mod exif;
mod jpeg;
mod pdf;
mod png;

use crate::http::ApiError;
use sanad_core::answer::{FileRecord, FileType, NewFile};
use sanad_core::value::reorders;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// The largest file, in bytes.
pub const FILE_LIMIT: usize = 10 * 1024 * 1024;

/// Why a file is not kept. The texts say nothing of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// None of the kinds.
    #[error("a file of evidence is a PDF, a JPEG or PNG picture, or plain text in UTF-8")]
    Unknown,
    /// Declared as another kind than it is.
    #[error("the file is not what its `Content-Type` says")]
    Disagrees,
    /// Cut off or broken.
    #[error("the file is cut off or damaged; send it again")]
    Damaged,
    /// Another file behind the first.
    #[error("there is more in the file after its end; save the picture or document anew")]
    More,
    /// Text with characters that change the order in which it is read.
    #[error("the text holds invisible characters that change its reading order; take them out")]
    Reordered,
    /// A document that can do something.
    #[error(
        "the document holds a script, a program to start or another file; print it to a new PDF"
    )]
    Active,
}

impl FileFault {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "FILE_EMPTY",
            Self::Unknown => "FILE_TYPE_UNKNOWN",
            Self::Disagrees => "FILE_TYPE_DISAGREES",
            Self::Damaged => "FILE_DAMAGED",
            Self::More => "FILE_HOLDS_MORE",
            Self::Reordered => "TEXT_BIDI_OVERRIDE",
            Self::Active => "FILE_ACTIVE",
        }
    }
}

impl From<FileFault> for ApiError {
    fn from(fault: FileFault) -> Self {
        Self::field("", fault.code(), fault.to_string())
    }
}

/// What a file is by its first bytes. Text has none of its own.
fn sniffed(file: &[u8]) -> FileType {
    if file.starts_with(b"%PDF-") {
        FileType::Pdf
    } else if file.starts_with(&[0xFF, 0xD8, 0xFF]) {
        FileType::Jpeg
    } else if file.starts_with(&png::SIGNATURE) {
        FileType::Png
    } else {
        FileType::Text
    }
}

/// Checks a file and takes out what is not to be kept. A declared type must be that of
/// the bytes; without one the bytes tell.
pub fn accept(file: &[u8], declared: impl Into<Option<FileType>>) -> Result<NewFile, FileFault> {
    if file.is_empty() {
        return Err(FileFault::Empty);
    }
    let media_type = sniffed(file);
    if media_type == FileType::Text {
        check_text(file)?;
    }
    if declared
        .into()
        .is_some_and(|declared| declared != media_type)
    {
        return Err(FileFault::Disagrees);
    }
    let (bytes, orientation) = match media_type {
        FileType::Jpeg => jpeg::strip(file)?,
        FileType::Png => png::strip(file)?,
        FileType::Pdf => {
            pdf::check(file)?;
            (file.to_vec(), None)
        }
        FileType::Text => (file.to_vec(), None),
    };
    let record = FileRecord {
        media_type,
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        sha256: sha256_hex(&bytes),
        orientation,
    };
    let bytes = Arc::new(bytes);
    Ok(NewFile { record, bytes })
}

/// SHA-256 in hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Plain text: UTF-8 without control characters, and something to read. What changes its
/// reading order is refused as in a field: the file is given back as it was kept, and is
/// read where nothing shows such characters.
fn check_text(file: &[u8]) -> Result<(), FileFault> {
    let text = std::str::from_utf8(file).map_err(|_| FileFault::Unknown)?;
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.chars().any(control) {
        return Err(FileFault::Unknown);
    }
    if text.chars().any(reorders) {
        return Err(FileFault::Reordered);
    }
    if text.trim_start_matches('\u{FEFF}').trim().is_empty() {
        return Err(FileFault::Empty);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
