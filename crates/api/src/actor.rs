//! The caller of a request. Only this extractor makes an [`Actor`] over HTTP, from
//! a checked token, a session that lasts and an account in use.

use crate::app::App;
use crate::http::ApiError;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use sanad_core::access::Actor;
use sanad_core::ids::SessionId;
use std::pin::Pin;

/// The caller of a request, and the session in which they are signed in.
#[derive(Debug, Clone)]
pub struct Caller(pub Actor, pub SessionId);

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<web::Data<App>>().cloned();
        let verified = app.as_ref().ok_or_else(ApiError::fault).and_then(|app| {
            let token = bearer(request).ok_or_else(|| {
                ApiError::unauthorised(
                    "TOKEN_MISSING",
                    "sign in first and send the token as `Authorization: Bearer …`",
                )
            })?;
            app.verify(token)
        });
        Box::pin(async move {
            let (Some(app), verified) = (app, verified?) else {
                return Err(ApiError::fault());
            };
            app.limits.account(verified.user.0)?;
            let actor = app.directory.actor(&app.store, verified).await?;
            Ok(Self(actor, verified.session))
        })
    }
}

/// The token of a request (RFC 6750 §2.1), as it was sent; the scheme is not
/// case-sensitive.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get("authorization")?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}
