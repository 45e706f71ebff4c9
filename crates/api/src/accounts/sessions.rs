//! For how long somebody is signed in: a session, prolonged with a refresh token that
//! is good once (RFC 9700 §2.2.2 ✔), and ended by its user, by disabling the account,
//! or by a token that is sent twice.
//!
//! Secrets leave here once, in the answer; the database has their hashes. Not here:
//! access tokens (`token`), what is remembered between requests (`directory`).

use crate::app::App;
use crate::clock;
use crate::http::{ApiError, ApiResult};
use crate::v1::accounts::administer;
use actix_web::web;
use jiff::{SignedDuration, Timestamp};
use sanad_core::ids::{SessionId, UserId};
use sanad_store::StoreError;
use sanad_store::db::Db;
use sanad_store::rows::{KnownDeviceRow, RefreshTokenRow, SessionRow};
use sanad_store::sql_types::{At, Key};
use sha2::{Digest as _, Sha256};

/// A session that was not prolonged for so long has ended (ASVS 5.0 7.3.1 ◐).
pub const IDLE: SignedDuration = SignedDuration::from_hours(12);
/// A session ends after so long, however often it was prolonged (ASVS 5.0 7.3.2 ◐).
pub const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Ended sessions are kept so long, to see that a token is sent twice.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Devices kept of one user.
const DEVICES: i64 = 20;

/// A secret of 256 random bits, for a client to keep.
pub struct Secret {
    text: String,
    hash: [u8; 32],
}

impl Secret {
    pub(super) fn fresh() -> Result<Self, clock::NoEntropy> {
        use std::fmt::Write as _;
        let text = clock::key()?.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let hash = hash_of(&text);
        Ok(Self { text, hash })
    }

    /// As the client keeps it.
    pub fn into_text(self) -> String {
        self.text
    }
}

/// The hash under which a secret of a client is kept. Its 256 bits are random: no slow
/// hash is needed.
pub fn hash_of(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// What a client gets.
pub struct Opened {
    /// The session.
    pub session: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// With what it is prolonged, once.
    pub refresh: Secret,
    /// Until when that may be done.
    pub until: Timestamp,
}

fn next_token(session: Key, now: Timestamp) -> Result<(Secret, RefreshTokenRow), clock::NoEntropy> {
    let secret = Secret::fresh()?;
    let row = RefreshTokenRow {
        token_hash: secret.hash.to_vec(),
        session_id: session,
        issued_at: At::from(now),
        used_at: None,
    };
    Ok((secret, row))
}

fn a_moment() -> (&'static str, &'static str) {
    ("WRITE_CONFLICT", "another write was first; try again")
}

/// Begins a session of a user who has signed in. Without a known device the client
/// gets the secret of a new one.
pub async fn begin(
    app: &web::Data<App>,
    user: UserId,
    known: bool,
) -> ApiResult<(Opened, Option<Secret>)> {
    let now = clock::now();
    let id = Key(uuid::Builder::from_random_bytes(clock::entropy()?).into_uuid());
    let (refresh, first) = next_token(id, now)?;
    let session = SessionRow {
        session_id: id,
        user_id: Key(user.0),
        begun_at: At::from(now),
        used_at: At::from(now),
        ends_at: At::from(now + LONGEST),
        ended_at: None,
    };
    let device = (!known).then(Secret::fresh).transpose()?;
    let kept = device.as_ref().map(|secret| KnownDeviceRow {
        device_hash: secret.hash.to_vec(),
        user_id: Key(user.0),
        known_since: At::from(now),
    });
    let work = move |db: &mut dyn Db| {
        db.forget_sessions(At::from(now - KEPT))?;
        db.begin_session(&session, &first)?;
        kept.map_or(Ok(()), |device| db.keep_device(&device, DEVICES))
    };
    let (code, text) = a_moment();
    administer(app, work, code, text).await?;
    let opened = Opened {
        session: SessionId(id.0),
        user,
        refresh,
        until: now + IDLE,
    };
    Ok((opened, device))
}

/// What a refresh token came to.
enum Came {
    Prolonged(SessionRow),
    /// Unknown, too old, or of a session that has ended.
    Over,
    /// Used before: whoever sends it now, or whoever did then, stole it.
    Twice(SessionRow),
}

/// Prolongs a session. A refresh token that comes a second time ends its session for
/// both who have it (RFC 9700 §4.14.2 ✔).
pub async fn prolong(app: &web::Data<App>, refresh: &str) -> ApiResult<Opened> {
    let hash = hash_of(refresh);
    let now = clock::now();
    let fresh = Secret::fresh()?;
    let next_hash = fresh.hash.to_vec();
    let work = move |db: &mut dyn Db| -> Result<Came, StoreError> {
        let Some((token, session)) = db.refresh_token(&hash)? else {
            return Ok(Came::Over);
        };
        let ends = session.ends_at.timestamp();
        if session.ended_at.is_some() || ends <= now {
            return Ok(Came::Over);
        }
        let next = RefreshTokenRow {
            token_hash: next_hash,
            session_id: session.session_id,
            issued_at: At::from(now),
            used_at: None,
        };
        if token.used_at.is_some() {
            db.end_session(session.user_id, session.session_id, At::from(now))?;
            return Ok(Came::Twice(session));
        }
        if token.issued_at.timestamp() + IDLE <= now {
            return Ok(Came::Over);
        }
        let in_use = db
            .account(session.user_id)?
            .is_some_and(|(row, _)| !row.disabled);
        if !in_use {
            return Ok(Came::Over);
        }
        if db.rotate(&hash, &next)? {
            return Ok(Came::Prolonged(session));
        }
        db.end_session(session.user_id, session.session_id, At::from(now))?;
        Ok(Came::Twice(session))
    };
    let (code, text) = a_moment();
    match administer(app, work, code, text).await? {
        Came::Prolonged(session) => Ok(Opened {
            session: SessionId(session.session_id.0),
            user: UserId(session.user_id.0),
            refresh: fresh,
            until: (now + IDLE).min(session.ends_at.timestamp()),
        }),
        Came::Twice(session) => {
            app.directory
                .forget_session(SessionId(session.session_id.0));
            metrics::counter!("sanad_refresh_token_reused_total").increment(1);
            tracing::warn!("a refresh token was sent a second time; its session is ended");
            Err(over())
        }
        Came::Over => Err(over()),
    }
}

fn over() -> ApiError {
    ApiError::unauthorised("SESSION_ENDED", "this session has ended; sign in again")
}

/// Ends a session of a user; false when it has ended already or is not theirs.
pub async fn end(app: &web::Data<App>, user: UserId, session: SessionId) -> ApiResult<bool> {
    let (code, text) = a_moment();
    let now = At::from(clock::now());
    let work = move |db: &mut dyn Db| db.end_session(Key(user.0), Key(session.0), now);
    let ended = administer(app, work, code, text).await?;
    app.directory.forget_session(session);
    Ok(ended)
}

/// Ends every session of a user, or every other than one, together with a change of what
/// they sign in with.
pub async fn with_end_of_all<T: Send + 'static>(
    app: &web::Data<App>,
    user: UserId,
    but: Option<SessionId>,
    change: impl FnOnce(&mut dyn Db) -> Result<T, StoreError> + Send + 'static,
) -> ApiResult<T> {
    let (code, text) = a_moment();
    let (key, now) = (Key(user.0), At::from(clock::now()));
    let work = move |db: &mut dyn Db| {
        let open = db.sessions_of(key, now)?;
        db.end_sessions_of(key, but.map(|session| Key(session.0)), now)?;
        Ok((change(db)?, open))
    };
    let (changed, open) = administer(app, work, code, text).await?;
    for row in open {
        app.directory.forget_session(SessionId(row.session_id.0));
    }
    app.directory.forget(user);
    Ok(changed)
}
