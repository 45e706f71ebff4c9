//! Staying signed in, signing out, and where one is signed in.

use super::shown;
use super::sign_in::{TokenView, tokens};
use crate::accounts::sessions;
use crate::actor::Caller;
use crate::app::App;
use crate::clock;
use crate::http::{
    ApiError, ApiResult, Json, NoParameters, Parameters, PublicProblems, ReadProblems,
};
use actix_web::{HttpResponse, delete, get, post, web};
use jiff::Timestamp;
use sanad_core::access::{Permission, Resource};
use sanad_core::ids::SessionId;
use sanad_store::sql_types::{At, Key};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
