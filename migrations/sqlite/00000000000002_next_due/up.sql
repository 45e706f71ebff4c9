-- The day on which somebody has to look at a case next: a round of monitoring, or the
-- review of a hold. Lists of what is due are read by it.
ALTER TABLE case_head ADD COLUMN due_on TEXT;
CREATE INDEX case_head_due ON case_head (due_on, opened_at, case_id) WHERE due_on IS NOT NULL;
