//! `sanad demo`: a running registry of invented people, with a tour to walk.

use super::demo_file::{Account, Cases, DemoFile, NAME};
use super::output::{Failure, say};
use super::password::{hash_of, readable_password};
use super::serve::{self, Profile};
use crate::synthetic::{self, Fault, Population, tour};
use jiff::{SignedDuration, Timestamp};
use sanad_api::{BodyDeadline, ServerSettings, clock};
use sanad_core::conditions::Catalogue;
use sanad_store::{Database, Store};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Start a registry of invented people and show what it does.
///
/// Makes a fresh embedded database with households of the invented country XZ and
/// users of every role, starts to answer, and prints their passwords and three
/// commands to paste. Without --folder everything is gone when it ends (Ctrl-C).
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Keep the demo in this folder; one that is there already is started again.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Use this empty database instead of one in the folder.
    #[arg(long, value_name = "FILE or URL")]
    database: Option<Database>,
}

/// Persons beside the three cases of the tour.
const PERSONS: u32 = 240;
/// The same people in every demo.
const SEED: u64 = 1;
/// Over which time they came in.
const DAYS: i64 = 10;
/// Time left at the end for the three cases, which must lie before the present.
const TOUR_TIME: SignedDuration = SignedDuration::from_secs(60);
/// Time of one of its commands; there are less than a hundred.
const TOUR_STEP: SignedDuration = SignedDuration::from_millis(200);
/// Threads that read: a demo has few visitors.
const READERS: usize = 2;

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    // Answers to requests are not news in a terminal that shows the tour.
    serve::start_logging("warn")?;
    let folder = Folder::open(arguments.folder.as_deref())?;
    let database = match &arguments.database {
        Some(database) => database.clone(),
        None => Database::Sqlite(folder.path.join("sanad.db")),
    };
    let (demo, fresh) = match DemoFile::read(&folder.path)? {
        Some(demo) => (start_again(&database, demo)?, false),
        None => (make(&database, &folder, clock::now())?, true),
    };
    let app = serve::open(
        &database,
        READERS,
        Catalogue::shipped().clone(),
        Profile::Standard,
    )?;
    let settings = ServerSettings {
        listen: arguments.listen,
        workers: serve::cores(),
        body_deadline: BodyDeadline::default(),
        signals: true,
    };
    serve::serve(Arc::new(app), &settings, |address| {
        let demo = DemoFile {
            address: format!("http://{address}"),
            ..demo
        };
        demo.write(&folder.path)?;
        say(tour_text(&demo, &folder, fresh))
    })
    .map_err(|failure| match failure {
        Failure::Failed(text) if text.contains("listen") => {
            Failure::Failed(format!("{text}; --listen 127.0.0.1:0 takes a free port"))
        }
        other => other,
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Fills a fresh database.
fn make(database: &Database, folder: &Folder, now: Timestamp) -> Result<DemoFile, Failure> {
    if folder.holds_anything_but_the_demo()? {
        return Err(Failure::Refused(format!(
            "{}: the folder holds something else, or a demo that was not finished; empty it or name another",
            folder.path.display()
        )));
    }
    Store::migrate(database)?;
    let mut db = Store::connect(database)?;
    let population = Population {
        seed: SEED,
        persons: PERSONS,
        from: now - SignedDuration::from_hours(24 * DAYS),
        until: now - TOUR_TIME,
    };
    let mut scribe = population.scribe()?;
    let mut users = Vec::new();
    let mut hashes = HashMap::new();
    for seat in scribe.staff.seats() {
        let password = readable_password()?;
        hashes.insert(seat.login, hash_of(&password)?);
        users.push(Account::of(seat, &password));
    }
    let no_hash = || Fault::Made("a user has no password".to_owned());
    synthetic::found(db.as_mut(), &scribe, population.from, |seat| {
        hashes.get(seat.login).cloned().ok_or_else(no_hash)
    })?;
    synthetic::populate(db.as_mut(), &mut scribe, population, |_| {})?;
    scribe.go_on(population.until, TOUR_STEP);
    let tour = tour::record(db.as_mut(), &mut scribe)?;
    let staff = &scribe.staff;
    Ok(DemoFile {
        address: String::new(),
        users,
        organisation: staff.organisation(0).to_string(),
        organisation_name: staff.office_name(0).to_owned(),
        cases: Cases {
            compliant: tour.compliant.to_string(),
            undetermined: tour.undetermined.to_string(),
            not_compliant: tour.not_compliant.to_string(),
        },
    })
}

/// Checks that the database behind a demo file is that demo.
fn start_again(database: &Database, demo: DemoFile) -> Result<DemoFile, Failure> {
    Store::migrate(database)?;
    let mut db = Store::connect(database)?;
    let known = db
        .organisations()?
        .iter()
        .any(|row| row.organisation_id.0.to_string() == demo.organisation);
    if known && synthetic::is_synthetic(db.as_mut())? {
        return Ok(demo);
    }
    Err(Failure::Refused(
        "the database is not the one of this demo; name another folder".to_owned(),
    ))
}

/// What is printed when the demo answers.
fn tour_text(demo: &DemoFile, folder: &Folder, fresh: bool) -> String {
    let address = &demo.address;
    let mut lines = vec![
        format!("The registry listens on {address}; everybody in it is invented."),
        format!("Interactive documentation: {address}/docs"),
        String::new(),
        "Users:".to_owned(),
    ];
    for user in &demo.users {
        lines.push(format!(
            "  {:<18} {}   {}",
            user.login,
            user.password,
            user.roles.join(", ")
        ));
    }
    lines.push(String::new());
    lines.push("The tour: paste these one after the other into another terminal.".to_owned());
    let stops = [
        (
            &demo.cases.compliant,
            "Compliant: everybody decided freely, and everything is known and so.",
        ),
        (
            &demo.cases.undetermined,
            "Undetermined: the same, but the security analysis is 53 days old.",
        ),
        (
            &demo.cases.not_compliant,
            "Not compliant: the same, but a monitor hears of pressure to leave.",
        ),
    ];
    for (number, (case, text)) in (1..).zip(stops) {
        lines.push(String::new());
        lines.push(format!("{number}. {text}"));
        lines.push(format!("   {}", command(demo, case)));
    }
    lines.push(String::new());
    if !fresh {
        lines.push(
            "This demo was made earlier. Answers age: ten days after it was made nothing in it"
                .to_owned(),
        );
        lines.push("is compliant any more. For a fresh one, name another folder.".to_owned());
    }
    lines.push(if folder.temporary {
        "Ctrl-C ends the demo and removes it.".to_owned()
    } else {
        format!(
            "Ctrl-C ends the demo; it stays in {}.",
            folder.path.display()
        )
    });
    lines.join("\n")
}

/// One line that signs in and reads the assessment of a case. Needs curl and sed.
fn command(demo: &DemoFile, case: &str) -> String {
    let address = &demo.address;
    let password = demo
        .user("protection")
        .map_or("", |user| user.password.as_str());
    let token = format!(
        "$(curl -s {address}/v1/sign-in -H 'Content-Type: application/json' \
         -d '{{\"login\":\"protection\",\"password\":\"{password}\"}}' \
         | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')"
    );
    format!("curl -s {address}/v1/cases/{case}/assessment -H \"Authorization: Bearer {token}\"")
}

/// Where a demo lives; a temporary one is removed at the end.
struct Folder {
    path: PathBuf,
    temporary: bool,
}

impl Folder {
    fn open(named: Option<&Path>) -> Result<Self, Failure> {
        let temporary = named.is_none();
        let path = if let Some(path) = named {
            path.to_owned()
        } else {
            let bits = clock::entropy().map_err(|error| Failure::Failed(error.to_string()))?;
            let number = u128::from_le_bytes(bits);
            std::env::temp_dir().join(format!("sanad-demo-{number:032x}"))
        };
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(!temporary);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(&path)
            .map_err(|error| Failure::Failed(format!("{}: {error}", path.display())))?;
        Ok(Self { path, temporary })
    }

    fn holds_anything_but_the_demo(&self) -> Result<bool, Failure> {
        for entry in std::fs::read_dir(&self.path)? {
            if entry?.file_name() != NAME {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.temporary {
            // Nothing is left to be done when it cannot be removed.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
