//! The registers for auditors, as JSON and as CSV: the same rows.

use crate::client::Client;
use crate::steps::the;
use crate::world::{World, today};
use sanad_core::access::Role;
use sanad_testkit::country::TELL_ASHJAR;
use sanad_testkit::{Staff, builders, each_backend, staff};
use serde_json::{Value, json};

const RETURNS: &str = "/v1/reports/returns-without-finding";

/// The rows of a register as CSV, as a reader of the file gets them.
fn csv_rows(client: &Client, path: &str) -> Vec<Vec<(String, String)>> {
    let file = client
        .call("GET", path)
        .header("accept", "text/csv")
        .send()
        .expect(200);
    assert!(
        file.header("content-disposition")
            .unwrap()
            .starts_with("attachment")
    );
    let mut reader = csv::Reader::from_reader(file.body.as_slice());
    let header = reader.headers().unwrap().clone();
    assert!(header.len() > 5, "an empty register has its header too");
    reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            header
                .iter()
                .map(str::to_owned)
                .zip(row.iter().map(str::to_owned))
                .collect()
        })
        .collect()
}

/// A row of JSON as cells: what CSV says of it.
fn cells(item: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut cells: Vec<_> = item
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), text(value)))
        .collect();
    cells.sort();
    cells
}

fn same_rows(client: &Client, path: &str) -> Vec<Value> {
    let items = client.pages(path, 2);
    let mut rows = csv_rows(client, path);
    rows.iter_mut().for_each(|row| row.sort());
    assert_eq!(rows, items.iter().map(cells).collect::<Vec<_>>(), "{path}");
    items
}

#[test]
fn the_report_on_returns_names_those_without_a_compliant_finding() {
    each_backend(|database| {
        let world = World::start(database);
        let good = world.compliant_case();
        good.returned("facilitated").expect(201);
        let natures = ["forced", "self_organised", "forced"];
        let mut cases: Vec<String> = natures
            .iter()
            .map(|nature| {
                let case = world.registered(1, &builders::single_person(1, TELL_ASHJAR));
                case.returned(nature).expect(201);
                case.id
            })
            .collect();
        cases.sort_unstable();
        let auditor = world.as_(&the(Role::Auditor));
        let listed = |query: &str| {
            let report = auditor
                .get(&format!("{RETURNS}?part=rows&{query}"))
                .expect(200);
            report.json()["rows"].as_array().unwrap().clone()
        };
        let ids: Vec<String> = listed("")
            .iter()
            .map(|row| row["case_id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids, cases, "the compliant return is not among them");

        let (day, tomorrow) = (today(), today().tomorrow().unwrap());
        for (query, count) in [
            ("nature=forced".to_owned(), 2),
            ("nature=facilitated".to_owned(), 0),
            ("place=XZ-2025/XZ02".to_owned(), 3),
            ("place=XZ-2025/XZ01".to_owned(), 0),
            (format!("from={day}&to={day}"), 3),
            (format!("as_of={}", day.yesterday().unwrap()), 0),
            (format!("as_of={day}"), 3),
        ] {
            assert_eq!(listed(&query).len(), count, "{query}");
        }
        assert_eq!(csv_rows(&auditor, &format!("{RETURNS}?part=rows")).len(), 3);
        // A slip of the pen is not answered with the zero that is hoped for.
        for (query, code) in [
            (format!("from={tomorrow}"), "DAYS_REVERSED"),
            (format!("from={day}&to=2020-01-01"), "DAYS_REVERSED"),
            ("place=XZ-2025/NOPE1".to_owned(), "PLACE_UNKNOWN"),
            ("place=XZ-1999/XZ01".to_owned(), "PLACE_UNKNOWN"),
        ] {
            let refused = auditor.get(&format!("{RETURNS}?{query}"));
            let refused = refused.refused(400, "PARAMETER_INVALID");
            assert_eq!(refused.codes(), [code], "{query}");
        }
    });
}

#[test]
fn the_register_of_findings_is_the_same_as_csv() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        for _ in 0..2 {
            case.post(
                &the(Role::ProtectionOfficer),
                "/findings",
                &serde_json::json!({}),
            )
            .expect(201);
        }
        let auditor = world.as_(&the(Role::Auditor));
        let shown = same_rows(&auditor, "/v1/findings");
        assert_eq!(shown.len(), 3);
        assert!(
            shown
                .iter()
                .all(|item| item["finding"] == "compliant" && item["case_id"] == case.id.as_str())
        );
        for (query, count) in [
            ("finding=compliant", 3),
            ("finding=not_compliant", 0),
            ("place=XZ-2025/XZ", 3),
            ("place=XZ-2025/XZ01", 0),
        ] {
            assert_eq!(
                same_rows(&auditor, &format!("/v1/findings?{query}")).len(),
                count,
                "{query}"
            );
        }
        assert_eq!(
            same_rows(&world.as_(&Staff::of(Role::Supervisor, 2)), "/v1/findings").len(),
            0
        );
        auditor
            .get("/v1/findings?cursor=-1")
            .refused(400, "CURSOR_INVALID");
        world
            .as_(&the(Role::Registrar))
            .get("/v1/findings")
            .refused(403, "ROLE_FORBIDDEN");
    });
}

#[test]
fn a_supervisor_who_has_become_something_else_approved_rightly_all_the_same() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        case.returned("facilitated").expect(201);
        let admin = world.as_(&the(Role::Administrator));
        let path = format!("/v1/accounts/{}/grants", the(Role::Supervisor).user);
        let grants =
            json!({"grants": [{"role": "caseworker", "organisation": staff::organisation(1)}]});
        admin.put(&path, &grants).expect(200);
        let auditor = world.as_(&the(Role::Auditor));
        let shown = auditor
            .get("/v1/reports/returns-without-finding?part=rows")
            .expect(200);
        assert_eq!(shown.json()["rows"], json!([]));
    });
}
