//! The second factor: asked for by the user, put in force by a first code, taken off by
//! an administrator when a device is lost.

use super::accounts::administer;
use super::administering::KeepsAccounts;
use super::{shown, written};
use crate::accounts::{proof, second_factor, sessions};
use crate::actor::Caller;
use crate::app::App;
use crate::http::{
    ApiError, ApiResult, Json, NoParameters, Parameters, ReadProblems, WriteProblems,
};
use crate::service::{Answer, json};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use sanad_core::access::{Permission, Resource};
use sanad_core::ids::UserId;
use sanad_store::db::Db;
use sanad_store::rows::{AccountRow, SecondFactorRow};
use sanad_store::sql_types::Key;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether there is a second factor.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorView {
    /// It is asked for at sign-in.
    pub in_force: bool,
    /// Codes on paper that were not used.
    pub recovery_codes_left: i64,
}

async fn account_and_factor(
    app: &App,
    user: UserId,
) -> ApiResult<(AccountRow, Option<SecondFactorRow>)> {
    let ask = move |db: &mut dyn Db| {
        let account = db.account(Key(user.0))?;
        Ok((account, db.second_factor(Key(user.0))?))
    };
    let (account, factor) = app.store.read(ask).await?;
    let (row, _) = account.ok_or_else(ApiError::fault)?;
    Ok((row, factor))
}

/// Read my second factor
///
/// Whether it is asked for, and how many codes on paper are left.
#[utoipa::path(
    operation_id = "getSecondFactor", tag = "Accounts",
    responses((status = 200, description = "The second factor", body = SecondFactorView, example = json!({"in_force": true, "recovery_codes_left": 9})), ReadProblems),
)]
#[get("/me/second-factor")]
pub async fn get_second_factor(
    app: web::Data<App>,
    caller: Caller,
    _: Parameters<NoParameters>,
) -> ApiResult<HttpResponse> {
    app.policy
        .permit(&caller.0, Permission::MeRead, &Resource::Registry)?;
    let user = Key(caller.0.user().0);
    let ask = move |db: &mut dyn Db| Ok((db.second_factor(user)?, db.recovery_codes_left(user)?));
    let (factor, recovery_codes_left) = app.store.read(ask).await?;
    shown(&SecondFactorView {
        in_force: factor.is_some_and(|row| row.confirmed_at.is_some()),
        recovery_codes_left,
    })
}

/// The caller's own password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSecondFactor {
    /// The password, once more: a screen that was left open is not its user.
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
}

/// What an authenticator app needs. Shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnrolmentView {
    /// For the app, typed in by hand.
    pub secret: String,
    /// For the app, as a picture (`otpauth://…`).
    pub uri: String,
}

/// Ask for a second factor
///
/// Answers the secret for an authenticator app, once. It is not asked for at sign-in
/// until the app has shown a first code (within a quarter of an hour).
#[utoipa::path(
    operation_id = "addSecondFactor", tag = "Accounts",
    request_body(content = NewSecondFactor, example = json!({"password": "correct horse battery staple"})),
    responses((status = 201, description = "What the app needs", body = EnrolmentView, example = json!({
        "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "uri": "otpauth://totp/Sanad:registrar?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sanad&algorithm=SHA1&digits=6&period=30"
    })), WriteProblems),
)]
#[post("/me/second-factor")]
pub async fn add_second_factor(
    http: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    _: Parameters<NoParameters>,
    body: Json<NewSecondFactor>,
) -> ApiResult<HttpResponse> {
    app.policy
        .permit(&caller.0, Permission::MeRead, &Resource::Registry)?;
    let (row, _) = account_and_factor(&app, caller.0.user()).await?;
    let subjects = proof::subjects(&http, &row.login, None);
    let proven = proof::password(&app, &subjects, body.value.password, Some(&row)).await?;
    proven.ok_or_else(password_wrong)?.take_back();
    let enrolment = second_factor::enrol(app.hashing.passwords(), row.user_id, &row.login)?;
    let waiting = enrolment.row;
    let work = move |db: &mut dyn Db| db.begin_second_factor(&waiting);
    let begun = administer(&app, work, "WRITE_CONFLICT", "another write was first").await?;
    if !begun {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "SECOND_FACTOR_IN_FORCE",
            "there is a second factor already; an administrator takes it off when the device is lost",
        ));
    }
    Ok(written(Answer {
        status: StatusCode::CREATED,
        etag: None,
        location: Some("/v1/me/second-factor".to_owned()),
        body: json(&EnrolmentView {
            secret: enrolment.secret,
            uri: enrolment.uri,
        })?,
        replayed: false,
    }))
}

/// The caller's own password is another.
pub(crate) fn password_wrong() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "PASSWORD_WRONG",
        "this is not your password",
    )
}

/// A code of the app.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstCode {
    /// Six digits.
    #[schema(value_type = String, example = "287082")]
    pub code: SecretString,
}

/// Codes on paper. Shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Ten codes, each good once in place of a code of the app. Print them, and keep
    /// them where the device is not.
    pub recovery_codes: Vec<String>,
}

/// Put the second factor in force
///
/// With a first code of the app. Answers ten codes on paper, once; from now on one of
/// them or a code of the app is asked for at every sign-in.
#[utoipa::path(
    operation_id = "confirmSecondFactor", tag = "Accounts",
    request_body(content = FirstCode, example = json!({"code": "287082"})),
    responses((status = 200, description = "In force", body = RecoveryCodes, example = json!({"recovery_codes": ["ac4b-77dq-kzpm-x2ra"]})), WriteProblems),
)]
#[post("/me/second-factor/confirmations")]
pub async fn confirm_second_factor(
    http: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    _: Parameters<NoParameters>,
    body: Json<FirstCode>,
) -> ApiResult<HttpResponse> {
    app.policy
        .permit(&caller.0, Permission::MeRead, &Resource::Registry)?;
    let (row, factor) = account_and_factor(&app, caller.0.user()).await?;
    let Some(factor) = factor.filter(second_factor::waits) else {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "NO_SECOND_FACTOR_WAITS",
            "no second factor waits for its first code; ask for one",
        ));
    };
    let guess = proof::count(&app, &proof::subjects(&http, &row.login, None))?;
    let typed = body.value.code.expose_secret();
    let codes = second_factor::confirm(&app, &factor, typed).await?;
    let recovery_codes = codes.ok_or_else(|| {
        ApiError::field(
            "/code",
            "CODE_WRONG",
            "not the code that the app shows now; is the clock of the device right?",
        )
    })?;
    guess.take_back();
    shown(&RecoveryCodes { recovery_codes })
}

/// Take somebody's second factor off
///
/// For administrators, when a device and the codes on paper are lost: make sure that it
/// is the person who asks. Ends all sessions of the user. Nobody takes off their own.
#[utoipa::path(
    operation_id = "removeSecondFactor", tag = "Accounts",
    params(("id" = UserId, Path, description = "Id of the user")),
    responses((status = 204, description = "Taken off"), ReadProblems),
)]
#[delete("/accounts/{id}/second-factor")]
pub async fn remove_second_factor(
    KeepsAccounts { app, caller }: KeepsAccounts,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    let not_found = || ApiError::not_found("SECOND_FACTOR_NOT_FOUND");
    let user: UserId = id.parse().map_err(|_| not_found())?;
    super::accounts::not_ones_own(&caller, user)?;
    let work = move |db: &mut dyn Db| db.remove_second_factor(Key(user.0));
    let removed = sessions::with_end_of_all(&app, user, None, work).await?;
    if !removed {
        return Err(not_found());
    }
    tracing::warn!("an administrator took a second factor off");
    Ok(HttpResponse::NoContent().finish())
}
