//! Who belongs to a case, where it lives, where it wants to go, and its next step.

use super::cases::case_id;
use super::views::{CaseReceipt, added, changed};
use super::{request, written};
use crate::actor::Caller;
use crate::app::App;
use crate::http::{
    ApiError, ApiResult, IdempotencyKey, IfMatch, Json, NoParameters, Parameters, WriteProblems,
};
use crate::service::{self, CaseAnswer};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, post, put, web};
use sanad_core::case::{Command, DestinationChoice, DisplacementReport, MemberJoining, Transition};
use sanad_core::ids::{CaseId, PersonId};
use sanad_core::person::{ContactPoint, Leaving, PersonProfile};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Everything that a write on one case brings besides its body.
pub(crate) struct OnCase {
    pub(crate) http: HttpRequest,
    pub(crate) app: web::Data<App>,
    pub(crate) caller: Caller,
    pub(crate) key: IdempotencyKey,
    pub(crate) if_match: IfMatch,
    pub(crate) id: CaseId,
}

impl OnCase {
    /// Carries a command out and answers what came of it.
    pub(crate) async fn run(
        self,
        command: Command,
        body: Bytes,
        answer: CaseAnswer,
    ) -> ApiResult<HttpResponse> {
        let request = request(&self.http, self.caller.0, self.key, body);
        service::on_case(
            &self.app,
            request,
            self.id,
            self.if_match.0,
            command,
            answer,
        )
        .await
        .map(written)
    }
}

impl actix_web::FromRequest for OnCase {
    type Error = ApiError;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(http: &HttpRequest, payload: &mut actix_web::dev::Payload) -> Self::Future {
        let caller = Caller::from_request(http, payload);
        let key = IdempotencyKey::from_request(http, payload).into_inner();
        let if_match = IfMatch::from_request(http, payload).into_inner();
        let parameters = Parameters::<NoParameters>::from_request(http, payload).into_inner();
        let http = http.clone();
        Box::pin(async move {
            // Who asks comes first: a stranger learns nothing from the other answers.
            let caller = caller.await?;
            parameters?;
            let app = http
                .app_data::<web::Data<App>>()
                .cloned()
                .ok_or_else(ApiError::fault)?;
            let id = case_id(http.match_info().query("id"))?;
            Ok(Self {
                app,
                caller,
                key: key?,
                if_match: if_match?,
                id,
                http,
            })
        })
    }
}

/// The id of a person in a path.
pub(crate) fn person_id(http: &HttpRequest) -> ApiResult<PersonId> {
    http.match_info()
        .query("person_id")
        .parse()
        .map_err(|_| ApiError::not_found("PERSON_NOT_FOUND"))
}

/// Record that a person joined the household
///
/// Answers about the household that an earlier composition gave become void
/// (VOL-08, VOL-09, DIG-01).
#[utoipa::path(
    operation_id = "addMember", tag = "Household",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = MemberJoining, example = json!(super::super::examples::member())),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/members")]
pub async fn add_member(on: OnCase, body: Json<MemberJoining>) -> ApiResult<HttpResponse> {
    on.run(Command::AddMember(Box::new(body.value)), body.bytes, added)
        .await
}

/// Replace what is recorded about a person
///
/// The earlier version stays in the journal.
#[utoipa::path(
    operation_id = "correctMember", tag = "Household",
    params(("id" = CaseId, Path, description = "Id of the case"),
        ("person_id" = PersonId, Path, description = "Id of the person"),
        IfMatch, IdempotencyKey),
    request_body(content = PersonProfile, example = json!(super::super::examples::profile())),
    responses((status = 200, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[put("/cases/{id}/members/{person_id}")]
pub async fn correct_member(on: OnCase, body: Json<PersonProfile>) -> ApiResult<HttpResponse> {
    let person = person_id(&on.http)?;
    on.run(
        Command::CorrectMember(person, Box::new(body.value)),
        body.bytes,
        changed,
    )
    .await
}

/// Record that a person left the household or died
///
/// The person stays in the case with the day and the reason, and is assessed no more.
#[utoipa::path(
    operation_id = "recordLeaving", tag = "Household",
    params(("id" = CaseId, Path, description = "Id of the case"),
        ("person_id" = PersonId, Path, description = "Id of the person"),
        IfMatch, IdempotencyKey),
    request_body(content = Leaving, example = json!({"on": "2025-05-02", "reason": "moved_out"})),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/members/{person_id}/leaving")]
pub async fn record_leaving(on: OnCase, body: Json<Leaving>) -> ApiResult<HttpResponse> {
    let person = person_id(&on.http)?;
    on.run(
        Command::RecordLeaving(person, body.value),
        body.bytes,
        added,
    )
    .await
}

/// Add a way to reach the household
///
/// Says whether it is safe to be used: a message may reach the wrong person.
#[utoipa::path(
    operation_id = "addContactPoint", tag = "Household",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = ContactPoint, example = json!(super::super::examples::contact())),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/contact-points")]
pub async fn add_contact_point(on: OnCase, body: Json<ContactPoint>) -> ApiResult<HttpResponse> {
    on.run(Command::AddContactPoint(body.value), body.bytes, added)
        .await
}

/// Record a new episode of displacement
///
/// Where it ends is where the household lives from then on.
#[utoipa::path(
    operation_id = "recordDisplacement", tag = "Household",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = DisplacementReport, example = json!({"displacement": super::super::examples::displacement()})),
    responses((status = 201, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/displacements")]
pub async fn record_displacement(
    on: OnCase,
    body: Json<DisplacementReport>,
) -> ApiResult<HttpResponse> {
    on.run(
        Command::RecordDisplacement(Box::new(body.value)),
        body.bytes,
        added,
    )
    .await
}

/// Record where the household wants to return to
///
/// A change makes earlier answers about the choice void (return conditions §1.9).
#[utoipa::path(
    operation_id = "chooseDestination", tag = "Household",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = DestinationChoice, example = json!({"place": {"edition": "XZ-2025-01", "code": "XZ0202"}, "chosen_on": "2025-05-02"})),
    responses((status = 200, description = "Recorded", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[put("/cases/{id}/destination")]
pub async fn choose_destination(
    on: OnCase,
    body: Json<DestinationChoice>,
) -> ApiResult<HttpResponse> {
    on.run(Command::ChooseDestination(body.value), body.bytes, changed)
        .await
}

/// The next step in the life of a case.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransitionRequest {
    /// The state that the step leads to.
    pub to: Transition,
}

/// Take the next step in the life of a case (T2 to T5)
///
/// A step that is not possible yet is refused with every precondition that is
/// missing.
#[utoipa::path(
    operation_id = "advanceCase", tag = "Household",
    params(("id" = CaseId, Path, description = "Id of the case"),
        IfMatch, IdempotencyKey),
    request_body(content = TransitionRequest, example = json!({"to": "profiled"})),
    responses((status = 200, description = "Done", headers(("ETag" = String, description = "Revision of the case")), body = CaseReceipt, example = json!(super::super::examples::receipt())), WriteProblems),
)]
#[post("/cases/{id}/transitions")]
pub async fn advance_case(on: OnCase, body: Json<TransitionRequest>) -> ApiResult<HttpResponse> {
    on.run(Command::Advance(body.value.to), body.bytes, changed)
        .await
}
