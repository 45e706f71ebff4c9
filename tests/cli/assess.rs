//! `sanad assess`: the worked examples, as an auditor would run them.

use crate::program::{TestFolder, sanad, sanad_reading};
use serde_json::Value;

fn examples() -> Vec<std::path::PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/reference/examples");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert_eq!(files.len(), 20);
    files
}

#[test]
fn every_worked_example_comes_to_its_expected_result() {
    for path in examples() {
        let file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let path = path.display().to_string();
        let report: Value =
            serde_json::from_str(&sanad(&["assess", &path, "--format", "json"]).done()).unwrap();
        let expected = file["expected"].as_object().unwrap();
        for (key, value) in expected {
            assert_eq!(&report[key], value, "{path}: {key}");
        }
        if expected.contains_key("error") {
            assert_eq!(report.as_object().unwrap().len(), 1, "{path}");
        }
    }
}

#[test]
fn the_text_begins_with_the_finding_and_another_day_changes_it() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/reference/examples/EX-01a.json"
    );
    let first_line = |text: String| text.lines().next().unwrap_or_default().to_owned();
    assert!(first_line(sanad(&["assess", path]).done()).starts_with("COMPLIANT"));
    let later = sanad(&["assess", path, "--on", "2025-08-01"]).done();
    assert!(first_line(later).starts_with("UNDETERMINED"));
    let text = std::fs::read_to_string(path).unwrap();
    let read = sanad_reading(&["assess", "-"], &text).done();
    assert!(first_line(read).starts_with("COMPLIANT"));
}

#[test]
fn a_file_that_is_not_understood_is_refused_with_the_place() {
    let folder = TestFolder::new();
    let path = folder.path("facts.json");
    assert!(sanad(&["assess", &path]).refused().contains("facts.json"));
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/reference/examples/EX-01a.json"
    ))
    .unwrap();
    std::fs::write(&path, text.replacen("\"VOL-01\"", "\"VOL-99\"", 1)).unwrap();
    assert!(
        sanad(&["assess", &path])
            .refused()
            .contains("/answers/0/indicator")
    );
}
