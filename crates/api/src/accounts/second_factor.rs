//! What a user shows besides the password: the code of an app, each good once, or one of
//! ten codes on paper.
//!
//! The secret of the app is made of a random seed in the database and the pepper, where
//! there is one: then a stolen database makes no codes. Not here: how codes follow from a
//! secret (`totp`), how often one may guess (`guesses`).

use super::password::Passwords;
use super::proof::pepper_missing;
use super::sessions::hash_of;
use super::totp;
use crate::app::App;
use crate::clock;
use crate::http::ApiResult;
use crate::v1::accounts::administer;
use actix_web::web;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use sanad_store::db::Db;
use sanad_store::rows::{RecoveryCodeRow, SecondFactorRow};
use sanad_store::sql_types::{At, Key};
use sha2::Sha256;

/// Codes on paper.
const CODES: usize = 10;
/// For how long an app waits for its first code.
const WAITS: SignedDuration = SignedDuration::from_mins(15);

/// A new second factor, waiting for its first code.
pub struct Enrolment {
    /// For the database.
    pub row: SecondFactorRow,
    /// For the app, as text.
    pub secret: String,
    /// For the app, as a picture.
    pub uri: String,
}

/// Makes a second factor for a user.
pub fn enrol(passwords: &Passwords, user: Key, login: &str) -> ApiResult<Enrolment> {
    let now = At::from(clock::now());
    let row = SecondFactorRow {
        user_id: user,
        seed: clock::key()?.to_vec(),
        pepper_id: passwords.pepper_of_today().to_vec(),
        begun_at: now,
        confirmed_at: None,
        last_step: 0,
    };
    let secret = totp::base32(&secret_of(passwords, &row).ok_or_else(pepper_missing)?);
    let uri = totp::uri(login, &secret);
    Ok(Enrolment { row, secret, uri })
}

fn secret_of(passwords: &Passwords, row: &SecondFactorRow) -> Option<[u8; totp::SECRET]> {
    let pepper = passwords.pepper(&row.pepper_id).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(pepper.map_or(&[], |it| it.key())).ok()?;
    mac.update(b"sanad second factor");
    mac.update(&row.seed);
    let mut secret = [0; totp::SECRET];
    secret.copy_from_slice(mac.finalize().into_bytes().get(..totp::SECRET)?);
    Some(secret)
}

/// Puts a waiting second factor in force with the first code of its app, and gives the
/// codes on paper; none when the code is wrong or nothing waits any more.
pub async fn confirm(
    app: &web::Data<App>,
    row: &SecondFactorRow,
    typed: &str,
) -> ApiResult<Option<Vec<String>>> {
    let now = clock::now();
    let secret = secret_of(app.hashing.passwords(), row).ok_or_else(pepper_missing)?;
    let Some(step) = totp::step_of(&secret, typed, now) else {
        return Ok(None);
    };
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        codes.push(paper_code(&clock::entropy()?));
    }
    let user = row.user_id;
    let kept: Vec<RecoveryCodeRow> = codes
        .iter()
        .map(|code| RecoveryCodeRow {
            code_hash: paper_hash(code),
            user_id: user,
            used_at: None,
        })
        .collect();
    let work = move |db: &mut dyn Db| db.confirm_second_factor(user, step, At::from(now), &kept);
    let confirmed = administer(app, work, "WRITE_CONFLICT", "another write was first").await?;
    Ok(confirmed.then_some(codes))
}

/// Whether a second factor still waits for its first code.
pub fn waits(row: &SecondFactorRow) -> bool {
    row.confirmed_at.is_none() && row.begun_at.timestamp() + WAITS > clock::now()
}

/// Whether what was typed is a code of the app or on paper; it is used up by that.
pub async fn use_up(app: &web::Data<App>, row: &SecondFactorRow, typed: &str) -> ApiResult<bool> {
    let (now, user) = (clock::now(), row.user_id);
    let (conflict, text) = ("WRITE_CONFLICT", "another write was first");
    let digits = typed.len() == 6 && typed.bytes().all(|c| c.is_ascii_digit());
    if digits {
        let secret = secret_of(app.hashing.passwords(), row).ok_or_else(pepper_missing)?;
        let Some(step) = totp::step_of(&secret, typed, now) else {
            return Ok(false);
        };
        return administer(app, move |db| db.use_step(user, step), conflict, text).await;
    }
    let hash = paper_hash(typed);
    let work = move |db: &mut dyn Db| db.use_recovery_code(user, &hash, At::from(now));
    let used = administer(app, work, conflict, text).await?;
    if used {
        metrics::counter!("sanad_recovery_code_used_total").increment(1);
        tracing::warn!("somebody signed in with a code on paper");
    }
    Ok(used)
}

/// Eighty random bits, such as `ac4b-77dq-kzpm-x2ra`.
fn paper_code(bits: &[u8; 16]) -> String {
    let text = totp::base32(&bits[..10]).to_lowercase();
    let groups: Vec<&str> = (0..4).map(|i| &text[4 * i..4 * i + 4]).collect();
    groups.join("-")
}

/// However it was typed: in capitals, with spaces or without anything between.
fn paper_hash(typed: &str) -> Vec<u8> {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric);
    let code: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    hash_of(&code).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_on_paper_is_the_same_however_it_is_typed() {
        let code = paper_code(&[0x5a; 16]);
        assert_eq!(code.len(), 19, "{code}");
        for typed in [
            code.to_uppercase(),
            code.replace('-', ""),
            code.replace('-', " "),
        ] {
            assert_eq!(paper_hash(&typed), paper_hash(&code));
        }
        assert_ne!(paper_hash(&code[1..]), paper_hash(&code));
    }
}
