-- A unit's place in the directory, and what becomes of it: renamed, merged, abolished, each from a day on.

ALTER TABLE unit ADD COLUMN parent TEXT NOT NULL DEFAULT '';       -- a unit's code, or empty
ALTER TABLE unit ADD COLUMN contact TEXT NOT NULL DEFAULT '';      -- for the office only, on no public page
ALTER TABLE unit ADD COLUMN head TEXT NOT NULL DEFAULT '';         -- a login, or empty
ALTER TABLE unit ADD COLUMN former TEXT NOT NULL DEFAULT '[]';     -- JSON array: names that it bore
ALTER TABLE unit ADD COLUMN state TEXT NOT NULL DEFAULT '{"state":"active"}';
ALTER TABLE unit ADD COLUMN effective_on TEXT NOT NULL DEFAULT ''; -- ISO date of the decided change, or empty
ALTER TABLE unit ADD COLUMN settled BIGINT NOT NULL DEFAULT 1;     -- 0: what falls on that day isn't carried out yet
ALTER TABLE unit ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE unit ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';   -- an actor as the audit log names them
CREATE INDEX unit_effective ON unit (effective_on) WHERE effective_on <> '';

-- A file of units that was read and waits for somebody to say that it is what they meant.
CREATE TABLE unit_upload (
    id          TEXT PRIMARY KEY,
    login       TEXT NOT NULL,
    content     TEXT NOT NULL,     -- JSON
    seen        TEXT NOT NULL,     -- JSON: the versions of units against which the preview was made
    created_at  BIGINT NOT NULL
);
