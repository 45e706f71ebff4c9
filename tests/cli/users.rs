//! `sanad user add`.

use crate::program::{Ran, TestFolder, address, sanad_reading};
use sanad_testkit::{Backend, TestDatabase, each_backend};

const PASSWORD: &str = "a sentence of several words\n";

fn add(test: &TestDatabase, login: &str, words: &[&str], password: &str) -> Ran {
    let database = address(test.database());
    let fixed = [
        "user",
        "add",
        login,
        "--name",
        "Rana",
        "--password-stdin",
        "--database",
        &database,
    ];
    sanad_reading(&[&fixed[..], words].concat(), password)
}

#[test]
fn a_user_is_added_once_with_the_roles_asked_for() {
    each_backend(|test| {
        let new = [
            "--role",
            "registrar",
            "--role",
            "caseworker",
            "--organisation",
            "Relief XZ",
        ];
        let refused = add(test, "rana", &new, PASSWORD).refused();
        assert!(refused.contains("--create-organisation"), "{refused}");
        let new = [&new[..], &["--create-organisation"]].concat();
        add(test, "rana", &new, PASSWORD).done();
        assert!(
            add(test, "rana", &new, PASSWORD)
                .refused()
                .contains("taken")
        );

        let mut db = test.connect();
        let row = db.account_by_login("rana").unwrap().unwrap();
        assert!(row.password_hash.starts_with("$argon2id$"));
        let (_, grants) = db.account(row.user_id).unwrap().unwrap();
        let roles: Vec<&str> = grants.iter().map(|grant| grant.role.as_str()).collect();
        assert_eq!(roles, ["caseworker", "registrar"]);
        assert_eq!(db.organisations().unwrap().len(), 1);
    });
}

#[test]
fn roles_that_do_not_go_together_are_refused_with_the_reason() {
    let test = TestDatabase::new(Backend::Sqlite);
    for pair in [["administrator", "registrar"], ["auditor", "caseworker"]] {
        let words = [
            "--role",
            pair[0],
            "--role",
            pair[1],
            "--organisation",
            "Relief XZ",
            "--create-organisation",
        ];
        let refused = add(&test, "both", &words, PASSWORD).refused();
        assert!(
            refused.contains(pair[0]) && refused.contains(pair[1]),
            "{refused}"
        );
    }
    let mut db = test.connect();
    assert!(db.account_by_login("both").unwrap().is_none());
    assert!(
        db.organisations().unwrap().is_empty(),
        "a refused user leaves no organisation behind"
    );
}

#[test]
fn short_passwords_unknown_areas_and_wrong_logins_are_refused() {
    let test = TestDatabase::new(Backend::Sqlite);
    let words = [
        "--role",
        "auditor",
        "--organisation",
        "Relief XZ",
        "--create-organisation",
    ];
    assert!(
        add(&test, "rana", &words, "short\n")
            .refused()
            .contains("12")
    );
    assert!(
        add(&test, "Rana K", &words, PASSWORD)
            .refused()
            .contains("LOGIN_INVALID")
    );
    let area = [&words[..], &["--area", "XZ-2025-01/XZ01"]].concat();
    assert!(
        add(&test, "rana", &area, PASSWORD)
            .refused()
            .contains("sanad import areas")
    );
    let area = [&words[..], &["--area", "XZ01"]].concat();
    assert!(
        add(&test, "rana", &area, PASSWORD)
            .refused()
            .contains("EDITION/CODE")
    );
}

#[test]
fn without_a_terminal_the_password_is_not_guessed() {
    let test = TestDatabase::new(Backend::Sqlite);
    let database = address(test.database());
    let words = [
        "user",
        "add",
        "rana",
        "--name",
        "Rana",
        "--role",
        "auditor",
        "--organisation",
        "Relief XZ",
        "--create-organisation",
        "--database",
        &database,
    ];
    assert!(
        sanad_reading(&words, PASSWORD)
            .refused()
            .contains("--password-stdin")
    );
}

#[test]
fn a_role_can_be_limited_to_areas_that_are_known() {
    let test = TestDatabase::new(Backend::Sqlite);
    crate::registry::fill(test.database(), "5", "1");
    let words = [
        "--role",
        "caseworker",
        "--organisation",
        "XZ Return Desk South",
        "--area",
        "XZ-2025-01/XZ01",
        "--area",
        "XZ-2025-01/XZ02",
    ];
    add(&test, "chnar", &words, PASSWORD).done();
    let mut db = test.connect();
    let row = db.account_by_login("chnar").unwrap().unwrap();
    let (_, grants) = db.account(row.user_id).unwrap().unwrap();
    let codes: Vec<&str> = grants
        .iter()
        .map(|grant| grant.place_code.as_str())
        .collect();
    assert_eq!(codes, ["XZ01", "XZ02"]);
}

#[cfg(unix)]
#[test]
fn cheap_hashes_and_peppers_that_others_can_read_are_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let test = TestDatabase::new(Backend::Sqlite);
    let folder = TestFolder::new();
    let (pepper, short) = (folder.path("pepper"), folder.path("short"));
    std::fs::write(&pepper, "n".repeat(44)).unwrap();
    std::fs::write(&short, "short").unwrap();
    let set = |path: &str, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set(&short, 0o600);
    set(&pepper, 0o640);
    let words = [
        "--role",
        "auditor",
        "--organisation",
        "Relief XZ",
        "--create-organisation",
    ];
    let with = |login: &str, more: &[&str]| add(&test, login, &[&words, more].concat(), PASSWORD);
    let refused = |more: &[&str], because: &str| {
        let said = with("rana", more).refused();
        assert!(said.contains(because), "{said}");
    };
    refused(&["--argon2", "m=19456,t=1,p=1"], "too cheap");
    refused(&["--pepper-file", &folder.path("none")], "none");
    refused(&["--pepper-file", &short], "at least 32");
    refused(&["--pepper-file", &pepper], "chmod 600");
    set(&pepper, 0o600);
    let good = ["--argon2", "m=12288,t=3,p=1", "--pepper-file", &pepper];
    with("rana", &good).done();
    let row = test.connect().account_by_login("rana").unwrap().unwrap();
    assert!(row.password_hash.contains("$m=12288,t=3,p=1,keyid="));

    // From here on nothing starts without it: people could not sign in.
    refused(&[], "--pepper-file");
    let database = address(test.database());
    let serve = sanad_reading(
        &["serve", "--listen", "127.0.0.1:0", "--database", &database],
        "",
    );
    assert!(serve.err.contains("--pepper-file"), "{serve:?}");
    assert_eq!(serve.code, 2, "{serve:?}");
}

#[test]
fn a_user_who_is_locked_out_gets_a_password_that_is_good_once() {
    let test = TestDatabase::new(Backend::Sqlite);
    let words = [
        "--role",
        "auditor",
        "--organisation",
        "Relief XZ",
        "--create-organisation",
    ];
    add(&test, "rana", &words, PASSWORD).done();
    add(
        &test,
        "vera",
        &[&words[..], &["--one-time"]].concat(),
        PASSWORD,
    )
    .done();
    let row = |login: &str| test.connect().account_by_login(login).unwrap().unwrap();
    assert!(row("vera").one_time_until.is_some());
    let before = row("rana");
    assert!(before.one_time_until.is_none());
    let database = address(test.database());
    let reset = |login: &str| {
        let words = [
            "user",
            "reset",
            login,
            "--second-factor",
            "--database",
            &database,
        ];
        sanad_reading(&words, "")
    };
    assert!(reset("nobody").refused().contains("no user"));
    let said = reset("rana").done();
    assert_eq!(said.lines().next().unwrap().len(), 24, "{said}");
    let after = row("rana");
    assert!(after.one_time_until.is_some() && after.password_hash != before.password_hash);
}
