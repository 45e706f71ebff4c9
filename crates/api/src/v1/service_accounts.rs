//! Accounts of programs, their agreements and their keys, for administrators.

use super::accounts::{AccountView, administer, login_name};
use super::administering::{KeepsAccounts, SeesAccounts};
use super::{grants, shown, written};
use crate::accounts::directory::{Account, rows_of};
use crate::accounts::service_keys::{self, LONGEST, is_for_programs};
use crate::app::App;
use crate::clock;
use crate::http::{ApiError, ApiResult, Json, ReadProblems, WriteProblems};
use crate::service::{Answer, json};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, post, put, web};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sanad_core::access::Grant;
use sanad_core::ids::UserId;
use sanad_core::value::{ValueError, bounded};
use sanad_store::db::Db;
use sanad_store::rows::{AccountRow, ServiceAgreementRow, ServiceKeyRow};
use sanad_store::sql_types::{At, Key, On};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Under which agreement a program works.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Where the agreement is found: its number, its date, with whom.
    #[schema(
        max_length = 300,
        example = "Data sharing agreement 2025-07 with the Ministry"
    )]
    pub agreement: String,
    /// Its last day; no key works after it.
    #[schema(value_type = String, format = Date)]
    pub agreement_until: Date,
}

impl Agreement {
    fn row(&self, user: UserId) -> ApiResult<ServiceAgreementRow> {
        let today = clock::now().to_zoned(TimeZone::UTC).date();
        if self.agreement_until < today {
            return Err(ApiError::field(
                "/agreement_until",
                "AGREEMENT_OVER",
                "an agreement that has ended opens nothing",
            ));
        }
        Ok(ServiceAgreementRow {
            user_id: Key(user.0),
            agreement: bounded(&self.agreement, 300).map_err(|error| at("/agreement", error))?,
            until: On(self.agreement_until),
        })
    }
}

fn at(pointer: &str, error: ValueError) -> ApiError {
    ApiError::field(pointer, error.code, error.text)
}

/// A new account of a program.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewServiceAccount {
    /// Its name among the accounts: 2 to 64 letters, digits, `.`, `-` or `_`, in lower case.
    #[schema(
        min_length = 2,
        max_length = 64,
        pattern = "^[a-z0-9][a-z0-9._-]{1,63}$"
    )]
    pub login: String,
    /// Name shown beside what it records.
    #[schema(max_length = 120)]
    pub display_name: String,
    /// What it may do at most, and where; each key is for some operations of these.
    #[schema(min_items = 1, max_items = 20)]
    pub grants: Vec<Grant>,
    /// Where the agreement is found.
    #[schema(max_length = 300)]
    pub agreement: String,
    /// Its last day; no key works after it.
    #[schema(value_type = String, format = Date)]
    pub agreement_until: Date,
}

/// An account of a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceAccountView {
    /// The account.
    pub account: AccountView,
    /// Under which agreement it works.
    pub agreement: Agreement,
}

impl ServiceAccountView {
    fn of(account: &Account, row: ServiceAgreementRow) -> Self {
        Self {
            account: AccountView::of(account),
            agreement: Agreement {
                agreement: row.agreement,
                agreement_until: row.until.0,
            },
        }
    }
}

/// Accounts of programs.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceAccountList {
    /// The accounts.
    pub items: Vec<ServiceAccountView>,
}

/// Add an account of a program
///
/// For administrators. It has no password and cannot sign in: it works with keys, while
/// its agreement lasts.
#[utoipa::path(
    operation_id = "addServiceAccount", tag = "Accounts",
    request_body(content = NewServiceAccount, example = json!(super::super::examples::new_service_account())),
    responses((status = 201, description = "Added", body = ServiceAccountView, example = json!(super::super::examples::service_account())), WriteProblems),
)]
#[post("/service-accounts")]
pub async fn add_service_account(
    KeepsAccounts { app, .. }: KeepsAccounts,
    body: Json<NewServiceAccount>,
) -> ApiResult<HttpResponse> {
    let new = body.value;
    let user = UserId(uuid::Builder::from_random_bytes(clock::entropy()?).into_uuid());
    let row = AccountRow {
        user_id: Key(user.0),
        login: login_name(&new.login).map_err(|error| at("/login", error))?,
        display_name: bounded(&new.display_name, 120)
            .map_err(|error| at("/display_name", error))?,
        password_hash: String::new(),
        disabled: false,
        created_at: At::from(clock::now()),
        one_time_until: None,
    };
    let agreement = Agreement {
        agreement: new.agreement,
        agreement_until: new.agreement_until,
    };
    let agreed = agreement.row(user)?;
    grants::check(&app, &new.grants, grants::Whose::Program).await?;
    grants::for_a_program(&new.grants)?;
    let grants = rows_of(user, &new.grants);
    let view = ServiceAccountView::of(&Account::of(&row, &grants), agreed.clone());
    let work = move |db: &mut dyn Db| {
        db.put_account(&row, &grants)?;
        db.put_service_agreement(&agreed)
    };
    administer(&app, work, "LOGIN_TAKEN", "this login name is taken").await?;
    Ok(made(format!("/v1/accounts/{user}"), json(&view)?))
}

fn made(location: String, body: Vec<u8>) -> HttpResponse {
    written(Answer {
        status: StatusCode::CREATED,
        etag: None,
        location: Some(location),
        body,
        replayed: false,
    })
}

/// List accounts of programs
///
/// For administrators, with their agreements.
#[utoipa::path(
    operation_id = "listServiceAccounts", tag = "Accounts",
    responses((status = 200, description = "The accounts", body = ServiceAccountList, example = json!({"items": [super::super::examples::service_account()]})), ReadProblems),
)]
#[get("/service-accounts")]
pub async fn list_service_accounts(
    SeesAccounts { app, .. }: SeesAccounts,
) -> ApiResult<HttpResponse> {
    let ask = |db: &mut dyn Db| {
        let mut all = Vec::new();
        for agreed in db.service_agreements()? {
            if let Some((row, grants)) = db.account(agreed.user_id)? {
                all.push(ServiceAccountView::of(&Account::of(&row, &grants), agreed));
            }
        }
        Ok(all)
    };
    let items = app.store.read(ask).await?;
    shown(&ServiceAccountList { items })
}

/// Change the agreement of a program
///
/// Prolongs it, or ends it today: keys follow from the next request on.
#[utoipa::path(
    operation_id = "setAgreement", tag = "Accounts",
    params(("id" = UserId, Path, description = "Id of the account")),
    request_body(content = Agreement, example = json!({"agreement": "Data sharing agreement 2025-07 with the Ministry", "agreement_until": "2099-12-31"})),
    responses((status = 204, description = "Changed"), WriteProblems),
)]
#[put("/service-accounts/{id}/agreement")]
pub async fn set_agreement(
    KeepsAccounts { app, .. }: KeepsAccounts,
    id: web::Path<String>,
    body: Json<Agreement>,
) -> ApiResult<HttpResponse> {
    let user = program(&app, &id).await?.user_id;
    let row = body.value.row(UserId(user.0))?;
    let work = move |db: &mut dyn Db| db.put_service_agreement(&row);
    administer(&app, work, "WRITE_CONFLICT", "another write was first").await?;
    app.service_keys.forget_all();
    Ok(HttpResponse::NoContent().finish())
}

/// The agreement of a program.
async fn program(app: &App, id: &str) -> ApiResult<ServiceAgreementRow> {
    let not_found = || ApiError::not_found("SERVICE_ACCOUNT_NOT_FOUND");
    let user: UserId = id.parse().map_err(|_| not_found())?;
    let ask = move |db: &mut dyn Db| db.service_agreement(Key(user.0));
    app.store.read(ask).await?.ok_or_else(not_found)
}

/// A new key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewServiceKey {
    /// The operations that it is for, by their ids in this document.
    #[schema(min_items = 1, max_items = 100)]
    pub operations: Vec<String>,
    /// Days for which it lasts, 1 to 90; never past the agreement.
    #[schema(minimum = 1, maximum = 90)]
    pub days: u8,
}

/// A key of a program. Its secret is shown when it is made, and never again.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceKeyView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: Uuid,
    /// To be sent as `Authorization: Bearer …`; only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The operations that it is for.
    pub operations: Vec<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: UserId,
    /// When it ends at the latest.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// When it was ended before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
}

impl ServiceKeyView {
    fn of(row: &ServiceKeyRow, key: Option<String>) -> Self {
        Self {
            id: row.key_id.0,
            key,
            operations: service_keys::operations_of(row).into_iter().collect(),
            made_at: row.made_at.timestamp(),
            made_by: UserId(row.made_by.0),
            expires_at: row.expires_at.timestamp(),
            ended_at: row.ended_at.map(At::timestamp),
        }
    }
}

/// Keys of a program, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceKeyList {
    /// The keys.
    pub items: Vec<ServiceKeyView>,
}

/// Make a key for a program
///
/// For the named operations only, and for what the account may do of these. Nothing about
/// accounts, and nothing that a named person vouches for.
#[utoipa::path(
    operation_id = "addServiceKey", tag = "Accounts",
    params(("id" = UserId, Path, description = "Id of the account")),
    request_body(content = NewServiceKey, example = json!({"operations": ["listCases", "getCase"], "days": 90})),
    responses((status = 201, description = "The key", body = ServiceKeyView, example = json!(super::super::examples::service_key(true))), WriteProblems),
)]
#[post("/service-accounts/{id}/keys")]
pub async fn add_service_key(
    KeepsAccounts { app, caller }: KeepsAccounts,
    id: web::Path<String>,
    body: Json<NewServiceKey>,
) -> ApiResult<HttpResponse> {
    let agreement = program(&app, &id).await?;
    let NewServiceKey { operations, days } = body.value;
    if operations.is_empty() || operations.len() > 100 {
        return Err(ApiError::field(
            "/operations",
            "LIST_LENGTH",
            "a key is for 1 to 100 operations",
        ));
    }
    if let Some(i) = operations.iter().position(|one| !is_for_programs(one)) {
        return Err(ApiError::field(
            format!("/operations/{i}"),
            "OPERATION_NOT_FOR_KEYS",
            "no operation of this id is open to programs",
        ));
    }
    let lasts = SignedDuration::from_hours(24 * i64::from(days));
    if lasts.is_zero() || lasts > LONGEST {
        return Err(ApiError::field(
            "/days",
            "KEY_DAYS",
            "a key lasts for 1 to 90 days",
        ));
    }
    let (now, made_key) = (clock::now(), service_keys::make()?);
    let row = ServiceKeyRow {
        key_id: Key(made_key.id),
        user_id: agreement.user_id,
        secret_hash: made_key.secret_hash.to_vec(),
        operations: operations.join(" "),
        made_at: At::from(now),
        made_by: Key(caller.0.user().0),
        expires_at: At::from(now + lasts),
        ended_at: None,
    };
    let view = ServiceKeyView::of(&row, Some(made_key.text));
    let work = move |db: &mut dyn Db| db.put_service_key(&row);
    administer(&app, work, "WRITE_CONFLICT", "another write was first").await?;
    let location = format!("/v1/service-accounts/{}/keys", agreement.user_id.0);
    Ok(made(location, json(&view)?))
}

/// List keys of a program
///
/// For administrators; without their secrets, which nobody has.
#[utoipa::path(
    operation_id = "listServiceKeys", tag = "Accounts",
    params(("id" = UserId, Path, description = "Id of the account")),
    responses((status = 200, description = "The keys", body = ServiceKeyList, example = json!({"items": [super::super::examples::service_key(false)]})), ReadProblems),
)]
#[get("/service-accounts/{id}/keys")]
pub async fn list_service_keys(
    SeesAccounts { app, .. }: SeesAccounts,
    id: web::Path<String>,
) -> ApiResult<HttpResponse> {
    let user = program(&app, &id).await?.user_id;
    let rows = app.store.read(move |db| db.service_keys_of(user)).await?;
    let items = rows.iter().map(|row| ServiceKeyView::of(row, None));
    shown(&ServiceKeyList {
        items: items.collect(),
    })
}

/// End a key of a program
///
/// From the next request on; other servers know within two seconds.
#[utoipa::path(
    operation_id = "endServiceKey", tag = "Accounts",
    params(
        ("id" = UserId, Path, description = "Id of the account"),
        ("key_id" = String, Path, format = Uuid, description = "Id of the key"),
    ),
    responses((status = 204, description = "Ended"), ReadProblems),
)]
#[delete("/service-accounts/{id}/keys/{key_id}")]
pub async fn end_service_key(
    KeepsAccounts { app, .. }: KeepsAccounts,
    ids: web::Path<(String, String)>,
) -> ApiResult<HttpResponse> {
    let not_found = || ApiError::not_found("SERVICE_KEY_NOT_FOUND");
    let (user, key) = ids.into_inner();
    let user: UserId = user.parse().map_err(|_| not_found())?;
    let key: Uuid = key.parse().map_err(|_| not_found())?;
    let now = At::from(clock::now());
    let work = move |db: &mut dyn Db| db.end_service_key(Key(user.0), Key(key), now);
    let ended = administer(&app, work, "WRITE_CONFLICT", "another write was first").await?;
    app.service_keys.forget(key);
    if ended {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(not_found())
    }
}
