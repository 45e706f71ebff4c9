-- What a user shows besides the password: codes of an app, or one of ten on paper. The
-- secret of the app is made of the seed and, where there is one, the pepper.
CREATE TABLE second_factor (
  user_id      BLOB   PRIMARY KEY NOT NULL,
  seed         BLOB   NOT NULL,
  pepper_id    BLOB   NOT NULL,
  begun_at     BIGINT NOT NULL,
  confirmed_at BIGINT,
  last_step    BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE recovery_code (
  code_hash BLOB   PRIMARY KEY NOT NULL,
  user_id   BLOB   NOT NULL,
  used_at   BIGINT
) WITHOUT ROWID;
CREATE INDEX recovery_code_of_user ON recovery_code (user_id);
