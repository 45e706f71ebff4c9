//! `sanad demo`: it runs, the tour works as printed, and nothing is left behind.

use crate::program::{TestFolder, command, sanad};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running demo; ended with this value.
struct Demo {
    child: Child,
    printed: String,
}

impl Demo {
    /// Starts one and waits until it has printed everything.
    fn start(arguments: &[&str], temporary: &Path) -> Self {
        let mut child = command(&[&["demo", "--listen", "127.0.0.1:0"], arguments].concat())
            .env("TMPDIR", temporary)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut printed = String::new();
        for line in BufReader::new(child.stdout.take().expect("its output is a pipe")).lines() {
            let line = line.expect("it writes UTF-8");
            printed.push_str(&line);
            printed.push('\n');
            if line.starts_with("Ctrl-C ends") {
                break;
            }
        }
        assert!(
            printed.contains("Ctrl-C ends"),
            "the demo ended early: {printed}"
        );
        Self { child, printed }
    }

    /// The commands of the tour.
    fn tour(&self) -> Vec<&str> {
        self.printed
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with("curl "))
            .collect()
    }

    /// Asks it to end, as Ctrl-C does.
    fn end(mut self) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &id])
                .status()
                .expect("kill runs")
                .success()
        );
        let begun = Instant::now();
        while self
            .child
            .try_wait()
            .expect("it can be waited for")
            .is_none()
        {
            assert!(
                begun.elapsed() < Duration::from_mins(1),
                "the demo does not end"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn the_tour_works_as_printed_and_a_temporary_demo_leaves_nothing() {
    let temporary = TestFolder::new();
    let demo = Demo::start(&[], &temporary.0);
    let tour = demo.tour();
    assert_eq!(tour.len(), 3, "{}", demo.printed);
    for (line, expected) in tour
        .into_iter()
        .zip(["compliant", "undetermined", "not_compliant"])
    {
        let ended = Command::new("sh")
            .args(["-c", line])
            .output()
            .expect("a shell runs");
        let text = String::from_utf8_lossy(&ended.stdout);
        let answer: Value = serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("the tour needs curl and sed: {ended:?}"));
        assert_eq!(answer["finding"], expected, "{text}");
    }
    assert!(demo.printed.contains("/docs"));
    demo.end();
    assert_eq!(std::fs::read_dir(&temporary.0).unwrap().count(), 0);
}

#[test]
fn a_named_demo_tells_scripts_where_it_is_and_starts_again_with_the_same_users() {
    let (temporary, home) = (TestFolder::new(), TestFolder::new());
    let folder = home.path("demo");
    let demo = Demo::start(&["--folder", &folder], &temporary.0);
    let file = Path::new(&folder).join("demo.json");
    let first = read(&file);
    let users = first["users"].as_array().unwrap();
    for user in users {
        assert!(user["password"].as_str().unwrap().len() >= 15);
        assert!(demo.printed.contains(user["password"].as_str().unwrap()));
    }
    for role in [
        "registrar",
        "caseworker",
        "protection_officer",
        "supervisor",
        "auditor",
        "administrator",
    ] {
        assert!(users.iter().any(|user| user["roles"][0] == role), "{role}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    demo.end();

    let again = Demo::start(&["--folder", &folder], &temporary.0);
    let second = read(&file);
    assert_eq!(second["users"], first["users"]);
    assert_eq!(second["cases"], first["cases"]);
    assert!(again.printed.contains(second["address"].as_str().unwrap()));
    again.end();
}

#[test]
fn a_folder_or_database_that_holds_something_else_is_refused() {
    let folder = TestFolder::new();
    std::fs::write(folder.path("letter.txt"), "dear colleague").unwrap();
    let home = folder.path("");
    let refused = sanad(&["demo", "--listen", "127.0.0.1:0", "--folder", &home]).refused();
    assert!(refused.contains("something else"), "{refused}");
    assert!(std::fs::exists(folder.path("letter.txt")).unwrap());

    std::fs::write(folder.path("demo.json"), "{}").unwrap();
    let refused = sanad(&["demo", "--listen", "127.0.0.1:0", "--folder", &home]).refused();
    assert!(refused.contains("not the file of a demo"), "{refused}");

    let other = TestFolder::new();
    let database = other.path("registry.db");
    sanad(&["bench-data", "5", "--database", &database]).done();
    let refused = sanad(&["demo", "--listen", "127.0.0.1:0", "--database", &database]).refused();
    assert!(refused.contains("not a fresh one"), "{refused}");
}
