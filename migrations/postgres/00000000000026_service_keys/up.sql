-- Accounts of programs: each under an agreement that ends, and its keys, of which only
-- hashes are kept.
CREATE TABLE service_agreement (
  user_id   UUID PRIMARY KEY NOT NULL,
  agreement TEXT NOT NULL,
  until     DATE NOT NULL
);

CREATE TABLE service_key (
  key_id      UUID        PRIMARY KEY NOT NULL,
  user_id     UUID        NOT NULL,
  secret_hash BYTEA       NOT NULL,
  operations  TEXT        NOT NULL,
  made_at     TIMESTAMPTZ NOT NULL,
  made_by     UUID        NOT NULL,
  expires_at  TIMESTAMPTZ NOT NULL,
  ended_at    TIMESTAMPTZ
);
CREATE INDEX service_key_of_user ON service_key (user_id);
