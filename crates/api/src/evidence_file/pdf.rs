//! PDF (ISO 32000): looked through, not rewritten. It begins and ends as it must, and
//! names no script, no program to start and no file within.
//!
//! Best effort: what is compressed or encrypted inside is not looked into, and metadata
//! of a document (author, title) stay in it. docs/guides/evidence.md says so to users.

use super::FileFault;

/// Names that make a document do something, or carry a file.
const ACTIVE: [&[u8]; 4] = [b"JavaScript", b"Launch", b"EmbeddedFile", b"RichMedia"];

/// The short name of a script. Others begin with it.
const SCRIPT: &[u8] = b"JS";

/// Bytes at the end in which the end mark stands.
const TAIL: usize = 1024;

/// Refuses a document that is cut off, goes on after its end, or can do something.
pub(super) fn check(file: &[u8]) -> Result<(), FileFault> {
    const MARK: &[u8] = b"%%EOF";
    let tail = file.len().saturating_sub(TAIL);
    let tail = file.get(tail..).unwrap_or_default();
    let mark = tail.windows(MARK.len()).rposition(|text| text == MARK);
    let mark = mark.ok_or(FileFault::Damaged)?;
    let after = tail.get(mark + MARK.len()..).unwrap_or_default();
    if !after.iter().all(u8::is_ascii_whitespace) {
        return Err(FileFault::More);
    }
    let mut rest = file;
    while let Some(slash) = rest.iter().position(|byte| *byte == b'/') {
        rest = rest.get(slash + 1..).unwrap_or_default();
        let name = name(rest);
        if name == SCRIPT || ACTIVE.iter().any(|active| name.starts_with(active)) {
            return Err(FileFault::Active);
        }
    }
    Ok(())
}

/// The name that begins here, with `#4A` read as `J`; longer ones than any that are
/// looked for are cut.
fn name(mut text: &[u8]) -> Vec<u8> {
    let mut name = Vec::with_capacity(16);
    while name.len() < 16 {
        let escaped = match text {
            [b'#', high, low, ..] => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match (escaped, text) {
            (Some((high, low)), [_, _, _, rest @ ..]) => {
                name.push(high << 4 | low);
                text = rest;
            }
            (_, [byte, rest @ ..]) if is_regular(*byte) => {
                name.push(*byte);
                text = rest;
            }
            _ => break,
        }
    }
    name
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

/// Neither white space nor a delimiter (ISO 32000-1 §7.2.2).
fn is_regular(byte: u8) -> bool {
    !matches!(
        byte,
        0 | b'\t'
            | b'\n'
            | 0x0C
            | b'\r'
            | b' '
            | b'('
            | b')'
            | b'<'
            | b'>'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'/'
            | b'%'
    )
}
