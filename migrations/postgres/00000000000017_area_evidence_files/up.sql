-- Files of items of evidence about places, apart from those about cases: others read
-- them, and they are kept by other rules. Written in the transaction of the fact that
-- holds their hash, never changed.
CREATE TABLE area_evidence_file (
  evidence_id    UUID  PRIMARY KEY NOT NULL,
  place_edition  TEXT  NOT NULL,
  place_code     TEXT  NOT NULL,
  stored_at      TIMESTAMPTZ  NOT NULL,
  body           BYTEA  NOT NULL
);
ALTER TABLE area_evidence_file ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE TRIGGER area_evidence_file_never_changed BEFORE UPDATE OR DELETE ON area_evidence_file
  FOR EACH ROW EXECUTE FUNCTION evidence_file_is_append_only();
CREATE TRIGGER area_evidence_file_never_truncated BEFORE TRUNCATE ON area_evidence_file
  FOR EACH STATEMENT EXECUTE FUNCTION evidence_file_is_append_only();
