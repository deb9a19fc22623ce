-- What came in, what goes out, and who did what.
-- Portable types only: TEXT and BIGINT; instants are epoch milliseconds, ids are UUIDv7 text.

CREATE TABLE inbox (
    id            TEXT PRIMARY KEY,
    channel       TEXT NOT NULL,
    account       TEXT NOT NULL,
    message_key   TEXT NOT NULL,
    person        TEXT NOT NULL,
    payload       TEXT NOT NULL,
    state         TEXT NOT NULL,          -- pending, done, failed, refused
    attempts      BIGINT NOT NULL,
    note          TEXT,                   -- why it failed or was refused; never the person's words
    received_at   BIGINT NOT NULL,
    settled_at    BIGINT,
    UNIQUE (channel, account, message_key)
);
CREATE INDEX inbox_pending ON inbox (received_at, id) WHERE state = 'pending';
CREATE INDEX inbox_person ON inbox (channel, account, person, received_at);

-- The next position of an address's outgoing messages: taking it serialises writers to one conversation.
CREATE TABLE outbox_position (
    channel   TEXT NOT NULL,
    account   TEXT NOT NULL,
    person    TEXT NOT NULL,
    position  BIGINT NOT NULL,
    PRIMARY KEY (channel, account, person)
);

CREATE TABLE outbox (
    id            TEXT PRIMARY KEY,
    channel       TEXT NOT NULL,
    account       TEXT NOT NULL,
    person        TEXT NOT NULL,
    position      BIGINT NOT NULL,
    dedup_key     TEXT NOT NULL UNIQUE,
    payload       TEXT NOT NULL,
    state         TEXT NOT NULL,          -- queued, sending, sent, uncertain, undeliverable
    parts_sent    BIGINT NOT NULL,
    attempts      BIGINT NOT NULL,
    due_at        BIGINT NOT NULL,
    lease         TEXT,
    lease_until   BIGINT,
    note          TEXT,
    created_at    BIGINT NOT NULL,
    settled_at    BIGINT,
    UNIQUE (channel, account, person, position)
);
CREATE INDEX outbox_due ON outbox (channel, account, due_at) WHERE state = 'queued';
CREATE INDEX outbox_sending ON outbox (lease_until) WHERE state = 'sending';

CREATE TABLE audit (
    seq       BIGINT PRIMARY KEY,
    at        BIGINT NOT NULL,
    actor     TEXT NOT NULL,
    action    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    detail    TEXT NOT NULL,
    previous  TEXT NOT NULL,
    hash      TEXT NOT NULL
);
CREATE TABLE audit_head (
    id    BIGINT PRIMARY KEY,
    seq   BIGINT NOT NULL,
    hash  TEXT NOT NULL
);
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');

-- Counters that other replicas watch, such as the revision of published knowledge.
CREATE TABLE revision (
    name   TEXT PRIMARY KEY,
    value  BIGINT NOT NULL
);
