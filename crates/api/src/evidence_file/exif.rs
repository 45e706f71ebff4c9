//! The one thing that is read from Exif before it is removed: how the picture is to be
//! turned (tag 0x0112 of the first directory).

/// The orientation of a TIFF block, 2 to 8; none when upright, missing or damaged.
pub(super) fn orientation(tiff: &[u8]) -> Option<u8> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let number = |at: usize, length: usize| -> Option<usize> {
        let bytes = tiff.get(at..at.checked_add(length)?)?;
        let fold = |sum: usize, byte: &u8| (sum << 8) | usize::from(*byte);
        Some(if little {
            bytes.iter().rev().fold(0, fold)
        } else {
            bytes.iter().fold(0, fold)
        })
    };
    let directory = number(4, 4)?;
    let entries = number(directory, 2)?;
    for entry in 0..entries {
        let at = directory.checked_add(2 + entry * 12)?;
        if number(at, 2)? == 0x0112 {
            let turned = u8::try_from(number(at.checked_add(8)?, 2)?).ok()?;
            return (2..=8).contains(&turned).then_some(turned);
        }
    }
    None
}
