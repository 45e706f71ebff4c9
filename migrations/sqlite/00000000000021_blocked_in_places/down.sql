-- What was refused in places has no room in the table as it was.
DROP TRIGGER blocked_attempt_never_updated;
DROP TRIGGER blocked_attempt_never_deleted;
DROP INDEX blocked_attempt_time;
ALTER TABLE blocked_attempt RENAME TO blocked_attempt_before;
CREATE TABLE blocked_attempt (
  attempt_id    BLOB   PRIMARY KEY NOT NULL,
  blocked_at    BIGINT NOT NULL,
  user_id       BLOB   NOT NULL,
  case_id       BLOB   NOT NULL,
  code          TEXT   NOT NULL,
  command       TEXT   NOT NULL
);
INSERT INTO blocked_attempt (attempt_id, blocked_at, user_id, case_id, code, command)
SELECT attempt_id, blocked_at, user_id, case_id, code, command FROM blocked_attempt_before
WHERE case_id IS NOT NULL;
DROP TABLE blocked_attempt_before;
CREATE INDEX blocked_attempt_time ON blocked_attempt (blocked_at, attempt_id);

CREATE TRIGGER blocked_attempt_never_updated BEFORE UPDATE ON blocked_attempt
BEGIN SELECT RAISE(ABORT, 'blocked attempts are append-only'); END;
CREATE TRIGGER blocked_attempt_never_deleted BEFORE DELETE ON blocked_attempt
BEGIN SELECT RAISE(ABORT, 'blocked attempts are append-only'); END;
