-- Staff say what kind of message a ticket is, and what they say is learned.

ALTER TABLE ticket ADD COLUMN kind_set BIGINT NOT NULL DEFAULT 0;      -- 1: a person set the kind; 0: the bot guessed it

CREATE TABLE kind_lesson (
    ticket_id  TEXT PRIMARY KEY REFERENCES ticket (id),
    question   TEXT NOT NULL,            -- as asked; empty once the citizen took their words back
    kind       TEXT NOT NULL,            -- advice, help, inquiry
    revision   BIGINT NOT NULL           -- the counter "kinds" when it was written: replicas read what is newer
);
CREATE INDEX kind_lesson_revision ON kind_lesson (revision, ticket_id);
