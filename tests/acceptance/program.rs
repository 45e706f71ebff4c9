//! The program as a process of its own, and a user who talks to it.

use sanad_core::access::Role;
use sanad_store::in_transaction;
use sanad_testkit::{Staff, TestDatabase, country, staff};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The password of everybody in these tests.
pub const PASSWORD: &str = "a sentence for the tests";

/// Fills a database with what work needs: organisations, users, places.
pub fn prepare(database: &TestDatabase) {
    let hash = sanad_api::accounts::password::Passwords::default()
        .hash(&PASSWORD.to_owned().into(), &[])
        .unwrap();
    let now = sanad_api::clock::now();
    in_transaction(&mut *database.connect(), |db| {
        for row in staff::organisation_rows(now) {
            db.put_organisation(&row)?;
        }
        for user in Staff::everybody() {
            let (account, grants) = user.rows(&hash, now);
            db.put_account(&account, &grants)?;
        }
        db.put_places(&country::rows(now)).map(drop)
    })
    .unwrap();
}

/// The login name of the registrar of the first organisation.
pub fn registrar() -> String {
    Staff::of(Role::Registrar, 1)
        .rows("", sanad_api::clock::now())
        .0
        .login
}

/// A running `sanad serve`.
pub struct Program {
    child: Child,
    pub address: String,
}

impl Program {
    /// Starts the program over a database and waits until it listens.
    pub fn start(database: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sanad"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--log",
                "error",
                "--requests-per-account",
                "off",
                "--requests-per-address",
                "off",
                "--database",
                database,
            ])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .rsplit(' ')
            .next()
            .unwrap_or_default()
            .to_owned();
        assert!(
            address.starts_with("http://"),
            "the program did not start: {line:?}"
        );
        Self { child, address }
    }

    /// Ends the program as a power cut would: without a chance to tidy up.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a request came to: a status and a body, or nothing when the line broke.
pub type Reply = Option<(u16, Value)>;

/// A signed-in user.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    address: String,
    token: String,
}

impl Client {
    /// Signs in; `None` when the program is gone.
    pub fn sign_in(address: &str, login: &str) -> Option<Self> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(20)))
            .build();
        let mut client = Self {
            agent: config.into(),
            address: address.to_owned(),
            token: String::new(),
        };
        let (status, body) = client.post(
            "/v1/sign-in",
            None,
            &json!({"login": login, "password": PASSWORD}),
        )?;
        assert_eq!(status, 200, "{body}");
        client.token = body["access_token"].as_str()?.to_owned();
        Some(client)
    }

    /// Posts JSON, with a key if there is one.
    pub fn post(&self, path: &str, key: Option<&str>, body: &Value) -> Reply {
        let mut request = self
            .agent
            .post(format!("{}{path}", self.address))
            .header("authorization", format!("Bearer {}", self.token));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let mut response = request.send_json(body).ok()?;
        let status = response.status().as_u16();
        Some((status, response.body_mut().read_json().ok()?))
    }
}
