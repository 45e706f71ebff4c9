//! What a request about accounts goes through before anything else: who asks, that there
//! are no parameters, and whether they keep the accounts, or may see them.
//!
//! Not here: reads of cases and places (`reading`), writes on them (`service`).

use super::reading::{Coming, asked};
use crate::actor::Caller;
use crate::app::App;
use crate::http::{ApiError, NoParameters};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use sanad_core::access::{Permission, Resource};

/// Somebody who may do this with accounts: keep them, or (`false`) see them.
pub(crate) struct Administering<const KEEPS: bool> {
    pub(crate) app: web::Data<App>,
    pub(crate) caller: Caller,
}

/// Somebody who keeps the accounts.
pub(crate) type KeepsAccounts = Administering<true>;
/// Somebody who sees the accounts.
pub(crate) type SeesAccounts = Administering<false>;

impl<const KEEPS: bool> FromRequest for Administering<KEEPS> {
    type Error = ApiError;
    type Future = Coming<Self>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let http = http.clone();
        Box::pin(async move {
            let (app, caller, _) = asked::<NoParameters>(http).await?;
            let permission = if KEEPS {
                Permission::AccountsManage
            } else {
                Permission::AccountsRead
            };
            app.policy
                .permit(&caller.0, permission, &Resource::Registry)?;
            Ok(Self { app, caller })
        })
    }
}
