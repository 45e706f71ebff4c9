//! Errors over HTTP, in one place and last: RFC 9457 problems with a stable code.
//!
//! A problem never repeats personal values, and a fault of ours says nothing about
//! the inside; its details go to the log under the same request id.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use sanad_core::access::Denied;
use sanad_core::refusal::Refusal;
use sanad_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong (RFC 9457, `application/problem+json`).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "urn:sanad:problem:CASE_NOT_FOUND",
    "title": "Not found",
    "status": 404,
    "code": "CASE_NOT_FOUND",
    "detail": "there is no such case, or it is not yours to see",
    "errors": []
}))]
pub struct Problem {
    /// A stable name of the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in a few words.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// Stable code in upper case, for programs.
    pub code: String,
    /// What happened and how to mend it, for people.
    pub detail: String,
    /// Each fault found, with a pointer to its field.
    pub errors: Vec<FieldProblem>,
}

/// One fault of a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) into the body; empty for the request as a whole.
    pub pointer: String,
    /// The query parameter or header, when it is one of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Stable code in upper case, for programs.
    pub code: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// An error answer on its way out.
#[derive(Clone)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldProblem>,
    /// Seconds until it may be tried again, where that is known.
    retry_after: u32,
}

/// What every handler returns.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// An error with a status, a stable code and a text.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: 2,
        }
    }

    /// Too many requests of a kind, 429.
    pub fn too_many(code: &'static str, detail: impl Into<String>, retry_after: u32) -> Self {
        Self {
            retry_after,
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail)
        }
    }

    /// A fault of one field of the body, 422.
    pub fn field(
        pointer: impl Into<String>,
        code: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "BODY_INVALID",
            "a field of the request cannot be accepted; see `errors`",
        )
        .with(FieldProblem {
            pointer: pointer.into(),
            parameter: None,
            code: code.into(),
            detail: detail.into(),
        })
    }

    /// A fault of a query parameter, 400.
    pub fn parameter(
        name: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "PARAMETER_INVALID",
            "a parameter of the request cannot be accepted; see `errors`",
        )
        .with(FieldProblem {
            pointer: String::new(),
            parameter: Some(name.into()),
            code: code.to_owned(),
            detail: detail.into(),
        })
    }

    /// Adds a fault.
    #[must_use]
    pub fn with(mut self, fault: FieldProblem) -> Self {
        self.errors.push(fault);
        self
    }

    /// No valid token.
    pub fn unauthorised(code: &'static str, detail: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail)
    }

    /// There is no such record, or it is not the caller's to see: the same answer.
    pub fn not_found(code: &'static str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            code,
            "there is no such record, or it is not yours to see",
        )
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The stable code, and those of every fault.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let faults = self.errors.iter().map(|fault| fault.code.as_str());
        std::iter::once(self.code).chain(faults)
    }

    /// The problem as sent.
    pub fn problem(&self) -> Problem {
        Problem {
            kind: format!("urn:sanad:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            code: self.code.to_owned(),
            detail: self.detail.clone(),
            errors: self.errors.clone(),
        }
    }
}

// Details may repeat a field name that a caller made up; the log gets none of them.
impl std::fmt::Debug for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ApiError({self})")
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.code)
    }
}

impl std::error::Error for ApiError {}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        match self.status {
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                response.insert_header((RETRY_AFTER, HeaderValue::from(self.retry_after)));
            }
            StatusCode::UNAUTHORIZED => {
                response.insert_header((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
            }
            _ => {}
        }
        let body = serde_json::to_vec(&self.problem()).unwrap_or_default();
        response
            .content_type("application/problem+json")
            .insert_header(("cache-control", "no-store"))
            .body(body)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "BUSY",
                "the registry is busy; try again in a moment",
            ),
            StoreError::Closed => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "SHUTTING_DOWN",
                "the registry is shutting down",
            ),
            StoreError::Conflict => Self::new(
                StatusCode::CONFLICT,
                "WRITE_CONFLICT",
                "another write was first; read again and retry",
            ),
            StoreError::Forgotten => {
                Self::new(StatusCode::GONE, "CASE_ANONYMISED", error.to_string())
            }
            StoreError::Database(_) | StoreError::Unreadable(_) | StoreError::Open(_) => {
                tracing::error!(%error, "storage fault");
                Self::fault()
            }
        }
    }
}

impl ApiError {
    /// A fault of ours; says nothing about the inside.
    pub fn fault() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL",
            "the registry could not do this because of a fault of its own; nothing was lost, and the log has the details",
        )
    }
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Hidden => Self::not_found("NOT_FOUND"),
            Denied::Forbidden { .. } => {
                Self::new(StatusCode::FORBIDDEN, "ROLE_FORBIDDEN", denied.to_string())
            }
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid { pointer, error } => Self::field(pointer, error.code, error.text),
            Refusal::Missing(missing) => {
                let first = missing.first().map_or("REFUSED", |one| one.code);
                let mut error = Self::new(
                    StatusCode::CONFLICT,
                    first,
                    "a rule of the registry stands against this; `errors` names everything that is missing",
                );
                error.errors = missing
                    .into_iter()
                    .map(|one| FieldProblem {
                        pointer: one.pointer,
                        parameter: None,
                        code: one.code.to_owned(),
                        detail: one.text,
                    })
                    .collect();
                error
            }
            Refusal::WrongPermit => {
                tracing::error!("a command met a permit for another action");
                Self::fault()
            }
        }
    }
}

impl From<crate::clock::NoEntropy> for ApiError {
    fn from(error: crate::clock::NoEntropy) -> Self {
        tracing::error!(%error, "no random bits");
        Self::fault()
    }
}
