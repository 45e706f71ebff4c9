//! Examples for the API document. All people and places are invented.

use serde_json::{Value, json};

const CASE: &str = "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a01";
const PERSON: &str = "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a02";
const ORGANISATION: &str = "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a10";
const ANSWER: &str = "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a12";
const EVIDENCE: &str = "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a11";
const FINDING: &str = "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a13";
const RETURN: &str = "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a14";
const USER: &str = "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a15";

fn place_ref(code: &str) -> Value {
    json!({"edition": "XZ-2025-01", "code": code})
}

pub(crate) fn place() -> Value {
    json!({"edition": "XZ-2025-01", "code": "XZ0202", "level": 2, "parent": "XZ02",
        "names": {"en": "Qalat Nour", "ar": "قلعة نور"}})
}

pub(crate) fn profile() -> Value {
    json!({
        "names": [
            {"script": "Arab", "language": "ar", "given": "سلمى", "father": "خالد", "family": "النوري"},
            {"script": "Latn", "transliterated": true, "given": "Salma", "father": "Khaled", "family": "al-Nouri"}
        ],
        "birth": {"date": "1991-07-09", "precision": "day", "estimated": false},
        "sex": "female", "relationship": "self", "nationality": "XXZ",
        "legal_statuses": [{"status": "IDP", "since": "2018-03-01"}],
        "documents": [{"kind": "national_id", "state": "held", "seen_on": "2025-05-02"}],
        "specific_needs": []
    })
}

pub(crate) fn contact() -> Value {
    json!({"kind": "phone", "value": "+000 000 000", "safe_to_contact": true})
}

pub(crate) fn displacement() -> Value {
    json!({"causes": ["armed_conflict"], "from": place_ref("XZ0202"), "to": place_ref("XZ0101"),
        "left_on": "2018-02-20", "arrived_on": "2018-03-01"})
}

pub(crate) fn registration() -> Value {
    json!({
        "organisation": ORGANISATION,
        "place_of_displacement": place_ref("XZ0101"),
        "place_of_origin": place_ref("XZ0202"),
        "processing": {"basis": "public_interest_mandate", "purpose": "protection and assistance", "recorded_on": "2025-05-02"},
        "notice": {"version": "2025-1", "language": "ar", "given_on": "2025-05-02"},
        "members": [profile()],
        "displacements": [displacement()],
        "contact_points": [contact()]
    })
}

pub(crate) fn member() -> Value {
    let mut profile = profile();
    profile["relationship"] = json!("child");
    json!({"joined_on": "2025-05-02", "profile": profile})
}

pub(crate) fn receipt() -> Value {
    json!({"case_id": CASE, "number": "7K3M-9QXT-2B4E", "revision": 2, "state": "registered",
        "persons": [PERSON], "answers": [{"answer_id": ANSWER, "evidence": [EVIDENCE]}]})
}

pub(crate) fn case() -> Value {
    json!({
        "id": CASE, "number": "7K3M-9QXT-2B4E", "organisation": ORGANISATION, "state": "registered",
        "revision": 1, "registered_on": "2025-05-02", "opened_at": "2025-05-02T08:15:00Z",
        "updated_at": "2025-05-02T08:15:00Z",
        "places": [place_ref("XZ0101"), place_ref("XZ01"), place_ref("XZ")],
        "place_of_origin": place_ref("XZ0202"),
        "displacements": [displacement()],
        "processing": {"basis": "public_interest_mandate", "purpose": "protection and assistance", "recorded_on": "2025-05-02"},
        "notice": {"version": "2025-1", "language": "ar", "given_on": "2025-05-02"},
        "members": [{"id": PERSON, "relationship": "self", "joined_on": "2025-05-02",
            "legal": {"statuses": [{"status": "IDP", "since": "2018-03-01"}], "nationality_doubt": false}}],
        "findings": [], "returns": [], "withheld": ["A", "B", "C"]
    })
}

pub(crate) fn case_page() -> Value {
    json!({"items": [{"id": CASE, "number": "7K3M-9QXT-2B4E", "revision": 1, "organisation": ORGANISATION,
        "state": "registered", "registered_on": "2025-05-02", "place": place_ref("XZ0101"), "members": 4,
        "opened_at": "2025-05-02T08:15:00Z", "updated_at": "2025-05-02T08:15:00Z", "withheld": []}]})
}

pub(crate) fn evidence() -> Value {
    json!({"kind": "INT", "source_class": "self", "dated": "2025-05-02", "language": "ar",
        "persons_present": "caseworker, interpreter"})
}

pub(crate) fn evidence_receipt() -> Value {
    json!({"case_id": CASE, "number": "7K3M-9QXT-2B4E", "revision": 2, "state": "registered",
        "persons": [PERSON], "answers": [], "evidence_id": EVIDENCE})
}

pub(crate) fn evidence_list() -> Value {
    json!({"items": [{"id": EVIDENCE, "item": evidence(), "uploaded_by": USER,
            "independence": {"counts": false, "reason": "source_class"},
            "file": {"media_type": "image/jpeg", "bytes": 81_234, "sha256": "00", "orientation": 6},
            "answers": [ANSWER]}],
        "return_organisers": [], "withheld": []})
}

pub(crate) fn return_organisers() -> Value {
    json!({"organisations": [ORGANISATION]})
}

pub(crate) fn area_evidence() -> Value {
    json!({"kind": "TPM", "source_class": "independent", "source_name": "Border Monitors, round 4",
        "independent": true, "dated": "2025-05-02"})
}

pub(crate) fn area_evidence_receipt() -> Value {
    json!({"place": place_ref("XZ0202"), "revision": 2, "answers": [], "evidence_id": EVIDENCE,
        "open_findings": {"looked_at": 0, "lost": 0, "elsewhere": {"looked_at": 0, "lost": 0}}})
}

pub(crate) fn area_evidence_list() -> Value {
    json!({"items": [{"id": EVIDENCE, "item": area_evidence(), "uploaded_by": USER,
            "independence": {"counts": true, "reason": "independent_source"}, "answers": [ANSWER]}],
        "withheld": []})
}

pub(crate) fn conflict_list() -> Value {
    json!({"items": [{"user": USER, "declared_by": USER, "declared_at": "2025-05-02T08:15:00Z"}],
        "withheld": ["C"]})
}

pub(crate) fn answer() -> Value {
    json!({"indicator": "VOL-01", "person": PERSON, "value": "yes", "observed_on": "2025-05-02",
        "evidence": [{"kind": "VRF", "source_class": "self", "dated": "2025-05-02", "language": "ar"}]})
}

pub(crate) fn answers() -> Value {
    json!({"answers": [answer()]})
}

pub(crate) fn adjudication() -> Value {
    let mut decision = answer();
    decision["remark"] = json!("the second interview was held alone");
    decision
}

fn answer_record() -> Value {
    json!({"id": ANSWER, "indicator": "VOL-01", "person": PERSON, "value": "yes",
        "observed_on": "2025-05-02", "recorded_by": USER, "adjudication": false, "retracted": false,
        "evidence": [{"id": EVIDENCE, "uploaded_by": USER,
            "item": {"kind": "VRF", "source_class": "self", "dated": "2025-05-02", "language": "ar"}}],
        "sequence": 12})
}

pub(crate) fn answer_list() -> Value {
    json!({"items": [answer_record()], "withheld": []})
}

pub(crate) fn area_answer() -> Value {
    json!({"indicator": "PHY-01", "value": "yes", "observed_on": "2025-05-02",
        "evidence": [{"kind": "SIT", "source_class": "independent",
            "source_name": "Border Monitors, round 4", "dated": "2025-05-02"}]})
}

pub(crate) fn area_adjudication() -> Value {
    let mut decision = area_answer();
    decision["remark"] = json!("the later report saw the whole town");
    decision
}

pub(crate) fn area_answers() -> Value {
    json!({"answers": [area_answer()]})
}

pub(crate) fn area_receipt() -> Value {
    json!({"place": place_ref("XZ0202"), "revision": 2,
        "answers": [{"answer_id": ANSWER, "evidence": [EVIDENCE]}],
        "open_findings": {"looked_at": 118, "lost": 3, "elsewhere": {"looked_at": 35, "lost": 0}}})
}

pub(crate) fn findings_lost() -> Value {
    json!({"items": [{"finding_id": FINDING, "case_id": CASE, "cause": "event_recorded",
        "event": "armed_clash", "on": "2025-05-12", "since": "2025-05-12T14:00:00Z", "flagged": true}],
        "elsewhere": 5})
}

fn report() -> Value {
    json!({
        "finding": "undetermined",
        "conditions": {"VOL": "met", "PHY": "undetermined", "LEG": "met", "MAT": "met", "DIG": "met",
            "MOV": "met", "ACC": "met", "DEM": "met"},
        "reasons": [{"indicator": "PHY-01", "subject": "area", "value": "unknown", "reason": "stale"}],
        "named_conditions": named(),
        "warnings": [], "expires_on": "2025-05-16", "on": "2025-05-12", "profile": "standard",
        "catalogue": {"id": "sanad-2025", "edition": "2025-05", "sha256": "00"},
        "citations": {"PHY-01": {"question": "Have hostilities in the area and on the route significantly and durably ended?",
            "sources": [{"text": "ExCom 40(b)", "mark": "✔"}]}}
    })
}

fn named() -> Value {
    json!({"safe": {"outcome": "undetermined", "physical": "undetermined", "legal": "met", "material": "met"},
        "voluntary": "met", "dignified": "met", "freedom_of_movement": "met",
        "humanitarian_access": "met", "demographic_integrity": "met"})
}

pub(crate) fn assessment() -> Value {
    json!({"case_id": CASE, "number": "7K3M-9QXT-2B4E", "state": "assessed",
        "destination": place_ref("XZ0202"), "finding": "undetermined", "conditions": named(),
        "assessment": report(), "issued": FINDING})
}

pub(crate) fn facts() -> Value {
    json!({"format": "sanad-facts/1", "on": "2025-05-12", "profile": "standard", "assessor": null,
        "hazard_area": false, "members": [{"id": "p1", "born": "1991-07-09", "flags": []}],
        "answers": [], "events": []})
}

pub(crate) fn finding() -> Value {
    json!({"id": FINDING, "case_id": CASE, "assessor": USER, "issued_at": "2025-05-12T09:30:00Z",
        "destination": place_ref("XZ0202"), "facts_sha256": "00", "assessment": report()})
}

pub(crate) fn finding_page() -> Value {
    json!({"items": [{"finding_id": FINDING, "case_id": CASE, "place_edition": "XZ-2025-01", "place_code": "XZ0101",
        "destination_edition": "XZ-2025-01", "destination_code": "XZ0202", "finding": "undetermined", "on": "2025-05-12", "expires_on": "2025-05-16",
        "catalogue": "sanad-2025 2025-05", "profile": "standard", "assessor": USER,
        "issued_at": "2025-05-12T09:30:00Z"}]})
}

pub(crate) fn return_record() -> Value {
    json!({"id": RETURN, "nature": "self_organised", "departed_on": "2025-05-02",
        "destination": place_ref("XZ0202"), "assessed": "none", "compliant": false})
}

pub(crate) fn recomputed() -> Value {
    let catalogue = json!({"id": "sanad-2025", "edition": "2025-05", "sha256": "00"});
    json!({"id": FINDING, "same": true, "differs": [], "finding_then": "undetermined",
        "finding_now": "undetermined", "reasons_gone": [], "reasons_new": [],
        "facts_sha256_then": "00", "facts_sha256_now": "00",
        "catalogue_then": catalogue, "catalogue_now": catalogue})
}

pub(crate) fn report_document() -> Value {
    json!({"report": "returns-without-finding", "as_of": "2025-05-12",
        "catalogue": {"id": "sanad-2025", "edition": "2025-05", "sha256": "00"},
        "profile": "standard", "columns": ["nature", "destination_edition", "destination_code", "returns"],
        "rows": [{"nature": "facilitated", "destination_edition": null, "destination_code": null, "returns": 0}],
        "row_count": 1, "content_sha256": "00"})
}

pub(crate) fn history() -> Value {
    json!({"items": [{"revision": 1, "kind": "case_registered", "observed_on": "2025-05-02",
        "recorded_at": "2025-05-02T08:15:00Z", "recorded_by": USER}]})
}

pub(crate) fn indicator() -> Value {
    json!({"id": "VOL-06", "condition": "VOL", "level": "person", "applies_to": "decider", "mandatory": true,
        "validity_days": 14, "evidence": ["CNS", "VRF"], "independent": false, "no_prevails": true,
        "question": {"en": "Does the agreement still stand: not withdrawn, and reconfirmed within 14 days of departure?"},
        "sources": [{"text": "Registration Guidance §5.2", "mark": "✔"}]})
}

pub(crate) fn catalogue() -> Value {
    json!({"id": "sanad-2025", "edition": "2025-05", "sha256": "00", "indicators": [indicator()],
        "evidence_kinds": {"CNS": "consent statement recorded another way"}})
}

pub(crate) fn dossier() -> Value {
    json!({"place": place_ref("XZ0202"), "level": 2, "names": {"en": "Qalat Nour", "ar": "قلعة نور"},
        "lies_in": [place_ref("XZ02"), place_ref("XZ")],
        "indicators": [{"indicator": "PHY-01", "condition": "PHY",
            "question": "Have hostilities in the area and on the route significantly and durably ended?",
            "mandatory": true, "gap": true, "stale": true, "recorders": 0, "independent": false, "sources": [],
            "history": [], "answers": []}],
        "gaps": ["PHY-01"], "events": [], "cases_heading_here": 3, "open_findings": 2, "flagged_cases": 1,
        "withheld": []})
}

/// What a sign-in answers.
pub(crate) fn tokens() -> Value {
    json!({
        "access_token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln",
        "token_type": "Bearer", "expires_in": 600,
        "refresh_token": "7d0c4e6b1f2a93855e0d7c9b4a1f6e2d7d0c4e6b1f2a93855e0d7c9b4a1f6e2d",
        "refresh_until": "2025-05-12T20:00:00Z",
        "device": "a3f1c2d4e5b6978812345678900abcdea3f1c2d4e5b6978812345678900abcde",
    })
}

/// Where somebody is signed in.
pub(crate) fn sessions() -> Value {
    json!({"items": [{
        "id": "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a77", "begun_at": "2025-05-12T08:00:00Z",
        "used_at": "2025-05-12T08:10:00Z", "ends_at": "2025-05-19T08:00:00Z", "current": true,
    }]})
}

pub(crate) fn account() -> Value {
    json!({"user_id": USER, "login": "registrar", "display_name": "Registration desk", "disabled": false,
        "grants": [{"role": "registrar", "organisation": ORGANISATION}]})
}

pub(crate) fn new_account() -> Value {
    json!({"login": "registrar", "display_name": "Registration desk", "password": "correct horse battery staple",
        "grants": [{"role": "registrar", "organisation": ORGANISATION}]})
}

pub(crate) fn new_service_account() -> Value {
    json!({"login": "ministry-feed", "display_name": "Feed of the Ministry",
        "grants": [{"role": "auditor", "organisation": ORGANISATION}],
        "agreement": "Data sharing agreement 2025-07 with the Ministry", "agreement_until": "2099-12-31"})
}

pub(crate) fn service_account() -> Value {
    json!({
        "account": {"user_id": USER, "login": "ministry-feed", "display_name": "Feed of the Ministry",
            "disabled": false, "grants": [{"role": "auditor", "organisation": ORGANISATION}]},
        "agreement": {"agreement": "Data sharing agreement 2025-07 with the Ministry", "agreement_until": "2099-12-31"},
    })
}

pub(crate) fn service_key(made: bool) -> Value {
    let mut key = json!({"id": "0196a5c2-7d10-7c3a-9f00-2b6f6b1c0a77", "operations": ["getCase", "listCases"],
        "made_at": "2025-05-02T09:00:00Z", "made_by": USER, "expires_at": "2025-07-31T09:00:00Z"});
    if made {
        key["key"] = json!(
            "sanad_0196a5c27d107c3a9f002b6f6b1c0a77_7d0c4e6b1f2a93855e0d7c9b4a1f6e2d7d0c4e6b1f2a93855e0d7c9b4a1f6e2d"
        );
    }
    key
}
