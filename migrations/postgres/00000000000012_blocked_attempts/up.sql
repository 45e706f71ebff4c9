-- Commands on a case that a rule of four eyes or of roles refused: who tried what,
-- and which rule stood against it. Only grows; holds no content of the command.
CREATE TABLE blocked_attempt (
  attempt_id   UUID        PRIMARY KEY NOT NULL,
  blocked_at   TIMESTAMPTZ NOT NULL,
  user_id      UUID        NOT NULL,
  case_id      UUID        NOT NULL,
  code         TEXT        NOT NULL,
  command      TEXT        NOT NULL
);
CREATE INDEX blocked_attempt_time ON blocked_attempt (blocked_at, attempt_id);

CREATE FUNCTION blocked_attempts_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'blocked attempts are append-only';
END
$$;
CREATE TRIGGER blocked_attempt_never_changed BEFORE UPDATE OR DELETE ON blocked_attempt
  FOR EACH ROW EXECUTE FUNCTION blocked_attempts_are_append_only();
CREATE TRIGGER blocked_attempt_never_truncated BEFORE TRUNCATE ON blocked_attempt
  FOR EACH STATEMENT EXECUTE FUNCTION blocked_attempts_are_append_only();
