//! Files of evidence: what is refused, and what is really gone.

use super::*;
use proptest::prelude::*;

fn be(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap().to_be_bytes()
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    [&[0xFF, marker], &be(content.len() + 2)[..], content].concat()
}

/// An Exif block with an orientation and, as cameras write it, a place.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x02".to_vec();
    tiff.extend([1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]);
    tiff.extend([0, 0, 0, 0]);
    tiff.extend(b"GPS 36.2021 N 37.1343 E Phone of Salma");
    tiff
}

fn jpeg_with(metadata: &[Vec<u8>]) -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8];
    let jfif = b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01abc";
    file.extend(segment(0xE0, jfif));
    metadata.iter().for_each(|one| file.extend(one));
    file.extend(segment(0xDB, &[[0].as_slice(), &[1; 64]].concat()));
    file.extend(segment(0xC0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]));
    let mut table = vec![0];
    table.extend([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5]);
    file.extend(segment(0xC4, &table));
    file.extend(segment(0xDA, &[1, 1, 0, 0, 63, 0]));
    file.extend([0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56]);
    file.extend([0xFF, 0xD9]);
    file
}

fn jpeg() -> Vec<u8> {
    let exif = [b"Exif\0\0".as_slice(), &exif(6)].concat();
    jpeg_with(&[
        segment(0xE1, &exif),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
        segment(0xE2, b"ICC_PROFILE\0profile of a printer"),
        segment(0xED, b"Photoshop 3.0\x008BIM by-line"),
        segment(0xFE, b"taken behind the olive press"),
    ])
}

fn chunk(kind: &str, content: &[u8]) -> Vec<u8> {
    let checked = [kind.as_bytes(), content].concat();
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    let sum = crc32fast::hash(&checked).to_be_bytes();
    [length.as_slice(), &checked, &sum].concat()
}

fn png_with(metadata: &[Vec<u8>]) -> Vec<u8> {
    let mut file = png::SIGNATURE.to_vec();
    file.extend(chunk("IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]));
    metadata.iter().for_each(|one| file.extend(one));
    file.extend(chunk("IDAT", &[0x78, 1, 0x63, 0x60]));
    file.extend(chunk("IDAT", &[0, 0, 0, 2, 0, 1]));
    file.extend(chunk("IEND", &[]));
    file
}

fn png_file() -> Vec<u8> {
    png_with(&[
        chunk("gAMA", &[0, 0, 177, 143]),
        chunk("tEXt", b"Author\0Salma"),
        chunk("zTXt", b"Comment\0\0x"),
        chunk("iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>"),
        chunk("iCCP", b"profile of a printer"),
        chunk("eXIf", &exif(8)),
        chunk("tIME", &[7, 232, 1, 1, 1, 1, 1]),
    ])
}

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <<>>\n%%EOF\r\n";

fn holds(file: &[u8], text: &str) -> bool {
    file.windows(text.len()).any(|part| part == text.as_bytes())
}

#[test]
fn of_a_photograph_only_the_picture_stays() {
    let file = jpeg();
    let accepted = accept(&file, FileType::Jpeg).unwrap();
    for gone in [
        "Exif",
        "GPS",
        "Salma",
        "xmpmeta",
        "ICC",
        "8BIM",
        "olive press",
        "abc",
    ] {
        assert!(holds(&file, gone), "{gone}: the test would notice nothing");
        assert!(!holds(&accepted.bytes, gone), "{gone}");
    }
    assert_eq!(accepted.record.orientation, Some(6));
    assert_eq!(accepted.record.sha256, sha256_hex(&accepted.bytes));
    assert_eq!(accepted.record.bytes, accepted.bytes.len() as u64);
    // What is kept is what a picture without any of it would be.
    let mut bare = jpeg_with(&[]);
    bare.splice(
        2..2 + 21,
        segment(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0"),
    );
    assert_eq!(*accepted.bytes, bare);
    // And once more changes nothing.
    let again = accept(&accepted.bytes, FileType::Jpeg).unwrap();
    assert_eq!(again.bytes, accepted.bytes);
    assert_eq!(again.record.orientation, None);
}

#[test]
fn of_a_png_only_the_picture_stays() {
    let file = png_file();
    let accepted = accept(&file, FileType::Png).unwrap();
    for gone in [
        "tEXt", "zTXt", "iTXt", "Salma", "xmp", "iCCP", "eXIf", "GPS", "tIME",
    ] {
        assert!(holds(&file, gone), "{gone}: the test would notice nothing");
        assert!(!holds(&accepted.bytes, gone), "{gone}");
    }
    assert_eq!(accepted.record.orientation, Some(8));
    assert_eq!(
        *accepted.bytes,
        png_with(&[chunk("gAMA", &[0, 0, 177, 143])])
    );
}

#[test]
fn a_picture_that_was_cut_off_anywhere_is_refused() {
    for (file, kind) in [(jpeg(), FileType::Jpeg), (png_file(), FileType::Png)] {
        for length in 1..file.len() {
            assert!(accept(&file[..length], kind).is_err(), "{kind} {length}");
        }
    }
}

#[test]
fn what_lies_after_the_end_of_a_file_is_refused() {
    for (file, kind) in [
        (jpeg(), FileType::Jpeg),
        (png_file(), FileType::Png),
        (PDF.to_vec(), FileType::Pdf),
    ] {
        for more in [b"PK\x03\x04".as_slice(), b"<script>", b"\0"] {
            let two = [file.as_slice(), more].concat();
            assert_eq!(accept(&two, kind), Err(FileFault::More), "{kind}");
        }
    }
    let two_pictures = [jpeg(), jpeg()].concat();
    assert_eq!(accept(&two_pictures, FileType::Jpeg), Err(FileFault::More));
}

#[test]
fn nothing_rides_along_in_what_is_kept() {
    let tables = |marker, content: &[u8]| jpeg_with(&[segment(marker, content)]);
    let long_table = [[0].as_slice(), &[1; 64], b"hidden"].concat();
    for file in [
        tables(0xDB, &long_table),
        tables(0xC4, b"hidden"),
        tables(0xDD, b"hidden"),
        tables(0xCC, &[0; 65]),
        tables(0xC8, b"hidden"),
        tables(0xF0, b"hidden"),
        tables(0xC0, b"hidden"),
    ] {
        assert_eq!(accept(&file, FileType::Jpeg), Err(FileFault::Damaged));
    }
    for metadata in [
        chunk("sRGB", b"hidden"),
        chunk("gAMA", b"hidden"),
        chunk("cHRM", b"hidden"),
        chunk("PLTE", b"hidden1"),
        chunk("ABCD", b"hidden"),
        chunk("IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
    ] {
        let file = png_with(&[metadata]);
        assert_eq!(accept(&file, FileType::Png), Err(FileFault::Damaged));
    }
}

#[test]
fn a_png_with_a_wrong_checksum_is_refused() {
    let file = png_with(&[]);
    for at in 8..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(accept(&changed, FileType::Png).is_err(), "{at}");
    }
}

#[test]
fn a_document_that_can_do_something_is_refused() {
    let with = |text: &str| {
        let mut file = PDF.to_vec();
        file.splice(9..9, text.bytes());
        accept(&file, FileType::Pdf)
    };
    for active in [
        "/JavaScript (x)",
        "/S/JavaScript",
        "/JS 3 0 R",
        "/J#61vaScript (x)",
        "/#4a#53(x)",
        "/Launch",
        "/EmbeddedFile ",
        "/Names <</EmbeddedFiles 4 0 R>>",
        "/RichMedia ",
    ] {
        assert_eq!(with(active), Err(FileFault::Active), "{active}");
    }
    for harmless in ["/JSON ", "(JavaScript)", "/Type /Page", "/#", "/"] {
        assert!(with(harmless).is_ok(), "{harmless}");
    }
    assert_eq!(
        accept(b"%PDF-1.7\nno end", FileType::Pdf),
        Err(FileFault::Damaged)
    );
}

#[test]
fn text_is_readable_and_nothing_else() {
    // Direction marks and joiners are ordinary text.
    accept("نامه\u{200C}ها \u{200F}(٢)".as_bytes(), FileType::Text).unwrap();
    let accepted = accept("محضر مقابلة\r\n\tEk\n".as_bytes(), FileType::Text).unwrap();
    assert_eq!(accepted.record.media_type, FileType::Text);
    for (file, fault) in [
        (b"".as_slice(), FileFault::Empty),
        (b" \n", FileFault::Empty),
        (b"\xEF\xBB\xBF\n", FileFault::Empty),
        (b"a\0b", FileFault::Unknown),
        (b"\x1b[2J", FileFault::Unknown),
        (b"\xff\xfea\0", FileFault::Unknown),
        ("not \u{202E}guilty".as_bytes(), FileFault::Reordered),
        ("\u{2066}a\u{2069}".as_bytes(), FileFault::Reordered),
        (b"PK\x03\x04", FileFault::Unknown),
        (b"GIF89a\x01\0", FileFault::Unknown),
    ] {
        assert_eq!(accept(file, FileType::Text), Err(fault), "{file:?}");
    }
}

#[test]
fn a_file_is_what_its_bytes_say() {
    for (file, is) in [
        (jpeg(), FileType::Jpeg),
        (png_file(), FileType::Png),
        (PDF.to_vec(), FileType::Pdf),
        (b"a note".to_vec(), FileType::Text),
    ] {
        for declared in FileType::ALL {
            let fault = accept(&file, *declared).err();
            let expected = (*declared != is).then_some(FileFault::Disagrees);
            assert_eq!(fault, expected, "{is} as {declared}");
        }
    }
}

/// A file with a few of its bytes changed.
fn changed(file: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let places = proptest::collection::vec((0..file.len(), any::<u8>()), 1..6);
    places.prop_map(move |places| {
        let mut file = file.clone();
        for (at, byte) in places {
            file[at] = byte;
        }
        file
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(mut file: Vec<u8>, head in 0..4usize) {
        let heads: [&[u8]; 4] = [b"", b"%PDF-", &[0xFF, 0xD8, 0xFF], &png::SIGNATURE];
        file.splice(0..0, heads[head].iter().copied());
        for kind in FileType::ALL {
            let _ = accept(&file, *kind);
        }
    }

    #[test]
    fn of_no_changed_photograph_the_place_stays(file in changed(jpeg())) {
        if let Ok(accepted) = accept(&file, FileType::Jpeg) {
            // Whatever was accepted is accepted again as it is.
            let again = accept(&accepted.bytes, FileType::Jpeg).unwrap();
            prop_assert_eq!(&again.bytes, &accepted.bytes);
            prop_assert!(!holds(&accepted.bytes, "GPS 36.2021"));
        }
    }

    #[test]
    fn no_changed_png_makes_it_panic(file in changed(png_file())) {
        if let Ok(accepted) = accept(&file, FileType::Png) {
            prop_assert!(!holds(&accepted.bytes, "GPS 36.2021"));
        }
    }

    #[test]
    fn an_orientation_is_one_of_eight(tiff: Vec<u8>, little: bool) {
        let head: &[u8] = if little { b"II*\0" } else { b"MM\0*" };
        let tiff = [head, &tiff].concat();
        if let Some(turned) = exif::orientation(&tiff) {
            prop_assert!((2..=8).contains(&turned));
        }
    }
}
