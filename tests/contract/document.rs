//! `openapi/sanad-v1.json`: in step with the code, and complete.

use serde_json::Value;
use std::path::Path;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/sanad-v1.json");
const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

fn document() -> Value {
    serde_json::from_str(&sanad_api::document::openapi_json().unwrap()).unwrap()
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let item = item.as_object().unwrap();
            METHODS.iter().filter_map(move |method| {
                Some((
                    format!("{} {path}", method.to_uppercase()),
                    item.get(*method)?,
                ))
            })
        })
        .collect()
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a test may be asked to write the file anew"
)]
fn the_checked_in_document_is_what_the_code_makes() {
    let made = sanad_api::document::openapi_json().unwrap();
    if std::env::var("SANAD_BLESS").is_ok() {
        std::fs::create_dir_all(Path::new(FILE).parent().unwrap()).unwrap();
        std::fs::write(FILE, &made).unwrap();
    }
    let kept = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        kept == made,
        "openapi/sanad-v1.json is out of step with the code; run\n\n    SANAD_BLESS=1 cargo test --test contract document\n\nand read the difference before you commit it"
    );
}

#[test]
fn every_operation_has_an_id_a_summary_errors_and_examples() {
    let document = document();
    let mut ids = Vec::new();
    for (name, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap_or_default();
        assert!(!id.is_empty(), "{name} has no operationId");
        assert!(!ids.contains(&id), "{name}: operationId {id} stands twice");
        ids.push(id);
        assert!(
            !operation["summary"].as_str().unwrap_or_default().is_empty(),
            "{name} has no summary"
        );
        let responses = operation["responses"].as_object().unwrap();
        for status in ["400", "500", "503"] {
            assert!(
                responses.contains_key(status),
                "{name} does not say how it answers {status}"
            );
        }
        if operation.get("security").is_none() {
            for status in ["401", "403", "404"] {
                assert!(
                    responses.contains_key(status),
                    "{name} does not say how it answers {status}"
                );
            }
        }
        if let Some(body) = operation.get("requestBody") {
            for (kind, content) in body["content"].as_object().unwrap() {
                assert!(
                    content.get("example").is_some(),
                    "{name}: the {kind} body has no example"
                );
            }
            for status in ["408", "413", "415", "422"] {
                assert!(
                    responses.contains_key(status),
                    "{name} does not say how it answers {status}"
                );
            }
        }
        for (status, response) in responses {
            let content = response.get("content").and_then(Value::as_object);
            for (kind, content) in content.into_iter().flatten() {
                assert!(
                    content.get("example").is_some(),
                    "{name}: the {status} answer ({kind}) has no example"
                );
            }
        }
    }
    assert!(
        ids.len() > 40,
        "only {} operations are documented",
        ids.len()
    );
}

#[test]
fn every_reference_leads_somewhere_and_no_schema_is_left_over() {
    let document = document();
    let text = document.to_string();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for reference in text.split("\"$ref\":\"").skip(1) {
        let target = reference.split('"').next().unwrap().trim_start_matches('#');
        assert!(
            document.pointer(target).is_some(),
            "{target} does not exist"
        );
    }
    for name in schemas.keys() {
        assert!(
            text.contains(&format!("#/components/schemas/{name}\"")),
            "nobody uses schema {name}"
        );
    }
}

#[test]
fn enumerations_have_names() {
    let document = document();
    for (name, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let schema = &parameter["schema"];
            assert!(
                schema.get("enum").is_none(),
                "{name}: parameter {} has an enumeration without a name",
                parameter["name"]
            );
        }
    }
}
