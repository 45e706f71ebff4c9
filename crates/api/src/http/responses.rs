//! The error answers of operations, for the OpenAPI document: each group once.

use super::problem::Problem;
use utoipa::{IntoResponses, ToResponse};

/// An RFC 9457 problem.
#[derive(ToResponse)]
#[response(
    description = "What went wrong",
    content_type = "application/problem+json"
)]
pub struct ProblemResponse(#[expect(dead_code, reason = "only its schema is used")] Problem);

/// Error answers of operations open to everyone.
#[derive(IntoResponses)]
pub enum PublicProblems {
    /// A parameter or the form of the request is wrong.
    #[response(status = 400)]
    BadRequest(#[ref_response] ProblemResponse),
    /// Too many requests or wrong passwords; try again after `Retry-After` seconds.
    #[response(status = 429)]
    TooMany(#[ref_response] ProblemResponse),
    /// A fault of the registry.
    #[response(status = 500)]
    Fault(#[ref_response] ProblemResponse),
    /// The registry is busy; try again after `Retry-After` seconds.
    #[response(status = 503)]
    Busy(#[ref_response] ProblemResponse),
}

/// Error answers of signing in, besides those open to everyone.
#[derive(IntoResponses)]
pub enum SignInProblems {
    /// Login name or password is not right, or the account is not in use.
    #[response(status = 401)]
    Refused(#[ref_response] ProblemResponse),
    /// The body did not arrive in time.
    #[response(status = 408)]
    Timeout(#[ref_response] ProblemResponse),
    /// The body is too large.
    #[response(status = 413)]
    TooLarge(#[ref_response] ProblemResponse),
    /// The body is not of the expected media type.
    #[response(status = 415)]
    MediaType(#[ref_response] ProblemResponse),
    /// A field cannot be accepted; `errors` has its pointer.
    #[response(status = 422)]
    Invalid(#[ref_response] ProblemResponse),
}

/// Error answers of reads.
#[derive(IntoResponses)]
pub enum ReadProblems {
    /// A parameter is unknown or wrong.
    #[response(status = 400)]
    BadRequest(#[ref_response] ProblemResponse),
    /// No valid token.
    #[response(status = 401)]
    Unauthorised(#[ref_response] ProblemResponse),
    /// The caller's roles do not allow this.
    #[response(status = 403)]
    Forbidden(#[ref_response] ProblemResponse),
    /// There is no such record, or it is not the caller's to see.
    #[response(status = 404)]
    NotFound(#[ref_response] ProblemResponse),
    /// What is asked for was destroyed with the data of the persons of its case.
    #[response(status = 410)]
    Gone(#[ref_response] ProblemResponse),
    /// Too many requests or wrong passwords; try again after `Retry-After` seconds.
    #[response(status = 429)]
    TooMany(#[ref_response] ProblemResponse),
    /// A fault of the registry.
    #[response(status = 500)]
    Fault(#[ref_response] ProblemResponse),
    /// The registry is busy; try again after `Retry-After` seconds.
    #[response(status = 503)]
    Busy(#[ref_response] ProblemResponse),
}

/// Error answers of writes.
#[derive(IntoResponses)]
pub enum WriteProblems {
    /// The request is not well formed.
    #[response(status = 400)]
    BadRequest(#[ref_response] ProblemResponse),
    /// No valid token.
    #[response(status = 401)]
    Unauthorised(#[ref_response] ProblemResponse),
    /// The caller's roles do not allow this.
    #[response(status = 403)]
    Forbidden(#[ref_response] ProblemResponse),
    /// There is no such record, or it is not the caller's to see.
    #[response(status = 404)]
    NotFound(#[ref_response] ProblemResponse),
    /// The body did not arrive in time.
    #[response(status = 408)]
    Timeout(#[ref_response] ProblemResponse),
    /// A rule stands against it; `errors` names everything that is missing.
    #[response(status = 409)]
    Refused(#[ref_response] ProblemResponse),
    /// The record was changed since it was read.
    #[response(status = 412)]
    Stale(#[ref_response] ProblemResponse),
    /// The body is too large.
    #[response(status = 413)]
    TooLarge(#[ref_response] ProblemResponse),
    /// The body is not of the expected media type.
    #[response(status = 415)]
    MediaType(#[ref_response] ProblemResponse),
    /// A field cannot be accepted; `errors` has its pointer.
    #[response(status = 422)]
    Invalid(#[ref_response] ProblemResponse),
    /// `If-Match` is missing.
    #[response(status = 428)]
    Precondition(#[ref_response] ProblemResponse),
    /// Too many requests or wrong passwords; try again after `Retry-After` seconds.
    #[response(status = 429)]
    TooMany(#[ref_response] ProblemResponse),
    /// A fault of the registry.
    #[response(status = 500)]
    Fault(#[ref_response] ProblemResponse),
    /// The registry is busy; try again after `Retry-After` seconds.
    #[response(status = 503)]
    Busy(#[ref_response] ProblemResponse),
}
