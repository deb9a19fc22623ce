-- Replies that become knowledge, and published answers that citizens found unhelpful.

-- What a unit decided about a reply: not to publish it, or to keep it although it solved nothing.
CREATE TABLE reply_verdict (
    ticket_id  TEXT NOT NULL REFERENCES ticket (id),
    verdict    TEXT NOT NULL,            -- declined, kept
    reason     TEXT NOT NULL,
    login      TEXT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, verdict)
);
CREATE INDEX ticket_replied ON ticket (unit, answered_at, id) WHERE answered_at IS NOT NULL;

-- Up to when what citizens said of a published answer is dealt with: a new version was published, or a reviewer kept it.
CREATE TABLE second_look (
    document   TEXT PRIMARY KEY,         -- an item such as guide#2, or all of a document
    reason     TEXT NOT NULL,            -- why it was kept; empty: a new version
    login      TEXT NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX feedback_document ON feedback (document, at);

-- Whoever follows what happens to topics reads by time.
CREATE INDEX topic_event_at ON topic_event (at, id);

-- A notice may be about a published document instead of a ticket. Neither database lets go of NOT NULL in the same words,
-- so the table is written anew.
DROP INDEX staff_notice_audience;
ALTER TABLE staff_notice_read RENAME TO staff_notice_read_before;
ALTER TABLE staff_notice RENAME TO staff_notice_before;
CREATE TABLE staff_notice (
    id         TEXT PRIMARY KEY,
    audience   TEXT NOT NULL,            -- unit:CODE, reviewers:CODE, head:CODE, member:LOGIN, dispatchers
    matter     TEXT NOT NULL,
    ticket_id  TEXT REFERENCES ticket (id),
    document   TEXT REFERENCES interpretation (id),
    at         BIGINT NOT NULL
);
CREATE TABLE staff_notice_read (
    notice_id  TEXT NOT NULL REFERENCES staff_notice (id),
    login      TEXT NOT NULL,
    PRIMARY KEY (notice_id, login)
);
INSERT INTO staff_notice (id, audience, matter, ticket_id, at)
    SELECT id, audience, matter, ticket_id, at FROM staff_notice_before;
INSERT INTO staff_notice_read (notice_id, login) SELECT notice_id, login FROM staff_notice_read_before;
DROP TABLE staff_notice_read_before;
DROP TABLE staff_notice_before;
CREATE INDEX staff_notice_audience ON staff_notice (audience, id);
