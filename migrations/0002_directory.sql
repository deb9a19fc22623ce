-- Units, their staff, and the citizens who write to them.

CREATE TABLE unit (
    code      TEXT PRIMARY KEY,
    name      TEXT NOT NULL,
    short     TEXT NOT NULL,
    aliases   TEXT NOT NULL,      -- JSON array
    fields    TEXT NOT NULL,      -- JSON array: fields of work of the notice
    duties    TEXT NOT NULL,
    phone     TEXT NOT NULL,
    address   TEXT NOT NULL,
    hours     TEXT NOT NULL
);

CREATE TABLE staff (
    id             TEXT PRIMARY KEY,
    login          TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    unit           TEXT NOT NULL REFERENCES unit (code),
    roles          TEXT NOT NULL,      -- JSON array: staff, reviewer, dispatcher, administrator
    password_hash  TEXT NOT NULL,
    failures       BIGINT NOT NULL,
    locked_until   BIGINT,
    created_at     BIGINT NOT NULL
);

CREATE TABLE staff_session (
    token_hash  TEXT PRIMARY KEY,
    staff_id    TEXT NOT NULL REFERENCES staff (id),
    csrf        TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);

CREATE TABLE citizen (
    id          TEXT PRIMARY KEY,
    locale      TEXT NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE TABLE citizen_address (
    channel     TEXT NOT NULL,
    account     TEXT NOT NULL,
    person      TEXT NOT NULL,
    citizen_id  TEXT NOT NULL REFERENCES citizen (id),
    PRIMARY KEY (channel, account, person)
);
CREATE INDEX citizen_address_citizen ON citizen_address (citizen_id);

-- A web visitor's or a bot's place in a conversation.
CREATE TABLE dialogue (
    channel     TEXT NOT NULL,
    account     TEXT NOT NULL,
    person      TEXT NOT NULL,
    state       TEXT NOT NULL,      -- JSON
    version     BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (channel, account, person)
);
