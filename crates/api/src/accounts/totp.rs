//! Codes of an authenticator app: RFC 6238 ✔ with what every app can do (SHA-1, six
//! digits, half a minute). SHA-1 is sound here: HMAC does not need what was broken.
//!
//! Not here: whose secret it is, and that a code is good once (`second_factor`).

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha1::Sha1;

/// Bytes of a secret (RFC 4226 §4 R6: 160 bits recommended).
pub(super) const SECRET: usize = 20;
/// For how many seconds a code is shown.
const STEP: i64 = 30;
/// Codes of so many steps before and after are taken, since clocks of telephones differ
/// (RFC 6238 §5.2 and §6).
const AROUND: i64 = 1;

/// The code of a step.
fn code(secret: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    // RFC 4226 §5.3: the last four bits say where the number stands.
    let at = usize::from(hash.last()? & 15);
    let number = u32::from_be_bytes(hash.get(at..at + 4)?.try_into().ok()?) & 0x7fff_ffff;
    Some(format!("{:06}", number % 1_000_000))
}

/// The step whose code this is, of those that count at a moment.
pub(super) fn step_of(secret: &[u8], typed: &str, now: Timestamp) -> Option<i64> {
    let current = now.as_second().div_euclid(STEP);
    (current - AROUND..=current + AROUND).find(|step| code(secret, *step).as_deref() == Some(typed))
}

/// The code that an app shows at a moment.
pub fn code_at(secret: &[u8], now: Timestamp) -> Option<String> {
    code(secret, now.as_second().div_euclid(STEP))
}

/// RFC 4648 §6, as apps and people take it: no padding.
pub(super) fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(char::from(LETTERS[(bits >> held & 31) as usize]));
        }
    }
    if held > 0 {
        text.push(char::from(LETTERS[(bits << (5 - held) & 31) as usize]));
    }
    text
}

/// What an app reads from a picture.
pub(super) fn uri(login: &str, secret: &str) -> String {
    // A login name has no letter that would have to be encoded.
    format!(
        "otpauth://totp/Sanad:{login}?secret={secret}&issuer=Sanad&algorithm=SHA1&digits=6&period={STEP}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_rfc_6238_and_rfc_4226() {
        let secret = b"12345678901234567890";
        // RFC 6238 App. B, the last six of eight digits.
        for (second, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = Timestamp::from_second(second).unwrap();
            assert_eq!(code_at(secret, now).as_deref(), Some(expected));
            assert_eq!(step_of(secret, expected, now), Some(second / 30));
        }
        // RFC 4226 App. D.
        let first: Vec<String> = (0..4).map(|step| code(secret, step).unwrap()).collect();
        assert_eq!(first, ["755224", "287082", "359152", "969429"]);
    }

    #[test]
    fn a_code_counts_one_step_around_and_no_further() {
        let secret = [7; SECRET];
        let at = |second| Timestamp::from_second(second).unwrap();
        let shown = code_at(&secret, at(3000)).unwrap();
        for (second, counts) in [
            (2969, false),
            (2970, true),
            (3000, true),
            (3059, true),
            (3060, false),
        ] {
            assert_eq!(
                step_of(&secret, &shown, at(second)).is_some(),
                counts,
                "{second}"
            );
        }
        for typed in ["", "0", "000000000", " 287082"] {
            assert_eq!(step_of(&secret, typed, at(3000)), None);
        }
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }
}
