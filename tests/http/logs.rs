//! Logs and metrics travel further than the registry: no name, password, token or id
//! of a case may be in them, whatever happens.

use crate::steps::{answer, the};
use crate::world::{PASSWORD, World};
use sanad_core::access::Role;
use sanad_testkit::{builders, each_backend};
use serde_json::json;
use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};
use tracing_subscriber::EnvFilter;

/// Everything that any server of this process has written.
static WRITTEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());

#[derive(Clone, Copy)]
struct Keep;

impl Write for Keep {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        WRITTEN
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(text)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Keeps what the servers log, down to debugging: more than any deployment does.
/// What the tests' own client logs is not the program's.
pub(crate) fn start() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let filter = EnvFilter::new(
            "debug,sanad=trace,sanad_api=trace,sanad_store=trace,ureq=off,ureq_proto=off",
        );
        tracing_subscriber::fmt()
            .json()
            .with_env_filter(filter)
            .with_writer(|| Keep)
            .init();
    });
}

fn written() -> String {
    let bytes = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn logs_and_metrics_name_nobody() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        case.returned("facilitated").expect(201);
        let caseworker = the(Role::Caseworker);
        let mut told = answer("VOL-01", Some(&case.persons[0]), "no");
        told["remark"] = json!("the neighbour saw the damage");
        case.post(&caseworker, "/answers", &json!({"answers": [told]}))
            .expect(201);
        // What goes wrong is logged more eagerly than what goes right.
        let client = world.as_(&caseworker);
        let names = json!({"organisation": "Salman", "members": [{"names": [{"given": "Zozan"}]}]});
        client.post("/v1/cases", &names).expect(422);
        client.get("/v1/cases?given=Salman").expect(400);
        client.get("/v1/cases/Zozan").expect(404);
        client
            .call("POST", &case.path("/answers"))
            .if_match("\"1\"")
            .raw("application/json", "{\"Salman")
            .send();
        let sign_in = |password: &str| json!({"login": caseworker.login, "password": password});
        let token = world
            .stranger()
            .post("/v1/sign-in", &sign_in(PASSWORD))
            .expect(200)
            .json();
        world
            .stranger()
            .post("/v1/sign-in", &sign_in("olive press olive press"))
            .expect(401);
        world
            .with_token(&format!("{}x", client.token()))
            .get("/v1/me")
            .expect(401);

        let metrics = world.stranger().get("/metrics").expect(200).text();
        assert!(
            metrics.contains("route=\"/v1/cases/{id}\""),
            "requests are counted by route"
        );
        let logs = written();
        assert!(
            logs.contains("\"route\":\"/v1/cases/{id}\""),
            "requests are logged by route"
        );
        let mut secret = vec![
            PASSWORD,
            token["access_token"].as_str().unwrap(),
            client.token(),
        ];
        secret.extend([case.id.as_str(), case.number.as_str()]);
        secret.extend(case.persons.iter().map(String::as_str));
        secret.extend(builders::PERSONAL);
        for canary in secret {
            assert!(!logs.contains(canary), "the log holds {canary}");
            assert!(!metrics.contains(canary), "the metrics hold {canary}");
        }
    });
}
