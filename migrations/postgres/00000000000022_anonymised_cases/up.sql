-- T23: when the time of a case is over, two people have the data of its persons
-- destroyed. Only then are facts written over, and of them only the payload; only then
-- do files of evidence go.
CREATE OR REPLACE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  as_before journal;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    as_before := NEW;
    as_before.payload := OLD.payload;
    IF as_before IS NOT DISTINCT FROM OLD AND EXISTS (
      SELECT 1 FROM journal WHERE stream_id = OLD.stream_id
        AND stream_kind = 'case' AND kind = 'anonymised')
    THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'the journal is append-only';
END
$$;

CREATE FUNCTION evidence_file_goes_with_its_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (
    SELECT 1 FROM journal WHERE stream_id = OLD.case_id
      AND stream_kind = 'case' AND kind = 'anonymised')
  THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'files of evidence are append-only';
END
$$;
DROP TRIGGER evidence_file_never_changed ON evidence_file;
CREATE TRIGGER evidence_file_never_changed BEFORE UPDATE OR DELETE ON evidence_file
  FOR EACH ROW EXECUTE FUNCTION evidence_file_goes_with_its_case();
