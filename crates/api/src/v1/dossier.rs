//! The dossier of a place: every question over time, gaps, sources, independence, and
//! the cases that it affects.
//!
//! Not here: recording (`areas`), the findings that a place made no longer hold
//! (`findings_lost`).

use super::answers::AnswerList;
use super::cases::AsOf;
use super::reading::ReadArea;
use super::{shown, today};
use crate::http::{ApiError, ApiResult, ReadProblems};
use actix_web::{HttpResponse, get};
use jiff::Timestamp;
use jiff::civil::Date;
use sanad_core::access::Permission;
use sanad_core::answer::{AnswerRecord, SourceClass};
use sanad_core::area::{AreaEventRecord, AreaState, Change, PlaceRef, over_time};
use sanad_core::case::AreaKnowledge;
use sanad_core::conditions::indicator::Indicator;
use sanad_core::conditions::{Catalogue, Condition, Level, Value};
use sanad_core::ids::UserId;
use sanad_store::knowledge::{Until, of_place};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

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
    /// The questions that nobody answered with *yes* or *no* here, in the order of the
    /// catalogue.
    pub gaps: Vec<String>,
    /// Events, the earliest recorded first.
    pub events: Vec<AreaEventRecord>,
    /// Cases that the caller may see and that name this place as destination now;
    /// left out when a past day is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cases_heading_here: Option<i64>,
    /// Cases of these with a finding that somebody may still act on; left out when a
    /// past day is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_findings: Option<i64>,
    /// Cases of these whose open finding no longer holds; left out when a past day is
    /// asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flagged_cases: Option<i64>,
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
    /// What the answers rest on, by kind and source.
    pub sources: Vec<DossierSource>,
    /// What a case going here would have met over time, by all that is known now: of
    /// this place, of what it lies in, and of events in its admin-3 unit.
    pub history: Vec<Change>,
    /// The answers, the earliest recorded first.
    pub answers: Vec<AnswerRecord>,
}

/// Evidence of one kind from one class of source.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DossierSource {
    /// Kind, by its three-letter code in the catalogue.
    pub kind: String,
    /// Where it comes from.
    pub source_class: SourceClass,
    /// How many items.
    pub items: usize,
    /// How many of them a second person verified.
    pub verified: usize,
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
pub async fn get_dossier(of: ReadArea<AsOf>) -> ApiResult<HttpResponse> {
    let until = of.query.until()?;
    let on = of.query.as_of.unwrap_or_else(today);
    let ReadArea {
        app,
        caller,
        place,
        places,
        lineage,
        permit,
        ..
    } = of;
    let known = places.find(&place).ok_or_else(ApiError::fault)?;
    let cases = app.policy.visibility(&caller.0, Permission::CasesRead);
    let findings = app.policy.visibility(&caller.0, Permission::FindingsRead);
    let asked = place.clone();
    let of_job = places.clone();
    let (knowledge, counts) = app
        .store
        .read(move |db| {
            let known = of_place(db, &of_job, &asked, Until::from(until))?;
            let (edition, code) = (asked.edition.as_str(), asked.code.as_str());
            let counts = match until {
                Some(_) => None,
                None => Some((
                    db.count_heading_for(&cases, edition, code)?,
                    db.count_open_findings(&findings, edition, code)?,
                )),
            };
            Ok((known, counts))
        })
        .await?;
    let state = itself(&knowledge);
    let AnswerList { items, withheld } =
        AnswerList::limited(state.answers.answers(), permit.tiers());
    let indicators = indicators(&app.catalogue, &knowledge, &items, on);
    let gaps = indicators.iter().filter(|one| one.gap);
    shown(&Dossier {
        level: known.level,
        names: known
            .names
            .iter()
            .map(|(language, name)| (language.as_str().to_owned(), name.as_str().to_owned()))
            .collect(),
        lies_in: lineage.into_iter().skip(1).collect(),
        place,
        gaps: gaps.map(|one| one.indicator.clone()).collect(),
        indicators,
        events: state.events,
        cases_heading_here: counts.map(|(heading, _)| heading),
        open_findings: counts.map(|(_, (open, _))| open),
        flagged_cases: counts.map(|(_, (_, flagged))| flagged),
        updated_at: state.updated_at,
        withheld,
    })
}

/// What is recorded about the place itself.
fn itself(knowledge: &AreaKnowledge) -> AreaState {
    let this = knowledge.destination.iter().find(|area| area.itself);
    this.map_or_else(AreaState::default, |area| area.state.clone())
}

/// Every question about a place, with the answers given here.
fn indicators(
    catalogue: &Catalogue,
    knowledge: &AreaKnowledge,
    answers: &[AnswerRecord],
    on: Date,
) -> Vec<DossierIndicator> {
    let mut history = over_time(knowledge, catalogue, on).into_iter();
    let about_places = catalogue
        .indicators()
        .iter()
        .filter(|indicator| matches!(indicator.level, Level::Area | Level::Region));
    about_places
        .map(|indicator| {
            let of_this = answers
                .iter()
                .filter(|answer| answer.indicator == indicator.id);
            let changes = history.next().map_or_else(Vec::new, |(_, changes)| changes);
            of_indicator(indicator, of_this.cloned().collect(), changes, on)
        })
        .collect()
}

fn of_indicator(
    indicator: &Indicator,
    answers: Vec<AnswerRecord>,
    history: Vec<Change>,
    on: Date,
) -> DossierIndicator {
    let counted = || answers.iter().filter(|answer| !answer.retracted);
    let items = || counted().flat_map(|answer| &answer.evidence);
    let fresh = counted().any(|answer| {
        answer.value == Value::Yes
            && (on - answer.observed_on).get_days() <= i32::from(indicator.validity_days)
    });
    let mut recorders: Vec<UserId> = counted().map(|answer| answer.recorded_by).collect();
    recorders.sort_unstable();
    recorders.dedup();
    let mut sources: Vec<DossierSource> = Vec::new();
    for evidence in items() {
        let (kind, source_class) = (&evidence.item.kind, evidence.item.source_class);
        let same = |one: &&mut DossierSource| one.kind == *kind && one.source_class == source_class;
        let verified = usize::from(evidence.verified_by.is_some());
        match sources.iter_mut().find(same) {
            Some(known) => {
                known.items += 1;
                known.verified += verified;
            }
            None => sources.push(DossierSource {
                kind: kind.clone(),
                source_class,
                items: 1,
                verified,
            }),
        }
    }
    DossierIndicator {
        indicator: indicator.id.clone(),
        condition: indicator.condition,
        question: indicator.question("en").to_owned(),
        mandatory: indicator.mandatory,
        gap: !counted().any(|answer| matches!(answer.value, Value::Yes | Value::No)),
        stale: !fresh,
        recorders: recorders.len(),
        independent: items().any(|item| item.is_independent() && item.verified_by.is_some()),
        sources,
        history,
        answers,
    }
}
