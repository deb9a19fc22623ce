-- What those who work on a ticket tell one another, and who has it open.

CREATE TABLE ticket_note (
    id            TEXT PRIMARY KEY,
    ticket_id     TEXT NOT NULL REFERENCES ticket (id),
    at            BIGINT NOT NULL,
    author        TEXT NOT NULL,               -- login
    unit          TEXT REFERENCES unit (code), -- whose note it is; NULL: the dispatchers'
    for_dispatch  BIGINT NOT NULL,             -- 1: dispatchers read a unit's note too
    body          TEXT NOT NULL,               -- '' once it is gone
    gone          TEXT NOT NULL DEFAULT '',    -- '': it stands; struck: by its author; erased: with the citizen's words
    gone_at       BIGINT,
    form          TEXT NOT NULL,               -- the form that brought it: sent twice, it is one note
    UNIQUE (ticket_id, author, form)
);
CREATE INDEX ticket_note_unit ON ticket_note (unit);

-- A row says that a page is open, and ceases to count by itself.
CREATE TABLE ticket_presence (
    ticket_id    TEXT NOT NULL REFERENCES ticket (id),
    login        TEXT NOT NULL,
    since        BIGINT NOT NULL,              -- when they opened it
    until        BIGINT NOT NULL,              -- until when that counts
    edits_until  BIGINT NOT NULL,              -- until when they count as typing; 0: they haven't
    PRIMARY KEY (ticket_id, login)
);
CREATE INDEX ticket_presence_until ON ticket_presence (until);
