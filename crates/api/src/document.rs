//! The API document (OpenAPI 3.1), generated from the handlers that are mounted.

use crate::routes;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::AppExt as _;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Sanad",
        description = "Case registry for displaced people. Says, with reasons and sources, whether a return would be safe, voluntary, dignified and with freedom of movement.\n\nEvery error is an RFC 9457 problem with a stable code. Unknown fields and unknown query parameters are refused. Writes on a case need `If-Match`; writes sent with an `Idempotency-Key` are carried out once.",
        contact(name = "The office that runs this registry"),
        license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT"),
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = "Accounts", description = "Signing in, accounts, organisations"),
        (name = "Cases", description = "Households and single persons"),
        (name = "Household", description = "Who belongs to a case, where it lives, where it wants to go"),
        (name = "Answers", description = "Answers about a case, with their evidence"),
        (name = "Evidence", description = "What answers rest on, and its files; who runs a return"),
        (name = "Findings", description = "What the rule says, and what a named person issued"),
        (name = "Journey", description = "Approval, departure and arrival; withdrawal of consent; hold and closure"),
        (name = "Protection", description = "Consent by purpose, best interests of children, incidents"),
        (name = "After return", description = "Monitoring, other solutions, the end of displacement"),
        (name = "Data protection", description = "How long the data of a case is kept, legal holds, and its end"),
        (name = "Returns", description = "Returns, recorded as the facts they were"),
        (name = "Areas", description = "Answers and events about places, shared by all cases"),
        (name = "Places", description = "Imported lists of P-codes"),
        (name = "Catalogue", description = "The standard in force"),
        (name = "Reports", description = "Registers for auditors"),
        (name = "Health", description = "Whether the program is up"),
    ),
    components(schemas(crate::http::Problem, crate::http::FieldProblem, crate::reports::ReportPart, sanad_core::case::FindingRequest), responses(crate::http::ProblemResponse)),
    modifiers(&Bearer),
    security(("bearer" = [])),
)]
struct Base;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(
                "The `access_token` of `signIn`, or the key of a program",
            ))
            .build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The frame into which the routes put their operations.
pub(crate) fn base() -> utoipa::openapi::OpenApi {
    Base::openapi()
}

/// The whole document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_, document) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(base())
        .configure(crate::health::routes)
        .configure(crate::well_known::routes)
        .service(utoipa_actix_web::scope("/v1").configure(routes::v1))
        .split_for_parts();
    document
}

/// The document as it is checked in: pretty, with a line break at the end.
pub fn openapi_json() -> Result<String, serde_json::Error> {
    let mut text = openapi().to_pretty_json()?;
    text.push('\n');
    Ok(text)
}
