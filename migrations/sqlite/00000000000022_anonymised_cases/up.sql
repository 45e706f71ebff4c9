-- T23: when the time of a case is over, two people have the data of its persons
-- destroyed. Only then are facts written over, and of them only the payload; only then
-- do files of evidence go.
DROP TRIGGER journal_never_updated;
CREATE TRIGGER journal_never_updated BEFORE UPDATE ON journal
WHEN NOT (
  OLD.position = NEW.position AND OLD.stream_kind = NEW.stream_kind
  AND OLD.stream_id = NEW.stream_id AND OLD.revision = NEW.revision
  AND OLD.kind = NEW.kind AND OLD.version = NEW.version
  AND OLD.observed_on IS NEW.observed_on AND OLD.recorded_at = NEW.recorded_at
  AND OLD.recorded_by = NEW.recorded_by AND OLD.command_id = NEW.command_id
  AND OLD.ordinal = NEW.ordinal AND OLD.policy_hash = NEW.policy_hash
  AND EXISTS (SELECT 1 FROM journal AS last WHERE last.stream_id = OLD.stream_id
    AND last.stream_kind = 'case' AND last.kind = 'anonymised')
)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

DROP TRIGGER evidence_file_never_deleted;
CREATE TRIGGER evidence_file_never_deleted BEFORE DELETE ON evidence_file
WHEN NOT EXISTS (SELECT 1 FROM journal WHERE journal.stream_id = OLD.case_id
  AND journal.stream_kind = 'case' AND journal.kind = 'anonymised')
BEGIN SELECT RAISE(ABORT, 'files of evidence are append-only'); END;
