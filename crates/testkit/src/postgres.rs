//! The PostgreSQL server that tests use: the one that `SANAD_TEST_POSTGRES` names,
//! or else a cluster of this process's own, through `scripts/with-postgres`.
//!
//! A test is never skipped for want of a server: without its programs this fails
//! and names the package to install.
//!
//! Not here: databases within the server (see [`databases`](mod@crate::databases)).

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

/// The address of a server for tests, as a superuser of it.
///
/// With one process per test (nextest) every process would start a cluster of its
/// own; `scripts/with-postgres cargo nextest run` gives all of them the same one.
pub fn server() -> &'static str {
    static SERVER: OnceLock<(String, Option<Cluster>)> = OnceLock::new();
    let (address, _) = SERVER.get_or_init(|| match given() {
        Some(address) => (address, None),
        None => {
            let cluster = Cluster::start(false);
            (cluster.address.clone(), Some(cluster))
        }
    });
    address
}

#[expect(
    clippy::disallowed_methods,
    reason = "the kit has no command line; the runner of the tests speaks through the environment"
)]
fn given() -> Option<String> {
    std::env::var("SANAD_TEST_POSTGRES")
        .ok()
        .filter(|address| !address.is_empty())
}

/// A cluster of this process's own.
///
/// It ends when the pipe to the script that watches it closes: when this value is
/// dropped, and also when the process dies in whatever way.
#[derive(Debug)]
pub struct Cluster {
    /// Its address, as a superuser of it.
    pub address: String,
    script: Child,
    open: Option<ChildStdin>,
}

impl Cluster {
    /// Starts a cluster. A `durable` one keeps its promises when it is killed.
    pub fn start(durable: bool) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/with-postgres");
        let mut command = Command::new(&script);
        command
            .arg("--serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if durable {
            command.env("SANAD_PG_DURABLE", "1");
        }
        let mut script = command
            .spawn()
            .expect("scripts/with-postgres can be started");
        let open = script.stdin.take();
        let mut address = String::new();
        let answer = script.stdout.take().expect("the script's output is piped");
        BufReader::new(answer)
            .read_line(&mut address)
            .expect("the script's output is text");
        let address = address.trim().to_owned();
        assert!(
            !address.is_empty(),
            "no PostgreSQL for the tests: its reason stands above. Install the package \
             `postgresql`, or set SANAD_PG_BIN or SANAD_TEST_POSTGRES"
        );
        Self {
            address,
            script,
            open,
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.open.take());
        drop(self.script.wait());
    }
}
