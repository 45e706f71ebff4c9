//! Places of return and of displacement: answers shared by all cases, events, and
//! the dossier of a place.

use super::answers::AnswerList;
use super::cases::AsOf;
use super::views::{AreaReceipt, area_changed};
use super::{end_of, request, shown, today, written};
use crate::actor::Caller;
use crate::app::App;
use crate::http::{
    ApiError, ApiResult, IdempotencyKey, Json, NoParameters, Parameters, ReadProblems,
    WriteProblems,
};
use crate::service;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use jiff::Timestamp;
use sanad_core::access::{Permission, Resource, Tiers};
use sanad_core::answer::NewAnswer;
use sanad_core::area::{AreaCommand, AreaEventRecord, NewAreaEvent, Place, PlaceRef};
use sanad_core::case::{NewAnswers, Retraction, Verification};
use sanad_core::conditions::{Condition, Level, Value};
use sanad_core::ids::{AnswerId, UserId};
use sanad_store::journal::{area_of, area_stream};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Everything that a write on one place brings besides its body.
pub(crate) struct OnArea {
    http: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    key: IdempotencyKey,
    place: PlaceRef,
}

impl OnArea {
    pub(crate) async fn run(self, command: AreaCommand, body: Bytes) -> ApiResult<HttpResponse> {
        let request = request(&self.http, self.caller.0, self.key, body);
        service::on_area(&self.app, request, self.place, command, area_changed)
            .await
            .map(written)
    }
}

impl actix_web::FromRequest for OnArea {
    type Error = ApiError;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(http: &HttpRequest, payload: &mut actix_web::dev::Payload) -> Self::Future {
        let caller = Caller::from_request(http, payload);
        let key = IdempotencyKey::from_request(http, payload).into_inner();
        let parameters = Parameters::<NoParameters>::from_request(http, payload).into_inner();
        let http = http.clone();
        Box::pin(async move {
            let caller = caller.await?;
            parameters?;
            let app = http
                .app_data::<web::Data<App>>()
                .cloned()
                .ok_or_else(ApiError::fault)?;
            let place = place_of(&http)?;
            Ok(Self {
                app,
                caller,
                key: key?,
                place,
                http,
            })
        })
    }
}

/// The place of a path.
pub(crate) fn place_of(http: &HttpRequest) -> ApiResult<PlaceRef> {
    let (edition, code) = (
        http.match_info().query("edition"),
        http.match_info().query("code"),
    );
    PlaceRef::parse(edition, code).map_err(|_| ApiError::not_found("PLACE_NOT_FOUND"))
}

/// Record answers about a place
///
/// Shared by every case that goes there (or, for VOL-12, is displaced there). All of
/// them or none.
#[utoipa::path(
    operation_id = "recordAreaAnswers", tag = "Areas",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"),
        IdempotencyKey),
    request_body(content = NewAnswers, example = json!(super::super::examples::area_answers())),
    responses((status = 201, description = "Recorded", body = AreaReceipt, example = json!(super::super::examples::area_receipt())), WriteProblems),
)]
#[post("/areas/{edition}/{code}/answers")]
pub async fn record_area_answers(on: OnArea, body: Json<NewAnswers>) -> ApiResult<HttpResponse> {
    on.run(AreaCommand::RecordAnswers(body.value), body.bytes)
        .await
}

/// Decide between answers about a place in conflict
///
/// By a supervisor who wrote none of them, with a remark that says why and evidence.
/// Stands in place of every answer before it; later answers reopen the question.
#[utoipa::path(
    operation_id = "adjudicateAreaAnswers", tag = "Areas",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"),
        IdempotencyKey),
    request_body(content = NewAnswer, example = json!(super::super::examples::area_adjudication())),
    responses((status = 201, description = "Recorded", body = AreaReceipt, example = json!(super::super::examples::area_receipt())), WriteProblems),
)]
#[post("/areas/{edition}/{code}/adjudications")]
pub async fn adjudicate_area_answers(on: OnArea, body: Json<NewAnswer>) -> ApiResult<HttpResponse> {
    on.run(AreaCommand::Adjudicate(Box::new(body.value)), body.bytes)
        .await
}

/// Verify evidence about a place
///
/// By someone other than whoever recorded it (`SELF_VERIFICATION`).
#[utoipa::path(
    operation_id = "verifyAreaEvidence", tag = "Areas",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"),
        IdempotencyKey),
    request_body(content = Verification, example = json!({"evidence": ["0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a11"]})),
    responses((status = 200, description = "Recorded", body = AreaReceipt, example = json!(super::super::examples::area_receipt())), WriteProblems),
)]
#[post("/areas/{edition}/{code}/verifications")]
pub async fn verify_area_evidence(on: OnArea, body: Json<Verification>) -> ApiResult<HttpResponse> {
    on.run(AreaCommand::VerifyEvidence(body.value), body.bytes)
        .await
}

fn answer_id(on: &OnArea) -> ApiResult<AnswerId> {
    on.http
        .match_info()
        .query("answer_id")
        .parse()
        .map_err(|_| ApiError::not_found("ANSWER_NOT_FOUND"))
}

/// Confirm an answer about a place as second officer
///
/// Needed where a *no* prevails: the *yes* that overtakes it names it and is
/// confirmed by someone other than its recorder (`SECOND_OFFICER_REQUIRED`).
#[utoipa::path(
    operation_id = "confirmAreaAnswer", tag = "Areas",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"),
        ("answer_id" = AnswerId, Path, description = "Id of the answer"),
        IdempotencyKey),
    responses((status = 200, description = "Recorded", body = AreaReceipt, example = json!(super::super::examples::area_receipt())), WriteProblems),
)]
#[post("/areas/{edition}/{code}/answers/{answer_id}/confirmation")]
pub async fn confirm_area_answer(on: OnArea) -> ApiResult<HttpResponse> {
    let answer = answer_id(&on)?;
    on.run(AreaCommand::ConfirmAnswer(answer), Bytes::new())
        .await
}

/// Take an answer about a place back
///
/// By its recorder only.
#[utoipa::path(
    operation_id = "retractAreaAnswer", tag = "Areas",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"),
        ("answer_id" = AnswerId, Path, description = "Id of the answer"),
        IdempotencyKey),
    request_body(content = Retraction, example = json!({"remark": "the report was about another town"})),
    responses((status = 200, description = "Recorded", body = AreaReceipt, example = json!(super::super::examples::area_receipt())), WriteProblems),
)]
#[post("/areas/{edition}/{code}/answers/{answer_id}/retraction")]
pub async fn retract_area_answer(on: OnArea, body: Json<Retraction>) -> ApiResult<HttpResponse> {
    let answer = answer_id(&on)?;
    on.run(AreaCommand::RetractAnswer(answer, body.value), body.bytes)
        .await
}

/// Record an event that happened in a place
///
/// Answers that it makes void (return conditions §1.9) count as unknown from that
/// day on, in every case that goes there.
#[utoipa::path(
    operation_id = "recordAreaEvent", tag = "Areas",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"),
        IdempotencyKey),
    request_body(content = NewAreaEvent, example = json!({"kind": "armed_clash", "happened_on": "2025-05-12"})),
    responses((status = 201, description = "Recorded", body = AreaReceipt, example = json!(super::super::examples::area_receipt())), WriteProblems),
)]
#[post("/areas/{edition}/{code}/events")]
pub async fn record_area_event(on: OnArea, body: Json<NewAreaEvent>) -> ApiResult<HttpResponse> {
    on.run(AreaCommand::RecordEvent(body.value), body.bytes)
        .await
}

/// What is known of a place.
#[derive(Debug, Serialize, ToSchema)]
pub struct Dossier {
    /// The place.
    pub place: PlaceRef,
    /// Its level: 0 is the country, 1 the governorate.
    pub level: u8,
    /// Its names by language.
    pub names: BTreeMap<String, String>,
    /// What it lies in, the next larger first.
    pub lies_in: Vec<PlaceRef>,
    /// Every question about a place, with what was answered here.
    pub indicators: Vec<DossierIndicator>,
    /// Events, the earliest recorded first.
    pub events: Vec<AreaEventRecord>,
    /// Cases that the caller may see and that name this place as destination now;
    /// left out when a past day is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cases_heading_here: Option<i64>,
    /// When the last fact was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub updated_at: Option<Timestamp>,
    /// Data tiers taken out because the reader may not see them.
    pub withheld: Vec<sanad_core::access::Tier>,
}

/// One question about a place over time.
#[derive(Debug, Serialize, ToSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each answers a question of its own"
)]
pub struct DossierIndicator {
    /// The indicator.
    pub indicator: String,
    /// The condition it belongs to.
    pub condition: Condition,
    /// The question, in English.
    pub question: String,
    /// A *no* blocks a facilitated return.
    pub mandatory: bool,
    /// Nothing was ever answered, or only that it is not known.
    pub gap: bool,
    /// The latest *yes* is older than it may be, or there is none.
    pub stale: bool,
    /// How many people answered.
    pub recorders: usize,
    /// One of the answers has verified evidence from an independent source.
    pub independent: bool,
    /// The answers, the earliest recorded first.
    pub answers: Vec<sanad_core::answer::AnswerRecord>,
}

/// Read the dossier of a place
///
/// Every question about a place, what was answered over time, by how many people and
/// from which sources; gaps; events. With `as_of`: what was known on that day.
#[utoipa::path(
    operation_id = "getDossier", tag = "Areas",
    params(("edition" = String, Path, description = "Edition of the list of places", example = "XZ-2025-01"),
        ("code" = String, Path, description = "Code of the place", example = "XZ0202"), AsOf),
    responses((status = 200, description = "The dossier", body = Dossier, example = json!(super::super::examples::dossier())), ReadProblems),
)]
#[get("/areas/{edition}/{code}")]
pub async fn get_dossier(
    http: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    Parameters(as_of): Parameters<AsOf>,
) -> ApiResult<HttpResponse> {
    let place = place_of(&http)?;
    let places = app.places().await?;
    let known = places.find(&place);
    let lineage: Vec<PlaceRef> = places.lineage(&place).map(Place::reference).collect();
    let permit = app.policy.permit(
        &caller.0,
        Permission::AreasRead,
        &Resource::Area { places: &lineage },
    )?;
    let known = known.ok_or_else(|| ApiError::not_found("PLACE_NOT_FOUND"))?;
    let until = as_of.as_of.map(end_of).transpose()?;
    let cases = app.policy.visibility(&caller.0, Permission::CasesRead);
    let asked = place.clone();
    let (state, heading) = app
        .store
        .read(move |db| {
            let state = area_of(&db.stream(area_stream(&asked), until)?)?;
            let heading = match until {
                Some(_) => None,
                None => Some(db.count_heading_for(
                    &cases,
                    asked.edition.as_str(),
                    asked.code.as_str(),
                )?),
            };
            Ok((state, heading))
        })
        .await?;
    let on = as_of.as_of.unwrap_or_else(today);
    let tiers: Tiers = permit.tiers();
    let AnswerList { items, withheld } = AnswerList::limited(state.answers.answers(), tiers);
    let indicators = app
        .catalogue
        .indicators()
        .iter()
        .filter(|indicator| matches!(indicator.level, Level::Area | Level::Region))
        .map(|indicator| {
            let answers: Vec<_> = items
                .iter()
                .filter(|answer| answer.indicator == indicator.id)
                .cloned()
                .collect();
            let counted = || answers.iter().filter(|answer| !answer.retracted);
            let fresh = counted().any(|answer| {
                answer.value == Value::Yes
                    && (on - answer.observed_on).get_days() <= i32::from(indicator.validity_days)
            });
            let mut recorders: Vec<UserId> = counted().map(|answer| answer.recorded_by).collect();
            recorders.sort_unstable();
            recorders.dedup();
            DossierIndicator {
                indicator: indicator.id.clone(),
                condition: indicator.condition,
                question: indicator.question("en").to_owned(),
                mandatory: indicator.mandatory,
                gap: !counted().any(|answer| matches!(answer.value, Value::Yes | Value::No)),
                stale: !fresh,
                recorders: recorders.len(),
                independent: counted().any(|answer| {
                    answer
                        .evidence
                        .iter()
                        .any(|item| item.is_independent() && item.verified_by.is_some())
                }),
                answers,
            }
        })
        .collect();
    shown(&Dossier {
        level: known.level,
        names: known
            .names
            .iter()
            .map(|(language, name)| (language.as_str().to_owned(), name.as_str().to_owned()))
            .collect(),
        lies_in: lineage.into_iter().skip(1).collect(),
        place,
        indicators,
        events: state.events,
        cases_heading_here: heading,
        updated_at: state.updated_at,
        withheld,
    })
}
