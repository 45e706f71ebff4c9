-- The journal: every fact, once, for ever. What it means is in docs/ARCHITECTURE.md;
-- the data class of every column is in docs/data-classes.toml.
CREATE TABLE journal (
  position     BIGINT PRIMARY KEY NOT NULL,
  stream_kind  TEXT    NOT NULL,
  stream_id    UUID    NOT NULL,
  revision     BIGINT  NOT NULL,
  kind         TEXT    NOT NULL,
  version      INTEGER NOT NULL,
  observed_on  DATE,
  recorded_at  TIMESTAMPTZ  NOT NULL,
  recorded_by  UUID    NOT NULL,
  command_id   UUID    NOT NULL,
  ordinal      INTEGER NOT NULL,
  policy_hash  BYTEA    NOT NULL,
  payload      BYTEA    NOT NULL
);
CREATE UNIQUE INDEX journal_stream_revision ON journal (stream_id, revision);
CREATE UNIQUE INDEX journal_command_ordinal ON journal (command_id, ordinal);

CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the journal is append-only';
END
$$;
CREATE TRIGGER journal_never_changed BEFORE UPDATE OR DELETE ON journal
  FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER journal_never_truncated BEFORE TRUNCATE ON journal
  FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

-- What a caller was answered for an Idempotency-Key.
CREATE TABLE idempotency (
  command_id    UUID    PRIMARY KEY NOT NULL,
  request_hash  BYTEA    NOT NULL,
  status        INTEGER NOT NULL,
  etag          TEXT,
  location      TEXT,
  body          BYTEA    NOT NULL,
  recorded_at   TIMESTAMPTZ  NOT NULL
);

-- Projections: written with the journal, rebuilt from it to the byte.
CREATE TABLE case_head (
  case_id             UUID    PRIMARY KEY NOT NULL,
  number              TEXT    NOT NULL,
  revision            BIGINT  NOT NULL,
  organisation_id     UUID    NOT NULL,
  state               TEXT    NOT NULL,
  registered_on       DATE    NOT NULL,
  place_edition       TEXT    NOT NULL,
  place_code          TEXT    NOT NULL,
  place_path          TEXT    NOT NULL,
  destination_edition TEXT,
  destination_code    TEXT,
  members             INTEGER NOT NULL,
  finding_id          UUID,
  finding_outcome TEXT,
  finding_on          DATE,
  finding_expires_on  DATE,
  returned_on         DATE,
  opened_at           TIMESTAMPTZ  NOT NULL,
  updated_at          TIMESTAMPTZ  NOT NULL,
  summary             BYTEA   NOT NULL
);
CREATE INDEX case_head_organisation ON case_head (organisation_id, opened_at, case_id);
CREATE INDEX case_head_opened ON case_head (opened_at, case_id);
CREATE INDEX case_head_number ON case_head (number);
CREATE INDEX case_head_destination ON case_head (destination_code, destination_edition);

CREATE TABLE case_document (
  case_id   UUID   PRIMARY KEY NOT NULL,
  revision  BIGINT NOT NULL,
  body      BYTEA   NOT NULL
);

CREATE TABLE finding (
  finding_id       UUID   PRIMARY KEY NOT NULL,
  case_id          UUID   NOT NULL,
  organisation_id  UUID   NOT NULL,
  place_edition    TEXT   NOT NULL,
  place_code       TEXT   NOT NULL,
  place_path       TEXT   NOT NULL,
  destination_edition TEXT NOT NULL,
  destination_code TEXT   NOT NULL,
  position         BIGINT NOT NULL,
  outcome TEXT   NOT NULL,
  found_on         DATE   NOT NULL,
  expires_on       DATE   NOT NULL,
  catalogue        TEXT   NOT NULL,
  profile          TEXT   NOT NULL,
  assessor         UUID   NOT NULL,
  issued_at        TIMESTAMPTZ NOT NULL,
  body             BYTEA   NOT NULL
);
CREATE INDEX finding_case ON finding (case_id, position);
CREATE INDEX finding_position ON finding (position);

CREATE TABLE return_record (
  return_id        UUID   PRIMARY KEY NOT NULL,
  case_id          UUID   NOT NULL,
  organisation_id  UUID   NOT NULL,
  place_edition    TEXT   NOT NULL,
  place_code       TEXT   NOT NULL,
  place_path       TEXT   NOT NULL,
  position         BIGINT NOT NULL,
  nature           TEXT   NOT NULL,
  departed_on      DATE   NOT NULL,
  destination_edition TEXT NOT NULL,
  destination_code TEXT   NOT NULL,
  finding_id       UUID,
  finding_outcome TEXT,
  finding_expires_on DATE,
  assessed         TEXT   NOT NULL,
  compliant        BOOLEAN NOT NULL,
  recorded_at      TIMESTAMPTZ NOT NULL,
  recorded_by      UUID   NOT NULL
);
CREATE INDEX return_record_case ON return_record (case_id, position);
CREATE INDEX return_record_position ON return_record (compliant, position);

-- Bodies are compressed, and LZ4 costs a fraction of the default; a server that was
-- built without it keeps the default.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_settings
             WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
    ALTER TABLE journal ALTER COLUMN payload SET COMPRESSION lz4;
    ALTER TABLE idempotency ALTER COLUMN body SET COMPRESSION lz4;
    ALTER TABLE case_document ALTER COLUMN body SET COMPRESSION lz4;
    ALTER TABLE finding ALTER COLUMN body SET COMPRESSION lz4;
  END IF;
END
$$;

-- Reference data and accounts: not derived from the journal.
CREATE TABLE place (
  edition      TEXT    NOT NULL,
  code         TEXT    NOT NULL,
  level        INTEGER NOT NULL,
  parent       TEXT,
  valid_from   DATE,
  names        TEXT    NOT NULL,
  imported_at  TIMESTAMPTZ  NOT NULL,
  PRIMARY KEY (edition, code)
);

CREATE TABLE organisation (
  organisation_id  UUID   PRIMARY KEY NOT NULL,
  name             TEXT   NOT NULL,
  created_at       TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX organisation_name ON organisation (name);

CREATE TABLE account (
  user_id        UUID    PRIMARY KEY NOT NULL,
  login          TEXT    NOT NULL,
  display_name   TEXT    NOT NULL,
  password_hash  TEXT    NOT NULL,
  disabled       BOOLEAN NOT NULL,
  created_at     TIMESTAMPTZ  NOT NULL
);
CREATE UNIQUE INDEX account_login ON account (login);

CREATE TABLE role_grant (
  user_id          UUID NOT NULL,
  role             TEXT NOT NULL,
  organisation_id  UUID NOT NULL,
  place_edition    TEXT NOT NULL,
  place_code       TEXT NOT NULL,
  PRIMARY KEY (user_id, role, organisation_id, place_edition, place_code)
);

-- What kind of data this registry holds: real, or synthetic (DP-27).
CREATE TABLE setting (
  name   TEXT PRIMARY KEY NOT NULL,
  value  TEXT NOT NULL
);
