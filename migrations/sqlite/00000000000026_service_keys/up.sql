-- Accounts of programs: each under an agreement that ends, and its keys, of which only
-- hashes are kept.
CREATE TABLE service_agreement (
  user_id   BLOB PRIMARY KEY NOT NULL,
  agreement TEXT NOT NULL,
  until     TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE service_key (
  key_id      BLOB   PRIMARY KEY NOT NULL,
  user_id     BLOB   NOT NULL,
  secret_hash BLOB   NOT NULL,
  operations  TEXT   NOT NULL,
  made_at     BIGINT NOT NULL,
  made_by     BLOB   NOT NULL,
  expires_at  BIGINT NOT NULL,
  ended_at    BIGINT
) WITHOUT ROWID;
CREATE INDEX service_key_of_user ON service_key (user_id);
