-- Findings that somebody may still act on, each with its case's own part of the facts
-- (docs/adr/0012): read along the place when something is recorded there.
CREATE TABLE open_finding (
  case_id             BLOB    PRIMARY KEY NOT NULL,
  finding_id          BLOB    NOT NULL,
  expires_on          TEXT    NOT NULL,
  on_the_way          BOOLEAN NOT NULL,
  destination_edition TEXT    NOT NULL,
  destination_code    TEXT    NOT NULL,
  place_edition       TEXT    NOT NULL,
  place_code          TEXT    NOT NULL,
  profile             TEXT    NOT NULL,
  facts               BLOB    NOT NULL
);
CREATE INDEX open_finding_destination ON open_finding (destination_edition, destination_code, case_id);
CREATE INDEX open_finding_place ON open_finding (place_edition, place_code, case_id);

-- Findings that no longer held when they were looked at again, for ever.
CREATE TABLE finding_lost (
  finding_id     BLOB   PRIMARY KEY NOT NULL,
  case_id        BLOB   NOT NULL,
  place_edition  TEXT   NOT NULL,
  place_code     TEXT   NOT NULL,
  position       BIGINT NOT NULL,
  cause          TEXT   NOT NULL,
  event          TEXT,
  lost_on        TEXT   NOT NULL,
  recorded_at    BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX finding_lost_place ON finding_lost (place_edition, place_code, position, finding_id);

-- Which form the projections have. A registry that holds facts already has none yet,
-- and is given all rows anew by `sanad migrate`.
INSERT INTO setting (name, value)
SELECT 'projections', '1' WHERE NOT EXISTS (SELECT 1 FROM journal);
