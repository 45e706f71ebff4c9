-- Who is signed in, and from which devices they signed in before. Secrets of clients
-- are kept as hashes only: a stolen copy signs nobody in.
CREATE TABLE session (
  session_id BLOB   PRIMARY KEY NOT NULL,
  user_id    BLOB   NOT NULL,
  begun_at   BIGINT NOT NULL,
  used_at    BIGINT NOT NULL,
  ends_at    BIGINT NOT NULL,
  ended_at   BIGINT
) WITHOUT ROWID;
CREATE INDEX session_of_user ON session (user_id);

-- A used token stays until its session is forgotten: sent again, it was stolen.
CREATE TABLE refresh_token (
  token_hash BLOB   PRIMARY KEY NOT NULL,
  session_id BLOB   NOT NULL,
  issued_at  BIGINT NOT NULL,
  used_at    BIGINT
) WITHOUT ROWID;
CREATE INDEX refresh_token_of_session ON refresh_token (session_id);

CREATE TABLE known_device (
  device_hash BLOB   PRIMARY KEY NOT NULL,
  user_id     BLOB   NOT NULL,
  known_since BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX known_device_of_user ON known_device (user_id, known_since);
