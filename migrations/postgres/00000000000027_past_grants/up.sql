-- Roles that were taken away: whoever approved a return as a supervisor did so rightly,
-- whatever became of the role. Only grows.
CREATE TABLE past_grant (
  user_id         UUID        NOT NULL,
  role            TEXT        NOT NULL,
  organisation_id UUID        NOT NULL,
  ended_at        TIMESTAMPTZ NOT NULL,
  ended_by        UUID        NOT NULL,
  PRIMARY KEY (user_id, role, organisation_id, ended_at)
);

CREATE FUNCTION past_grants_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'past grants are append-only';
END
$$;
CREATE TRIGGER past_grant_never_changed BEFORE UPDATE OR DELETE ON past_grant
  FOR EACH ROW EXECUTE FUNCTION past_grants_are_append_only();
CREATE TRIGGER past_grant_never_truncated BEFORE TRUNCATE ON past_grant
  FOR EACH STATEMENT EXECUTE FUNCTION past_grants_are_append_only();
