//! What other programs look for in a fixed place (RFC 8615): the public keys with which
//! access tokens are checked. Open to everybody, like every such set (RFC 7517): it lets
//! one check a token and make none.

use crate::accounts::keys::PublicKey;
use crate::app::App;
use crate::http::{ApiResult, NoParameters, Parameters, PublicProblems};
use crate::service::json;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// Operations in fixed places.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_keys);
}

/// Public keys (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
pub struct KeySet {
    /// The keys of today, and for a while that of yesterday or tomorrow.
    pub keys: Vec<PublicKey>,
}

/// Public keys of access tokens
///
/// Two while one follows the other. A gateway that checks tokens itself must not keep
/// them for longer than the minute that the answer says, and learns nothing of sessions
/// that were ended.
#[utoipa::path(
    operation_id = "getKeys", tag = "Accounts", security(),
    responses((status = 200, description = "The keys", body = KeySet, example = json!({"keys": [
        {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "d75a980182b10ab7",
         "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    ]})), PublicProblems),
)]
#[get("/.well-known/jwks.json")]
pub async fn get_keys(app: web::Data<App>, _: Parameters<NoParameters>) -> ApiResult<HttpResponse> {
    let keys = app.tokens.public_keys();
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("cache-control", "public, max-age=60"))
        .body(json(&KeySet { keys })?))
}
