//! Signing in, and who one is.

use super::accounts::{AccountView, administer, login_name};
use super::passwords::{self, Standing};
use super::shown;
use crate::accounts::sessions::{self, Opened, Secret, hash_of};
use crate::accounts::token::LIFETIME;
use crate::accounts::{proof, second_factor};
use crate::actor::Caller;
use crate::app::App;
use crate::clock;
use crate::http::{
    ApiError, ApiResult, Json, NoParameters, Parameters, PublicProblems, ReadProblems,
};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use jiff::Timestamp;
use sanad_core::access::{Permission, Resource};
use sanad_core::ids::UserId;
use sanad_store::db::Db;
use sanad_store::rows::{AccountRow, SecondFactorRow};
use sanad_store::sql_types::Key;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A login name and a password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Login name.
    #[schema(example = "registrar")]
    pub login: String,
    /// Password.
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
    /// What an earlier sign-in answered as `device`: others who guess wrong then cannot
    /// lock this device out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Password)]
    pub device: Option<SecretString>,
    /// What the authenticator app shows now, or one of the codes on paper; for whoever
    /// has a second factor.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "287082")]
    pub code: Option<SecretString>,
    /// One's own password, for whoever signs in with one that was handed out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Password)]
    pub new_password: Option<SecretString>,
}

/// Tokens for the requests that follow.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenView {
    /// Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: String,
    /// Seconds for which the access token is good.
    #[schema(example = 600)]
    pub expires_in: i64,
    /// Brings the next two tokens (`POST /v1/sign-in/refresh`), once. Sent a second
    /// time it ends the session: somebody has a copy.
    pub refresh_token: String,
    /// Until when it may be used.
    #[schema(value_type = String, format = DateTime)]
    pub refresh_until: Timestamp,
    /// For the device to keep and to send when its user signs in again. Only in the
    /// answer to a sign-in that named no known device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

pub(super) fn tokens(app: &App, opened: Opened, device: Option<Secret>) -> ApiResult<HttpResponse> {
    let access_token = app
        .tokens
        .issue(opened.user, opened.session, clock::now())
        .map_err(|_| ApiError::fault())?;
    shown(&TokenView {
        access_token,
        token_type: "Bearer".to_owned(),
        expires_in: LIFETIME.as_secs(),
        refresh_token: opened.refresh.into_text(),
        refresh_until: opened.until,
        device: device.map(Secret::into_text),
    })
}

/// Sign in
///
/// Answers an access token for ten minutes and a refresh token. A wrong password and an
/// unknown login name are answered alike, after the same work. After ten wrong
/// passwords in a quarter of an hour no more are looked at, except from a device from
/// which the user signed in before. Who has a second factor sends its code as well: without
/// one the answer is `SECOND_FACTOR_REQUIRED`, and only when the password is right. A
/// password that was handed out is good once, with one's own beside it
/// (`PASSWORD_CHANGE_REQUIRED`).
#[utoipa::path(
    operation_id = "signIn", tag = "Accounts",
    request_body(content = SignIn, example = json!({"login": "registrar", "password": "correct horse battery staple"})),
    responses((status = 200, description = "Signed in", body = TokenView, example = json!(super::super::examples::tokens())),
        crate::http::SignInProblems, PublicProblems),
    security(),
)]
#[post("/sign-in")]
pub async fn sign_in(
    http: HttpRequest,
    app: web::Data<App>,
    _: Parameters<NoParameters>,
    body: Json<SignIn>,
) -> ApiResult<HttpResponse> {
    let SignIn {
        login,
        password,
        device,
        code,
        new_password,
    } = body.value;
    let device = device.map(|secret| hash_of(secret.expose_secret()));
    let found = find(&app, &login, device).await?;
    let subjects = proof::subjects(&http, &login, device.filter(|_| found.known));
    let usable = found.account.filter(|row| !row.disabled);
    let typed = password.clone();
    let proven = proof::password(&app, &subjects, typed, usable.as_ref()).await?;
    let refused = || {
        metrics::counter!("sanad_sign_in_refused_total").increment(1);
        ApiError::unauthorised(
            "SIGN_IN_REFUSED",
            "login name or password is not right, or the account is not in use",
        )
    };
    let (guess, row) = proven.zip(usable).ok_or_else(refused)?;
    // Before a code is used up: a password that is refused must not cost one.
    let standing = match passwords::standing(&app, &row, &password, new_password).await {
        Ok(standing) => standing,
        Err(refused) => {
            guess.take_back();
            return Err(refused);
        }
    };
    if let Some(factor) = found.factor {
        let Some(code) = code else {
            guess.take_back();
            return Err(ApiError::unauthorised(
                "SECOND_FACTOR_REQUIRED",
                "send the code that your app shows now, or one of those on paper, as `code` as well",
            ));
        };
        if !second_factor::use_up(&app, &factor, code.expose_secret()).await? {
            metrics::counter!("sanad_second_factor_refused_total").increment(1);
            return Err(ApiError::unauthorised(
                "SECOND_FACTOR_WRONG",
                "not the code that the app shows now, or it was used already; wait for the next one",
            ));
        }
    }
    guess.take_back();
    if let Standing::Replaced(hash) = standing {
        replace(&app, &row, hash).await?;
    }
    let (opened, device) = sessions::begin(&app, UserId(row.user_id.0), found.known).await?;
    tokens(&app, opened, device)
}

/// Puts the password that its user chose in the place of the one that was handed out, of
/// two who come at once for the first.
async fn replace(app: &web::Data<App>, row: &AccountRow, hash: String) -> ApiResult<()> {
    let (user, was) = (row.user_id, row.password_hash.clone());
    let work = move |db: &mut dyn Db| db.set_password(user, Some(&was), &hash, None);
    let replaced = administer(app, work, "WRITE_CONFLICT", "another write was first").await?;
    replaced.then_some(()).ok_or_else(|| {
        ApiError::unauthorised("SIGN_IN_REFUSED", "this password was used a moment ago")
    })
}

/// What is known of who signs in.
#[derive(Default)]
struct Found {
    account: Option<AccountRow>,
    /// In force.
    factor: Option<SecondFactorRow>,
    /// They signed in from this device before.
    known: bool,
}

async fn find(app: &App, login: &str, device: Option<[u8; 32]>) -> ApiResult<Found> {
    // A text that is no login name is nobody's; the database is not asked for it.
    let Ok(login) = login_name(login) else {
        return Ok(Found::default());
    };
    let ask = move |db: &mut dyn Db| {
        let account = db.account_by_login(&login)?;
        let user = account
            .as_ref()
            .map_or(Key(uuid::Uuid::nil()), |row| row.user_id);
        let factor = db.second_factor(user)?;
        let known = match device {
            Some(hash) => db.knows_device(user, &hash)?,
            None => false,
        };
        Ok(Found {
            account,
            factor: factor.filter(|row| row.confirmed_at.is_some()),
            known,
        })
    };
    Ok(app.store.read(ask).await?)
}

/// Read who I am
///
/// The caller's account, with roles and where they hold.
#[utoipa::path(
    operation_id = "getMe", tag = "Accounts",
    responses((status = 200, description = "The caller", body = AccountView, example = json!(super::super::examples::account())), ReadProblems),
)]
#[get("/me")]
pub async fn get_me(
    app: web::Data<App>,
    caller: Caller,
    _: Parameters<NoParameters>,
) -> ApiResult<HttpResponse> {
    app.policy
        .permit(&caller.0, Permission::MeRead, &Resource::Registry)?;
    let account = app.directory.account(&app.store, caller.0.user()).await?;
    shown(&AccountView::of(&*account.ok_or_else(ApiError::fault)?))
}
