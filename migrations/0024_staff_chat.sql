-- Staff in chat: chats that a unit bound, whose accounts are whose, and the codes by which both are proved.

-- A chat that gets a unit's tickets.
CREATE TABLE staff_chat (
    channel   TEXT NOT NULL,
    account   TEXT NOT NULL,
    person    TEXT NOT NULL,               -- the chat's id on the channel
    unit      TEXT NOT NULL,
    title     TEXT NOT NULL,               -- the group's name when it was bound; empty for a private chat
    bound_by  TEXT NOT NULL,               -- login of the reviewer whose code it was
    bound_at  BIGINT NOT NULL,
    PRIMARY KEY (channel, account, person)
);
CREATE INDEX staff_chat_unit ON staff_chat (unit);

-- What became of bindings, for the unit to see.
CREATE TABLE staff_chat_event (
    id     TEXT PRIMARY KEY,
    unit   TEXT NOT NULL,
    title  TEXT NOT NULL,
    at     BIGINT NOT NULL,
    change TEXT NOT NULL,                  -- bound, unbound, removed, unreachable, moved
    actor  TEXT NOT NULL                   -- staff:LOGIN, or rule:NAME
);
CREATE INDEX staff_chat_event_unit ON staff_chat_event (unit, id);

-- Whose account on a channel it is. A member has one on each of our accounts there.
CREATE TABLE staff_account (
    channel    TEXT NOT NULL,
    account    TEXT NOT NULL,
    person     TEXT NOT NULL,              -- the member's id on the channel
    staff_id   TEXT NOT NULL,
    linked_at  BIGINT NOT NULL,
    PRIMARY KEY (channel, account, person),
    UNIQUE (channel, account, staff_id)
);

-- One-time codes: only the digest is here. A new one for the same thing takes the place of the old.
CREATE TABLE staff_code (
    purpose     TEXT NOT NULL,             -- unit: binds a chat; member: links an account
    subject     TEXT NOT NULL,             -- the unit's code, or the member's login
    digest      TEXT NOT NULL UNIQUE,
    made_by     TEXT NOT NULL,             -- login
    expires_at  BIGINT NOT NULL,
    PRIMARY KEY (purpose, subject)
);

-- Wrong codes, by the chat in which they were tried.
CREATE TABLE staff_code_try (
    channel   TEXT NOT NULL,
    account   TEXT NOT NULL,
    person    TEXT NOT NULL,
    failures  BIGINT NOT NULL,
    since     BIGINT NOT NULL,
    PRIMARY KEY (channel, account, person)
);

-- The id that the platform gave to a message, so that an answer to it is known.
ALTER TABLE outbox ADD COLUMN reference TEXT;
CREATE INDEX outbox_reference ON outbox (channel, account, person, reference) WHERE reference IS NOT NULL;
