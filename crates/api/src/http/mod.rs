//! What every operation shares: bodies, parameters, preconditions, problems.

pub mod accept;
pub mod body;
pub mod preconditions;
pub mod problem;
pub mod query;
pub mod responses;

pub use accept::negotiate;
pub use body::{Json, JsonOrNothing};
pub use preconditions::{IdempotencyKey, IfMatch, etag};
pub use problem::{ApiError, ApiResult, FieldProblem, Problem};
pub use query::{NoParameters, Parameters};
pub use responses::{ProblemResponse, PublicProblems, ReadProblems, SignInProblems, WriteProblems};
