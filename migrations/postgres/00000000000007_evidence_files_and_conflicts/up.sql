-- Files of items of evidence, beside the journal, which holds their hashes. Written in
-- the transaction of the fact, never changed.
CREATE TABLE evidence_file (
  evidence_id  UUID    PRIMARY KEY NOT NULL,
  case_id      UUID    NOT NULL,
  stored_at    TIMESTAMPTZ  NOT NULL,
  body         BYTEA    NOT NULL
);
-- Pictures are compressed already.
ALTER TABLE evidence_file ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE FUNCTION evidence_file_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'files of evidence are append-only';
END
$$;
CREATE TRIGGER evidence_file_never_changed BEFORE UPDATE OR DELETE ON evidence_file
  FOR EACH ROW EXECUTE FUNCTION evidence_file_is_append_only();
CREATE TRIGGER evidence_file_never_truncated BEFORE TRUNCATE ON evidence_file
  FOR EACH STATEMENT EXECUTE FUNCTION evidence_file_is_append_only();

-- Users with a declared conflict of interest: their ids, separated by blanks.
ALTER TABLE case_document ADD COLUMN conflicted TEXT NOT NULL DEFAULT '';
CREATE INDEX case_document_conflicted ON case_document (case_id) WHERE conflicted <> '';
