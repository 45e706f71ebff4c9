//! A registry over HTTP: the real server in a thread of this process, on a port of its
//! own, over a database with the invented country and its staff.
//!
//! Tokens are issued by the server's own signer; only `sign_in` types passwords.

use crate::client::Client;
use crate::logs;
use actix_web::dev::ServerHandle;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use sanad_api::accounts::password::Passwords;
use sanad_api::limits::Rates;
use sanad_api::{App, BodyDeadline, ServerSettings, clock};
use sanad_core::conditions::{AccessProfile, Catalogue};
use sanad_core::ids::{SessionId, UserId};
use sanad_store::rows::{RefreshTokenRow, SessionRow};
use sanad_store::sql_types::{At, Key};
use sanad_testkit::{Staff, TestDatabase, country, staff, wait};
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

/// The password of everybody.
pub(crate) const PASSWORD: &str = "a sentence that nobody else types";

/// Today, as the server reads it.
pub(crate) fn today() -> Date {
    now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// The day on which answers are observed: what happens today comes after them.
pub(crate) fn observed() -> Date {
    today().yesterday().unwrap()
}

pub(crate) fn now() -> Timestamp {
    clock::now()
}

/// A running registry.
pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl World {
    /// A registry in a fresh database: places, organisations and staff are there.
    pub(crate) fn start(database: &TestDatabase) -> Self {
        let hash = password_hash();
        let seeded = database.store().administer(|db| {
            db.put_places(&country::rows(now()))?;
            for row in staff::organisation_rows(now()) {
                db.put_organisation(&row)?;
            }
            for user in Staff::everybody() {
                let (account, grants) = user.rows(hash, now());
                db.put_account(&account, &grants)?;
            }
            Ok(())
        });
        seeded.unwrap();
        Self::beside(database)
    }

    /// Another server on the same database.
    pub(crate) fn beside(database: &TestDatabase) -> Self {
        Self::with_deadline(database, BodyDeadline::default())
    }

    /// A server that waits for bodies as long as said.
    pub(crate) fn with_deadline(database: &TestDatabase, body_deadline: BodyDeadline) -> Self {
        Self::serving(Self::app(database), body_deadline)
    }

    /// Another server on the same database, started with other settings.
    pub(crate) fn beside_with(database: &TestDatabase, set: impl FnOnce(App) -> App) -> Self {
        Self::serving(set(Self::app(database)), BodyDeadline::default())
    }

    fn app(database: &TestDatabase) -> App {
        let catalogue = Catalogue::shipped().clone();
        let app = App::new(database.store(), catalogue, AccessProfile::Standard).unwrap();
        // Tests ask as fast as they can.
        app.with_rates(Rates::OFF)
    }

    /// A registry that keeps files of evidence.
    pub(crate) fn keeping_files(database: &TestDatabase) -> Self {
        drop(Self::start(database));
        Self::beside_keeping_files(database)
    }

    /// Another server on the same database, which keeps files of evidence.
    pub(crate) fn beside_keeping_files(database: &TestDatabase) -> Self {
        Self::beside_with(database, |app| app.with_evidence_files(true))
    }

    fn serving(app: App, body_deadline: BodyDeadline) -> Self {
        logs::start();
        let app = Arc::new(app);
        let settings = ServerSettings {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            workers: 2,
            signals: false,
            body_deadline,
        };
        let (tell, told) = mpsc::channel();
        let of_server = app.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let running = sanad_api::start(of_server, &settings).unwrap();
                tell.send((running.address, running.server.handle()))
                    .unwrap();
                running.server.await.unwrap();
            });
        });
        let (address, handle) = told.recv_timeout(Duration::from_secs(30)).unwrap();
        Self {
            app,
            address,
            handle,
            thread: Some(thread),
        }
    }

    /// A user at work.
    pub(crate) fn as_(&self, who: &Staff) -> Client {
        let token = self.token(who.user, now());
        Client::new(self.address, Some(token))
    }

    /// A token of a user who signed in, issued at a moment.
    pub(crate) fn token(&self, user: UserId, at: Timestamp) -> String {
        // One session for each user is enough here, and has their id.
        let id = Key(user.0);
        let session = SessionRow {
            session_id: id,
            user_id: id,
            begun_at: At::from(now()),
            used_at: At::from(now()),
            ends_at: At::from(now() + SignedDuration::from_hours(1)),
            ended_at: None,
        };
        let first = RefreshTokenRow {
            token_hash: id.0.as_bytes().to_vec(),
            session_id: id,
            issued_at: At::from(now()),
            used_at: None,
        };
        let begun = self.app.store.administer(|db| match db.session(id)? {
            Some(_) => Ok(()),
            None => db.begin_session(&session, &first),
        });
        begun.unwrap();
        self.app.tokens.issue(user, SessionId(user.0), at).unwrap()
    }

    /// Somebody with any token.
    pub(crate) fn with_token(&self, token: &str) -> Client {
        Client::new(self.address, Some(token.to_owned()))
    }

    /// Somebody without a token.
    pub(crate) fn stranger(&self) -> Client {
        Client::new(self.address, None)
    }

    /// An account that no test kit knows.
    pub(crate) fn hire(&self, who: &Staff) -> Client {
        let (account, grants) = who.rows(password_hash(), now());
        self.app
            .store
            .administer(|db| db.put_account(&account, &grants))
            .unwrap();
        self.as_(who)
    }

    /// Asks the server to finish what is under way and to end.
    pub(crate) fn ask_to_end(&self) {
        drop(self.handle.stop(true));
    }

    /// Waits until the server has ended.
    pub(crate) fn wait_for_the_end(&mut self) {
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        wait(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Hashing is slow by intent; all have the same password.
fn password_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        Passwords::default()
            .hash(&secrecy::SecretString::from(PASSWORD), &[])
            .unwrap()
    })
}
