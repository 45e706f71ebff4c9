//! Accounts and organisations, for administrators. An administrator reads nothing of
//! any case.

use super::administering::KeepsAccounts;
use super::passwords::hash_new;
use super::{grants, shown, written};
use crate::accounts::directory::{Account, rows_of};
use crate::accounts::{one_time, sessions};
use crate::actor::Caller;
use crate::app::App;
use crate::clock;
use crate::http::{
    ApiError, ApiResult, Json, NoParameters, Parameters, ReadProblems, WriteProblems,
};
use crate::service::{Answer, json};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, put, web};
use sanad_core::access::{Grant, Permission, Resource};
use sanad_core::ids::{OrganisationId, UserId};
use sanad_core::value::bounded;
use sanad_store::StoreError;
use sanad_store::db::Db;
use sanad_store::rows::{AccountRow, OrganisationRow};
use sanad_store::sql_types::{At, Key};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A user of the registry.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountView {
    /// Their id.
    pub user_id: UserId,
    /// Login name.
    pub login: String,
    /// Name shown to colleagues.
    pub display_name: String,
    /// May not sign in or act.
    pub disabled: bool,
    /// Roles, and where they hold.
    pub grants: Vec<Grant>,
}

impl AccountView {
    /// The account as shown.
    pub fn of(account: &Account) -> Self {
        Self {
            user_id: account.user,
            login: account.login.clone(),
            display_name: account.display_name.clone(),
            disabled: account.disabled,
            grants: account.grants.clone(),
        }
    }
}

/// A page of accounts, by login name.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountPage {
    /// The accounts.
    pub items: Vec<AccountView>,
    /// Where the list goes on; left out on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Which accounts are listed.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// Accounts on a page, 1 to 200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// Goes on after a page: its `next`.
    pub cursor: Option<String>,
}

/// List accounts
///
/// For administrators, by login name, with their roles and where these hold.
#[utoipa::path(
    operation_id = "listAccounts", tag = "Accounts", params(AccountQuery),
    responses((status = 200, description = "A page of accounts", body = AccountPage, example = json!({"items": [super::super::examples::account()]})), ReadProblems),
)]
#[get("/accounts")]
pub async fn list_accounts(
    app: web::Data<App>,
    caller: Caller,
    Parameters(query): Parameters<AccountQuery>,
) -> ApiResult<HttpResponse> {
    app.policy
        .permit(&caller.0, Permission::AccountsRead, &Resource::Registry)?;
    let limit = super::parameters::page_size(query.limit)?;
    let after = query
        .cursor
        .as_deref()
        .map(login_name)
        .transpose()
        .map_err(|_| {
            ApiError::parameter(
                "cursor",
                "CURSOR_INVALID",
                "give the `next` of a page, unchanged",
            )
        })?;
    let rows = app
        .store
        .read(move |db| db.list_accounts(after.as_deref(), limit + 1))
        .await?;
    let more = i64::try_from(rows.len()).is_ok_and(|count| count > limit);
    let kept = usize::try_from(limit).unwrap_or(rows.len()).min(rows.len());
    let next = rows
        .get(kept.saturating_sub(1))
        .filter(|_| more)
        .map(|(row, _)| row.login.clone());
    let items = rows
        .iter()
        .take(kept)
        .map(|(row, grants)| AccountView::of(&Account::of(row, grants)));
    shown(&AccountPage {
        items: items.collect(),
        next,
    })
}

/// A new account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// Login name: 2 to 64 letters, digits, `.`, `-` or `_`, in lower case.
    #[schema(
        min_length = 2,
        max_length = 64,
        pattern = "^[a-z0-9][a-z0-9._-]{1,63}$"
    )]
    pub login: String,
    /// Name shown to colleagues.
    #[schema(max_length = 120)]
    pub display_name: String,
    /// First password, 12 characters or more. It is good for one sign-in within three
    /// days, which sets another (`new_password`).
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 256)]
    pub password: SecretString,
    /// Roles, and where they hold.
    #[schema(min_items = 1, max_items = 20)]
    pub grants: Vec<Grant>,
}

/// A login name in its one form.
pub fn login_name(raw: &str) -> Result<String, sanad_core::value::ValueError> {
    let fits = (2..=64).contains(&raw.len())
        && raw
            .bytes()
            .all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_'))
        && raw
            .bytes()
            .next()
            .is_some_and(|c| c.is_ascii_alphanumeric());
    if fits {
        return Ok(raw.to_owned());
    }
    Err(sanad_core::value::ValueError::new(
        "LOGIN_INVALID",
        "a login name has 2 to 64 letters a to z, digits, `.`, `-` or `_`, and begins with a letter or digit",
    ))
}

/// Add an account
///
/// Roles that may not be held together are refused (`INCOMPATIBLE_ROLES`), and so is a
/// role given twice for one organisation (`GRANT_TWICE`).
#[utoipa::path(
    operation_id = "addAccount", tag = "Accounts",
    request_body(content = NewAccount, example = json!(super::super::examples::new_account())),
    responses((status = 201, description = "Added", body = AccountView, example = json!(super::super::examples::account())), WriteProblems),
)]
#[post("/accounts")]
pub async fn add_account(
    KeepsAccounts { app, .. }: KeepsAccounts,
    body: Json<NewAccount>,
) -> ApiResult<HttpResponse> {
    let new = body.value;
    let invalid = |pointer: &str, error: sanad_core::value::ValueError| {
        ApiError::field(pointer, error.code, error.text)
    };
    let login = login_name(&new.login).map_err(|error| invalid("/login", error))?;
    let display_name =
        bounded(&new.display_name, 120).map_err(|error| invalid("/display_name", error))?;
    grants::check(&app, &new.grants, grants::Whose::Person).await?;
    let own = [login.clone(), display_name.clone()];
    let password_hash = hash_new(&app, "/password", new.password, own).await?;
    let user = UserId(uuid::Builder::from_random_bytes(clock::entropy()?).into_uuid());
    let row = AccountRow {
        user_id: Key(user.0),
        login,
        display_name,
        password_hash,
        disabled: false,
        created_at: At::from(clock::now()),
        one_time_until: Some(At::from(one_time::until())),
    };
    let grants = rows_of(user, &new.grants);
    let (stored, granted) = (row.clone(), grants.clone());
    administer(
        &app,
        move |db| db.put_account(&stored, &granted),
        "LOGIN_TAKEN",
        "this login name is taken",
    )
    .await?;
    let view = AccountView::of(&Account::of(&row, &grants));
    Ok(written(Answer {
        status: StatusCode::CREATED,
        etag: None,
        location: Some(format!("/v1/accounts/{user}")),
        body: json(&view)?,
        replayed: false,
    }))
}

/// Nobody changes what they themselves may do, or with what they sign in, this way.
pub(super) fn not_ones_own(caller: &Caller, user: UserId) -> ApiResult<()> {
    if caller.0.user() == user {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "OWN_ACCOUNT",
            "nobody does this to their own account; ask another administrator",
        ));
    }
    Ok(())
}

/// Changes reference data on a thread that may block.
pub(crate) async fn administer<T: Send + 'static>(
    app: &web::Data<App>,
    work: impl FnOnce(&mut dyn sanad_store::db::Db) -> Result<T, StoreError> + Send + 'static,
    taken: &'static str,
    text: &'static str,
) -> ApiResult<T> {
    let store = app.store.clone();
    let result = web::block(move || store.administer(work))
        .await
        .map_err(|_| ApiError::fault())?;
    result.map_err(|error| match error {
        StoreError::Conflict => ApiError::new(StatusCode::CONFLICT, taken, text),
        other => other.into(),
    })
}

/// Whether an account is in use.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountUse {
    /// May not sign in or act.
    pub disabled: bool,
}

/// Disable or enable an account
///
/// A disabled account can neither sign in nor act, from the next request on; what it
/// recorded stays.
#[utoipa::path(
    operation_id = "setAccountUse", tag = "Accounts",
    params(("id" = UserId, Path, description = "Id of the user")),
    request_body(content = AccountUse, example = json!({"disabled": true})),
    responses((status = 204, description = "Done"), WriteProblems),
)]
#[put("/accounts/{id}/use")]
pub async fn set_account_use(
    KeepsAccounts { app, .. }: KeepsAccounts,
    id: web::Path<String>,
    body: Json<AccountUse>,
) -> ApiResult<HttpResponse> {
    let not_found = || ApiError::not_found("ACCOUNT_NOT_FOUND");
    let user: UserId = id.parse().map_err(|_| not_found())?;
    let disabled = body.value.disabled;
    let change = move |db: &mut dyn Db| db.set_disabled(Key(user.0), disabled);
    let found = if disabled {
        sessions::with_end_of_all(&app, user, None, change).await?
    } else {
        administer(&app, change, "WRITE_CONFLICT", "another write was first").await?
    };
    app.directory.forget(user);
    if found {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(not_found())
    }
}

/// An organisation that works with the registry.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganisationView {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
}

/// Organisations, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganisationList {
    /// The organisations.
    pub items: Vec<OrganisationView>,
}

/// List organisations
///
/// Every organisation that keeps cases here, by name.
#[utoipa::path(
    operation_id = "listOrganisations", tag = "Accounts",
    responses((status = 200, description = "The organisations", body = OrganisationList, example = json!({"items": [{"id": "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a10", "name": "Relief XZ"}]})), ReadProblems),
)]
#[get("/organisations")]
pub async fn list_organisations(
    app: web::Data<App>,
    caller: Caller,
    _: Parameters<NoParameters>,
) -> ApiResult<HttpResponse> {
    app.policy
        .permit(&caller.0, Permission::MeRead, &Resource::Registry)?;
    let rows = app.store.read(|db| db.organisations()).await?;
    let items = rows.into_iter().map(|row| OrganisationView {
        id: OrganisationId(row.organisation_id.0),
        name: row.name,
    });
    shown(&OrganisationList {
        items: items.collect(),
    })
}

/// A new organisation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganisation {
    /// Its name.
    #[schema(max_length = 120)]
    pub name: String,
}

/// Add an organisation
///
/// For administrators. A name is taken once.
#[utoipa::path(
    operation_id = "addOrganisation", tag = "Accounts",
    request_body(content = NewOrganisation, example = json!({"name": "Relief XZ"})),
    responses((status = 201, description = "Added", body = OrganisationView, example = json!({"id": "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a10", "name": "Relief XZ"})), WriteProblems),
)]
#[post("/organisations")]
pub async fn add_organisation(
    KeepsAccounts { app, .. }: KeepsAccounts,
    body: Json<NewOrganisation>,
) -> ApiResult<HttpResponse> {
    let name = bounded(&body.value.name, 120)
        .map_err(|error| ApiError::field("/name", error.code, error.text))?;
    let id = OrganisationId(uuid::Builder::from_random_bytes(clock::entropy()?).into_uuid());
    let row = OrganisationRow {
        organisation_id: Key(id.0),
        name: name.clone(),
        created_at: At::from(clock::now()),
    };
    administer(
        &app,
        move |db| db.put_organisation(&row),
        "ORGANISATION_EXISTS",
        "there is an organisation of this name",
    )
    .await?;
    Ok(written(Answer {
        status: StatusCode::CREATED,
        etag: None,
        location: Some("/v1/organisations".to_owned()),
        body: json(&OrganisationView { id, name })?,
        replayed: false,
    }))
}
