DROP INDEX case_head_due;
ALTER TABLE case_head DROP COLUMN due_on;
