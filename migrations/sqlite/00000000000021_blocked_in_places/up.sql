-- Refused commands on places as well: one of the two is named, the case or the place.
DROP TRIGGER blocked_attempt_never_updated;
DROP TRIGGER blocked_attempt_never_deleted;
DROP INDEX blocked_attempt_time;
ALTER TABLE blocked_attempt RENAME TO blocked_attempt_before;
CREATE TABLE blocked_attempt (
  attempt_id    BLOB   PRIMARY KEY NOT NULL,
  blocked_at    BIGINT NOT NULL,
  user_id       BLOB   NOT NULL,
  case_id       BLOB,
  code          TEXT   NOT NULL,
  command       TEXT   NOT NULL,
  place_edition TEXT,
  place_code    TEXT,
  CHECK ((case_id IS NULL) = (place_code IS NOT NULL)
    AND (place_code IS NULL) = (place_edition IS NULL))
);
INSERT INTO blocked_attempt (attempt_id, blocked_at, user_id, case_id, code, command)
SELECT attempt_id, blocked_at, user_id, case_id, code, command FROM blocked_attempt_before;
DROP TABLE blocked_attempt_before;
CREATE INDEX blocked_attempt_time ON blocked_attempt (blocked_at, attempt_id);

CREATE TRIGGER blocked_attempt_never_updated BEFORE UPDATE ON blocked_attempt
BEGIN SELECT RAISE(ABORT, 'blocked attempts are append-only'); END;
CREATE TRIGGER blocked_attempt_never_deleted BEFORE DELETE ON blocked_attempt
BEGIN SELECT RAISE(ABORT, 'blocked attempts are append-only'); END;
