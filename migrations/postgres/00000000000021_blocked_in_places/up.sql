-- Refused commands on places as well: one of the two is named, the case or the place.
ALTER TABLE blocked_attempt
  ALTER COLUMN case_id DROP NOT NULL,
  ADD COLUMN place_edition TEXT,
  ADD COLUMN place_code TEXT,
  ADD CONSTRAINT blocked_attempt_names_one CHECK
    ((case_id IS NULL) = (place_code IS NOT NULL)
      AND (place_code IS NULL) = (place_edition IS NULL));
