//! The interchange format: what is read, what is refused and where, what is written.

use crate::household::*;
use sanad_core::conditions::Catalogue;
use sanad_core::conditions::file::text::explain_text;
use sanad_core::conditions::file::{FactsError, FactsFile, Report};
use serde_json::{Value, json};

fn ex() -> Value {
    let path = format!(
        "{}/../../reference/examples/EX-01a.json",
        env!("CARGO_MANIFEST_DIR")
    );
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn outcome(file: &Value) -> Result<Report, FactsError> {
    let file = FactsFile::parse(file.to_string().as_bytes())?;
    Report::of_file(&file, Catalogue::shipped())
}

/// The example with the value at `pointer` replaced.
fn with(pointer: &str, value: Value) -> Value {
    let mut file = ex();
    *file.pointer_mut(pointer).unwrap() = value;
    file
}

/// The example with one more field in the object at `pointer`.
fn plus(pointer: &str, field: &str, value: Value) -> Value {
    let mut file = ex();
    file.pointer_mut(pointer).unwrap()[field] = value;
    file
}

fn minus(pointer: &str, field: &str) -> Value {
    let mut file = ex();
    file.pointer_mut(pointer)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove(field)
        .unwrap();
    file
}

fn refusal(file: &Value) -> (String, &'static str) {
    let error = outcome(file).unwrap_err();
    // Nothing that stood in the file may be repeated.
    assert!(!error.text.contains("Layla"), "{error}");
    (error.pointer, error.code)
}

const VRF_ITEM: &str = "/answers/3/evidence/0";

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one table: a file, the place and the code"
)]
fn what_is_not_understood_is_refused_with_its_place() {
    let name = || json!("Layla");
    for (file, pointer, code) in [
        (
            with("/format", json!("sanad-facts/2")),
            "/format",
            "FORMAT_UNKNOWN",
        ),
        (plus("", "Layla", json!(1)), "/Layla", "FIELD_UNKNOWN"),
        (
            plus("/members/1", "sex", json!("f")),
            "/members/1/sex",
            "FIELD_UNKNOWN",
        ),
        (
            plus("/members/0", "a/b~c", json!(1)),
            "/members/0/a~1b~0c",
            "FIELD_UNKNOWN",
        ),
        (
            plus("/answers/7", "note", name()),
            "/answers/7/note",
            "FIELD_UNKNOWN",
        ),
        (
            plus("/answers/7/evidence/0", "x", name()),
            "/answers/7/evidence/0/x",
            "FIELD_UNKNOWN",
        ),
        (minus("/answers/3", "by"), "/answers/3/by", "FIELD_MISSING"),
        (
            minus("/members/2", "born"),
            "/members/2/born",
            "FIELD_MISSING",
        ),
        (minus("", "hazard_area"), "/hazard_area", "FIELD_MISSING"),
        (with("/profile", name()), "/profile", "CODE_UNKNOWN"),
        (
            with("/answers/3/value", name()),
            "/answers/3/value",
            "CODE_UNKNOWN",
        ),
        (
            with("/answers/3/reason", name()),
            "/answers/3/reason",
            "CODE_UNKNOWN",
        ),
        (
            with("/members/0/flags", json!(["uasc", "Layla"])),
            "/members/0/flags/1",
            "CODE_UNKNOWN",
        ),
        (with("/on", json!("12 May 2025")), "/on", "VALUE_INVALID"),
        (with("/on", json!("2025-02-30")), "/on", "VALUE_INVALID"),
        (
            with("/on", json!("2025-05-12T10:00")),
            "/on",
            "VALUE_INVALID",
        ),
        (
            with("/members/0/born", name()),
            "/members/0/born",
            "VALUE_INVALID",
        ),
        (
            with("/answers/3/retracted", name()),
            "/answers/3/retracted",
            "VALUE_INVALID",
        ),
        (
            with("/answers/3/sequence", json!(-1)),
            "/answers/3/sequence",
            "VALUE_INVALID",
        ),
        (
            with("/answers/3/indicator", name()),
            "/answers/3/indicator",
            "INDICATOR_UNKNOWN",
        ),
        (
            with("/answers/3/indicator", json!("VOL")),
            "/answers/3/indicator",
            "INDICATOR_UNKNOWN",
        ),
        (
            with("/answers/3/subject", name()),
            "/answers/3/subject",
            "SUBJECT_UNKNOWN",
        ),
        (
            with("/answers/3/subject", json!("household")),
            "/answers/3/subject",
            "SUBJECT_LEVEL",
        ),
        (
            with("/answers/3/supersedes", name()),
            "/answers/3/supersedes",
            "ANSWER_UNKNOWN",
        ),
        (
            with("/answers/3/evidence/0/kind", name()),
            "/answers/3/evidence/0/kind",
            "EVIDENCE_UNKNOWN",
        ),
        (
            with("/answers/3/id", json!("ans1")),
            "/answers/3/id",
            "ID_TWICE",
        ),
        (
            with("/answers/3/id", json!("")),
            "/answers/3/id",
            "ID_EMPTY",
        ),
        (
            with("/members/1/id", json!("p1")),
            "/members/1/id",
            "ID_TWICE",
        ),
        (
            with("/members/1/id", json!("area")),
            "/members/1/id",
            "ID_TWICE",
        ),
        (
            with(
                "/events",
                json!([{"voids": "Layla", "subject": null, "on": "2025-05-01"}]),
            ),
            "/events/0/voids",
            "INDICATOR_UNKNOWN",
        ),
        (
            with(
                "/events",
                json!([{"voids": "PHY", "subject": "Layla", "on": "2025-05-01"}]),
            ),
            "/events/0/subject",
            "SUBJECT_UNKNOWN",
        ),
        (json!(["Layla"]), "", "VALUE_INVALID"),
        (
            with("/members/0", json!(["Layla", null, []])),
            "/members/0",
            "VALUE_INVALID",
        ),
        (
            with("/answers/3/evidence/0", json!(["VRF", 1])),
            VRF_ITEM,
            "VALUE_INVALID",
        ),
        (
            with("/answers/3/value", json!({"yes": null})),
            "/answers/3/value",
            "VALUE_INVALID",
        ),
    ] {
        assert_eq!(refusal(&file), (pointer.to_owned(), code));
    }
}

#[test]
fn another_version_is_named_before_what_it_brings_along() {
    let mut file = plus("", "weather", json!("fine"));
    file["format"] = json!("sanad-facts/9");
    assert_eq!(refusal(&file), ("/format".to_owned(), "FORMAT_UNKNOWN"));
}

#[test]
fn a_text_that_is_not_json_is_refused_with_line_and_column() {
    let parse = |text: &str| FactsFile::parse(text.as_bytes()).unwrap_err();
    assert_eq!(parse("{\n oops").code, "JSON_INVALID");
    assert!(parse("{\n oops").text.contains("line 2"));
    assert_eq!(parse("").code, "JSON_INVALID");
    let twice = format!("{0}{0}", ex());
    assert_eq!(parse(&twice).code, "JSON_INVALID");
    let doubled = ex()
        .to_string()
        .replacen("\"format\"", "\"profile\":\"standard\",\"format\"", 1);
    assert_eq!(parse(&doubled).code, "FIELD_TWICE");
}

#[test]
fn what_may_be_null_or_empty_may_be_left_out() {
    let mut file = ex();
    let full = outcome(&file).unwrap();
    for field in ["assessor", "events", "title", "expected"] {
        file.as_object_mut().unwrap().remove(field);
    }
    for answer in file["answers"].as_array_mut().unwrap() {
        for field in [
            "reason",
            "confirmed_by",
            "supersedes",
            "adjudication",
            "retracted",
        ] {
            answer.as_object_mut().unwrap().remove(field);
        }
    }
    for member in file["members"].as_array_mut().unwrap() {
        member.as_object_mut().unwrap().remove("flags");
    }
    assert_eq!(outcome(&file).unwrap(), full);
}

#[test]
fn title_and_expected_are_ignored_by_the_rule() {
    let mut file = with("/expected", json!({"finding": "not_compliant"}));
    file["title"] = json!("anything");
    assert_eq!(outcome(&file).unwrap(), outcome(&ex()).unwrap());
}

#[test]
fn a_report_carries_names_warnings_citations_expiry_and_catalogue() {
    let mut file = example("EX-05b");
    file.answers.retain(|answer| answer.indicator != "PHY-07");
    file.answers.push(no("PHY-07", "area"));
    let report = Report::of_file(&file, Catalogue::shipped()).unwrap();
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(
        json["reasons"],
        json!([{"indicator": "PHY-02", "subject": "area", "value": "no", "reason": "known_failure"}])
    );
    assert_eq!(
        json["named_conditions"]["safe"],
        json!({"outcome": "not_met", "physical": "not_met", "legal": "met", "material": "met"})
    );
    let warning = json!({
        "indicator": "PHY-07", "subject": "area", "value": "no", "reason": "known_failure",
        "kind": "answer_in_writing"
    });
    assert!(json["warnings"].as_array().unwrap().contains(&warning));
    assert_eq!(
        json["citations"]["PHY-02"]["sources"][1],
        json!({"text": "IMAS 09.10, 08.30", "mark": "✔"})
    );
    assert_eq!(json["expires_on"], "2025-05-16");
    assert_eq!(json["profile"], "standard");
    assert_eq!(json["catalogue"]["id"], "sanad-2025");
}

#[test]
fn an_explanation_tells_finding_reasons_and_sources() {
    let text = explain_text(&Report::of_file(&example("EX-03a"), Catalogue::shipped()).unwrap());
    assert!(
        text.starts_with("NOT COMPLIANT: at least one condition is not met."),
        "{text}"
    );
    for expected in [
        "  voluntary                   NOT MET\n",
        "  safe                        met\n",
        "  VOL-03 (p1): no – one answer says yes and another says no; here the no prevails",
        "Is the decision free of physical, psychological or material pressure",
        "Pinheiro 10.3 ✔; Emergencies HB ch.19 ¶13 ✔; HB96 §2.3 ◐",
        "  VOL-12 (area): not known – one answer says yes and another says no (contested)",
        "Assessed for 2025-05-12; holds until 2025-05-16 at the latest.",
        "Catalogue sanad-2025 edition 2025-05.",
        "– a product rule",
    ] {
        assert!(text.contains(expected), "{expected}\n---\n{text}");
    }
    let breach = explain_text(&Report::of_file(&example("EX-01b"), Catalogue::shipped()).unwrap());
    assert!(
        breach.starts_with("No finding: whoever recorded consent"),
        "{breach}"
    );
    assert!(breach.contains("(SELF_ASSESSMENT)"));
}
