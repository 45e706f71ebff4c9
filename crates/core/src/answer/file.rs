//! The file of an item of evidence, as far as the journal knows it: what it is, how
//! large, and the hash of the bytes that are kept.
//!
//! Not here: what is taken out of the bytes before they are kept (`sanad-api`), where
//! they are kept (`sanad-store`).

use crate::wire::coded_enum;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

coded_enum! {
    /// What a file is, found from its bytes and never from what its sender calls it.
    FileType, refused as "FILE_TYPE_UNKNOWN";
    /// A document.
    Pdf = "application/pdf",
    /// A photograph.
    Jpeg = "image/jpeg",
    /// A picture without loss.
    Png = "image/png",
    /// Plain text in UTF-8.
    Text = "text/plain",
}

/// A file as the registry keeps it (DP-26 –: off by default, without metadata).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// What it is, found from its bytes.
    pub media_type: FileType,
    /// Its length in bytes, as kept.
    pub bytes: u64,
    /// SHA-256, in hex, of the bytes that are kept: those sent, without metadata.
    pub sha256: String,
    /// How the picture is to be turned, 1 to 8 as Exif counts; taken from the metadata
    /// before they were removed, and left out when the picture stands upright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 2, maximum = 8))]
    pub orientation: Option<u8>,
}

/// A file that is to be kept: what the journal says of it, and its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct NewFile {
    /// For the journal.
    pub record: FileRecord,
    /// The bytes whose hash the record has.
    pub bytes: Arc<Vec<u8>>,
}

/// Without the bytes, which are nobody's to read in a log.
impl std::fmt::Debug for NewFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewFile")
            .field("record", &self.record)
            .finish_non_exhaustive()
    }
}
