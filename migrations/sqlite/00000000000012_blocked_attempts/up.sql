-- Commands on a case that a rule of four eyes or of roles refused: who tried what,
-- and which rule stood against it. Only grows; holds no content of the command.
CREATE TABLE blocked_attempt (
  attempt_id   BLOB   PRIMARY KEY NOT NULL,
  blocked_at   BIGINT NOT NULL,
  user_id      BLOB   NOT NULL,
  case_id      BLOB   NOT NULL,
  code         TEXT   NOT NULL,
  command      TEXT   NOT NULL
);
CREATE INDEX blocked_attempt_time ON blocked_attempt (blocked_at, attempt_id);

CREATE TRIGGER blocked_attempt_never_updated BEFORE UPDATE ON blocked_attempt
BEGIN SELECT RAISE(ABORT, 'blocked attempts are append-only'); END;
CREATE TRIGGER blocked_attempt_never_deleted BEFORE DELETE ON blocked_attempt
BEGIN SELECT RAISE(ABORT, 'blocked attempts are append-only'); END;
