//! The journal only grows, also for somebody with a database shell.

use sanad_testkit::{Raw, World, builders, each_backend};

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
