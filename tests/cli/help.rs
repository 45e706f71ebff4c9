//! Help texts and exit codes.

use crate::program::sanad;

/// Every command, as it is typed.
const COMMANDS: [&[&str]; 16] = [
    &["assess"],
    &["serve"],
    &["demo"],
    &["user", "add"],
    &["user", "reset"],
    &["keys", "rotate"],
    &["export", "facts"],
    &["report", "returns-without-finding"],
    &["migrate"],
    &["bench-data"],
    &["bench-store"],
    &["bench-constant"],
    &["bench-area"],
    &["import", "households"],
    &["import", "areas"],
    &[],
];

#[test]
fn every_command_explains_itself_and_each_of_its_options() {
    for command in COMMANDS {
        let help = sanad(&[command, &["--help"]].concat()).done();
        assert!(help.contains("Usage: sanad"), "{command:?}");
        let mut lines = help.lines().peekable();
        while let Some(line) = lines.next() {
            let option = line.trim_start();
            let names_an_option = option.starts_with("--") || option.starts_with("-h");
            if line.starts_with(' ') && names_an_option {
                let beside = option
                    .split_once("  ")
                    .is_some_and(|(_, text)| !text.trim().is_empty());
                let below = lines
                    .peek()
                    .is_some_and(|next| next.starts_with("          "));
                let explained = beside || below;
                assert!(explained, "{command:?}: `{option}` is not explained");
            }
        }
    }
}

#[test]
fn the_overview_names_every_command() {
    let overview = sanad(&["--help"]).done();
    for command in COMMANDS.iter().filter_map(|command| command.first()) {
        assert!(
            overview
                .lines()
                .any(|line| line.trim_start().starts_with(command)),
            "{command}"
        );
    }
}

#[test]
fn words_that_are_not_understood_are_refused_with_exit_code_2() {
    for wrong in [
        &["frobnicate"][..],
        &["assess"],
        &["bench-data", "0"],
        &["assess", "--on", "today", "x"],
    ] {
        assert!(
            sanad(wrong).refused().contains("Usage") || wrong.len() > 1,
            "{wrong:?}"
        );
    }
}

#[test]
fn what_cannot_be_done_ends_with_exit_code_1() {
    let ran = sanad(&["migrate", "--database", "/no/such/folder/registry.db"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.starts_with("sanad: "), "{ran:?}");
}

#[test]
fn a_database_that_is_not_there_or_was_not_migrated_is_named_as_the_reason() {
    let folder = crate::program::TestFolder::new();
    let path = folder.path("new.db");
    let report = || sanad(&["report", "returns-without-finding", "--database", &path]);
    // Nothing is made where nothing was: the name may be wrong.
    let ran = report();
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("--database"), "{ran:?}");
    assert!(!std::path::Path::new(&path).exists());
    std::fs::write(&path, "").unwrap();
    let ran = report();
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("sanad migrate"), "{ran:?}");
}
