//! The server: middleware, limits, start and graceful end.

use crate::app::{App, StartError};
use crate::http::ApiError;
use crate::http::body::BodyDeadline;
use crate::observe::{keep_up_metrics, metrics_handle, observe};
use crate::{document, health, limits, routes, well_known};
use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{DefaultHeaders, Next, from_fn};
use actix_web::{HttpServer, web};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use utoipa_actix_web::AppExt as _;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// How the server runs.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Threads that answer requests.
    pub workers: usize,
    /// Handle SIGINT and SIGTERM; tests do without.
    pub signals: bool,
    /// How long the body of a request may take to arrive.
    pub body_deadline: BodyDeadline,
}

/// A server that is listening.
pub struct Running {
    /// The address it listens on.
    pub address: SocketAddr,
    /// Runs until stopped; await it.
    pub server: Server,
}

/// The pages of `/docs` may load what comes with the program and nothing else.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Answers HEAD as GET (RFC 9110 §9.3.2); the connection leaves the body out.
async fn head_like_get(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}

/// Time for what is under way when the server is asked to stop, in seconds.
const GRACE: u64 = 20;

/// How often the folder of the keys is read again; well below the time for which a new
/// key is known before it signs.
const KEYS_READ: Duration = Duration::from_secs(10);

/// Takes up new keys of access tokens, for as long as the server's thread runs.
fn keep_up_keys(app: web::Data<App>) {
    actix_web::rt::spawn(async move {
        loop {
            actix_web::rt::time::sleep(KEYS_READ).await;
            let app = app.clone();
            if let Ok(Err(error)) = web::block(move || app.tokens.look_again()).await {
                tracing::error!(%error, "the keys of access tokens cannot be read");
            }
        }
    });
}

/// How often callers who have been quiet are forgotten.
const QUIET: Duration = Duration::from_secs(60);

/// Keeps the memory of callers small, for as long as the server's thread runs.
fn keep_up_limits(app: web::Data<App>) {
    actix_web::rt::spawn(async move {
        loop {
            actix_web::rt::time::sleep(QUIET).await;
            app.limits.forget_the_quiet();
        }
    });
}

/// Starts to listen and to answer. Must be called within an actix system.
pub fn start(app: Arc<App>, settings: &ServerSettings) -> Result<Running, StartError> {
    let listener = TcpListener::bind(settings.listen).map_err(StartError::Listen)?;
    let address = listener.local_addr().map_err(StartError::Listen)?;
    let app = web::Data::from(app);
    keep_up_keys(app.clone());
    keep_up_limits(app.clone());
    let metrics = web::Data::new(metrics_handle());
    let deadline = settings.body_deadline;
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .into_utoipa_app()
            .openapi(document::base())
            .app_data(app.clone())
            .app_data(metrics.clone())
            .app_data(deadline)
            .configure(health::routes)
            .configure(well_known::routes)
            .service(utoipa_actix_web::scope("/v1").configure(routes::v1))
            .openapi_service(|api| {
                SwaggerUi::new("/docs/{_:.*}")
                    .url("/openapi.json", api)
                    .config(
                        Config::default()
                            .try_it_out_enabled(true)
                            .persist_authorization(false)
                            // Else the page shows the API document to a host on the internet.
                            .validator_url("none"),
                    )
            })
            .into_app()
            .service(web::redirect("/docs", "/docs/"))
            .service(web::redirect("/", "/docs/"))
            .default_service(web::to(nothing_here))
            .wrap(from_fn(limits::by_address))
            .wrap(
                DefaultHeaders::new()
                    .add(("x-content-type-options", "nosniff"))
                    .add(("referrer-policy", "no-referrer"))
                    .add(("x-frame-options", "DENY"))
                    .add(("content-security-policy", CONTENT_SECURITY_POLICY)),
            )
            .wrap(from_fn(observe))
            .wrap(from_fn(head_like_get))
    })
    .workers(settings.workers.max(1))
    .client_request_timeout(Duration::from_secs(10))
    .client_disconnect_timeout(Duration::from_secs(5))
    .keep_alive(Duration::from_secs(60))
    .max_connections(10_000)
    .shutdown_timeout(GRACE);
    let server = if settings.signals {
        server
    } else {
        server.disable_signals()
    };
    let server = server.listen(listener).map_err(StartError::Listen)?.run();
    keep_up_metrics();
    Ok(Running { address, server })
}

/// An unknown path, or a known one with another method.
async fn nothing_here() -> Result<actix_web::HttpResponse, ApiError> {
    Err(ApiError::new(
        StatusCode::NOT_FOUND,
        "NOTHING_HERE",
        "the API has nothing under this path and method; see /docs",
    ))
}
