//! A password that was typed, held against an account: counted as a guess before it is
//! looked at, with the same work for names that nobody has.
//!
//! Not here: what a right one opens (`v1::sign_in`, `v1::password`).

use super::guesses::{Guess, Subject, TooMany};
use super::password::Checked;
use super::sessions::hash_of;
use crate::app::App;
use crate::clock;
use crate::http::{ApiError, ApiResult};
use crate::v1::accounts::administer;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use sanad_store::db::Db;
use sanad_store::rows::AccountRow;
use secrecy::SecretString;

/// Who is guessed at and from where: a known device by itself, else the account and the
/// network.
pub fn subjects(http: &HttpRequest, login: &str, known: Option<[u8; 32]>) -> Vec<Subject> {
    if let Some(device) = known {
        return vec![Subject::Device(device)];
    }
    let network = http.peer_addr().map(|peer| Subject::network(peer.ip()));
    let account = Subject::Account(hash_of(login));
    network.into_iter().chain([account]).collect()
}

/// Counts a guess, unless there were too many.
pub fn count(app: &App, subjects: &[Subject]) -> ApiResult<Guess> {
    let counted = app.guesses.count(subjects, clock::now());
    counted.map_err(|TooMany { retry_after }| {
        metrics::counter!("sanad_sign_in_throttled_total").increment(1);
        ApiError::too_many(
            "SIGN_IN_TOO_OFTEN",
            "too many wrong passwords or codes; wait, or sign in from a device that you used before",
            retry_after,
        )
    })
}

/// Whether a password is that of an account. When it is, the guess is given back for the
/// caller to take back, who may have more to ask. A hash of earlier costs is made anew.
pub async fn password(
    app: &web::Data<App>,
    subjects: &[Subject],
    password: SecretString,
    row: Option<&AccountRow>,
) -> ApiResult<Option<Guess>> {
    let guess = count(app, subjects)?;
    let hash = row.map(|row| row.password_hash.clone());
    let looked_at = app.hashing.run(move |passwords| {
        let checked = passwords.check(&password, hash.as_deref());
        let outdated = checked == Checked::RightAndOutdated;
        let renewed = outdated.then(|| passwords.hash_again(&password).ok());
        (checked, renewed.flatten())
    });
    let (checked, renewed) = match looked_at.await {
        Ok(came) => came,
        Err(busy) => {
            guess.take_back();
            return Err(busy);
        }
    };
    // A password that was handed out is replaced by this sign-in, not kept better.
    if let (Some(row), Some(renewed)) = (row.filter(|row| row.one_time_until.is_none()), renewed) {
        renew(app, row, renewed).await;
    }
    match checked {
        Checked::Wrong => Ok(None),
        Checked::Right | Checked::RightAndOutdated => Ok(Some(guess)),
        Checked::PepperMissing => Err(pepper_missing()),
    }
}

/// The server was started without a secret that this account needs.
pub fn pepper_missing() -> ApiError {
    tracing::error!("an account cannot be checked: its pepper was not given at start");
    ApiError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "PEPPER_MISSING",
        "the server lacks a secret that this account needs; tell whoever runs it",
    )
}

/// Keeps the hash that was made anew. Signing in does not depend on it.
async fn renew(app: &web::Data<App>, row: &AccountRow, renewed: String) {
    let (user, was) = (row.user_id, row.password_hash.clone());
    let work = move |db: &mut dyn Db| db.set_password(user, Some(&was), &renewed, None);
    match administer(app, work, "WRITE_CONFLICT", "another write was first").await {
        Ok(_) => tracing::info!("a password hash was made anew at the costs of today"),
        Err(error) => tracing::warn!(%error, "a password hash could not be made anew"),
    }
}
