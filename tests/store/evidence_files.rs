//! The file of an item of evidence is kept with the fact that names it, or not at all.

use sanad_core::access::{Permission, Role};
use sanad_core::answer::{FileRecord, FileType, NewFile};
use sanad_core::area::AreaCommand;
use sanad_core::case::Command;
use sanad_core::ids::{CaseId, EvidenceId};
use sanad_store::db::CaseFilter;
use sanad_store::sql_types::{At, Key};
use sanad_testkit::country::{EDITION, QALAT_NOUR};
use sanad_testkit::{Failure, Staff, World, builders, country, each_backend};
use std::sync::Arc;

fn item(world: &World) -> (CaseId, EvidenceId) {
    let id = world.registered(1, builders::registration(1)).id;
    let item = Box::new(builders::evidence("DOC", builders::OBSERVED));
    let case = world.done(
        &Staff::of(Role::Caseworker, 1),
        id,
        Command::RecordEvidence(item),
    );
    (id, case.answers.items()[0].id)
}

fn file() -> FileRecord {
    FileRecord {
        media_type: FileType::Text,
        bytes: 18,
        sha256: "00".repeat(32),
        orientation: None,
    }
}

#[test]
fn the_file_comes_with_its_fact_and_with_nothing_else() {
    each_backend(|database| {
        let world = World::new(database);
        let (case, item) = item(&world);
        let (other_case, _) = self::item(&world);
        let caseworker = Staff::of(Role::Caseworker, 1);
        let attaching = || {
            let bytes = Arc::new(b"the paper was seen".to_vec());
            let record = file();
            Command::AttachEvidenceFile(item, NewFile { record, bytes })
        };
        // A job that is thrown away takes both along.
        let mut job = world.job(&caseworker, Some(case), attaching(), world.order());
        let failed: Result<(), Failure> = world.store.write_blocking(move |tx| {
            job(tx)?;
            Err(Failure::NoSuchCase)
        });
        assert!(failed.is_err());
        let mut db = database.connect();
        assert!(db.evidence_file(Key(item.0)).unwrap().is_none());
        let state = world.done(&caseworker, case, attaching());
        assert_eq!(state.answers.items()[0].file, Some(file()));
        let row = db.evidence_file(Key(item.0)).unwrap().unwrap();
        assert_eq!(row.body, b"the paper was seen");
        assert_eq!(
            (row.case_id, row.stored_at),
            (Key(case.0), At::from(world.now()))
        );
        assert!(db.area_evidence_file(Key(item.0)).unwrap().is_none());
        // Refused, a second one leaves the first as it was; so does one under another case.
        for case in [case, other_case] {
            let again = world.send(&caseworker, Some(case), attaching());
            assert!(matches!(again, Err(Failure::Refused(_))));
            assert_eq!(db.evidence_file(Key(item.0)).unwrap().as_ref(), Some(&row));
        }
    });
}

#[test]
fn the_file_about_a_place_comes_with_its_fact_and_with_nothing_else() {
    each_backend(|database| {
        let world = World::new(database);
        let (officer, place) = (
            Staff::of(Role::ProtectionOfficer, 1),
            country::place(QALAT_NOUR),
        );
        let note = Box::new(builders::evidence("DOC", builders::OBSERVED));
        let area = world.done_area(&officer, &place, AreaCommand::RecordEvidence(note));
        let item = area.answers.items()[0].id;
        let attaching = || {
            let bytes = Arc::new(b"the road was seen".to_vec());
            let record = file();
            AreaCommand::AttachEvidenceFile(item, NewFile { record, bytes })
        };
        // A job that is thrown away takes both along.
        let mut job = world.area_job(&officer, &place, attaching(), world.order());
        let failed: Result<(), Failure> = world.store.write_blocking(move |tx| {
            job(tx)?;
            Err(Failure::NoSuchCase)
        });
        assert!(failed.is_err());
        let mut db = database.connect();
        assert!(db.area_evidence_file(Key(item.0)).unwrap().is_none());
        let area = world.done_area(&officer, &place, attaching());
        assert_eq!(area.answers.items()[0].file, Some(file()));
        let row = db.area_evidence_file(Key(item.0)).unwrap().unwrap();
        assert_eq!(row.body, b"the road was seen");
        assert_eq!(
            (row.place_code.as_str(), row.stored_at),
            (QALAT_NOUR, At::from(world.now()))
        );
        assert!(db.evidence_file(Key(item.0)).unwrap().is_none());
        // Refused, a second one leaves the first as it was.
        let again = world.send_area(&officer, &place, attaching());
        assert!(matches!(again, Err(Failure::Refused(_))));
        assert_eq!(db.area_evidence_file(Key(item.0)).unwrap(), Some(row));
    });
}

#[test]
fn a_conflict_closes_the_case_in_every_question_that_names_the_reader() {
    each_backend(|database| {
        let world = World::new(database);
        let case = world.compliant_case().id;
        let caseworker = Staff::of(Role::Caseworker, 1);
        let declared = serde_json::from_str(r#"{"kind":"relative"}"#).unwrap();
        world.done(&caseworker, case, Command::DeclareConflict(declared));
        let mut db = database.connect();
        for (who, closed) in [
            (&caseworker, true),
            (&Staff::of(Role::Supervisor, 1), false),
        ] {
            let sees = world.sees(who, Permission::CasesRead);
            let seen = db.case_document(&sees, Key(case.0)).unwrap().unwrap();
            assert_eq!(seen.conflicted, closed);
            assert_eq!(db.is_closed_to(who.user, Key(case.0)).unwrap(), closed);
            let listed = db
                .list_cases(&sees, &CaseFilter::default(), None, 10)
                .unwrap();
            assert_eq!(listed.is_empty(), closed);
            let heading = db.count_heading_for(&sees, EDITION, QALAT_NOUR).unwrap();
            assert_eq!(heading, i64::from(!closed));
        }
    });
}
