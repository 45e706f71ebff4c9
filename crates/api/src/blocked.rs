//! Commands on a case or on a place that a rule of four eyes or of roles refused: who
//! tried what is kept for the report on segregation of duties (R7).
//!
//! Kept in a write of its own, for a refusal throws the rows of its own job away, and
//! never in the way of the answer: when it cannot be kept, the log says so. Not here:
//! the rules themselves (`sanad_core::case::decide`, `sanad_core::area::decide`).

use crate::app::App;
use crate::http::ApiError;
use jiff::Timestamp;
use sanad_core::access::{Actor, Permission};
use sanad_core::area::PlaceRef;
use sanad_core::ids::{CaseId, IdSource, UserId};
use sanad_store::rows::BlockedAttemptRow;
use sanad_store::sql_types::{At, Key};
use sanad_store::{Envelope, StoreError};
use uuid::Uuid;

/// The rules whose refusals are kept (return conditions §2.7 –).
const KEPT: [&str; 7] = [
    "SELF_ASSESSMENT",
    "SELF_APPROVAL",
    "SELF_VERIFICATION",
    "SELF_ADJUDICATION",
    "SECOND_OFFICER_REQUIRED",
    "CONFLICT_OF_INTEREST",
    "ROLE_FORBIDDEN",
];

/// What a command was about.
#[derive(Debug)]
pub(crate) enum About {
    /// A case.
    Case(CaseId),
    /// A place.
    Place(PlaceRef),
}

/// A command, in case it is refused. Holds nothing of its content.
pub(crate) struct Attempt {
    at: Timestamp,
    entropy: [u8; 16],
    user: UserId,
    about: About,
    command: &'static str,
}

impl Attempt {
    /// Of a command that is about to be tried.
    pub(crate) fn of(
        envelope: &Envelope,
        entropy: [u8; 16],
        actor: &Actor,
        about: About,
        command: Permission,
    ) -> Self {
        Self {
            at: envelope.recorded_at,
            entropy,
            user: actor.user(),
            about,
            command: command.as_str(),
        }
    }

    fn rows(&self, refused: &ApiError) -> Vec<BlockedAttemptRow> {
        let codes: std::collections::BTreeSet<&str> =
            refused.codes().filter(|code| KEPT.contains(code)).collect();
        let (case, place) = match &self.about {
            About::Case(case) => (Some(case), None),
            About::Place(place) => (None, Some(place)),
        };
        let mut ids = IdSource::new(self.entropy, self.at);
        codes
            .into_iter()
            .map(|code| BlockedAttemptRow {
                attempt_id: Key(ids.id::<Uuid>()),
                blocked_at: At::from(self.at),
                user_id: Key(self.user.0),
                case_id: case.map(|case| Key(case.0)),
                code: code.to_owned(),
                command: self.command.to_owned(),
                place_edition: place.map(|place| place.edition.as_str().to_owned()),
                place_code: place.map(|place| place.code.as_str().to_owned()),
            })
            .collect()
    }

    /// Keeps it, when one of the rules stood against it. What the caller is answered
    /// does not depend on it.
    pub(crate) async fn keep(self, app: &App, refused: &ApiError) {
        let rows = self.rows(refused);
        if rows.is_empty() {
            return;
        }
        let kept: Result<(), StoreError> = app
            .store
            .write(move |tx| {
                rows.iter().for_each(|row| tx.blocked(row.clone()));
                Ok(())
            })
            .await;
        if let Err(error) = kept {
            tracing::error!(%error, "a refused attempt could not be kept");
            metrics::counter!("sanad_blocked_attempts_lost_total").increment(1);
        }
    }
}
