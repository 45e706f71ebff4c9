-- Files of items of evidence, beside the journal, which holds their hashes. Written in
-- the transaction of the fact, never changed.
CREATE TABLE evidence_file (
  evidence_id  BLOB    PRIMARY KEY NOT NULL,
  case_id      BLOB    NOT NULL,
  stored_at    BIGINT  NOT NULL,
  body         BLOB    NOT NULL
);
CREATE TRIGGER evidence_file_never_updated BEFORE UPDATE ON evidence_file
BEGIN SELECT RAISE(ABORT, 'files of evidence are append-only'); END;
CREATE TRIGGER evidence_file_never_deleted BEFORE DELETE ON evidence_file
BEGIN SELECT RAISE(ABORT, 'files of evidence are append-only'); END;

-- Users with a declared conflict of interest: their ids, separated by blanks.
ALTER TABLE case_document ADD COLUMN conflicted TEXT NOT NULL DEFAULT '';
CREATE INDEX case_document_conflicted ON case_document (case_id) WHERE conflicted <> '';
