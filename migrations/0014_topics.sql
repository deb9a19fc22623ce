-- Hot topics: what many people ask or say within days, in copies and in their own words.

CREATE TABLE topic (
    id          TEXT PRIMARY KEY,
    unit        TEXT NOT NULL REFERENCES unit (code),
    areas       TEXT NOT NULL,            -- JSON array: districts and cities that its messages name, the commonest first
    wording     TEXT NOT NULL,            -- the most central message, without numbers of persons
    phase       TEXT NOT NULL,            -- watched, raised, explained, dismissed
    state       TEXT NOT NULL,            -- JSON: the state with its data
    people      BIGINT NOT NULL,          -- people in this window, and in the one before, as last counted
    before      BIGINT NOT NULL,
    counted_on  TEXT NOT NULL,            -- the day on which it was last counted; empty: count again
    first_seen  BIGINT NOT NULL,
    last_seen   BIGINT NOT NULL,
    version     BIGINT NOT NULL
);
CREATE INDEX topic_unit ON topic (unit, phase, people);
CREATE INDEX topic_seen ON topic (last_seen);

-- A message and its topic. What is kept to compare later messages with is in `words`, without numbers of persons.
CREATE TABLE topic_member (
    source      TEXT NOT NULL,            -- ticket, opinion
    message_id  TEXT NOT NULL,
    version     BIGINT NOT NULL,          -- of the opinion; a changed one is placed anew
    topic_id    TEXT NOT NULL REFERENCES topic (id),
    copies      TEXT NOT NULL,            -- the id of the first of its copies
    person      TEXT NOT NULL,            -- who said it, so that nobody counts twice; the message's id where nobody is known
    words       TEXT NOT NULL,            -- empty: later messages aren't compared with this one
    areas       TEXT NOT NULL,            -- JSON array
    day         TEXT NOT NULL,            -- ISO date in the city
    at          BIGINT NOT NULL,
    PRIMARY KEY (source, message_id)
);
CREATE INDEX topic_member_topic ON topic_member (topic_id, at);
CREATE INDEX topic_member_person ON topic_member (person);

CREATE TABLE topic_event (
    id        TEXT PRIMARY KEY,
    topic_id  TEXT NOT NULL REFERENCES topic (id),
    at        BIGINT NOT NULL,
    actor     TEXT NOT NULL,
    kind      TEXT NOT NULL,
    detail    TEXT NOT NULL               -- JSON
);
CREATE INDEX topic_event_topic ON topic_event (topic_id, id);

-- Who places messages: one process at a time.
CREATE TABLE topic_lease (
    id      BIGINT PRIMARY KEY,
    holder  TEXT NOT NULL,
    until   BIGINT NOT NULL
);
INSERT INTO topic_lease (id, holder, until) VALUES (1, '', 0);

CREATE INDEX ticket_filed ON ticket (filed_at, id);
CREATE INDEX opinion_changed ON opinion (updated_at, id);
