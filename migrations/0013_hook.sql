-- Outgoing web hooks: what other systems and group robots are told.

-- Where each hook stands. A hook is told what happens from the moment it was first seen in the settings.
CREATE TABLE hook_state (
    name     TEXT PRIMARY KEY,
    since    BIGINT NOT NULL,                -- what happened before is not told
    reached  BIGINT NOT NULL,                -- the newest event that was looked at
    next_at  BIGINT NOT NULL                 -- nothing is sent before: the robots' pace, or the receiver asked to wait
);

CREATE TABLE hook_delivery (
    id           TEXT PRIMARY KEY,           -- the receiver's webhook-id: the same in every try
    hook         TEXT NOT NULL,
    event        TEXT NOT NULL,              -- ticket.assigned …
    subject      TEXT NOT NULL,              -- the ticket's number; empty for a test
    payload      TEXT NOT NULL,              -- JSON: the event; no citizen's words, name or contact
    dedup_key    TEXT NOT NULL UNIQUE,       -- hook and event id
    state        TEXT NOT NULL,              -- queued, sending, sent, given_up
    attempts     BIGINT NOT NULL,
    tried_since  BIGINT NOT NULL,            -- when its patience began: written, or told to try again
    due_at       BIGINT NOT NULL,
    lease        TEXT,
    lease_until  BIGINT,
    note         TEXT,                       -- why the last try failed
    created_at   BIGINT NOT NULL,
    settled_at   BIGINT
);
CREATE INDEX hook_delivery_due ON hook_delivery (hook, due_at) WHERE state = 'queued';
CREATE INDEX hook_delivery_sending ON hook_delivery (hook, lease_until) WHERE state = 'sending';
CREATE INDEX hook_delivery_given_up ON hook_delivery (created_at) WHERE state = 'given_up';
CREATE INDEX hook_delivery_created ON hook_delivery (created_at);

-- Followers look for what is new by time.
CREATE INDEX IF NOT EXISTS ticket_event_at ON ticket_event (at, id);
