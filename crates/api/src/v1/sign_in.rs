//! Signing in, and who one is.

use super::accounts::{AccountView, login_name};
use super::shown;
use crate::accounts::password::verify_password;
use crate::accounts::token::LIFETIME;
use crate::actor::Caller;
use crate::app::App;
use crate::clock;
use crate::http::{
    ApiError, ApiResult, Json, NoParameters, Parameters, PublicProblems, ReadProblems,
};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use sanad_core::access::{Permission, Resource};
use sanad_core::ids::UserId;
use secrecy::SecretString;
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
}

/// A token for the requests that follow.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenView {
    /// Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: String,
    /// Seconds for which it is good.
    #[schema(example = 600)]
    pub expires_in: i64,
}

/// Sign in
///
/// Answers a token that is good for ten minutes. A wrong password and an unknown
/// login name are answered alike, after the same work.
#[utoipa::path(
    operation_id = "signIn", tag = "Accounts",
    request_body(content = SignIn, example = json!({"login": "registrar", "password": "correct horse battery staple"})),
    responses((status = 200, description = "Signed in", body = TokenView, example = json!({"access_token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln", "token_type": "Bearer", "expires_in": 600})),
        crate::http::SignInProblems, PublicProblems),
    security(),
)]
#[post("/sign-in")]
pub async fn sign_in(
    app: web::Data<App>,
    _: Parameters<NoParameters>,
    body: Json<SignIn>,
) -> ApiResult<HttpResponse> {
    let SignIn { login, password } = body.value;
    // A text that is no login name is nobody's; the database is not asked for it.
    let row = match login_name(&login) {
        Ok(login) => {
            app.store
                .read(move |db| db.account_by_login(&login))
                .await?
        }
        Err(_) => None,
    };
    let Ok(_slot) = app.hashing.acquire().await else {
        return Err(ApiError::fault());
    };
    let usable = row.filter(|row| !row.disabled);
    let hash = usable.as_ref().map(|row| row.password_hash.clone());
    let right = web::block(move || verify_password(&password, hash.as_deref()))
        .await
        .map_err(|_| ApiError::fault())?;
    let refused = || {
        metrics::counter!("sanad_sign_in_refused_total").increment(1);
        ApiError::new(
            StatusCode::UNAUTHORIZED,
            "SIGN_IN_REFUSED",
            "login name or password is not right, or the account is not in use",
        )
    };
    let user = usable
        .filter(|_| right)
        .map(|row| UserId(row.user_id.0))
        .ok_or_else(refused)?;
    let access_token = app
        .tokens
        .issue(user, clock::now())
        .map_err(|_| ApiError::fault())?;
    shown(&TokenView {
        access_token,
        token_type: "Bearer".to_owned(),
        expires_in: LIFETIME.as_secs(),
    })
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
