//! What a request leaves behind: a line in the log and counts. Method, route pattern,
//! status, time and a random request id; never the path, the query, the body, a name
//! or a token. Ids of cases are kept out too: logs and metrics travel further than
//! the registry.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use metrics::{Counter, Histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tracing::Instrument as _;

/// The process has one recorder of metrics, however many servers it runs.
pub(crate) fn metrics_handle() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new().build_recorder();
            let handle = recorder.handle();
            // Another recorder may be installed by a host program; ours then stays silent.
            drop(metrics::set_global_recorder(recorder));
            handle
        })
        .clone()
}

/// How often the recorder sorts what was measured into its summaries. Without it,
/// every measurement is kept until somebody reads the metrics, and on the laptop of a
/// field office nobody ever does.
const UPKEEP: Duration = Duration::from_secs(5);

/// Keeps the recorder's memory flat, for as long as the server's thread runs. Must be
/// called within an actix system.
pub(crate) fn keep_up_metrics() {
    let handle = metrics_handle();
    actix_web::rt::spawn(async move {
        loop {
            actix_web::rt::time::sleep(UPKEEP).await;
            handle.run_upkeep();
        }
    });
}

/// Logs and counts every request.
pub(crate) async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let begun = Instant::now();
    let method = name_of(request.method());
    // The fields are looked up only where somebody reads the log at this level.
    let span = tracing::info_span!(
        "request",
        id = %request_id(),
        method,
        route = request.match_pattern(),
        status = tracing::field::Empty,
    );
    let outcome = next.call(request).instrument(span.clone()).await;
    let (route, status) = match &outcome {
        Ok(response) => (response.request().match_pattern(), response.status()),
        Err(error) => (None, error.as_response_error().status_code()),
    };
    span.record("status", status.as_u16());
    span.in_scope(|| tracing::info!("answered"));
    METERS.with_borrow_mut(|meters| {
        let meter = meters
            .entry((route, method, status))
            .or_insert_with_key(Meter::of);
        meter.requests.increment(1);
        meter.seconds.record(begun.elapsed());
    });
    outcome
}

/// Tells the lines of one request from those of others; says nothing.
fn request_id() -> uuid::Uuid {
    crate::clock::entropy().map_or(uuid::Uuid::nil(), |bits| {
        uuid::Builder::from_random_bytes(bits).into_uuid()
    })
}

/// The methods of the API by name. Others are one: a caller could invent any number.
fn name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

/// Pattern of the path, method and status.
type Route = (Option<String>, &'static str, StatusCode);

thread_local! {
    /// The meters that this worker has used: looking one up by its labels costs more
    /// than counting. As many as there are routes, methods and statuses.
    static METERS: RefCell<HashMap<Route, Meter>> = RefCell::default();
}

/// What is counted of one route, method and status.
struct Meter {
    requests: Counter,
    seconds: Histogram,
}

impl Meter {
    fn of(&(ref route, method, status): &Route) -> Self {
        let route = route.clone().unwrap_or_else(|| "none".to_owned());
        let status = status.as_u16().to_string();
        Self {
            requests: metrics::counter!("sanad_http_requests_total", "method" => method, "route" => route.clone(), "status" => status),
            seconds: metrics::histogram!("sanad_http_request_seconds", "method" => method, "route" => route),
        }
    }
}
