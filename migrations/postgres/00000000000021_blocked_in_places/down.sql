-- What was refused in places has no room in the table as it was.
ALTER TABLE blocked_attempt DISABLE TRIGGER blocked_attempt_never_changed;
DELETE FROM blocked_attempt WHERE case_id IS NULL;
ALTER TABLE blocked_attempt ENABLE TRIGGER blocked_attempt_never_changed;
ALTER TABLE blocked_attempt
  DROP CONSTRAINT blocked_attempt_names_one,
  DROP COLUMN place_code,
  DROP COLUMN place_edition,
  ALTER COLUMN case_id SET NOT NULL;
