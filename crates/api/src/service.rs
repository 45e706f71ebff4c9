//! The only write path: idempotency, permit, precondition, rules, journal, in one
//! transaction. Handlers turn requests into commands and answers into responses;
//! nothing else happens in them.

use crate::app::App;
use crate::blocked::{About, Attempt};
use crate::clock;
use crate::http::{ApiError, ApiResult, FieldProblem, IdempotencyKey};
use crate::references;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use sanad_core::access::{Actor, Denied, Grant, Permission, Resource};
use sanad_core::area::{AreaCommand, AreaFact, AreaState, Place, PlaceRef, PlaceTable};
use sanad_core::case::{self, CaseState, Command, Context, Event};
use sanad_core::ids::{CaseId, OrganisationId};
use sanad_store::rows::IdempotencyRow;
use sanad_store::sql_types::{At, Key};
use sanad_store::{Envelope, LookedAgain, Lookout, Tx};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// How a command came in.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who sent it.
    pub actor: Actor,
    /// The caller's key.
    pub key: IdempotencyKey,
    /// Method, path and precondition: with the body, what the key stands for.
    pub line: String,
    /// The body as sent.
    pub body: Bytes,
}

/// What a write is answered with. Holds no personal data, so that it can be kept
/// and given again when the command is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Entity tag of the record as it is now.
    pub etag: Option<String>,
    /// Where what was made can be read.
    pub location: Option<String>,
    /// JSON.
    pub body: Vec<u8>,
    /// Given again, not carried out.
    pub replayed: bool,
}

/// One write on its way through the transaction.
struct Errand {
    envelope: Envelope,
    entropy: [u8; 16],
    request_hash: Vec<u8>,
    keyed: bool,
}

impl Errand {
    fn new(app: &App, request: &Request) -> ApiResult<Self> {
        let entropy = clock::entropy()?;
        let command = match &request.key.0 {
            Some(key) => command_of(&request.actor, key),
            None => Key(uuid::Builder::from_random_bytes(clock::entropy()?).into_uuid()),
        };
        let request_hash = Sha256::new()
            .chain_update(request.line.as_bytes())
            .chain_update([0])
            .chain_update(&request.body)
            .finalize()
            .to_vec();
        Ok(Self {
            envelope: Envelope {
                command,
                recorded_at: clock::now(),
                policy: *app.policy.sha256(),
            },
            entropy,
            request_hash,
            keyed: request.key.0.is_some(),
        })
    }

    /// The command whose answer is kept: none without an `Idempotency-Key`.
    fn kept(&self) -> Option<Key> {
        self.keyed.then_some(self.envelope.command)
    }

    /// The answer given before, if this command was carried out already.
    fn replay(&self, row: IdempotencyRow) -> ApiResult<Answer> {
        if row.request_hash != self.request_hash {
            return Err(ApiError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "IDEMPOTENCY_KEY_REUSED",
                "this `Idempotency-Key` was used for another request; make a new one",
            ));
        }
        let status = u16::try_from(row.status)
            .ok()
            .and_then(|status| StatusCode::from_u16(status).ok());
        Ok(Answer {
            status: status.unwrap_or(StatusCode::OK),
            etag: row.etag,
            location: row.location,
            body: row.body,
            replayed: true,
        })
    }

    /// Random bits for what follows from the command in a place; the command itself
    /// has its own.
    fn bits(&self, number: usize) -> [u8; 16] {
        let digest = Sha256::new()
            .chain_update(b"sanad consequence")
            .chain_update(self.entropy)
            .chain_update(number.to_be_bytes())
            .finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        bytes
    }

    fn remember(&self, tx: &mut Tx<'_>, answer: &Answer) {
        if self.keyed {
            tx.remember(IdempotencyRow {
                command_id: self.envelope.command,
                request_hash: self.request_hash.clone(),
                status: i32::from(answer.status.as_u16()),
                etag: answer.etag.clone(),
                location: answer.location.clone(),
                body: answer.body.clone(),
                recorded_at: At::from(self.envelope.recorded_at),
            });
        }
    }
}

/// The command behind a key: the same user and key are always the same command.
fn command_of(actor: &Actor, key: &str) -> Key {
    let digest = Sha256::new()
        .chain_update(b"sanad command")
        .chain_update(actor.user().0.as_bytes())
        .chain_update(key.as_bytes())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Key(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The JSON of an answer.
pub fn json(value: &impl Serialize) -> ApiResult<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| {
        tracing::error!(%error, "an answer cannot be written");
        ApiError::fault()
    })
}

/// How an answer is made of what a case has become and the facts that were added.
pub type CaseAnswer = fn(&CaseState, &[Event]) -> ApiResult<Answer>;
/// How an answer is made of what is known of a place and the facts that were added.
pub type AreaAnswer = fn(&PlaceRef, &AreaState, &[AreaFact], LookedAgain) -> ApiResult<Answer>;

/// Registers a case (T1).
pub async fn register(
    app: &Arc<App>,
    request: Request,
    command: Command,
    answer: CaseAnswer,
) -> ApiResult<Answer> {
    let Command::Register(registration) = &command else {
        return Err(ApiError::fault());
    };
    let organisation = registration.organisation;
    let place = registration.place_of_displacement.clone();
    let errand = Errand::new(app, &request)?;
    let places = app.places().await?;
    let lineage: Vec<PlaceRef> = places.lineage(&place).map(Place::reference).collect();
    let resource = Resource::Case {
        organisation,
        places: &lineage,
    };
    let permit = app
        .policy
        .permit(&request.actor, command.permission(), &resource)
        .map_err(|denied| out_of_reach(app, denied, &request.actor, organisation))?;
    organisation_exists(app, organisation).await?;
    let app_in_job = app.clone();
    app.store
        .carry_out(errand.kept(), move |tx| {
            if let Some(row) = tx.answered(errand.envelope.command)? {
                return errand.replay(row);
            }
            let context = context(&app_in_job, &errand, &places);
            let decided = case::decide(&permit, None, command.clone(), &context)?;
            let events = decided.events().to_vec();
            let state = tx.append_case(None, decided, &errand.envelope)?;
            let answer = answer(&state, &events)?;
            errand.remember(tx, &answer);
            Ok(answer)
        })
        .await
}

/// Names the field by which a new case lies outside the caller's reach, if they register
/// cases at all. Their own grants decide which: it tells nothing that they do not know.
fn out_of_reach(app: &App, denied: Denied, actor: &Actor, new: OrganisationId) -> ApiError {
    let registers = |grant: &&Grant| {
        app.policy
            .rule(grant.role, Permission::CasesCreate)
            .is_some()
    };
    let mut here = actor
        .grants()
        .iter()
        .filter(registers)
        .map(|grant| grant.organisation);
    let (pointer, code, detail) = match here.next() {
        None => return denied.into(),
        Some(first) if first == new || here.any(|other| other == new) => (
            "/place_of_displacement",
            "PLACE_NOT_YOURS",
            "you do not register households of this place",
        ),
        Some(_) => (
            "/organisation",
            "ORGANISATION_NOT_YOURS",
            "you do not register households for this organisation",
        ),
    };
    ApiError::from(denied).with(FieldProblem {
        pointer: pointer.to_owned(),
        parameter: None,
        code: code.to_owned(),
        detail: detail.to_owned(),
    })
}

async fn organisation_exists(app: &App, organisation: OrganisationId) -> ApiResult<()> {
    if app.directory.knows(&app.store, organisation).await? {
        return Ok(());
    }
    Err(ApiError::field(
        "/organisation",
        "ORGANISATION_UNKNOWN",
        "no such organisation works with this registry",
    ))
}

/// Carries a command out on a case.
pub async fn on_case(
    app: &Arc<App>,
    request: Request,
    id: CaseId,
    if_match: u64,
    command: Command,
    answer: CaseAnswer,
) -> ApiResult<Answer> {
    let errand = Errand::new(app, &request)?;
    let places = app.places().await?;
    let app_in_job = app.clone();
    let actor = request.actor;
    let sees = app.policy.visibility(&actor, Permission::FindingsRead);
    let attempt = Attempt::of(
        &errand.envelope,
        errand.entropy,
        &actor,
        About::Case(id),
        command.permission(),
    );
    let answer = app
        .store
        .carry_out(errand.kept(), move |tx| {
            let state = tx.case(id)?.ok_or(Denied::Hidden)?;
            let resource = Resource::Case {
                organisation: state.organisation,
                places: &state.places,
            };
            let permit = app_in_job
                .policy
                .permit(&actor, command.permission(), &resource)?;
            // Only whoever may still do it is told again what came of it.
            if let Some(row) = tx.answered(errand.envelope.command)? {
                return errand.replay(row);
            }
            if !matches!(command, Command::DeclareConflict(_)) {
                // Before anything else about the case is told.
                state.refuse_conflicted(actor.user())?;
            }
            if state.revision != if_match {
                return Err(ApiError::new(
                    StatusCode::PRECONDITION_FAILED,
                    "CASE_CHANGED",
                    "the case was changed since you read it; read it again",
                ));
            }
            references::of_case(tx, &command)?;
            let areas = if command.looks_at_places() {
                Some(tx.knowledge(&places, &state)?)
            } else {
                None
            };
            let mut context = context(&app_in_job, &errand, &places);
            context.areas = areas.as_ref();
            let decided = case::decide(&permit, Some(&state), command.clone(), &context)?;
            let events = decided.events().to_vec();
            let follows = case::consequences(&state, &decided);
            let state = tx.append_case(Some(state), decided, &errand.envelope)?;
            for (number, consequence) in follows.iter().enumerate() {
                let lookout = Lookout {
                    places: &places,
                    catalogue: &app_in_job.catalogue,
                    who: &sees,
                };
                tx.follow(consequence, errand.bits(number), &errand.envelope, lookout)?;
            }
            let answer = answer(&state, &events)?;
            errand.remember(tx, &answer);
            Ok(answer)
        })
        .await;
    if let Err(refused) = &answer {
        attempt.keep(app, refused).await;
    }
    answer
}

/// Carries a command out on a place.
pub async fn on_area(
    app: &Arc<App>,
    request: Request,
    place: PlaceRef,
    command: AreaCommand,
    answer: AreaAnswer,
) -> ApiResult<Answer> {
    let errand = Errand::new(app, &request)?;
    let places = app.places().await?;
    let lineage: Vec<PlaceRef> = places.lineage(&place).map(Place::reference).collect();
    if lineage.is_empty() {
        return Err(ApiError::not_found("PLACE_NOT_FOUND"));
    }
    let attempt = Attempt::of(
        &errand.envelope,
        errand.entropy,
        &request.actor,
        About::Place(place.clone()),
        command.permission(),
    );
    let app_in_job = app.clone();
    let actor = request.actor;
    let sees = app.policy.visibility(&actor, Permission::FindingsRead);
    let answer = app
        .store
        .carry_out(errand.kept(), move |tx| {
            let resource = Resource::Area { places: &lineage };
            let permit = app_in_job
                .policy
                .permit(&actor, command.permission(), &resource)?;
            if let Some(row) = tx.answered(errand.envelope.command)? {
                return errand.replay(row);
            }
            references::of_area(tx, &command)?;
            let state = tx.area(&place)?;
            // Events void answers, and what is void is not in conflict.
            let areas = match command {
                AreaCommand::Adjudicate(_) => Some(tx.knowledge_of_place(&places, &place)?),
                _ => None,
            };
            let mut context = context(&app_in_job, &errand, &places);
            context.areas = areas.as_ref();
            let decided =
                sanad_core::area::decide(&permit, &place, &state, command.clone(), &context)?;
            let facts = decided.events().to_vec();
            let lookout = Lookout {
                places: &places,
                catalogue: &app_in_job.catalogue,
                who: &sees,
            };
            let (state, again) =
                tx.append_area(&place, state, decided, &errand.envelope, lookout)?;
            let answer = answer(&place, &state, &facts, again)?;
            errand.remember(tx, &answer);
            Ok(answer)
        })
        .await;
    if let Err(refused) = &answer {
        attempt.keep(app, refused).await;
    }
    answer
}

fn context<'a>(app: &'a App, errand: &Errand, places: &'a PlaceTable) -> Context<'a> {
    Context {
        now: errand.envelope.recorded_at,
        entropy: errand.entropy,
        catalogue: &app.catalogue,
        places,
        profile: app.profile,
        areas: None,
    }
}
