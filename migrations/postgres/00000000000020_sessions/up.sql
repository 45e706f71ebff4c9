-- Who is signed in, and from which devices they signed in before. Secrets of clients
-- are kept as hashes only: a stolen copy signs nobody in.
CREATE TABLE session (
  session_id UUID        PRIMARY KEY NOT NULL,
  user_id    UUID        NOT NULL,
  begun_at   TIMESTAMPTZ NOT NULL,
  used_at    TIMESTAMPTZ NOT NULL,
  ends_at    TIMESTAMPTZ NOT NULL,
  ended_at   TIMESTAMPTZ
);
CREATE INDEX session_of_user ON session (user_id);

-- A used token stays until its session is forgotten: sent again, it was stolen.
CREATE TABLE refresh_token (
  token_hash BYTEA       PRIMARY KEY NOT NULL,
  session_id UUID        NOT NULL,
  issued_at  TIMESTAMPTZ NOT NULL,
  used_at    TIMESTAMPTZ
);
CREATE INDEX refresh_token_of_session ON refresh_token (session_id);

CREATE TABLE known_device (
  device_hash BYTEA       PRIMARY KEY NOT NULL,
  user_id     UUID        NOT NULL,
  known_since TIMESTAMPTZ NOT NULL
);
CREATE INDEX known_device_of_user ON known_device (user_id, known_since);
