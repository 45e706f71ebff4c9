//! The file of an item of evidence: off by default, stripped, kept once, given back to
//! whoever may see it.

use crate::client::{Call, Reply};
use crate::steps::{Case, answer, the};
use crate::world::{World, observed};
use sanad_core::access::Role;
use sanad_testkit::{Raw, Staff, TestDatabase, each_backend};
use serde_json::{Value, json};

const LIMIT: usize = 10 * 1024 * 1024;

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], &length[..], content].concat()
}

/// A photograph as a telephone takes it: turned, and with the place.
fn photograph() -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01".to_vec();
    exif.extend([1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"GPS 36.2021 N 37.1343 E");
    [
        vec![0xFF, 0xD8],
        segment(0xE1, &exif),
        segment(0xFE, b"taken behind the olive press"),
        segment(0xC0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
        segment(0xDA, &[1, 1, 0, 0, 63, 0]),
        vec![0x12, 0x34, 0xFF, 0xD9],
    ]
    .concat()
}

fn recorded(case: &Case<'_>, who: &Staff) -> String {
    let item = json!({"kind": "DOC", "source_class": "self", "dated": observed()});
    let receipt = case.post(who, "/evidence", &item).expect(201).json();
    receipt["evidence_id"].as_str().unwrap().to_owned()
}

fn putting(world: &World, case: &Case<'_>, who: &Staff, item: &str) -> Call {
    let path = case.path(&format!("/evidence/{item}/file"));
    world.as_(who).call("PUT", &path).if_match(&case.etag())
}

fn put(world: &World, case: &Case<'_>, item: &str, kind: &str, file: &[u8]) -> Reply {
    putting(world, case, &the(Role::Caseworker), item)
        .raw(kind, file)
        .send()
}

fn read(case: &Case<'_>, who: Role, item: &str) -> Reply {
    case.get(&the(who), &format!("/evidence/{item}/file"))
}

fn kept(database: &TestDatabase) -> i64 {
    database
        .raw()
        .number("SELECT CAST(COUNT(*) AS TEXT) AS value FROM evidence_file")
}

#[test]
fn a_deployment_keeps_no_files_unless_it_says_so() {
    each_backend(|database| {
        let world = World::start(database);
        let case = world.household();
        let item = recorded(&case, &the(Role::Caseworker));
        put(&world, &case, &item, "image/jpeg", &photograph()).refused(409, "EVIDENCE_FILES_OFF");
        read(&case, Role::ProtectionOfficer, &item).refused(404, "FILE_NOT_FOUND");
        assert_eq!(kept(database), 0);
    });
}

#[test]
fn a_photograph_is_kept_without_its_place_and_given_back_to_be_saved() {
    each_backend(|database| {
        let world = World::keeping_files(database);
        let case = world.household();
        let item = recorded(&case, &the(Role::Caseworker));
        let told = {
            let mut told = answer("LEG-04", Some(&case.persons[0]), "yes");
            told["evidence"] = json!([]);
            told["evidence_ids"] = json!([item]);
            json!({"answers": [told]})
        };
        case.post(&the(Role::Caseworker), "/answers", &told)
            .expect(201);
        put(&world, &case, &item, "image/jpeg", &photograph()).expect(200);

        let listed = case.get(&the(Role::ProtectionOfficer), "/evidence").json();
        let file = listed["items"][0]["file"].clone();
        assert_eq!(file["media_type"], "image/jpeg");
        assert_eq!(file["orientation"], 6);
        let reply = read(&case, Role::ProtectionOfficer, &item).expect(200);
        assert_eq!(file["bytes"], json!(reply.body.len()));
        for gone in ["Exif", "GPS", "olive press"] {
            assert!(!reply.text().contains(gone), "{gone}");
        }
        for (name, value) in [
            ("content-type", "image/jpeg".to_owned()),
            (
                "content-disposition",
                format!("attachment; filename=\"{item}.jpg\""),
            ),
            ("x-content-type-options", "nosniff".to_owned()),
            ("cache-control", "no-store".to_owned()),
            (
                "content-security-policy",
                "sandbox; default-src 'none'".to_owned(),
            ),
        ] {
            assert_eq!(reply.header(name), Some(value.as_str()));
        }
        // Under the answer as well, and in no journal but as a hash.
        let answers = case.get(&the(Role::Supervisor), "/answers").json();
        assert_eq!(answers["items"][0]["evidence"][0]["file"], file);
        // Papers and pictures are of tiers A and C.
        for nobody in [Role::Registrar, Role::Caseworker, Role::Auditor] {
            read(&case, nobody, &item).refused(403, "ROLE_FORBIDDEN");
        }
        case.get(
            &Staff::of(Role::ProtectionOfficer, 2),
            &format!("/evidence/{item}/file"),
        )
        .refused(404, "CASE_NOT_FOUND");
    });
}

#[test]
fn a_file_is_attached_once_by_its_uploader_before_it_is_verified() {
    each_backend(|database| {
        let world = World::keeping_files(database);
        let case = world.household();
        let caseworker = the(Role::Caseworker);
        let (item, seen) = (recorded(&case, &caseworker), recorded(&case, &caseworker));
        let as_ = |who: &Staff, item: &str| {
            putting(&world, &case, who, item)
                .raw("text/plain", "the paper was seen")
                .send()
        };
        as_(&the(Role::Registrar), &item).refused(403, "ROLE_FORBIDDEN");
        as_(&the(Role::ProtectionOfficer), &item).refused(409, "NOT_THE_UPLOADER");
        let unknown = uuid::Uuid::from_u128(9).to_string();
        as_(&caseworker, &unknown).refused(422, "EVIDENCE_UNKNOWN");
        as_(&caseworker, "none").refused(404, "EVIDENCE_NOT_FOUND");
        let one = json!({"evidence": [seen]});
        case.post(&the(Role::Supervisor), "/verifications", &one)
            .expect(200);
        as_(&caseworker, &seen).refused(409, "ALREADY_VERIFIED");
        assert_eq!(kept(database), 0, "a refused file leaves nothing behind");

        // Sent again with its key, it is answered again and kept once.
        let etag = case.etag();
        let path = case.path(&format!("/evidence/{item}/file"));
        let send = || {
            let call = world.as_(&caseworker).call("PUT", &path);
            let call = call.if_match(&etag).key("a-key-of-its-own");
            call.raw("text/plain", "the paper was seen").send()
        };
        send().expect(200);
        assert_eq!(
            send().expect(200).header("idempotency-replayed"),
            Some("true")
        );
        as_(&caseworker, &item).refused(409, "FILE_ATTACHED_ALREADY");
        assert_eq!(kept(database), 1);
        // An old tag writes nothing either.
        let late = world.as_(&caseworker).call("PUT", &path).if_match(&etag);
        late.raw("text/plain", "another")
            .send()
            .refused(412, "CASE_CHANGED");
        let reply = read(&case, Role::Supervisor, &item).expect(200);
        assert_eq!(
            reply.header("content-type"),
            Some("text/plain; charset=utf-8")
        );
        assert_eq!(reply.text(), "the paper was seen");
    });
}

#[test]
fn what_is_no_file_of_evidence_is_refused_with_a_reason() {
    each_backend(|database| {
        let world = World::keeping_files(database);
        let case = world.household();
        let item = recorded(&case, &the(Role::Caseworker));
        let whole = photograph();
        let twice = [whole.as_slice(), b"PK\x03\x04"].concat();
        let pdf = b"%PDF-1.7\n/JavaScript (x)\n%%EOF".as_slice();
        for (kind, file, code) in [
            ("image/jpeg", &whole[..whole.len() - 1], "FILE_DAMAGED"),
            ("image/jpeg", &twice, "FILE_HOLDS_MORE"),
            ("image/png", &whole, "FILE_TYPE_DISAGREES"),
            ("text/plain", b"PK\x03\x04\0", "FILE_TYPE_UNKNOWN"),
            ("text/plain", b"", "FILE_EMPTY"),
            ("application/pdf", pdf, "FILE_ACTIVE"),
            ("application/pdf", b"%PDF-1.7", "FILE_DAMAGED"),
        ] {
            put(&world, &case, &item, kind, file).refused(422, code);
        }
        for kind in ["application/json", "image/svg+xml", "text/html"] {
            put(&world, &case, &item, kind, b"<svg/>").refused(415, "MEDIA_TYPE_UNSUPPORTED");
        }
        assert_eq!(kept(database), 0);
        let large = vec![b'a'; LIMIT + 1];
        put(&world, &case, &item, "text/plain", &large).refused(413, "BODY_TOO_LARGE");
        put(&world, &case, &item, "text/plain", &large[1..]).expect(200);
        let reply = read(&case, Role::Supervisor, &item).expect(200);
        assert_eq!(reply.body.len(), LIMIT);
        // A form is as small as before.
        let path = case.path("/evidence");
        let call = world.as_(&the(Role::Caseworker)).call("POST", &path);
        call.if_match(&case.etag())
            .raw("application/json", vec![b' '; 1024 * 1024 + 1])
            .send()
            .refused(413, "BODY_TOO_LARGE");
    });
}

#[test]
fn a_file_that_was_altered_in_the_database_is_not_given_out() {
    each_backend(|database| {
        let world = World::keeping_files(database);
        let case = world.household();
        let item = recorded(&case, &the(Role::Caseworker));
        put(&world, &case, &item, "text/plain", b"the paper was seen").expect(200);
        let mut raw = database.raw();
        for attempt in [
            "UPDATE evidence_file SET body = body",
            "DELETE FROM evidence_file",
        ] {
            let refused = raw.execute(attempt).unwrap_err();
            assert!(refused.contains("append-only"), "{attempt}: {refused}");
        }
        let (unlock, other) = match raw {
            Raw::Sqlite(_) => ("DROP TRIGGER evidence_file_never_updated", "X'00'"),
            Raw::Postgres(_) => (
                "DROP TRIGGER evidence_file_never_changed ON evidence_file",
                "'\\x00'::bytea",
            ),
        };
        raw.execute(unlock).unwrap();
        raw.execute(&format!("UPDATE evidence_file SET body = {other}"))
            .unwrap();
        let refused = read(&case, Role::Supervisor, &item).refused(409, "FILE_ALTERED");
        let problem: Value = refused.json();
        assert!(!problem.to_string().contains("paper"), "{problem}");
    });
}
