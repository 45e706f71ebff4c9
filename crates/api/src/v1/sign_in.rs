//! Signing in and out, staying signed in, and who one is.

use super::accounts::{AccountView, administer, login_name};
use super::shown;
use crate::accounts::guesses::{Guess, Subject, TooMany};
use crate::accounts::password::Checked;
use crate::accounts::sessions::{self, Opened, Secret, hash_of};
use crate::accounts::token::LIFETIME;
use crate::actor::Caller;
use crate::app::App;
use crate::clock;
use crate::http::{
    ApiError, ApiResult, Json, NoParameters, Parameters, PublicProblems, ReadProblems,
};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use jiff::Timestamp;
use sanad_core::access::{Permission, Resource};
use sanad_core::ids::{SessionId, UserId};
use sanad_store::db::Db;
use sanad_store::rows::AccountRow;
use sanad_store::sql_types::{At, Key};
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

fn tokens(app: &App, opened: Opened, device: Option<Secret>) -> ApiResult<HttpResponse> {
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
/// which the user signed in before.
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
    } = body.value;
    let device = device.map(|secret| hash_of(secret.expose_secret()));
    let (row, known) = account_and_device(&app, &login, device).await?;
    let guess = count_guess(&app, &http, login, device.filter(|_| known))?;
    let usable = row.filter(|row| !row.disabled);
    let hash = usable.as_ref().map(|row| row.password_hash.clone());
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
    if checked == Checked::PepperMissing {
        tracing::error!("a password cannot be checked: its pepper was not given at start");
        return Err(ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "PEPPER_MISSING",
            "the server lacks a secret that passwords need; tell whoever runs it",
        ));
    }
    let right = matches!(checked, Checked::Right | Checked::RightAndOutdated);
    let refused = || {
        metrics::counter!("sanad_sign_in_refused_total").increment(1);
        ApiError::new(
            StatusCode::UNAUTHORIZED,
            "SIGN_IN_REFUSED",
            "login name or password is not right, or the account is not in use",
        )
    };
    let row = usable.filter(|_| right).ok_or_else(refused)?;
    guess.take_back();
    let user = UserId(row.user_id.0);
    if let Some(renewed) = renewed {
        renew(&app, row, renewed).await;
    }
    let (opened, device) = sessions::begin(&app, user, known).await?;
    tokens(&app, opened, device)
}

/// Keeps the hash that was made anew. Signing in does not depend on it.
async fn renew(app: &web::Data<App>, row: AccountRow, renewed: String) {
    let work = move |db: &mut dyn Db| db.set_password(row.user_id, &row.password_hash, &renewed);
    match administer(app, work, "WRITE_CONFLICT", "another write was first").await {
        Ok(_) => tracing::info!("a password hash was made anew at the costs of today"),
        Err(error) => tracing::warn!(%error, "a password hash could not be made anew"),
    }
}

/// The account of a login name, and whether its user signed in from the device before.
async fn account_and_device(
    app: &App,
    login: &str,
    device: Option<[u8; 32]>,
) -> ApiResult<(Option<AccountRow>, bool)> {
    // A text that is no login name is nobody's; the database is not asked for it.
    let Ok(login) = login_name(login) else {
        return Ok((None, false));
    };
    let ask = move |db: &mut dyn Db| {
        let row = db.account_by_login(&login)?;
        let user = row
            .as_ref()
            .map_or(Key(uuid::Uuid::nil()), |row| row.user_id);
        let known = match device {
            Some(hash) => db.knows_device(user, &hash)?,
            None => false,
        };
        Ok((row, known))
    };
    Ok(app.store.read(ask).await?)
}

/// Counts a guess before it is evaluated: of a known device by itself, else of the
/// account and of the network it comes from.
fn count_guess(
    app: &App,
    http: &HttpRequest,
    login: String,
    known: Option<[u8; 32]>,
) -> ApiResult<Guess> {
    let subjects = match known {
        Some(device) => vec![Subject::Device(device)],
        None => {
            let network = http.peer_addr().map(|peer| Subject::network(peer.ip()));
            network
                .into_iter()
                .chain([Subject::Account(hash_of(&login))])
                .collect()
        }
    };
    app.guesses
        .count(&subjects, clock::now())
        .map_err(|TooMany { retry_after }| {
            metrics::counter!("sanad_sign_in_throttled_total").increment(1);
            ApiError::too_many(
                "SIGN_IN_TOO_OFTEN",
                "too many wrong passwords; wait, or sign in from a device that you used before",
                retry_after,
            )
        })
}

/// With what a session is prolonged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The refresh token that came last.
    #[schema(value_type = String, format = Password)]
    pub refresh_token: SecretString,
}

/// Stay signed in
///
/// Answers the next access token and the next refresh token. A session lasts twelve
/// hours from the last time, and seven days in all.
#[utoipa::path(
    operation_id = "refreshSession", tag = "Accounts",
    request_body(content = Refresh, example = json!({"refresh_token": "7d0c4e6b1f2a93855e0d7c9b4a1f6e2d7d0c4e6b1f2a93855e0d7c9b4a1f6e2d"})),
    responses((status = 200, description = "Prolonged", body = TokenView, example = json!(super::super::examples::tokens())),
        crate::http::SignInProblems, PublicProblems),
    security(),
)]
#[post("/sign-in/refresh")]
pub async fn refresh_session(
    app: web::Data<App>,
    _: Parameters<NoParameters>,
    body: Json<Refresh>,
) -> ApiResult<HttpResponse> {
    let opened = sessions::prolong(&app, body.value.refresh_token.expose_secret()).await?;
    tokens(&app, opened, None)
}

/// Sign out
///
/// Ends the session of the caller: neither of its tokens is good any more.
#[utoipa::path(
    operation_id = "signOut", tag = "Accounts",
    responses((status = 204, description = "Signed out"), ReadProblems),
)]
#[post("/sign-out")]
pub async fn sign_out(
    app: web::Data<App>,
    caller: Caller,
    _: Parameters<NoParameters>,
) -> ApiResult<HttpResponse> {
    app.policy
        .permit(&caller.0, Permission::MeRead, &Resource::Registry)?;
    sessions::end(&app, caller.0.user(), caller.1).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A time for which the caller is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Its id.
    pub id: SessionId,
    /// When they signed in.
    #[schema(value_type = String, format = DateTime)]
    pub begun_at: Timestamp,
    /// When it was prolonged last.
    #[schema(value_type = String, format = DateTime)]
    pub used_at: Timestamp,
    /// When it ends at the latest.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
    /// Whether this request belongs to it.
    pub current: bool,
}

/// Sessions, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionList {
    /// The sessions.
    pub items: Vec<SessionView>,
}

/// List my sessions
///
/// Where the caller is signed in, so that a lost device can be signed out.
#[utoipa::path(
    operation_id = "listSessions", tag = "Accounts",
    responses((status = 200, description = "The sessions", body = SessionList, example = json!(super::super::examples::sessions())), ReadProblems),
)]
#[get("/me/sessions")]
pub async fn list_sessions(
    app: web::Data<App>,
    caller: Caller,
    _: Parameters<NoParameters>,
) -> ApiResult<HttpResponse> {
    app.policy
        .permit(&caller.0, Permission::MeRead, &Resource::Registry)?;
    let (user, now) = (Key(caller.0.user().0), At::from(clock::now()));
    let rows = app.store.read(move |db| db.sessions_of(user, now)).await?;
    let items = rows.into_iter().map(|row| SessionView {
        id: SessionId(row.session_id.0),
        begun_at: row.begun_at.timestamp(),
        used_at: row.used_at.timestamp(),
        ends_at: row.ends_at.timestamp(),
        current: row.session_id.0 == caller.1.0,
    });
    shown(&SessionList {
        items: items.collect(),
    })
}

/// End one of my sessions
///
/// Signs a device out, from the next request on.
#[utoipa::path(
    operation_id = "endSession", tag = "Accounts",
    params(("id" = SessionId, Path, description = "Id of the session")),
    responses((status = 204, description = "Ended"), ReadProblems),
)]
#[delete("/me/sessions/{id}")]
pub async fn end_session(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
    _: Parameters<NoParameters>,
) -> ApiResult<HttpResponse> {
    app.policy
        .permit(&caller.0, Permission::MeRead, &Resource::Registry)?;
    let not_found = || ApiError::not_found("SESSION_NOT_FOUND");
    let session: SessionId = id.parse().map_err(|_| not_found())?;
    if sessions::end(&app, caller.0.user(), session).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(not_found())
    }
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
