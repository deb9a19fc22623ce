-- The words of things that people search, as `store/full_text.rs` keeps them: our own terms, SQLite's index.

CREATE TABLE full_text (
    place    INTEGER PRIMARY KEY,          -- the row of the index
    subject  TEXT NOT NULL UNIQUE,         -- the id of a ticket
    digest   TEXT NOT NULL                 -- of its terms: what is the same isn't written again
);

-- Terms between blanks. The index doesn't hold them as a text.
CREATE VIRTUAL TABLE full_text_index USING fts5 (
    terms, content = '', contentless_delete = 1, tokenize = 'ascii tokenchars ''|'''
);

-- What the citizen said of the reply that stands, for statistics: they read a year of replies from the index alone.
ALTER TABLE ticket ADD COLUMN rating BIGINT NOT NULL DEFAULT 0;    -- 0 nothing, 1 it helped, 2 it didn't
-- A quotation mark inside of people's words is written \" in JSON, so the patterns find nothing but the field.
UPDATE ticket SET rating = 1 WHERE phase = 'rated' AND state LIKE '%"rating":"helped"%';
UPDATE ticket SET rating = 2 WHERE phase = 'rated' AND state LIKE '%"rating":"not_helped"%';
DROP INDEX ticket_answered_at;
CREATE INDEX ticket_answered_at ON ticket (answered_at, unit, kind, channel, filed_at, due_on, rating);
