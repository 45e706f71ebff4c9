//! The standard in force, as data.

use super::shown;
use crate::actor::Caller;
use crate::app::App;
use crate::http::{ApiError, ApiResult, NoParameters, Parameters, ReadProblems};
use actix_web::{HttpResponse, get, web};
use sanad_core::access::{Permission, Resource};
use sanad_core::conditions::indicator::Scale;
use sanad_core::conditions::{AppliesTo, Catalogue, Condition, Indicator, Level, Source};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The catalogue of return conditions in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogueView {
    /// Its id; a variant has another.
    pub id: String,
    /// Its edition.
    pub edition: String,
    /// SHA-256 of its file, in hex.
    pub sha256: String,
    /// Every indicator.
    pub indicators: Vec<IndicatorView>,
    /// Kinds of evidence, by code.
    pub evidence_kinds: BTreeMap<String, String>,
}

/// One question of the catalogue. *Yes* satisfies the standard.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorView {
    /// Its id.
    pub id: String,
    /// The condition it belongs to.
    pub condition: Condition,
    /// What an answer is about.
    pub level: Level,
    /// To whom or when it applies.
    pub applies_to: AppliesTo,
    /// A *no* blocks a facilitated return.
    pub mandatory: bool,
    /// Days for which a *yes* holds.
    pub validity_days: u16,
    /// Accepted kinds of evidence, any one of them.
    pub evidence: Vec<String>,
    /// One of them must come from an independent source.
    pub independent: bool,
    /// A *no* beats any *yes* until a confirmed one names it.
    pub no_prevails: bool,
    /// The scale behind the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// The question, by language.
    pub question: BTreeMap<String, String>,
    /// Where the standard says so, each with its check mark.
    pub sources: Vec<Source>,
}

fn indicator_view(catalogue: &Catalogue, indicator: &Indicator) -> IndicatorView {
    IndicatorView {
        id: indicator.id.clone(),
        condition: indicator.condition,
        level: indicator.level,
        applies_to: indicator.applies_to,
        mandatory: indicator.mandatory,
        validity_days: indicator.validity_days,
        evidence: indicator
            .evidence
            .iter()
            .map(|kind| catalogue.evidence_code(kind).to_owned())
            .collect(),
        independent: indicator.independent,
        no_prevails: indicator.no_prevails,
        scale: indicator.scale,
        question: indicator
            .question
            .iter()
            .map(|(language, text)| (language.clone(), text.clone()))
            .collect(),
        sources: indicator.sources.clone(),
    }
}

/// Read the catalogue of return conditions
///
/// Every indicator with its question, accepted evidence, validity and sources, as the
/// rule uses them.
#[utoipa::path(
    operation_id = "getCatalogue", tag = "Catalogue",
    responses((status = 200, description = "The catalogue", body = CatalogueView, example = json!(super::super::examples::catalogue())), ReadProblems),
)]
#[get("/catalogue")]
pub async fn get_catalogue(
    app: web::Data<App>,
    caller: Caller,
    _: Parameters<NoParameters>,
) -> ApiResult<HttpResponse> {
    app.policy
        .permit(&caller.0, Permission::CatalogueRead, &Resource::Registry)?;
    let catalogue = &app.catalogue;
    shown(&CatalogueView {
        id: catalogue.id().to_owned(),
        edition: catalogue.edition().to_owned(),
        sha256: catalogue.sha256().to_owned(),
        indicators: catalogue
            .indicators()
            .iter()
            .map(|one| indicator_view(catalogue, one))
            .collect(),
        evidence_kinds: catalogue
            .evidence_kinds()
            .iter()
            .map(|kind| (kind.code.clone(), kind.label("en").to_owned()))
            .collect(),
    })
}

/// Read one indicator of the catalogue
///
/// The same entry as in the catalogue.
#[utoipa::path(
    operation_id = "getIndicator", tag = "Catalogue",
    params(("id" = String, Path, description = "Id of the indicator", example = "VOL-06")),
    responses((status = 200, description = "The indicator", body = IndicatorView, example = json!(super::super::examples::indicator())), ReadProblems),
)]
#[get("/catalogue/indicators/{id}")]
pub async fn get_indicator(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
    _: Parameters<NoParameters>,
) -> ApiResult<HttpResponse> {
    app.policy
        .permit(&caller.0, Permission::CatalogueRead, &Resource::Registry)?;
    let found = app
        .catalogue
        .find(&id)
        .and_then(|index| app.catalogue.get(index));
    let indicator = found.ok_or_else(|| ApiError::not_found("INDICATOR_NOT_FOUND"))?;
    shown(&indicator_view(&app.catalogue, indicator))
}
