//! Facts in and out of the journal: what a row of it means.
//!
//! The payload is kept as the bytes that were written and never re-serialised.
//! Not here: which facts may be written (`sanad_core::case::decide`), what readers
//! see of them (`projections`).

use crate::batch::Forgotten;
use crate::engine::Tx;
use crate::look_again::{LookedAgain, Lookout};
use crate::rows::{AreaEvidenceFileRow, EvidenceFileRow, JournalRow};
use crate::sql_types::{At, Key, On};
use crate::{StoreError, projections};
use jiff::Timestamp;
use sanad_core::area::{AreaFact, AreaState, FindingsLost, PlaceRef};
use sanad_core::case::{CaseState, Consequence, Decided, Event, Meta};
use sanad_core::ids::{CaseId, UserId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

/// What every fact of one command has in common.
#[derive(Debug, Clone, Copy)]
pub struct Envelope {
    /// The command; never applied twice.
    pub command: Key,
    /// When the registry recorded it.
    pub recorded_at: Timestamp,
    /// SHA-256 of the access policy under which it was permitted.
    pub policy: [u8; 32],
}

impl Envelope {
    /// Times never go back within a stream, although clocks do and two commands
    /// may be recorded in another order than they arrived: what was known at a
    /// moment (`as_of`) is then always a beginning of the stream, without holes.
    fn not_before(self, last: Option<Timestamp>) -> Self {
        let recorded_at = last.map_or(self.recorded_at, |last| self.recorded_at.max(last));
        Self {
            recorded_at,
            ..self
        }
    }
}

/// The kind of a stream.
pub const CASE: &str = "case";
/// The kind of a stream.
pub const AREA: &str = "area";

/// The kind of a stream: findings that no longer hold, for each place at which that
/// was found. Beside the stream of the place, which every assessment reads.
pub const LOST: &str = "lost";

/// The kind of a fact: something happened in a place.
pub(crate) const AREA_EVENT: &str = "area_event_recorded";

/// The stream of a case.
pub fn case_stream(id: CaseId) -> Key {
    Key(id.0)
}

/// The stream of a place: the same for the same edition and code, everywhere.
pub fn area_stream(place: &PlaceRef) -> Key {
    stream_of(b"sanad area", place)
}

/// The stream of findings that a place made no longer hold.
pub(crate) fn lost_stream(place: &PlaceRef) -> Key {
    stream_of(b"sanad findings lost", place)
}

fn stream_of(what: &[u8], place: &PlaceRef) -> Key {
    let digest = Sha256::new()
        .chain_update(what)
        .chain_update([0])
        .chain_update(place.edition.as_str())
        .chain_update([0])
        .chain_update(place.code.as_str())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Key(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// A fact as the journal keeps it, read back.
#[derive(Debug, Clone)]
pub struct Recorded<E> {
    /// What happened.
    pub event: E,
    /// Who recorded it and when.
    pub meta: Meta,
    /// Its number within the stream, from 1.
    pub revision: i64,
}

/// Reads the facts of one stream.
pub fn decode<E: DeserializeOwned>(rows: &[JournalRow]) -> Result<Vec<Recorded<E>>, StoreError> {
    rows.iter()
        .map(|row| {
            if row.version != 1 {
                return Err(unreadable(
                    row,
                    "it was written by a newer version of the program",
                ));
            }
            let event = serde_json::from_slice(&row.payload)
                .map_err(|_| unreadable(row, "its content is damaged"))?;
            Ok(Recorded {
                event,
                meta: meta(row),
                revision: row.revision,
            })
        })
        .collect()
}

/// Reads a case from the facts of its stream; refuses the past of a case whose persons
/// were forgotten since.
pub fn case_of(rows: &[JournalRow]) -> Result<Option<CaseState>, StoreError> {
    let facts = decode::<Event>(rows)?;
    let case = CaseState::fold(facts.iter().map(|fact| (&fact.event, fact.meta)))
        .map_err(|error| StoreError::Unreadable(error.to_string()))?;
    match case {
        Some(then) if then.is_forgotten() && then.anonymised.is_none() => {
            Err(StoreError::Forgotten)
        }
        case => Ok(case),
    }
}

/// Reads what is known of a place from the facts of its stream.
pub fn area_of(rows: &[JournalRow]) -> Result<AreaState, StoreError> {
    let facts = decode::<AreaFact>(rows)?;
    Ok(AreaState::fold(
        facts.iter().map(|fact| (&fact.event, fact.meta)),
    ))
}

fn meta(row: &JournalRow) -> Meta {
    Meta {
        recorded_at: row.recorded_at.timestamp(),
        recorded_by: UserId(row.recorded_by.0),
        // INVARIANT: positions are counted from 1.
        position: u64::try_from(row.position).unwrap_or(0),
    }
}

fn payload(fact: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(fact)
        .map_err(|error| StoreError::Unreadable(format!("a fact cannot be written: {error}")))
}

fn unreadable(row: &JournalRow, why: &str) -> StoreError {
    StoreError::Unreadable(format!("fact {}: {why}", row.position))
}

/// What the journal needs to know of an event besides its content.
pub(crate) trait Fact: Serialize {
    const STREAM: &'static str;
    const VERSION: i32;
    fn kind(&self) -> &'static str;
    fn observed_on(&self) -> Option<jiff::civil::Date>;
}

impl Fact for Event {
    const STREAM: &'static str = CASE;
    const VERSION: i32 = Self::VERSION;
    fn kind(&self) -> &'static str {
        Self::kind(self)
    }
    fn observed_on(&self) -> Option<jiff::civil::Date> {
        Self::observed_on(self)
    }
}

impl Fact for AreaFact {
    const STREAM: &'static str = AREA;
    const VERSION: i32 = Self::VERSION;
    fn kind(&self) -> &'static str {
        Self::kind(self)
    }
    fn observed_on(&self) -> Option<jiff::civil::Date> {
        Self::observed_on(self)
    }
}

impl Fact for FindingsLost {
    const STREAM: &'static str = LOST;
    const VERSION: i32 = Self::VERSION;
    fn kind(&self) -> &'static str {
        Self::KIND
    }
    fn observed_on(&self) -> Option<jiff::civil::Date> {
        Some(self.on)
    }
}

impl Tx<'_> {
    /// A case with everything recorded before this job.
    pub fn case(&mut self, id: CaseId) -> Result<Option<CaseState>, StoreError> {
        case_of(&self.stream(case_stream(id))?)
    }

    /// What is known of a place with everything recorded before this job.
    pub fn area(&mut self, place: &PlaceRef) -> Result<AreaState, StoreError> {
        area_of(&self.stream(area_stream(place))?)
    }

    /// Records what a command on a case came to, with the file that one of its facts
    /// names; answers the case as it is then.
    ///
    /// `before` must be what [`case`](Self::case) gave in this same job, or `None`
    /// for a registration.
    pub fn append_case(
        &mut self,
        before: Option<CaseState>,
        decided: Decided<Event>,
        envelope: &Envelope,
    ) -> Result<CaseState, StoreError> {
        let known = before.is_some();
        let envelope = &envelope.not_before(before.as_ref().map(|state| state.updated_at));
        let mut state = before;
        let by = decided.by();
        let file = decided.file();
        let file = file.map(|(evidence, bytes)| (evidence, bytes.to_vec()));
        for event in decided.into_events() {
            let revision = state.as_ref().map_or(0, |state| state.revision) + 1;
            let stream = match (&state, &event) {
                (Some(state), _) => case_stream(state.id),
                (None, Event::CaseRegistered(registered)) => case_stream(registered.id),
                (None, _) => {
                    return Err(StoreError::Unreadable(
                        "a case begins with its registration".to_owned(),
                    ));
                }
            };
            if let Event::Anonymised(_) = &event {
                self.forget_persons(stream)?;
            }
            let meta = self.write_fact(&event, stream, revision, by, envelope)?;
            let next = CaseState::step(state, &event, meta)
                .map_err(|error| StoreError::Unreadable(error.to_string()))?;
            projections::of_event(&next, &event, meta, self.batch());
            state = Some(next);
        }
        let state =
            state.ok_or_else(|| StoreError::Unreadable("nothing was decided".to_owned()))?;
        if let Some((evidence, body)) = file {
            self.batch().files.push(EvidenceFileRow {
                evidence_id: Key(evidence.0),
                case_id: case_stream(state.id),
                stored_at: At::from(envelope.recorded_at),
                body,
            });
        }
        let rows = projections::of_case(&state, known)?;
        self.batch().put_case(rows);
        Ok(state)
    }

    /// Records what a command on a place came to, with the file that one of its facts
    /// names, and looks again, at once, at every open finding that it can touch; answers
    /// what is known then, and what that did to the findings. No fact about a place is
    /// recorded in another way.
    pub fn append_area(
        &mut self,
        place: &PlaceRef,
        mut state: AreaState,
        decided: Decided<AreaFact>,
        envelope: &Envelope,
        lookout: Lookout<'_>,
    ) -> Result<(AreaState, LookedAgain), StoreError> {
        let stream = area_stream(place);
        let envelope = &envelope.not_before(state.updated_at);
        let by = decided.by();
        for fact in decided.events() {
            let meta = self.write_fact(fact, stream, state.revision + 1, by, envelope)?;
            state.apply(fact, meta);
        }
        if let Some((evidence, bytes)) = decided.file() {
            self.batch().area_files.push(AreaEvidenceFileRow {
                evidence_id: Key(evidence.0),
                place_edition: place.edition.as_str().to_owned(),
                place_code: place.code.as_str().to_owned(),
                stored_at: At::from(envelope.recorded_at),
                body: bytes.to_vec(),
            });
        }
        let again = self.look_again(place, &decided, envelope, lookout)?;
        Ok((state, again))
    }

    /// Records in a place what follows from a fact about a case in this same job, and
    /// looks again at the findings that it touches.
    pub fn follow(
        &mut self,
        consequence: &Consequence,
        entropy: [u8; 16],
        envelope: &Envelope,
        lookout: Lookout<'_>,
    ) -> Result<LookedAgain, StoreError> {
        let place = consequence.place();
        let state = self.area(place)?;
        let decided = sanad_core::area::follow(consequence, &state, entropy, envelope.recorded_at);
        let (_, again) = self.append_area(place, state, decided, envelope, lookout)?;
        Ok(again)
    }

    /// Leaves of the facts of a case only what says nothing of its persons (T23).
    fn forget_persons(&mut self, stream: Key) -> Result<(), StoreError> {
        let facts = decode::<Event>(&self.stream(stream)?)?;
        let (mut payloads, mut findings) = (Vec::new(), Vec::new());
        for fact in &facts {
            let left = fact.event.without_persons();
            payloads.push((fact.revision, payload(&left)?));
            if let Event::FindingIssued(finding) = &left {
                findings.push((Key(finding.id.0), payload(finding)?));
            }
        }
        self.batch().forgotten.push(Forgotten {
            case_id: stream,
            payloads,
            findings,
        });
        Ok(())
    }

    pub(crate) fn write_fact<F: Fact>(
        &mut self,
        fact: &F,
        stream: Key,
        revision: u64,
        by: UserId,
        envelope: &Envelope,
    ) -> Result<Meta, StoreError> {
        let too_many = |_| StoreError::Unreadable("too many facts".to_owned());
        // A command may add to more than one stream; its facts stand together.
        let same = |row: &&JournalRow| row.command_id == envelope.command;
        let ordinal = self.batch().journal.iter().rev().take_while(same).count();
        let row = JournalRow {
            position: self.take_position(),
            stream_kind: F::STREAM.to_owned(),
            stream_id: stream,
            revision: i64::try_from(revision).map_err(too_many)?,
            kind: fact.kind().to_owned(),
            version: F::VERSION,
            observed_on: fact.observed_on().map(On),
            recorded_at: At::from(envelope.recorded_at),
            recorded_by: Key(by.0),
            command_id: envelope.command,
            ordinal: i32::try_from(ordinal).map_err(too_many)?,
            policy_hash: envelope.policy.to_vec(),
            payload: payload(fact)?,
        };
        let meta = meta(&row);
        self.batch().journal.push(row);
        Ok(meta)
    }
}
