//! The API document as judge: which operations there are, what each is sent, and
//! whether an answer is one that the document describes, field by field.
//!
//! Only what the document's schemas use is checked; a schema word that this file does
//! not know fails the test, so that nothing is passed over in silence.

use crate::client::Reply;
use serde_json::{Map, Value};
use std::sync::OnceLock;

/// The document of the running code.
pub(crate) fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        serde_json::from_str(&sanad_api::document::openapi_json().unwrap()).unwrap()
    })
}

/// An operation of the document.
#[derive(Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) described: &'static Value,
}

impl Operation {
    pub(crate) fn id(&self) -> &'static str {
        self.described["operationId"].as_str().unwrap()
    }

    /// The example of its JSON body.
    pub(crate) fn json_example(&self) -> Option<&'static Value> {
        self.described
            .pointer("/requestBody/content/application~1json/example")
    }

    /// Its path with ids filled in; `ids` are pairs of a name and a value.
    pub(crate) fn path_with(&self, ids: &[(&str, &str)]) -> String {
        let filled = ids.iter().fold(self.path.to_owned(), |path, (name, id)| {
            path.replace(&format!("{{{name}}}"), id)
        });
        assert!(!filled.contains('{'), "{filled}: an id is missing");
        filled
    }

    /// It is about one case.
    pub(crate) fn on_case(&self) -> bool {
        self.path.starts_with("/v1/cases/{id}")
    }
}

/// Every operation.
pub(crate) fn operations() -> Vec<Operation> {
    let paths = document()["paths"].as_object().unwrap();
    let of_path = |(path, item): (&'static String, &'static Value)| {
        ["get", "put", "post", "patch", "delete"]
            .into_iter()
            .filter_map(move |method| {
                let described = item.get(method)?;
                let method = match method {
                    "get" => "GET",
                    "put" => "PUT",
                    "post" => "POST",
                    "delete" => "DELETE",
                    other => panic!("{other}: no operation uses this method"),
                };
                Some(Operation {
                    method,
                    path,
                    described,
                })
            })
    };
    paths.iter().flat_map(of_path).collect()
}

/// An operation by its id.
pub(crate) fn operation(id: &str) -> Operation {
    let found = operations()
        .into_iter()
        .find(|operation| operation.id() == id);
    found.unwrap_or_else(|| panic!("no operation {id}"))
}

fn operation_of(method: &str, path: &str) -> Option<Operation> {
    let asked: Vec<&str> = path.split('?').next()?.split('/').collect();
    let fits = |operation: &Operation| {
        let pattern: Vec<&str> = operation.path.split('/').collect();
        let same = |(a, b): (&&str, &&str)| a == b || (a.starts_with('{') && !b.is_empty());
        operation.method == method
            && pattern.len() == asked.len()
            && pattern.iter().zip(&asked).all(same)
    };
    operations()
        .into_iter()
        .filter(fits)
        .min_by_key(|operation| operation.path.matches('{').count())
}

/// Fails unless the document describes this answer.
pub(crate) fn hold(method: &str, path: &str, reply: &Reply) {
    let Some(operation) = operation_of(method, path) else {
        return;
    };
    let named = format!("{method} {} answers {}", operation.path, reply.status);
    let response = operation.described["responses"].get(reply.status.to_string());
    let response = resolved(
        response.unwrap_or_else(|| panic!("{named}, which is not described: {}", reply.text())),
    );
    let Some(content) = response.get("content") else {
        assert!(
            reply.body.is_empty(),
            "{named} with a body that is not described"
        );
        return;
    };
    let sent = reply.header("content-type").unwrap_or_default();
    let media_type = sent.split(';').next().unwrap_or_default();
    let described = content.get(media_type);
    let described =
        described.unwrap_or_else(|| panic!("{named} as {sent}, which is not described"));
    if media_type.ends_with("json") {
        let faults = faults_of(&described["schema"], &reply.json());
        assert!(
            faults.is_empty(),
            "{named}\n{}\n{}",
            faults.join("\n"),
            reply.text()
        );
    }
    let headers = response.get("headers").and_then(Value::as_object);
    for name in headers.into_iter().flat_map(Map::keys) {
        assert!(
            reply.header(&name.to_lowercase()).is_some(),
            "{named} without {name}"
        );
    }
}

/// Where a value differs from a schema.
pub(crate) fn faults_of(schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    check(schema, value, "", &mut faults);
    faults
}

fn resolved(value: &'static Value) -> &'static Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(link) => document().pointer(link.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

/// Words that say nothing about whether a value fits, or only narrow texts.
const NOT_CHECKED: [&str; 10] = [
    "description",
    "example",
    "examples",
    "title",
    "default",
    "minLength",
    "maxLength",
    "pattern",
    "uniqueItems",
    "propertyNames",
];

fn check(schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let Some(words) = schema.as_object() else {
        return;
    };
    for (word, rule) in words {
        let fault = match word.as_str() {
            "$ref" => {
                let target = document().pointer(rule.as_str().unwrap().trim_start_matches('#'));
                check(
                    target.unwrap_or_else(|| panic!("{rule}: no such schema")),
                    value,
                    at,
                    faults,
                );
                None
            }
            "oneOf" | "anyOf" => {
                let fits = |one: &Value| faults_of(one, value).is_empty();
                let any = rule.as_array().unwrap().iter().any(fits);
                (!any).then(|| "fits none of the alternatives".to_owned())
            }
            "allOf" => {
                check(&merged(rule), value, at, faults);
                None
            }
            "type" => (!is_of_type(rule, value)).then(|| format!("is not of type {rule}")),
            "enum" => {
                (!rule.as_array().unwrap().contains(value)).then(|| format!("is none of {rule}"))
            }
            "format" => wrong_format(rule, value),
            "minimum" => out_of(value, rule, |value, bound| value < bound),
            "maximum" => out_of(value, rule, |value, bound| value > bound),
            "items" => {
                for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(rule, item, &format!("{at}/{i}"), faults);
                }
                None
            }
            "minItems" => value.as_array().and_then(|list| {
                ((list.len() as u64) < rule.as_u64()?)
                    .then(|| format!("has less than {rule} items"))
            }),
            "maxItems" => value.as_array().and_then(|list| {
                ((list.len() as u64) > rule.as_u64()?)
                    .then(|| format!("has more than {rule} items"))
            }),
            "required" => missing(rule, value),
            "properties" => {
                check_properties(rule, words.get("additionalProperties"), value, at, faults);
                None
            }
            "additionalProperties" if words.contains_key("properties") => None,
            "additionalProperties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    check(rule, inner, &format!("{at}/{name}"), faults);
                }
                None
            }
            other if NOT_CHECKED.contains(&other) => None,
            other => panic!("the contract does not know the schema word {other}"),
        };
        faults.extend(fault.map(|fault| format!("{at}: {fault}")));
    }
}

/// One schema of an object for the parts of an `allOf`: each part alone would take the
/// properties of the others for unknown.
fn merged(parts: &Value) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for part in parts.as_array().unwrap() {
        let link = part.get("$ref").and_then(Value::as_str);
        let part = link.map_or(part, |link| {
            document().pointer(link.trim_start_matches('#')).unwrap()
        });
        properties.extend(part["properties"].as_object().unwrap().clone());
        required.extend(part["required"].as_array().into_iter().flatten().cloned());
    }
    serde_json::json!({"type": "object", "properties": properties, "required": required})
}

/// A property that the schema does not name is a fault: readers would not know of it.
fn check_properties(
    named: &Value,
    others: Option<&Value>,
    value: &Value,
    at: &str,
    faults: &mut Vec<String>,
) {
    for (name, inner) in value.as_object().into_iter().flatten() {
        let at = format!("{at}/{name}");
        match (named.get(name), others) {
            (Some(rule), _) => check(rule, inner, &at, faults),
            (None, Some(Value::Object(_))) => check(others.unwrap(), inner, &at, faults),
            (None, _) => faults.push(format!("{at}: is not described")),
        }
    }
}

fn missing(required: &Value, value: &Value) -> Option<String> {
    let have = value.as_object()?;
    let mut names = required.as_array()?.iter().filter_map(Value::as_str);
    names
        .find(|name| !have.contains_key(*name))
        .map(|name| format!("has no {name}"))
}

fn is_of_type(rule: &Value, value: &Value) -> bool {
    let is = |kind: &Value| match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("no type {other}"),
    };
    rule.as_array()
        .map_or_else(|| is(rule), |kinds| kinds.iter().any(is))
}

fn wrong_format(rule: &Value, value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let fits = match rule.as_str()? {
        "date" => text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10,
        "date-time" => text.parse::<jiff::Timestamp>().is_ok(),
        "uuid" => text.parse::<uuid::Uuid>().is_ok(),
        "password" | "binary" | "int32" | "int64" => true,
        other => panic!("no format {other}"),
    };
    (!fits).then(|| format!("is no {rule}"))
}

fn out_of(value: &Value, bound: &Value, worse: fn(f64, f64) -> bool) -> Option<String> {
    worse(value.as_f64()?, bound.as_f64()?).then(|| format!("is beyond {bound}"))
}
