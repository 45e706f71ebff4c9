//! The journal only grows, also for somebody with a database shell.

use sanad_store::StoreError;
use sanad_store::rows::BlockedAttemptRow;
use sanad_store::sql_types::{At, Key};
use sanad_testkit::{Raw, World, builders, each_backend, wait};

#[test]
fn no_fact_is_changed_removed_or_replaced() {
    each_backend(|database| {
        let world = World::new(database);
        world.registered(1, builders::registration(1));
        let mut raw = database.raw();
        let before = raw.number("SELECT CAST(COUNT(*) AS TEXT) AS value FROM journal");
        assert_eq!(before, 1);

        let mut attempts = vec![
            "UPDATE journal SET payload = payload",
            "UPDATE journal SET kind = 'another' WHERE position = 1",
            "DELETE FROM journal",
            "DELETE FROM journal WHERE position = 1",
        ];
        attempts.extend(match raw {
            Raw::Sqlite(_) => [
                "INSERT OR REPLACE INTO journal SELECT * FROM journal",
                "REPLACE INTO journal SELECT * FROM journal",
            ],
            Raw::Postgres(_) => [
                "TRUNCATE journal CASCADE",
                "INSERT INTO journal SELECT * FROM journal \
                 ON CONFLICT (position) DO UPDATE SET kind = 'another'",
            ],
        });
        for sql in attempts {
            let refused = raw.execute(sql).unwrap_err();
            assert!(refused.contains("append-only"), "{sql}: {refused}");
        }
        let kept = raw.texts("SELECT kind AS value FROM journal");
        assert_eq!(kept, ["case_registered"]);
    });
}

#[test]
fn no_refused_attempt_is_changed_or_removed() {
    each_backend(|database| {
        let world = World::new(database);
        let case = world.registered(1, builders::registration(1));
        let row = BlockedAttemptRow {
            attempt_id: Key(case.id.0),
            blocked_at: At::from(case.opened_at),
            user_id: Key(case.id.0),
            case_id: Some(Key(case.id.0)),
            code: "SELF_APPROVAL".to_owned(),
            command: "cases.approve".to_owned(),
            place_edition: None,
            place_code: None,
        };
        let kept = row.clone();
        let written: Result<(), StoreError> = wait(world.store.write(move |tx| {
            tx.blocked(row.clone());
            Ok(())
        }));
        written.unwrap();
        let mut db = database.connect();
        let all = db.blocked_attempts(None, None, 10).unwrap();
        assert_eq!(all, std::slice::from_ref(&kept));
        let last = Some((kept.blocked_at, kept.attempt_id));
        assert_eq!(db.blocked_attempts(None, last, 10).unwrap(), []);
        let before = At::from_micros(kept.blocked_at.micros() - 1);
        assert_eq!(db.blocked_attempts(Some(before), None, 10).unwrap(), []);
        let mut raw = database.raw();
        for sql in [
            "UPDATE blocked_attempt SET code = 'NONE'",
            "DELETE FROM blocked_attempt",
        ] {
            let refused = raw.execute(sql).unwrap_err();
            assert!(refused.contains("append-only"), "{sql}: {refused}");
        }
    });
}

#[test]
fn a_position_a_revision_and_a_command_are_used_once() {
    each_backend(|database| {
        let world = World::new(database);
        world.registered(1, builders::registration(1));
        let mut raw = database.raw();
        // A copy of the first fact that differs in all that must be unique but one thing.
        let other = match raw {
            Raw::Sqlite(_) => "X'00000000000000000000000000000099'",
            Raw::Postgres(_) => "'00000000-0000-0000-0000-000000000099'::uuid",
        };
        let copy = |position: &str, stream: &str, command: &str| {
            format!(
                "INSERT INTO journal SELECT {position}, stream_kind, {stream}, revision, kind, version, \
                 observed_on, recorded_at, recorded_by, {command}, ordinal, policy_hash, payload FROM journal"
            )
        };
        for (position, stream, command, unique) in [
            ("position", other, other, "position"),
            ("2", "stream_id", other, "revision"),
            ("2", other, "command_id", "command"),
        ] {
            let refused = raw.execute(&copy(position, stream, command)).unwrap_err();
            assert!(
                refused.to_lowercase().contains("unique"),
                "{unique}: {refused}"
            );
        }
    });
}
