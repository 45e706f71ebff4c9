DROP TRIGGER journal_never_updated;
CREATE TRIGGER journal_never_updated BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
DROP TRIGGER evidence_file_never_deleted;
CREATE TRIGGER evidence_file_never_deleted BEFORE DELETE ON evidence_file
BEGIN SELECT RAISE(ABORT, 'files of evidence are append-only'); END;
