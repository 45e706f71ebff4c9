//! What an account may do: checked when it is added, and changed by an administrator who
//! is somebody else.

use super::accounts::{AccountView, administer, not_ones_own};
use super::administering::KeepsAccounts;
use super::shown;
use crate::accounts::directory::{Account, rows_of};
use crate::app::App;
use crate::clock;
use crate::http::{ApiError, ApiResult, Json, WriteProblems};
use actix_web::{HttpResponse, put, web};
use sanad_core::access::{Grant, Role};
use sanad_core::ids::UserId;
use sanad_store::db::Db;
use sanad_store::sql_types::{At, Key};
use serde::Deserialize;
use utoipa::ToSchema;

/// Roles of one account at most.
const GRANTS_AT_MOST: usize = 20;
/// Areas of one role at most.
const AREAS_AT_MOST: usize = 50;

/// Refuses lists of grants and areas that are too long or name the same thing twice.
/// The store would refuse what is there twice as well, but could not tell it from a
/// login name that is taken.
fn check_lists(grants: &[Grant]) -> ApiResult<()> {
    let too_long = |pointer: String, most: usize| {
        ApiError::field(pointer, "LIST_TOO_LONG", format!("at most {most} entries"))
    };
    if grants.is_empty() {
        return Err(ApiError::field(
            "/grants",
            "LIST_LENGTH",
            "an account has at least one grant",
        ));
    }
    if grants.len() > GRANTS_AT_MOST {
        return Err(too_long("/grants".to_owned(), GRANTS_AT_MOST));
    }
    for (i, grant) in grants.iter().enumerate() {
        let same = |one: &Grant| one.role == grant.role && one.organisation == grant.organisation;
        if grants.iter().take(i).any(same) {
            return Err(ApiError::field(
                format!("/grants/{i}"),
                "GRANT_TWICE",
                "an earlier grant gives this role for this organisation; put all its areas into one grant",
            ));
        }
        if grant.areas.len() > AREAS_AT_MOST {
            return Err(too_long(format!("/grants/{i}/areas"), AREAS_AT_MOST));
        }
        for (j, area) in grant.areas.iter().enumerate() {
            if grant.areas.iter().take(j).any(|one| one == area) {
                return Err(ApiError::field(
                    format!("/grants/{i}/areas/{j}"),
                    "AREA_TWICE",
                    "this area stands in the grant already",
                ));
            }
        }
    }
    Ok(())
}

/// Whose grants they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Somebody who signs in.
    Person,
    /// A program with keys.
    Program,
}

/// Refuses grants that no account may have: too many, twice the same, roles that one
/// person may not hold together, an organisation or a place that nobody knows.
pub(super) async fn check(app: &App, grants: &[Grant], whose: Whose) -> ApiResult<()> {
    check_lists(grants)?;
    app.policy
        .check_grants(grants)
        .map_err(|pair| ApiError::field("/grants", "INCOMPATIBLE_ROLES", pair.to_string()))?;
    let places = app.places().await?;
    let known = app.store.read(|db| db.organisations()).await?;
    for (i, grant) in grants.iter().enumerate() {
        if whose == Whose::Person && !grant.role.signs_in() {
            return Err(ApiError::field(
                format!("/grants/{i}/role"),
                "ROLE_WITHOUT_SIGN_IN",
                "nobody signs in with this role",
            ));
        }
        if !known
            .iter()
            .any(|row| row.organisation_id.0 == grant.organisation.0)
        {
            return Err(ApiError::field(
                format!("/grants/{i}/organisation"),
                "ORGANISATION_UNKNOWN",
                "no such organisation works with this registry",
            ));
        }
        for (j, area) in grant.areas.iter().enumerate() {
            if places.find(area).is_none() {
                return Err(ApiError::field(
                    format!("/grants/{i}/areas/{j}"),
                    "PLACE_UNKNOWN",
                    "no imported list of places has this edition and code",
                ));
            }
        }
    }
    Ok(())
}

/// Refuses what no program may have, whatever its keys are for.
pub(super) fn for_a_program(grants: &[Grant]) -> ApiResult<()> {
    if grants.iter().any(|grant| grant.role == Role::Administrator) {
        return Err(ApiError::field(
            "/grants",
            "ROLE_FOR_PEOPLE",
            "no program keeps accounts",
        ));
    }
    Ok(())
}

/// What an account may do.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grants {
    /// Roles, and where they hold; all of them, in place of those of before.
    #[schema(min_items = 1, max_items = 20)]
    pub grants: Vec<Grant>,
}

/// Change what an account may do
///
/// For administrators. Holds from the next request of the user on; other servers know
/// within two seconds. Nobody changes their own.
#[utoipa::path(
    operation_id = "setGrants", tag = "Accounts",
    params(("id" = UserId, Path, description = "Id of the user")),
    request_body(content = Grants, example = json!({"grants": [{"role": "registrar", "organisation": "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a10"}]})),
    responses((status = 200, description = "The account", body = AccountView, example = json!(super::super::examples::account())), WriteProblems),
)]
#[put("/accounts/{id}/grants")]
pub async fn set_grants(
    KeepsAccounts { app, caller }: KeepsAccounts,
    id: web::Path<String>,
    body: Json<Grants>,
) -> ApiResult<HttpResponse> {
    let not_found = || ApiError::not_found("ACCOUNT_NOT_FOUND");
    let user: UserId = id.parse().map_err(|_| not_found())?;
    not_ones_own(&caller, user)?;
    let agreed = app.store.read(move |db| db.service_agreement(Key(user.0)));
    let whose = match agreed.await? {
        Some(_) => Whose::Program,
        None => Whose::Person,
    };
    check(&app, &body.value.grants, whose).await?;
    if whose == Whose::Program {
        for_a_program(&body.value.grants)?;
    }
    let rows = rows_of(user, &body.value.grants);
    let by = (Key(caller.0.user().0), At::from(clock::now()));
    let change = move |db: &mut dyn Db| {
        if db.account(Key(user.0))?.is_none() {
            return Ok(None);
        }
        db.set_grants(Key(user.0), &rows, by)?;
        db.account(Key(user.0))
    };
    let changed = administer(&app, change, "WRITE_CONFLICT", "another write was first").await?;
    app.directory.forget(user);
    let (row, grants) = changed.ok_or_else(not_found)?;
    tracing::info!("an administrator changed what an account may do");
    shown(&AccountView::of(&Account::of(&row, &grants)))
}
