-- What the dispatcher and the answering units teach about routing; and what kind of message a ticket is.

CREATE TABLE routing_lesson (
    ticket_id  TEXT PRIMARY KEY REFERENCES ticket (id),
    question   TEXT NOT NULL,            -- as asked; empty once the citizen took their words back
    unit       TEXT NOT NULL REFERENCES unit (code),
    revision   BIGINT NOT NULL           -- the counter "routing" when it was written: replicas read what is newer
);
CREATE INDEX routing_lesson_revision ON routing_lesson (revision, ticket_id);

ALTER TABLE ticket ADD COLUMN kind TEXT NOT NULL DEFAULT '';           -- advice, help, inquiry; empty: not told
ALTER TABLE ticket ADD COLUMN kind_sure BIGINT NOT NULL DEFAULT 0;     -- how sure the bot is of it, in percent
