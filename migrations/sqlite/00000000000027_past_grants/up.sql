-- Roles that were taken away: whoever approved a return as a supervisor did so rightly,
-- whatever became of the role. Only grows.
CREATE TABLE past_grant (
  user_id         BLOB   NOT NULL,
  role            TEXT   NOT NULL,
  organisation_id BLOB   NOT NULL,
  ended_at        BIGINT NOT NULL,
  ended_by        BLOB   NOT NULL,
  PRIMARY KEY (user_id, role, organisation_id, ended_at)
) WITHOUT ROWID;

CREATE TRIGGER past_grant_never_updated BEFORE UPDATE ON past_grant
BEGIN SELECT RAISE(ABORT, 'past grants are append-only'); END;
CREATE TRIGGER past_grant_never_deleted BEFORE DELETE ON past_grant
BEGIN SELECT RAISE(ABORT, 'past grants are append-only'); END;
