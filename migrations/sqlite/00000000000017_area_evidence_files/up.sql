-- Files of items of evidence about places, apart from those about cases: others read
-- them, and they are kept by other rules. Written in the transaction of the fact that
-- holds their hash, never changed.
CREATE TABLE area_evidence_file (
  evidence_id    BLOB  PRIMARY KEY NOT NULL,
  place_edition  TEXT  NOT NULL,
  place_code     TEXT  NOT NULL,
  stored_at      BIGINT  NOT NULL,
  body           BLOB  NOT NULL
);
CREATE TRIGGER area_evidence_file_never_updated BEFORE UPDATE ON area_evidence_file
BEGIN SELECT RAISE(ABORT, 'files of evidence are append-only'); END;
CREATE TRIGGER area_evidence_file_never_deleted BEFORE DELETE ON area_evidence_file
BEGIN SELECT RAISE(ABORT, 'files of evidence are append-only'); END;
