//! What every operation refuses, and what the document's examples are worth. Loops
//! over the document: an operation that is added is tested here from then on.

use crate::client::{Client, Reply};
use crate::contract::{self, Operation, faults_of, operations};
use crate::steps::the;
use crate::world::World;
use sanad_core::access::Role;
use sanad_testkit::each_backend;
use serde_json::{Value, json};

/// A caller whom an operation does not stop before it looks at the request.
/// What only administrators are asked about.
const KEPT_BY_ADMINISTRATORS: [&str; 4] = [
    "/v1/places/imports",
    "/v1/accounts",
    "/v1/service-accounts",
    "/v1/organisations",
];

fn caller(world: &World, operation: &Operation) -> Client {
    match operation.path {
        path if KEPT_BY_ADMINISTRATORS
            .iter()
            .any(|one| path.starts_with(one)) =>
        {
            world.as_(&the(Role::Administrator))
        }
        _ => world.as_(&the(Role::Caseworker)),
    }
}

fn path(operation: &Operation) -> String {
    let id = uuid::Uuid::from_u128(9).to_string();
    let ids = [
        "id",
        "person_id",
        "answer_id",
        "incident_id",
        "evidence_id",
        "user_id",
        "key_id",
    ];
    let ids = ids.map(|name| (name, id.as_str()));
    operation.path_with(
        &[
            ids.as_slice(),
            &[
                ("edition", "XZ-2025"),
                ("code", "C1007"),
                ("name", "children"),
                ("reason", "audit"),
            ],
        ]
        .concat(),
    )
}

fn send(world: &World, operation: &Operation, media_type: &str, body: &[u8]) -> Reply {
    let call = caller(world, operation)
        .call(operation.method, &path(operation))
        .if_match("\"1\"");
    call.raw(media_type, body).send()
}

fn with_json_body() -> Vec<(Operation, &'static Value)> {
    let all = operations()
        .into_iter()
        .filter_map(|operation| Some((operation, operation.json_example()?)));
    let all: Vec<_> = all.collect();
    assert!(all.len() > 20, "{}", all.len());
    all
}

#[test]
fn an_unknown_parameter_is_refused_by_every_operation() {
    each_backend(|database| {
        let world = World::start(database);
        for operation in operations() {
            let query = if operation.id() == "importPlaces" {
                "?edition=YY-1&surprise=1"
            } else {
                "?surprise=1"
            };
            let call = caller(&world, &operation)
                .call(operation.method, &(path(&operation) + query))
                .if_match("\"1\"");
            let reply = match operation.json_example() {
                Some(example) => call.json(example).send(),
                None => call.send(),
            };
            let faults = reply.expect(400).faults();
            assert_eq!(
                faults,
                [("PARAMETER_UNKNOWN".to_owned(), "surprise".to_owned())],
                "{}",
                operation.id()
            );
        }
    });
}

/// Pointers to every object within a value.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            found.push(at.to_owned());
            map.iter()
                .for_each(|(name, inner)| objects(inner, &format!("{at}/{name}"), found));
        }
        Value::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(i, inner)| objects(inner, &format!("{at}/{i}"), found));
        }
        _ => {}
    }
}

#[test]
fn an_unknown_field_is_refused_wherever_it_stands() {
    each_backend(|database| {
        let world = World::start(database);
        let mut tried = 0;
        for (operation, example) in with_json_body() {
            let mut places = Vec::new();
            objects(example, "", &mut places);
            for at in places {
                let mut body = example.clone();
                body.pointer_mut(&at).unwrap()["surprise"] = json!(1);
                let reply = send(
                    &world,
                    &operation,
                    "application/json",
                    body.to_string().as_bytes(),
                )
                .expect(422);
                let expected = ("FIELD_UNKNOWN".to_owned(), format!("{at}/surprise"));
                assert_eq!(reply.faults(), [expected], "{}", operation.id());
                tried += 1;
            }
        }
        assert!(tried > 50, "{tried}");
    });
}

#[test]
fn a_missing_field_is_named() {
    each_backend(|database| {
        let world = World::start(database);
        for (operation, _) in with_json_body() {
            let reply = send(&world, &operation, "application/json", b"{}");
            // A request for a finding has no field that must be there.
            if operation.id() == "issueFinding" {
                reply.expect(404);
                continue;
            }
            let faults = reply.expect(422).faults();
            assert_eq!(faults[0].0, "FIELD_MISSING", "{}", operation.id());
        }
    });
}

#[test]
fn a_body_that_is_no_json_of_its_kind_is_refused_by_every_operation() {
    each_backend(|database| {
        let world = World::start(database);
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        let deep_field = format!(
            "{{\"x\":{}1{}}}",
            "{\"x\":".repeat(5_000),
            "}".repeat(5_000)
        );
        let large = vec![b' '; 1024 * 1024 + 1];
        for (operation, example) in with_json_body() {
            let example = example.to_string();
            let json = |body: &[u8]| send(&world, &operation, "application/json", body);
            for media_type in [
                "text/plain",
                "application/xml",
                "application/jsonp",
                "application/json; charset=utf-16",
                "multipart/form-data; boundary=x",
            ] {
                send(&world, &operation, media_type, example.as_bytes())
                    .refused(415, "MEDIA_TYPE_UNSUPPORTED");
            }
            json(&large).refused(413, "BODY_TOO_LARGE");
            let two = format!("{example}{example}");
            let broken = [
                b"".as_slice(),
                b"{",
                b"nothing",
                b"{\"x\" 1}",
                b"\xff\xfe",
                two.as_bytes(),
                b"{\"\\ud800\":1}",
            ];
            let required = operation.described["requestBody"]["required"] == true;
            for body in broken {
                if body.is_empty() && !required {
                    continue;
                }
                let refused = json(body);
                assert!(
                    [400, 422].contains(&refused.status),
                    "{}: {}",
                    operation.id(),
                    refused.status
                );
            }
            json(&example.as_bytes()[..example.len() - 1]).refused(400, "BODY_NOT_JSON");
            for body in [
                "null",
                "[]",
                "7",
                "\"text\"",
                deep.as_str(),
                deep_field.as_str(),
            ] {
                let refused = json(body.as_bytes());
                assert!(
                    [400, 422].contains(&refused.status),
                    "{}: {} to {:.20}",
                    operation.id(),
                    refused.status,
                    body
                );
            }
        }
    });
}

#[test]
fn every_example_of_an_answer_is_one_that_the_schemas_describe() {
    let mut seen = 0;
    for operation in operations() {
        for (status, response) in operation.described["responses"].as_object().unwrap() {
            for (media_type, described) in response["content"].as_object().into_iter().flatten() {
                let Some(example) = described.get("example") else {
                    continue;
                };
                let faults = faults_of(&described["schema"], example);
                assert!(
                    faults.is_empty(),
                    "{} {status} {media_type}: {faults:?}",
                    operation.id()
                );
                seen += 1;
            }
        }
        if let Some(example) = operation.json_example() {
            let schema =
                &operation.described["requestBody"]["content"]["application/json"]["schema"];
            assert_eq!(
                faults_of(schema, example),
                [] as [String; 0],
                "{}",
                operation.id()
            );
        }
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn the_judge_of_the_answers_is_not_asleep() {
    let schema = &contract::operation("registerCase").described["responses"]["201"]["content"]["application/json"]
        ["schema"];
    let example = &contract::operation("registerCase").described["responses"]["201"]["content"]["application/json"]
        ["example"];
    let with = |change: fn(&mut Value)| {
        let mut value = example.clone();
        change(&mut value);
        faults_of(schema, &value)
    };
    assert_eq!(with(|_| {}), [] as [String; 0]);
    assert_eq!(
        with(|value| value["more"] = json!(1)),
        ["/more: is not described"]
    );
    assert_eq!(
        with(|value| drop(value.as_object_mut().unwrap().remove("persons"))),
        [": has no persons"]
    );
    assert_eq!(with(|value| value["revision"] = json!("2")).len(), 1);
    assert_eq!(
        with(|value| value["case_id"] = json!("one")),
        ["/case_id: is no \"uuid\""]
    );
    assert!(!with(|value| value["state"] = json!("lost")).is_empty());
}
