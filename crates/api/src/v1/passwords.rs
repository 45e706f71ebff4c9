//! Changing one's own password, and handing out one that is good once.

use super::accounts::not_ones_own;
use super::administering::KeepsAccounts;
use super::second_factor::password_wrong;
use super::shown;
use crate::accounts::password::{PasswordError, Passwords};
use crate::accounts::{one_time, proof, sessions};
use crate::actor::Caller;
use crate::app::App;
use crate::http::{
    ApiError, ApiResult, Json, NoParameters, Parameters, ReadProblems, WriteProblems,
};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post, put, web};
use jiff::Timestamp;
use sanad_core::access::{Permission, Resource};
use sanad_core::ids::UserId;
use sanad_store::db::Db;
use sanad_store::rows::AccountRow;
use sanad_store::sql_types::{At, Key};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Hashes a password that somebody chose, unless it is easy to guess.
pub(super) async fn hash_new(
    app: &App,
    pointer: &str,
    password: SecretString,
    own: [String; 2],
) -> ApiResult<String> {
    let work =
        move |passwords: &Passwords| passwords.hash(&password, &own.each_ref().map(String::as_str));
    app.hashing.run(work).await?.map_err(|error| match error {
        PasswordError::Length => ApiError::field(pointer, "PASSWORD_LENGTH", error.to_string()),
        PasswordError::Guessable => {
            ApiError::field(pointer, "PASSWORD_GUESSABLE", error.to_string())
        }
        PasswordError::Hash => ApiError::fault(),
    })
}

/// The hash of a password that takes the place of another.
pub(super) async fn hash_next(
    app: &App,
    pointer: &str,
    (was, next): (&SecretString, SecretString),
    row: &AccountRow,
) -> ApiResult<String> {
    if was.expose_secret() == next.expose_secret() {
        return Err(ApiError::field(
            pointer,
            "PASSWORD_THE_SAME",
            "this is the password that is to be replaced",
        ));
    }
    let own = [row.login.clone(), row.display_name.clone()];
    hash_new(app, pointer, next, own).await
}

/// The caller's password, and the next one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password of today.
    #[schema(value_type = String, format = Password)]
    pub current_password: SecretString,
    /// The next one, 12 characters or more.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 256)]
    pub new_password: SecretString,
}

/// Change my password
///
/// Ends every other session of the caller; this one lasts.
#[utoipa::path(
    operation_id = "changePassword", tag = "Accounts",
    request_body(content = PasswordChange, example = json!({"current_password": "correct horse battery staple", "new_password": "rain on the tin roof at noon"})),
    responses((status = 204, description = "Changed"), WriteProblems),
)]
#[put("/me/password")]
pub async fn change_password(
    http: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    _: Parameters<NoParameters>,
    body: Json<PasswordChange>,
) -> ApiResult<HttpResponse> {
    app.policy
        .permit(&caller.0, Permission::MeRead, &Resource::Registry)?;
    let user = caller.0.user();
    let row = account(&app, user).await?.ok_or_else(ApiError::fault)?;
    let PasswordChange {
        current_password,
        new_password,
    } = body.value;
    let subjects = proof::subjects(&http, &row.login, None);
    let typed = current_password.clone();
    let proven = proof::password(&app, &subjects, typed, Some(&row)).await?;
    proven.ok_or_else(password_wrong)?.take_back();
    let passwords = (&current_password, new_password);
    let hash = hash_next(&app, "/new_password", passwords, &row).await?;
    let change = move |db: &mut dyn Db| db.set_password(Key(user.0), None, &hash, None);
    sessions::with_end_of_all(&app, user, Some(caller.1), change).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn account(app: &App, user: UserId) -> ApiResult<Option<AccountRow>> {
    let found = app.store.read(move |db| db.account(Key(user.0))).await?;
    Ok(found.map(|(row, _)| row))
}

/// A password that is good for one sign-in, which sets another. Shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneTimePassword {
    /// The password; read it out or hand it over on paper.
    pub password: String,
    /// Until when it may be used.
    #[schema(value_type = String, format = DateTime)]
    pub good_until: Timestamp,
}

/// Give somebody a new password
///
/// For administrators, who make sure who asks. The password is made up here, good for one
/// sign-in within three days, and replaced by it (`new_password`): nobody but its user
/// knows a lasting one. Ends all sessions of the user and forgets their devices.
#[utoipa::path(
    operation_id = "resetPassword", tag = "Accounts",
    params(("id" = UserId, Path, description = "Id of the user")),
    responses((status = 200, description = "The password", body = OneTimePassword, example = json!({"password": "kuda-ziru-femi-hali-zune", "good_until": "2025-05-05T09:00:00Z"})), ReadProblems),
)]
#[post("/accounts/{id}/password-reset")]
pub async fn reset_password(
    KeepsAccounts { app, caller }: KeepsAccounts,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    let not_found = || ApiError::not_found("ACCOUNT_NOT_FOUND");
    let user: UserId = id.parse().map_err(|_| not_found())?;
    not_ones_own(&caller, user)?;
    let row = account(&app, user).await?.ok_or_else(not_found)?;
    if row.password_hash.is_empty() {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "SERVICE_ACCOUNT",
            "a program has keys and no password",
        ));
    }
    let (password, good_until) = (one_time::readable()?, one_time::until());
    let typed = password.clone();
    let hashed = app
        .hashing
        .run(move |passwords| passwords.hash_again(&typed));
    let hash = hashed.await?.map_err(|_| ApiError::fault())?;
    let change = move |db: &mut dyn Db| {
        db.forget_devices(Key(user.0))?;
        db.set_password(Key(user.0), None, &hash, Some(At::from(good_until)))
    };
    sessions::with_end_of_all(&app, user, None, change).await?;
    tracing::warn!("an administrator gave somebody a new password");
    shown(&OneTimePassword {
        password: password.expose_secret().to_owned(),
        good_until,
    })
}

/// What stands in the place of a password that was handed out, when its user signs in
/// with it.
pub(super) enum Standing {
    /// It was chosen by its user.
    Lasting,
    /// It was handed out, and is replaced by this sign-in.
    Replaced(String),
}

/// Whether somebody with the right password may sign in with it.
pub(super) async fn standing(
    app: &App,
    row: &AccountRow,
    typed: &SecretString,
    next: Option<SecretString>,
) -> ApiResult<Standing> {
    let refused = |code, detail| Err(ApiError::new(StatusCode::UNAUTHORIZED, code, detail));
    match (row.one_time_until, next) {
        (None, None) => Ok(Standing::Lasting),
        (None, Some(_)) => Err(ApiError::field(
            "/new_password",
            "PASSWORD_LASTING",
            "this password was not handed out; sign in, then change it",
        )),
        (Some(until), _) if until.timestamp() <= crate::clock::now() => refused(
            "PASSWORD_OVER",
            "this password was handed out too long ago; ask an administrator for another",
        ),
        (Some(_), None) => refused(
            "PASSWORD_CHANGE_REQUIRED",
            "this password was handed out and is good once: choose your own and send it as `new_password` as well",
        ),
        (Some(_), Some(next)) => {
            let hash = hash_next(app, "/new_password", (typed, next), row).await?;
            Ok(Standing::Replaced(hash))
        }
    }
}
