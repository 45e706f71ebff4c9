//! Starts the program and keeps what it said.

use sanad_store::Database;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// The output of a run that succeeded.
    pub(crate) fn done(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// The complaint of a run that was refused: exit code 2 and nothing else said.
    pub(crate) fn refused(self) -> String {
        assert_eq!(self.code, 2, "{self:?}");
        assert!(self.out.is_empty(), "{self:?}");
        self.err
    }
}

/// The program with these arguments, free of the environment's configuration.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sanad"));
    command
        .args(arguments)
        .env_remove("SANAD_DATABASE")
        .env_remove("SANAD_CATALOGUE");
    command
}

/// Runs the program.
pub(crate) fn sanad(arguments: &[&str]) -> Ran {
    sanad_reading(arguments, "")
}

/// Runs the program with a text on its standard input.
pub(crate) fn sanad_reading(arguments: &[&str], input: &str) -> Ran {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that refuses its arguments may be gone before it reads.
    let _ = child
        .stdin
        .take()
        .expect("its input is a pipe")
        .write_all(input.as_bytes());
    let ended = child.wait_with_output().expect("the program ends");
    Ran {
        code: ended.status.code().unwrap_or(-1),
        out: String::from_utf8(ended.stdout).expect("it writes UTF-8"),
        err: String::from_utf8(ended.stderr).expect("it writes UTF-8"),
    }
}

/// A database as `--database` takes it.
pub(crate) fn address(database: &Database) -> String {
    match database {
        Database::Sqlite(path) => path.display().to_string(),
        Database::Postgres(url) => url.clone(),
    }
}

/// A folder that goes away with this value.
#[derive(Debug)]
pub(crate) struct TestFolder(pub(crate) PathBuf);

impl TestFolder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("sanad_cli_{}_{number}", std::process::id()));
        std::fs::create_dir(&path).expect("a temporary folder can be made");
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
