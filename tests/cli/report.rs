//! `sanad report returns-without-finding`: exactly the returns that no compliant,
//! unexpired finding covered, found here another way.

use crate::program::{TestFolder, address, sanad};
use crate::registry::{fill, findings, returns};
use sanad_store::db::Db;
use sanad_testkit::each_backend;
use serde_json::Value;
use std::collections::BTreeSet;

/// The rows of a report as JSON.
fn rows_of(text: &str) -> Vec<Value> {
    let report: Value = serde_json::from_str(text).unwrap();
    report["rows"].as_array().unwrap().clone()
}

/// Returns that no finding covered, from the two registers themselves.
fn uncovered(db: &mut dyn Db) -> BTreeSet<String> {
    let findings = findings(db);
    returns(db)
        .into_iter()
        .filter(|row| {
            let latest = findings
                .iter()
                .filter(|finding| {
                    finding.case_id == row.case_id && finding.found_on.0 <= row.departed_on.0
                })
                .max_by_key(|finding| finding.position);
            !latest.is_some_and(|finding| {
                finding.outcome == "compliant" && row.departed_on.0 <= finding.expires_on.0
            })
        })
        .map(|row| row.return_id.0.to_string())
        .collect()
}

#[test]
fn the_report_lists_exactly_the_returns_that_no_finding_covered() {
    each_backend(|test| {
        fill(test.database(), "400", "5");
        let database = address(test.database());
        let mut db = test.connect();
        let expected = uncovered(db.as_mut());
        assert!(!expected.is_empty() && expected.len() < returns(db.as_mut()).len());
        let report = |more: &[&str]| {
            let fixed = [
                "report",
                "returns-without-finding",
                "--as",
                "auditor",
                "--database",
                &database,
            ];
            sanad(&[&fixed[..], more].concat()).done()
        };
        let rows = |more: &[&str]| rows_of(&report(&[&["--format", "json"], more].concat()));
        let listed = rows(&[]);
        let ids: BTreeSet<String> = listed
            .iter()
            .map(|row| row["return_id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids, expected);
        assert!(listed.iter().all(|row| row["nature"] != "facilitated"));

        let table = report(&[]);
        let header = table.lines().next().unwrap();
        assert!(
            header.starts_with("return_id,case_id,nature,departed_on,"),
            "{header}"
        );
        let first: BTreeSet<String> = table
            .lines()
            .skip(1)
            .map(|line| line.split(',').next().unwrap().to_owned())
            .collect();
        assert_eq!(first, expected);

        let day = listed[0]["departed_on"].as_str().unwrap();
        let one_day = rows(&["--from", day, "--to", day]);
        assert!(!one_day.is_empty() && one_day.iter().all(|row| row["departed_on"] == day));
        let elsewhere = rows(&["--area", "XZ-2025-01/XZ01"]);
        assert!(
            elsewhere.is_empty(),
            "nobody is displaced in the first governorate"
        );
        let camps = rows(&["--area", "XZ-2025-01/XZ03"]);
        assert_eq!(camps.len(), expected.len());
    });
}

#[test]
fn a_supervisor_sees_their_own_office_only_and_others_nothing() {
    each_backend(|test| {
        fill(test.database(), "400", "5");
        let database = address(test.database());
        let ids = |login: &str| -> BTreeSet<String> {
            let words = [
                "report",
                "returns-without-finding",
                "--format",
                "json",
                "--as",
                login,
                "--database",
                &database,
            ];
            rows_of(&sanad(&words).done())
                .iter()
                .map(|row| row["return_id"].as_str().unwrap().to_owned())
                .collect()
        };
        let (north, south) = (ids("supervisor"), ids("supervisor.south"));
        assert!(!north.is_empty() && !south.is_empty() && north.is_disjoint(&south));
        assert_eq!(
            north.union(&south).cloned().collect::<BTreeSet<_>>(),
            ids("auditor")
        );
        for login in ["registrar", "caseworker", "protection", "administrator"] {
            let words = [
                "report",
                "returns-without-finding",
                "--as",
                login,
                "--database",
                &database,
            ];
            assert!(sanad(&words).refused().contains("reports.read"), "{login}");
        }
    });
}

#[test]
fn every_report_is_printed_in_every_rendering_with_the_same_hash() {
    each_backend(|test| {
        fill(test.database(), "60", "5");
        let database = address(test.database());
        let folder = TestFolder::new();
        let case = returns(test.connect().as_mut())[0].case_id.0.to_string();
        for report in sanad_api::reports::ALL {
            let run = |more: &[&str]| {
                let mut words = vec![
                    "report",
                    report.name,
                    "--as",
                    "auditor",
                    "--database",
                    &database,
                ];
                if report.takes("case_id") {
                    words.extend(["--case-id", case.as_str()]);
                }
                words.extend(["--part", "all"]);
                words.extend(more);
                sanad(&words).done()
            };
            let json: Value = serde_json::from_str(&run(&["--format", "json"])).unwrap();
            let hash = json["content_sha256"].as_str().unwrap();
            let file = folder.path(&format!("{}.html", report.name));
            let said = run(&["--format", "html", "--lang", "ar", "--output", &file]);
            assert_eq!(said, "");
            let page = std::fs::read_to_string(&file).unwrap();
            assert!(
                page.contains(hash) && page.contains("dir=\"rtl\""),
                "{}",
                report.name
            );
            assert_eq!(
                csv::Reader::from_reader(run(&[]).as_bytes())
                    .records()
                    .count(),
                json["rows"].as_array().unwrap().len()
            );
        }
    });
}

#[test]
fn a_case_is_named_by_its_id_or_by_the_number_on_its_papers() {
    each_backend(|test| {
        fill(test.database(), "60", "5");
        let database = address(test.database());
        let case = returns(test.connect().as_mut())[0].case_id.0.to_string();
        let words = |case: &str, login: &str| {
            let words = [
                "report",
                "case-compliance-file",
                "--case-id",
                case,
                "--as",
                login,
            ];
            let all = [
                words.as_slice(),
                &["--format", "json", "--database", &database],
            ];
            sanad(&all.concat())
        };
        let by_id = words(&case, "auditor").done();
        let rows = rows_of(&by_id);
        let number = rows[0]["number"].as_str().unwrap();
        let typed = number.replace('-', " ").to_lowercase();
        for written in [number, &typed] {
            assert_eq!(
                rows_of(&words(written, "auditor").done()),
                rows,
                "{written}"
            );
        }
        let refused = words("7K3M", "auditor").refused();
        assert!(refused.contains("by its id or by its number"), "{refused}");
        // Of another office's case the number says no more than the id.
        let codes: BTreeSet<i32> = ["supervisor", "supervisor.south"]
            .map(|login| words(number, login))
            .map(|ran| {
                assert_eq!(ran.code == 0, !ran.err.contains("no such case"), "{ran:?}");
                ran.code
            })
            .into();
        assert_eq!(codes, [0, 2].into(), "one of the two offices keeps it");
    });
}

#[test]
fn what_a_report_does_not_know_is_refused_with_what_it_knows() {
    each_backend(|test| {
        fill(test.database(), "5", "5");
        let database = address(test.database());
        for (report, more, known) in [
            ("children", ["--lang", "fr"], "`en`, `ar`"),
            (
                "finding-register",
                ["--finding", "good"],
                "compliant, undetermined",
            ),
            (
                "returns-without-finding",
                ["--nature", "good"],
                "facilitated, assisted",
            ),
        ] {
            let words = ["report", report, "--as", "auditor", "--database", &database];
            let refused = sanad(&[words.as_slice(), &more].concat()).refused();
            assert!(refused.contains(known), "{refused}");
        }
    });
}
