//! The file of an item of evidence: off by default, stripped, kept once, given back to
//! whoever may see it.

use crate::client::{Call, Reply};
use crate::steps::{Case, answer, the};
use crate::world::{World, observed};
use sanad_core::access::{Grant, Role};
use sanad_testkit::country::{EDITION, QALAT_NOUR, TELL_ASHJAR};
use sanad_testkit::{Raw, Staff, TestDatabase, country, each_backend, staff};
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
    kept_in(database, "evidence_file")
}

fn kept_in(database: &TestDatabase, table: &str) -> i64 {
    database.raw().number(&format!(
        "SELECT CAST(COUNT(*) AS TEXT) AS value FROM {table}"
    ))
}

fn there(rest: &str) -> String {
    format!("/v1/areas/{EDITION}/{QALAT_NOUR}/evidence{rest}")
}

/// An item of evidence about a place, recorded by the protection officer.
fn recorded_there(world: &World) -> String {
    let item = json!({"kind": "SIT", "source_class": "self", "dated": observed()});
    let officer = world.as_(&the(Role::ProtectionOfficer));
    let receipt = officer.post(&there(""), &item).expect(201).json();
    receipt["evidence_id"].as_str().unwrap().to_owned()
}

fn put_there(world: &World, who: &Staff, item: &str, kind: &str, file: &[u8]) -> Reply {
    let call = world.as_(who).call("PUT", &there(&format!("/{item}/file")));
    call.raw(kind, file).send()
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
        let reordered = "read \u{202E}backwards".as_bytes();
        let pdf = b"%PDF-1.7\n/JavaScript (x)\n%%EOF".as_slice();
        for (kind, file, code) in [
            ("image/jpeg", &whole[..whole.len() - 1], "FILE_DAMAGED"),
            ("image/jpeg", &twice, "FILE_HOLDS_MORE"),
            ("image/png", &whole, "FILE_TYPE_DISAGREES"),
            ("text/plain", b"PK\x03\x04\0", "FILE_TYPE_UNKNOWN"),
            ("text/plain", b"", "FILE_EMPTY"),
            ("text/plain", reordered, "TEXT_BIDI_OVERRIDE"),
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
        alter(database, "evidence_file");
        let refused = read(&case, Role::Supervisor, &item).refused(409, "FILE_ALTERED");
        let problem: Value = refused.json();
        assert!(!problem.to_string().contains("paper"), "{problem}");
    });
}

/// What somebody with a database shell can do: not at once, but in the end.
fn alter(database: &TestDatabase, table: &str) {
    let mut raw = database.raw();
    for attempt in [
        format!("UPDATE {table} SET body = body"),
        format!("DELETE FROM {table}"),
    ] {
        let refused = raw.execute(&attempt).unwrap_err();
        assert!(refused.contains("append-only"), "{attempt}: {refused}");
    }
    let (unlock, other) = match raw {
        Raw::Sqlite(_) => (format!("DROP TRIGGER {table}_never_updated"), "X'00'"),
        Raw::Postgres(_) => (
            format!("DROP TRIGGER {table}_never_changed ON {table}"),
            "'\\x00'::bytea",
        ),
    };
    raw.execute(&unlock).unwrap();
    raw.execute(&format!("UPDATE {table} SET body = {other}"))
        .unwrap();
}

#[test]
fn a_file_about_a_place_is_kept_like_one_about_a_case_and_read_with_tier_c() {
    each_backend(|database| {
        let (officer, supervisor) = (the(Role::ProtectionOfficer), the(Role::Supervisor));
        let off = World::start(database);
        let item = recorded_there(&off);
        let file = there(&format!("/{item}/file"));
        put_there(&off, &officer, &item, "image/jpeg", &photograph())
            .refused(409, "EVIDENCE_FILES_OFF");
        off.as_(&officer).get(&file).refused(404, "FILE_NOT_FOUND");
        drop(off);

        let world = World::beside_keeping_files(database);
        put_there(&world, &officer, &item, "text/html", b"<p>")
            .refused(415, "MEDIA_TYPE_UNSUPPORTED");
        put_there(&world, &officer, &item, "image/png", &photograph())
            .refused(422, "FILE_TYPE_DISAGREES");
        let receipt = put_there(&world, &officer, &item, "image/jpeg", &photograph()).expect(200);
        assert_eq!(
            receipt.json()["open_findings"],
            json!({"looked_at": 0, "lost": 0, "elsewhere": {"looked_at": 0, "lost": 0}})
        );
        assert_eq!(
            (kept_in(database, "area_evidence_file"), kept(database)),
            (1, 0)
        );

        let listed = world.as_(&supervisor).get(&there("")).expect(200).json();
        let noted = &listed["items"][0]["file"];
        assert_eq!(
            (&noted["media_type"], &noted["orientation"]),
            (&json!("image/jpeg"), &json!(6))
        );
        let reply = world.as_(&supervisor).get(&file).expect(200);
        assert_eq!(noted["bytes"], json!(reply.body.len()));
        for gone in ["Exif", "GPS", "olive press"] {
            assert!(!reply.text().contains(gone), "{gone}");
        }
        let name = format!("attachment; filename=\"{item}.jpg\"");
        assert_eq!(reply.header("content-disposition"), Some(name.as_str()));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));

        // Whoever is responsible for another place does not see it, nor does tier D.
        let of_another_place = Staff::new(
            804,
            "officer_there",
            vec![Grant {
                role: Role::ProtectionOfficer,
                organisation: staff::organisation(1),
                areas: vec![country::place(TELL_ASHJAR)],
            }],
        );
        world.hire(&of_another_place);
        for nobody in [
            the(Role::Registrar),
            the(Role::Caseworker),
            the(Role::Auditor),
            of_another_place,
        ] {
            world.as_(&nobody).get(&file).refused(403, "ROLE_FORBIDDEN");
            put_there(&world, &nobody, &item, "text/plain", b"seen").refused(403, "ROLE_FORBIDDEN");
        }
        alter(database, "area_evidence_file");
        let refused = world.as_(&officer).get(&file).refused(409, "FILE_ALTERED");
        assert!(!refused.text().contains("olive"));
    });
}

#[test]
fn a_file_about_a_place_is_attached_once_by_its_uploader_before_it_is_verified() {
    each_backend(|database| {
        let world = World::keeping_files(database);
        let officer = the(Role::ProtectionOfficer);
        let (item, seen) = (recorded_there(&world), recorded_there(&world));
        let as_ = |who: &Staff, item: &str| {
            put_there(&world, who, item, "text/plain", b"the road was seen")
        };
        as_(&Staff::of(Role::ProtectionOfficer, 2), &item).refused(409, "NOT_THE_UPLOADER");
        as_(&officer, &uuid::Uuid::from_u128(9).to_string()).refused(422, "EVIDENCE_UNKNOWN");
        as_(&officer, "none").refused(404, "EVIDENCE_NOT_FOUND");
        let verifications = format!("/v1/areas/{EDITION}/{QALAT_NOUR}/verifications");
        let supervisor = world.as_(&the(Role::Supervisor));
        supervisor
            .post(&verifications, &json!({"evidence": [seen]}))
            .expect(200);
        as_(&officer, &seen).refused(409, "ALREADY_VERIFIED");
        // It belongs to its place only, and to a place that is in a list.
        let of_another_place = |code: &str| {
            let path = format!("/v1/areas/{EDITION}/{code}/evidence/{item}/file");
            let call = world.as_(&officer).call("PUT", &path);
            call.raw("text/plain", "the road was seen").send()
        };
        of_another_place(TELL_ASHJAR).refused(422, "EVIDENCE_UNKNOWN");
        of_another_place("NOWHERE").refused(404, "PLACE_NOT_FOUND");
        assert_eq!(kept_in(database, "area_evidence_file"), 0);

        // Sent again with its key, it is answered again and kept once.
        let send = || {
            let path = there(&format!("/{item}/file"));
            let call = world
                .as_(&officer)
                .call("PUT", &path)
                .key("a-key-of-its-own");
            call.raw("text/plain", "the road was seen").send()
        };
        send().expect(200);
        assert_eq!(
            send().expect(200).header("idempotency-replayed"),
            Some("true")
        );
        as_(&officer, &item).refused(409, "FILE_ATTACHED_ALREADY");
        assert_eq!(kept_in(database, "area_evidence_file"), 1);
        let path = format!("/v1/areas/{EDITION}/{TELL_ASHJAR}/evidence/{item}/file");
        supervisor.get(&path).refused(404, "EVIDENCE_NOT_FOUND");
        let unknown = there(&format!("/{}/file", uuid::Uuid::from_u128(9)));
        supervisor.get(&unknown).refused(404, "EVIDENCE_NOT_FOUND");
    });
}
