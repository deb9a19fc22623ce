-- Tickets: questions routed to the unit responsible.

CREATE TABLE ticket (
    id            TEXT PRIMARY KEY,
    number        TEXT NOT NULL UNIQUE,      -- what the citizen is told, e.g. Z20261123-0007
    question      TEXT NOT NULL,
    citizen_id    TEXT NOT NULL REFERENCES citizen (id),
    channel       TEXT NOT NULL,             -- where the reply goes
    account       TEXT NOT NULL,
    person        TEXT NOT NULL,
    unit          TEXT NOT NULL REFERENCES unit (code),
    phase         TEXT NOT NULL,             -- the state's name, for lists
    state         TEXT NOT NULL,             -- JSON: the state with its data
    designated    BIGINT NOT NULL,           -- 1: the dispatcher decided, no return
    version       BIGINT NOT NULL,
    filed_at      BIGINT NOT NULL,
    due_on        TEXT NOT NULL,             -- ISO date, the last day for the reply
    reckoning     TEXT NOT NULL,             -- JSON: how due_on was computed
    closed_at     BIGINT
);
CREATE INDEX ticket_unit ON ticket (unit, phase, due_on);
CREATE INDEX ticket_citizen ON ticket (citizen_id, filed_at);

CREATE TABLE ticket_event (
    id         TEXT PRIMARY KEY,
    ticket_id  TEXT NOT NULL REFERENCES ticket (id),
    at         BIGINT NOT NULL,
    actor      TEXT NOT NULL,
    kind       TEXT NOT NULL,
    detail     TEXT NOT NULL                 -- JSON
);
CREATE INDEX ticket_event_ticket ON ticket_event (ticket_id, id);

-- Numbers that people are given, counted by day.
CREATE TABLE number_series (
    name   TEXT PRIMARY KEY,
    value  BIGINT NOT NULL
);
