-- What a ticket carries besides its state: cooperating units, an extension, words back and forth, merging, splitting.

ALTER TABLE ticket ADD COLUMN acceptance TEXT;                        -- JSON: how the last day for accepting was computed; NULL: filed before there was one
ALTER TABLE ticket ADD COLUMN accept_on TEXT NOT NULL DEFAULT '';     -- ISO date: by when a unit should accept it; '': nothing to accept
ALTER TABLE ticket ADD COLUMN course TEXT NOT NULL DEFAULT '{}';      -- JSON: the Course
ALTER TABLE ticket ADD COLUMN claimed_by TEXT NOT NULL DEFAULT '';    -- login of who works on it, for lists
ALTER TABLE ticket ADD COLUMN stopped BIGINT NOT NULL DEFAULT 0;      -- 1: the clock stands still, the citizen was asked
ALTER TABLE ticket ADD COLUMN merged_into TEXT REFERENCES ticket (id);
ALTER TABLE ticket ADD COLUMN split_from TEXT REFERENCES ticket (id);
ALTER TABLE ticket ADD COLUMN answered_at BIGINT;                     -- when the last reply was approved
CREATE INDEX ticket_merged ON ticket (merged_into);
CREATE INDEX ticket_split ON ticket (split_from);
CREATE INDEX ticket_due ON ticket (phase, due_on);
CREATE INDEX ticket_accept ON ticket (phase, accept_on);

-- Units that cooperate on a ticket, for their lists.
CREATE TABLE ticket_part (
    ticket_id  TEXT NOT NULL REFERENCES ticket (id),
    unit       TEXT NOT NULL REFERENCES unit (code),
    PRIMARY KEY (ticket_id, unit)
);
CREATE INDEX ticket_part_unit ON ticket_part (unit, ticket_id);
CREATE INDEX ticket_event_at ON ticket_event (at, id);

-- What waits for staff, and whom a unit's silence concerns.
CREATE TABLE staff_notice (
    id         TEXT PRIMARY KEY,
    audience   TEXT NOT NULL,      -- unit:CODE, reviewers:CODE, head:CODE, member:LOGIN, dispatchers
    matter     TEXT NOT NULL,
    ticket_id  TEXT NOT NULL REFERENCES ticket (id),
    at         BIGINT NOT NULL
);
CREATE INDEX staff_notice_audience ON staff_notice (audience, id);
CREATE TABLE staff_notice_read (
    notice_id  TEXT NOT NULL REFERENCES staff_notice (id),
    login      TEXT NOT NULL,
    PRIMARY KEY (notice_id, login)
);

-- What a job last worked with, such as the digest of the calendar.
CREATE TABLE job_mark (
    name   TEXT PRIMARY KEY,
    value  TEXT NOT NULL
);
