//! `sanad export facts`: what an auditor recomputes is what the registry stored.

use crate::program::{address, sanad, sanad_reading};
use crate::registry::{auditor, fill, findings};
use sanad_core::access::Permission;
use sanad_core::case::{CaseSummary, IssuedFinding, put_summary_together};
use sanad_testkit::{Backend, TestDatabase, each_backend};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

fn sha256(text: &str) -> String {
    Sha256::digest(text)
        .iter()
        .fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

#[test]
fn the_exported_facts_of_every_finding_give_the_finding_that_was_stored() {
    each_backend(|test| {
        fill(test.database(), "120", "3");
        let database = address(test.database());
        let rows = findings(test.connect().as_mut());
        assert!(rows.len() > 5);
        for row in rows {
            let stored: IssuedFinding = serde_json::from_slice(&row.body).unwrap();
            let case = row.case_id.0.to_string();
            let facts = sanad(&[
                "export",
                "facts",
                &case,
                "--as",
                "auditor",
                "--database",
                &database,
            ])
            .done();
            assert_eq!(sha256(&facts), stored.facts_sha256);

            let report = sanad_reading(&["assess", "-", "--format", "json"], &facts).done();
            let report: Value = serde_json::from_str(&report).unwrap();
            let kept = serde_json::to_value(&stored.assessment).unwrap();
            for key in [
                "finding",
                "conditions",
                "expires_on",
                "on",
                "catalogue",
                "profile",
            ] {
                assert_eq!(report[key], kept[key], "{key} of {case}");
            }
            // Subjects have other names in the file: numbers instead of ids.
            for list in ["reasons", "warnings"] {
                let what = |value: &Value| -> Vec<Value> {
                    let entries = value[list].as_array().unwrap().iter();
                    entries
                        .map(|one| {
                            serde_json::json!([one["indicator"], one["value"], one["reason"]])
                        })
                        .collect()
                };
                assert_eq!(what(&report), what(&kept), "{list} of {case}");
            }
        }
    });
}

#[test]
fn a_facts_file_names_nobody() {
    let test = TestDatabase::new(Backend::Sqlite);
    fill(test.database(), "80", "3");
    let database = address(test.database());
    let row = findings(test.connect().as_mut()).remove(0);
    let case = row.case_id.0.to_string();
    let facts = sanad(&[
        "export",
        "facts",
        &case,
        "--as",
        "auditor",
        "--database",
        &database,
    ])
    .done();
    let file: Value = serde_json::from_str(&facts).unwrap();
    for member in file["members"].as_array().unwrap() {
        assert!(member["id"].as_str().unwrap().starts_with('p'));
        let keys: Vec<&str> = member
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(keys, ["born", "flags", "id"]);
    }
    assert!(!facts.contains(&case));
}

#[test]
fn the_same_case_is_found_by_its_number_and_assessed_for_another_day() {
    let test = TestDatabase::new(Backend::Sqlite);
    fill(test.database(), "80", "3");
    let database = address(test.database());
    let row = findings(test.connect().as_mut())
        .into_iter()
        .find(|row| row.outcome == "compliant");
    let id = row.expect("a compliant finding").case_id;
    let number = {
        let all = sanad_store::db::CaseFilter::default();
        let who = auditor(Permission::CasesRead);
        let rows = test.connect().list_cases(&who, &all, None, 1_000).unwrap();
        let row = rows.into_iter().find(|row| row.case_id == id).unwrap();
        let summary = put_summary_together(&row.summary, row.tiers, None).unwrap();
        let summary: CaseSummary = serde_json::from_slice(&summary).unwrap();
        summary.number.as_str().to_owned()
    };
    let export = |case: &str, more: &[&str]| {
        let fixed = [
            "export",
            "facts",
            case,
            "--as",
            "protection",
            "--database",
            &database,
        ];
        let south = [
            "export",
            "facts",
            case,
            "--as",
            "protection.south",
            "--database",
            &database,
        ];
        let ran = sanad(&[&fixed[..], more].concat());
        if ran.code == 0 {
            ran.out
        } else {
            sanad(&[&south[..], more].concat()).done()
        }
    };
    assert_eq!(
        export(&number.to_lowercase(), &[]),
        export(&id.0.to_string(), &[])
    );

    // A year later every answer is too old; before it was registered there is no case.
    let later = export(&number, &["--on", "2026-05-12"]);
    assert!(
        sanad_reading(&["assess", "-"], &later)
            .done()
            .contains("UNDETERMINED")
    );
    let before = [
        "export",
        "facts",
        &number,
        "--as",
        "auditor",
        "--as-of",
        "2020-01-01",
        "--database",
        &database,
    ];
    assert!(sanad(&before).refused().contains("no such record"));
}

#[test]
fn whoever_may_not_export_is_refused_and_a_hidden_case_answers_like_none() {
    let test = TestDatabase::new(Backend::Sqlite);
    fill(test.database(), "80", "3");
    let database = address(test.database());
    let row = findings(test.connect().as_mut()).remove(0);
    let case = row.case_id.0.to_string();
    let export = |case: &str, login: &str| {
        sanad(&[
            "export",
            "facts",
            case,
            "--as",
            login,
            "--database",
            &database,
        ])
        .refused()
    };
    let nothing = export("00000000-0000-7000-8000-000000000000", "administrator");
    assert_eq!(export(&case, "administrator"), nothing);
    let ours = export(&case, "caseworker");
    let theirs = export(&case, "caseworker.south");
    let forbidden = [&ours, &theirs]
        .into_iter()
        .filter(|text| text.contains("facts.export"))
        .count();
    let hidden = [&ours, &theirs]
        .into_iter()
        .filter(|text| **text == nothing)
        .count();
    assert_eq!((forbidden, hidden), (1, 1), "{ours} / {theirs}");

    let nobody = sanad(&["export", "facts", &case, "--database", &database]).refused();
    assert!(
        nobody.contains("--as LOGIN") && nobody.contains("auditor"),
        "{nobody}"
    );
    assert!(export("not-a-case", "auditor").contains("CASE_NUMBER_WRONG"));
}
