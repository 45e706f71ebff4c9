//! Whether the program is up and ready, and its metrics. No personal data, no token.

use crate::app::App;
use crate::http::{ApiError, ApiResult, NoParameters, Parameters, PublicProblems};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// Operations without a token.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(live).service(ready).service(get_metrics);
}

/// The program's state.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `up` or `ready`.
    #[schema(example = "ready")]
    pub status: String,
    /// Version of the program.
    #[schema(example = "0.1.0")]
    pub version: String,
}

fn health(status: &str) -> HttpResponse {
    HttpResponse::Ok().json(Health {
        status: status.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Whether the program is up
///
/// Asks nothing but the program itself: one that does not answer should be started anew.
#[utoipa::path(
    operation_id = "getLive", tag = "Health", security(),
    responses((status = 200, description = "It is up", body = Health, example = json!({"status": "up", "version": "0.1.0"})), PublicProblems),
)]
#[get("/live")]
pub async fn live(_: Parameters<NoParameters>) -> HttpResponse {
    health("up")
}

/// Whether the program can answer requests
///
/// Asks the database, too: while it does not answer, send no requests here.
#[utoipa::path(
    operation_id = "getReady", tag = "Health", security(),
    responses((status = 200, description = "It can", body = Health, example = json!({"status": "ready", "version": "0.1.0"})), PublicProblems),
)]
#[get("/ready")]
pub async fn ready(app: web::Data<App>, _: Parameters<NoParameters>) -> ApiResult<HttpResponse> {
    let answers = app.store.read(|db| db.ping()).await;
    answers.map_err(|_| {
        ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "NOT_READY",
            "the database does not answer",
        )
    })?;
    Ok(health("ready"))
}

/// Metrics for Prometheus
///
/// Counters and times in the text format of Prometheus. No personal data, and nothing
/// that names a case or a user.
#[utoipa::path(
    operation_id = "getMetrics", tag = "Health", security(),
    responses((status = 200, description = "Counters and times, without personal data", content_type = "text/plain", body = String, example = "sanad_http_requests_total 1"), PublicProblems),
)]
#[get("/metrics")]
pub async fn get_metrics(
    handle: web::Data<PrometheusHandle>,
    _: Parameters<NoParameters>,
) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(handle.render())
}
