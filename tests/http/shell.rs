//! Somebody with a database shell: facts and rows altered or written by hand, past the
//! triggers that keep the journal, on either database. For `planted`.

use crate::steps::Case;
use sanad_core::ids::UserId;
use sanad_testkit::{Raw, TestDatabase};

/// Somebody with a database shell, past the triggers that keep the journal.
pub(crate) struct Shell {
    raw: Raw,
}

impl Shell {
    pub(crate) fn of(database: &TestDatabase) -> Self {
        let mut raw = database.raw();
        match &raw {
            Raw::Sqlite(_) => {
                let triggers = raw.texts(
                    "SELECT name AS value FROM sqlite_master \
                     WHERE type = 'trigger' AND tbl_name = 'journal'",
                );
                for trigger in triggers {
                    raw.execute(&format!("DROP TRIGGER {trigger}")).unwrap();
                }
            }
            Raw::Postgres(_) => raw
                .execute("ALTER TABLE journal DISABLE TRIGGER USER")
                .unwrap(),
        }
        Self { raw }
    }

    pub(crate) fn run(&mut self, sql: &str) {
        self.raw
            .execute(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// An id as this database writes it.
    pub(crate) fn id(&self, id: &str) -> String {
        match self.raw {
            Raw::Sqlite(_) => format!("X'{}'", id.replace('-', "")),
            Raw::Postgres(_) => format!("'{id}'::uuid"),
        }
    }

    pub(crate) fn any_id(&self) -> &'static str {
        match self.raw {
            Raw::Sqlite(_) => "randomblob(16)",
            Raw::Postgres(_) => "gen_random_uuid()",
        }
    }

    /// The content of a fact with words replaced.
    pub(crate) fn content(&self, replaced: &[(&str, &str)]) -> String {
        let text = match self.raw {
            Raw::Sqlite(_) => "CAST(payload AS TEXT)",
            Raw::Postgres(_) => "convert_from(payload, 'UTF8')",
        };
        let text = replaced.iter().fold(text.to_owned(), |text, (from, to)| {
            format!("replace({text}, '{from}', '{to}')")
        });
        match self.raw {
            Raw::Sqlite(_) => format!("CAST({text} AS BLOB)"),
            Raw::Postgres(_) => format!("convert_to({text}, 'UTF8')"),
        }
    }

    /// Alters the facts of one kind in the journal of a case.
    pub(crate) fn alter(&mut self, case: &Case<'_>, kind: &str, replaced: &[(&str, &str)]) {
        let (id, content) = (self.id(&case.id), self.content(replaced));
        self.run(&format!(
            "UPDATE journal SET payload = {content} WHERE stream_id = {id} AND kind = '{kind}'"
        ));
    }

    /// Names another author of the facts of one kind.
    pub(crate) fn author(&mut self, case: &Case<'_>, kind: &str, user: UserId) {
        let (id, user) = (self.id(&case.id), self.id(&user.to_string()));
        self.run(&format!(
            "UPDATE journal SET recorded_by = {user} WHERE stream_id = {id} AND kind = '{kind}'"
        ));
    }

    /// Writes a fact at the end of a case after the model of another case's.
    pub(crate) fn copy(
        &mut self,
        from: &Case<'_>,
        to: &Case<'_>,
        kind: &str,
        replaced: &[(&str, &str)],
    ) {
        let (source, target, command) = (self.id(&from.id), self.id(&to.id), self.any_id());
        let content = self.content(replaced);
        let last = |column: &str| {
            format!("(SELECT MAX({column}) FROM journal WHERE stream_id = {target})")
        };
        let (revision, recorded_at) = (last("revision"), last("recorded_at"));
        self.run(&format!(
            "INSERT INTO journal (position, stream_kind, stream_id, revision, kind, version, \
             observed_on, recorded_at, recorded_by, command_id, ordinal, policy_hash, payload) \
             SELECT (SELECT MAX(position) + 1 FROM journal), stream_kind, {target}, {revision} + 1, \
             kind, version, observed_on, {recorded_at}, recorded_by, {command}, ordinal, \
             policy_hash, {content} FROM journal WHERE stream_id = {source} AND kind = '{kind}'"
        ));
    }

    /// A text as the content of a fact.
    pub(crate) fn bytes(&self, text: &str) -> String {
        match self.raw {
            Raw::Sqlite(_) => format!("CAST('{text}' AS BLOB)"),
            Raw::Postgres(_) => format!("convert_to('{text}', 'UTF8')"),
        }
    }

    /// Takes everybody out of the registration of a case.
    pub(crate) fn forget_members(&mut self, case: &Case<'_>) {
        let emptied = match self.raw {
            Raw::Sqlite(_) => {
                "CAST(json_set(CAST(payload AS TEXT), '$.case_registered.members', json('[]')) AS BLOB)"
            }
            Raw::Postgres(_) => {
                "convert_to(jsonb_set(convert_from(payload, 'UTF8')::jsonb, \
                 '{case_registered,members}', '[]')::text, 'UTF8')"
            }
        };
        let id = self.id(&case.id);
        self.run(&format!(
            "UPDATE journal SET payload = {emptied} WHERE stream_id = {id} AND kind = 'case_registered'"
        ));
    }

    /// Writes a fact at the end of a case.
    pub(crate) fn add(&mut self, case: &Case<'_>, kind: &str, content: &str) {
        let (id, command, content) = (self.id(&case.id), self.any_id(), self.bytes(content));
        self.run(&format!(
            "INSERT INTO journal (position, stream_kind, stream_id, revision, kind, version, \
             observed_on, recorded_at, recorded_by, command_id, ordinal, policy_hash, payload) \
             SELECT (SELECT MAX(position) + 1 FROM journal), stream_kind, stream_id, revision + 1, \
             '{kind}', version, observed_on, recorded_at, recorded_by, {command}, ordinal, \
             policy_hash, {content} FROM journal WHERE stream_id = {id} \
             ORDER BY revision DESC LIMIT 1"
        ));
    }

    /// Alters the rows of a case in a register.
    pub(crate) fn set(&mut self, table: &str, case: &Case<'_>, what: &str) {
        let id = self.id(&case.id);
        self.run(&format!("UPDATE {table} SET {what} WHERE case_id = {id}"));
    }

    /// Writes a row of the register of returns after the model of a case's.
    pub(crate) fn row(
        &mut self,
        model: &Case<'_>,
        case: &str,
        organisation: Option<&str>,
        position: &str,
    ) {
        let (model, case, any) = (self.id(&model.id), self.id(case), self.any_id());
        let organisation =
            organisation.map_or_else(|| "organisation_id".to_owned(), |id| self.id(id));
        let rest = "place_edition, place_code, place_path, nature, departed_on, \
                    destination_edition, destination_code, finding_id, finding_outcome, \
                    finding_expires_on, assessed, compliant, recorded_at, recorded_by";
        self.run(&format!(
            "INSERT INTO return_record (return_id, case_id, organisation_id, position, {rest}) \
             SELECT {any}, {case}, {organisation}, {position}, {rest} FROM return_record \
             WHERE case_id = {model}"
        ));
    }
}
