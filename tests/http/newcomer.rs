//! What whoever is new to the API is told when something is not as it expects: what there
//! is to choose from, and which field to mend.

use crate::client::Client;
use crate::steps::the;
use crate::world::{World, today};
use sanad_core::access::{Grant, Role};
use sanad_testkit::country::{EDITION, QALAT_NOUR};
use sanad_testkit::{Staff, builders, country, each_backend, staff};
use serde_json::{Value, json};

/// What a refusal says of a parameter.
fn told(client: &Client, path: &str, code: &str) -> String {
    let refused = client.get(path).refused(400, "PARAMETER_INVALID");
    assert_eq!(refused.codes(), [code], "{path}");
    let problem = refused.json();
    problem["errors"][0]["detail"].as_str().unwrap().to_owned()
}

#[test]
fn a_filter_that_does_not_know_a_value_names_those_it_knows() {
    each_backend(|database| {
        let world = World::start(database);
        let auditor = world.as_(&the(Role::Auditor));
        for (path, values) in [
            ("/v1/cases?state=zz", "`registered`, `profiled`, "),
            (
                "/v1/cases?finding=zz",
                "`compliant`, `undetermined`, `not_compliant`",
            ),
            ("/v1/cases?flagged=zz", "`true` or `false`"),
            ("/v1/findings?finding=zz", "`compliant`, "),
            (
                "/v1/reports/returns-without-finding?nature=zz",
                "`facilitated`, ",
            ),
            ("/v1/reports/children?part=zz", "`all`, `rows`, `totals`"),
        ] {
            let told = told(&auditor, path, "PARAMETER_INVALID");
            assert!(told.contains(values) && !told.contains("zz"), "{told}");
        }
        // What was sent does not come back, whatever it looks like.
        let trick = "/v1/cases?state=Salma%60,%20expected%20Salma";
        assert!(!told(&auditor, trick, "PARAMETER_INVALID").contains("Salma"));
        let body = json!({"to": "Salma"});
        let case = world.household();
        let refused = case.post(&the(Role::Caseworker), "/transitions", &body);
        let refused = refused.expect(422).text();
        assert!(
            !refused.contains("Salma") && refused.contains("`profiled`"),
            "{refused}"
        );
    });
}

#[test]
fn a_report_that_there_is_not_and_its_language_are_refused_with_those_there_are() {
    each_backend(|database| {
        let world = World::start(database);
        let auditor = world.as_(&the(Role::Auditor));
        let refused = auditor.get("/v1/reports/everything");
        let detail = refused.refused(404, "REPORT_NOT_FOUND").json()["detail"].clone();
        for report in sanad_api::reports::ALL {
            assert!(detail.as_str().unwrap().contains(report.name), "{detail}");
        }
        let french = told(&auditor, "/v1/reports/children?lang=fr", "LANGUAGE_UNKNOWN");
        assert_eq!(french, "reports are written in `en`, `ar`");
        for known in ["en", "ar-IQ"] {
            let path = format!("/v1/reports/children?lang={known}");
            auditor.get(&path).expect(200);
        }
    });
}

#[test]
fn a_list_filtered_by_a_place_that_no_list_has_is_refused() {
    each_backend(|database| {
        let world = World::start(database);
        world.household();
        let auditor = world.as_(&the(Role::Auditor));
        let day = today();
        for (list, filter) in [
            ("/v1/cases", "place"),
            ("/v1/cases", "destination"),
            ("/v1/findings", "place"),
        ] {
            for unknown in [format!("{EDITION}/NOPE1"), "XZ-1999/XZ01".to_owned()] {
                told(
                    &auditor,
                    &format!("{list}?{filter}={unknown}"),
                    "PLACE_UNKNOWN",
                );
            }
            let known = format!("{list}?{filter}={EDITION}/{QALAT_NOUR}&as_of={day}");
            auditor.get(&known).expect(200);
        }
    });
}

#[test]
fn a_case_out_of_reach_is_refused_with_the_field_that_is() {
    each_backend(|database| {
        let world = World::start(database);
        let registrar = the(Role::Registrar);
        let in_the_north = Staff::new(
            806,
            "registrar_of_the_north",
            vec![Grant {
                role: Role::Registrar,
                organisation: staff::organisation(1),
                areas: vec![country::place("XZ01")],
            }],
        );
        let there = world.hire(&in_the_north);
        let body =
            |organisation| serde_json::to_value(builders::registration(organisation)).unwrap();
        let nowhere = json!(uuid::Uuid::nil());
        let mut unknown = body(1);
        unknown["organisation"] = nowhere;
        for (client, body, pointer, code) in [
            (
                world.as_(&registrar),
                body(2),
                "/organisation",
                "ORGANISATION_NOT_YOURS",
            ),
            // Whether it exists makes no difference.
            (
                world.as_(&registrar),
                unknown,
                "/organisation",
                "ORGANISATION_NOT_YOURS",
            ),
            (
                there.clone(),
                body(2),
                "/organisation",
                "ORGANISATION_NOT_YOURS",
            ),
            (there, body(1), "/place_of_displacement", "PLACE_NOT_YOURS"),
        ] {
            let refused = client
                .post("/v1/cases", &body)
                .refused(403, "ROLE_FORBIDDEN");
            assert_eq!(refused.faults(), [(code.to_owned(), pointer.to_owned())]);
        }
        // Whoever registers nobody is not sent to another field.
        let nobody = world.as_(&the(Role::Caseworker));
        let refused = nobody
            .post("/v1/cases", &body(2))
            .refused(403, "ROLE_FORBIDDEN");
        assert!(refused.faults().is_empty());
    });
}

#[test]
fn a_case_that_cannot_be_closed_names_its_open_incidents() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let receipt = case.returned("forced").expect(201).json();
        let incident = receipt["incident_id"].as_str().unwrap();
        let closure = json!({"reason": "forced_return"});
        let refused = case.post(&the(Role::Supervisor), "/closures", &closure);
        let refused = refused.refused(409, "INCIDENT_OPEN").text();
        assert!(refused.contains(incident), "{refused}");
    });
}

#[test]
fn a_finding_is_issued_with_an_empty_body_as_well() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.compliant_case();
        let officer = world.as_(&the(Role::ProtectionOfficer));
        let issue = |etag: &str, kind: Option<&str>| {
            let call = officer.call("POST", &case.path("/findings")).if_match(etag);
            match kind {
                Some(kind) => call.raw(kind, b""),
                None => call,
            }
        };
        for kind in [
            None,
            Some("application/json"),
            Some("application/x-www-form-urlencoded"),
        ] {
            let receipt = issue(&case.etag(), kind).send().expect(201).json();
            assert_eq!(receipt["finding"]["finding"], "compliant");
        }
        let call = officer.call("POST", &case.path("/findings"));
        let text = call.if_match(&case.etag()).raw("text/plain", "{}");
        text.send().refused(415, "MEDIA_TYPE_UNSUPPORTED");
    });
}

#[test]
fn a_form_of_answer_that_there_is_not_is_refused_and_the_best_liked_is_taken() {
    each_backend(|database| {
        let world = World::start(database);
        let auditor = world.as_(&the(Role::Auditor));
        let ask = |path: &str, accept: &str| {
            let call = auditor.call("GET", path).header("accept", accept);
            call.send()
        };
        let report = "/v1/reports/children";
        for (path, accept, kind) in [
            (report, "text/csv;q=0.2, text/html", "text/html"),
            (report, "*/*", "application/json"),
            (report, "text/html;q=0, text/*", "text/csv"),
            (
                "/v1/findings",
                "text/csv, application/json;q=0.5",
                "text/csv",
            ),
            ("/v1/findings", "text/csv;q=0, */*", "application/json"),
            (
                "/v1/findings",
                "text/csv;q=0.1, application/json",
                "application/json",
            ),
        ] {
            let reply = ask(path, accept).expect(200);
            let answered = reply.header("content-type").unwrap();
            assert!(answered.starts_with(kind), "{accept}: {answered}");
        }
        for (path, accept) in [
            (report, "application/pdf"),
            (report, "text/csv;q=0"),
            ("/v1/findings", "text/html"),
            ("/v1/findings", "application/json;q=0"),
        ] {
            let refused = ask(path, accept).refused(406, "FORM_NOT_ACCEPTABLE");
            let detail: Value = refused.json()["detail"].clone();
            assert!(detail.as_str().unwrap().contains("`text/csv`"), "{detail}");
        }
    });
}
