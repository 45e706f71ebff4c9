//! The caller of a request. Only this extractor makes an [`Actor`] over HTTP, from
//! a checked token, a session that lasts and an account in use, or from a key of a
//! program that is for the operation.

use crate::accounts::service_keys::PREFIX;
use crate::app::App;
use crate::http::ApiError;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use sanad_core::access::Actor;
use sanad_core::ids::SessionId;
use std::pin::Pin;

/// The caller of a request, and the session in which they are signed in; of a program,
/// the id of its key, which is no session.
#[derive(Debug, Clone)]
pub struct Caller(pub Actor, pub SessionId);

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = request.app_data::<web::Data<App>>();
            let app = app.ok_or_else(ApiError::fault)?;
            let token = bearer(&request).ok_or_else(|| {
                ApiError::unauthorised(
                    "TOKEN_MISSING",
                    "sign in first and send the token as `Authorization: Bearer …`",
                )
            })?;
            if token.starts_with(PREFIX) {
                let pattern = request.match_pattern();
                let asked = (request.method().as_str(), pattern.as_deref());
                let (actor, key) = app.service_keys.actor(app, token, asked).await?;
                return Ok(Self(actor, SessionId(key)));
            }
            let verified = app.verify(token)?;
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
