-- What a user shows besides the password: codes of an app, or one of ten on paper. The
-- secret of the app is made of the seed and, where there is one, the pepper.
CREATE TABLE second_factor (
  user_id      UUID        PRIMARY KEY NOT NULL,
  seed         BYTEA       NOT NULL,
  pepper_id    BYTEA       NOT NULL,
  begun_at     TIMESTAMPTZ NOT NULL,
  confirmed_at TIMESTAMPTZ,
  last_step    BIGINT      NOT NULL
);

CREATE TABLE recovery_code (
  code_hash BYTEA       PRIMARY KEY NOT NULL,
  user_id   UUID        NOT NULL,
  used_at   TIMESTAMPTZ
);
CREATE INDEX recovery_code_of_user ON recovery_code (user_id);
