-- The journal: every fact, once, for ever. What it means is in docs/ARCHITECTURE.md;
-- the data class of every column is in docs/data-classes.toml.
CREATE TABLE journal (
  position     INTEGER PRIMARY KEY NOT NULL,
  stream_kind  TEXT    NOT NULL,
  stream_id    BLOB    NOT NULL,
  revision     BIGINT  NOT NULL,
  kind         TEXT    NOT NULL,
  version      INTEGER NOT NULL,
  observed_on  TEXT,
  recorded_at  BIGINT  NOT NULL,
  recorded_by  BLOB    NOT NULL,
  command_id   BLOB    NOT NULL,
  ordinal      INTEGER NOT NULL,
  policy_hash  BLOB    NOT NULL,
  payload      BLOB    NOT NULL
);
CREATE UNIQUE INDEX journal_stream_revision ON journal (stream_id, revision);
CREATE UNIQUE INDEX journal_command_ordinal ON journal (command_id, ordinal);

CREATE TRIGGER journal_never_updated BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_never_deleted BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- What a caller was answered for an Idempotency-Key.
CREATE TABLE idempotency (
  command_id    BLOB    PRIMARY KEY NOT NULL,
  request_hash  BLOB    NOT NULL,
  status        INTEGER NOT NULL,
  etag          TEXT,
  location      TEXT,
  body          BLOB    NOT NULL,
  recorded_at   BIGINT  NOT NULL
) WITHOUT ROWID;

-- Projections: written with the journal, rebuilt from it to the byte.
CREATE TABLE case_head (
  case_id             BLOB    PRIMARY KEY NOT NULL,
  number              TEXT    NOT NULL,
  revision            BIGINT  NOT NULL,
  organisation_id     BLOB    NOT NULL,
  state               TEXT    NOT NULL,
  registered_on       TEXT    NOT NULL,
  place_edition       TEXT    NOT NULL,
  place_code          TEXT    NOT NULL,
  place_path          TEXT    NOT NULL,
  destination_edition TEXT,
  destination_code    TEXT,
  members             INTEGER NOT NULL,
  finding_id          BLOB,
  finding_outcome TEXT,
  finding_on          TEXT,
  finding_expires_on  TEXT,
  returned_on         TEXT,
  opened_at           BIGINT  NOT NULL,
  updated_at          BIGINT  NOT NULL,
  summary             BLOB    NOT NULL
) WITHOUT ROWID;
CREATE INDEX case_head_organisation ON case_head (organisation_id, opened_at, case_id);
CREATE INDEX case_head_opened ON case_head (opened_at, case_id);
CREATE INDEX case_head_number ON case_head (number);
CREATE INDEX case_head_destination ON case_head (destination_code, destination_edition);

CREATE TABLE case_document (
  case_id   BLOB   PRIMARY KEY NOT NULL,
  revision  BIGINT NOT NULL,
  body      BLOB   NOT NULL
);

CREATE TABLE finding (
  finding_id       BLOB   PRIMARY KEY NOT NULL,
  case_id          BLOB   NOT NULL,
  organisation_id  BLOB   NOT NULL,
  place_edition    TEXT   NOT NULL,
  place_code       TEXT   NOT NULL,
  place_path       TEXT   NOT NULL,
  destination_edition TEXT NOT NULL,
  destination_code TEXT   NOT NULL,
  position         BIGINT NOT NULL,
  outcome TEXT   NOT NULL,
  found_on         TEXT   NOT NULL,
  expires_on       TEXT   NOT NULL,
  catalogue        TEXT   NOT NULL,
  profile          TEXT   NOT NULL,
  assessor         BLOB   NOT NULL,
  issued_at        BIGINT NOT NULL,
  body             BLOB   NOT NULL
);
CREATE INDEX finding_case ON finding (case_id, position);
CREATE INDEX finding_position ON finding (position);

CREATE TABLE return_record (
  return_id        BLOB   PRIMARY KEY NOT NULL,
  case_id          BLOB   NOT NULL,
  organisation_id  BLOB   NOT NULL,
  place_edition    TEXT   NOT NULL,
  place_code       TEXT   NOT NULL,
  place_path       TEXT   NOT NULL,
  position         BIGINT NOT NULL,
  nature           TEXT   NOT NULL,
  departed_on      TEXT   NOT NULL,
  destination_edition TEXT NOT NULL,
  destination_code TEXT   NOT NULL,
  finding_id       BLOB,
  finding_outcome TEXT,
  finding_expires_on TEXT,
  assessed         TEXT   NOT NULL,
  compliant        BOOLEAN NOT NULL,
  recorded_at      BIGINT NOT NULL,
  recorded_by      BLOB   NOT NULL
);
CREATE INDEX return_record_case ON return_record (case_id, position);
CREATE INDEX return_record_position ON return_record (compliant, position);

-- Reference data and accounts: not derived from the journal.
CREATE TABLE place (
  edition      TEXT    NOT NULL,
  code         TEXT    NOT NULL,
  level        INTEGER NOT NULL,
  parent       TEXT,
  valid_from   TEXT,
  names        TEXT    NOT NULL,
  imported_at  BIGINT  NOT NULL,
  PRIMARY KEY (edition, code)
) WITHOUT ROWID;

CREATE TABLE organisation (
  organisation_id  BLOB   PRIMARY KEY NOT NULL,
  name             TEXT   NOT NULL,
  created_at       BIGINT NOT NULL
);
CREATE UNIQUE INDEX organisation_name ON organisation (name);

CREATE TABLE account (
  user_id        BLOB    PRIMARY KEY NOT NULL,
  login          TEXT    NOT NULL,
  display_name   TEXT    NOT NULL,
  password_hash  TEXT    NOT NULL,
  disabled       BOOLEAN NOT NULL,
  created_at     BIGINT  NOT NULL
);
CREATE UNIQUE INDEX account_login ON account (login);

CREATE TABLE role_grant (
  user_id          BLOB NOT NULL,
  role             TEXT NOT NULL,
  organisation_id  BLOB NOT NULL,
  place_edition    TEXT NOT NULL,
  place_code       TEXT NOT NULL,
  PRIMARY KEY (user_id, role, organisation_id, place_edition, place_code)
) WITHOUT ROWID;

-- What kind of data this registry holds: real, or synthetic (DP-27).
CREATE TABLE setting (
  name   TEXT PRIMARY KEY NOT NULL,
  value  TEXT NOT NULL
) WITHOUT ROWID;
