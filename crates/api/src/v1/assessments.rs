//! What the rule says of a case: the proposal, and the facts it stands on. Nobody
//! types a finding in; a named person issues it (see `findings`).

use super::cases::AsOf;
use super::reading::ReadCase;
use super::{shown, today};
use crate::app::App;
use crate::http::{ApiResult, ReadProblems};
use actix_web::{HttpResponse, get, web};
use jiff::civil::Date;
use sanad_core::access::Permission;
use sanad_core::area::PlaceRef;
use sanad_core::case::{CaseFacts, CaseNumber, State};
use sanad_core::conditions::file::AssessmentReport;
use sanad_core::conditions::{Finding, NamedConditions, assess};
use sanad_core::ids::{CaseId, FindingId};
use sanad_store::knowledge;
use serde::Serialize;
use utoipa::ToSchema;

/// What the rule says of a case on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssessmentView {
    /// The case.
    pub case_id: CaseId,
    /// Its number.
    pub number: CaseNumber,
    /// Where it stands.
    pub state: State,
    /// Where the household wants to return to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<PlaceRef>,
    /// The finding that the rule proposes. A named person issues it, or does not.
    pub finding: Finding,
    /// The conditions in the words of the standard, each with its outcome.
    pub conditions: NamedConditions,
    /// Everything behind it: the eight conditions by code, reasons, warnings, sources.
    pub assessment: AssessmentReport,
    /// The latest finding issued by a named person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<FindingId>,
}

/// Assess a case
///
/// Computes what the answers of the case and of its places come to, with reasons
/// and sources. With `as_of`: what was known, and what held, on that day.
#[utoipa::path(
    operation_id = "getAssessment", tag = "Findings",
    params(("id" = CaseId, Path, description = "Id of the case"), AsOf),
    responses((status = 200, description = "What the rule says", body = AssessmentView, example = json!(super::super::examples::assessment())), ReadProblems),
)]
#[get("/cases/{id}/assessment")]
pub async fn get_assessment(app: web::Data<App>, of: ReadCase) -> ApiResult<HttpResponse> {
    let gathered = gather(of, Permission::AssessmentsRead).await?;
    // Without an assessor there is nobody who could have assessed themselves.
    let assessment = assess(&app.catalogue, &gathered.facts.facts)
        .map_err(|_| crate::http::ApiError::fault())?;
    let report = AssessmentReport::new(&assessment, &app.catalogue, |subject| {
        gathered.facts.name_of(subject)
    });
    shown(&AssessmentView {
        case_id: gathered.case_id,
        number: gathered.number,
        state: gathered.state,
        destination: gathered.destination,
        finding: report.finding,
        conditions: report.named_conditions,
        assessment: report,
        issued: gathered.issued,
    })
}

/// Export the facts of a case
///
/// A `sanad-facts/1` file: everything the rule reads, with pseudonyms. `sanad assess`
/// gives the same outcome from it, anywhere and offline.
#[utoipa::path(
    operation_id = "exportFacts", tag = "Findings",
    params(("id" = CaseId, Path, description = "Id of the case"), AsOf),
    responses((status = 200, description = "The facts file", body = Object, example = json!(super::super::examples::facts())), ReadProblems),
)]
#[get("/cases/{id}/facts")]
pub async fn export_facts(app: web::Data<App>, of: ReadCase) -> ApiResult<HttpResponse> {
    let gathered = gather(of, Permission::FactsExport).await?;
    shown(&gathered.facts.to_file(&app.catalogue))
}

struct Gathered {
    case_id: CaseId,
    number: CaseNumber,
    state: State,
    destination: Option<PlaceRef>,
    issued: Option<FindingId>,
    facts: CaseFacts,
}

async fn gather(of: ReadCase, permission: Permission) -> ApiResult<Gathered> {
    of.needs(permission)?;
    let on: Date = of.as_of.as_of.unwrap_or_else(today);
    let ReadCase {
        app, state, until, ..
    } = of;
    let places = app.places().await?;
    let profile = app.profile;
    app.clone()
        .store
        .read(move |db| {
            let areas = knowledge::of_case(db, &places, &state, until.into())?;
            let facts = CaseFacts::gather(&state, &areas, &app.catalogue, on, profile, None);
            Ok(Gathered {
                case_id: state.id,
                number: state.number.clone(),
                state: state.state,
                destination: state.destination.as_ref().map(|(place, _)| place.clone()),
                issued: state.findings.last().map(|finding| finding.id),
                facts,
            })
        })
        .await
        .map_err(Into::into)
}
