-- Files that staff add to a ticket. A row never changes: it is written once and may be removed until it has gone out.
CREATE TABLE attachment (
    id         TEXT PRIMARY KEY,
    ticket_id  TEXT NOT NULL REFERENCES ticket (id),
    unit       TEXT NOT NULL,        -- the unit of whoever added it
    aim        TEXT NOT NULL,        -- internal, reply
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,        -- pdf, jpeg, png, text, docx, xlsx: by its content
    size       BIGINT NOT NULL,      -- in bytes
    sha256     TEXT NOT NULL,        -- of the bytes, hexadecimal
    added_by   TEXT NOT NULL,        -- a login
    added_at   BIGINT NOT NULL
);
CREATE INDEX attachment_ticket ON attachment (ticket_id);

-- The bytes, in a table of their own so that lists don't read them.
CREATE TABLE attachment_content (
    attachment_id  TEXT PRIMARY KEY REFERENCES attachment (id),
    content        TEXT NOT NULL     -- base64
);

-- Where a citizen fetches a file of the reply: one address for each ticket that the reply answered.
CREATE TABLE attachment_link (
    token          TEXT PRIMARY KEY,
    attachment_id  TEXT NOT NULL REFERENCES attachment (id),
    ticket_id      TEXT NOT NULL REFERENCES ticket (id)
);
CREATE INDEX attachment_link_ticket ON attachment_link (ticket_id);

-- Texts that replies start from.
CREATE TABLE reply_template (
    id          TEXT PRIMARY KEY,
    unit        TEXT NOT NULL,       -- empty: for the whole city
    name        TEXT NOT NULL,
    text        TEXT NOT NULL,
    source      TEXT NOT NULL,       -- where the text comes from, in words or as a number
    retired     BIGINT NOT NULL,     -- 1: no longer offered
    version     BIGINT NOT NULL,
    changed_by  TEXT NOT NULL,       -- a login
    changed_at  BIGINT NOT NULL
);
CREATE INDEX reply_template_unit ON reply_template (unit);
