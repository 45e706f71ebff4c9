DROP TRIGGER evidence_file_never_changed ON evidence_file;
CREATE TRIGGER evidence_file_never_changed BEFORE UPDATE OR DELETE ON evidence_file
  FOR EACH ROW EXECUTE FUNCTION evidence_file_is_append_only();
DROP FUNCTION evidence_file_goes_with_its_case;
CREATE OR REPLACE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the journal is append-only';
END
$$;
