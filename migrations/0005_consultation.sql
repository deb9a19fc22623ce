-- Pending decisions put to the public, and what the public said.

CREATE TABLE consultation (
    id            TEXT PRIMARY KEY,
    title         TEXT NOT NULL,
    unit          TEXT NOT NULL REFERENCES unit (code),
    basis         TEXT NOT NULL,             -- major, normative
    phase         TEXT NOT NULL,             -- drafted, reviewed, announced, open, closed, studied, published, withdrawn
    opens_on      TEXT NOT NULL,
    closes_on     TEXT NOT NULL,             -- the last day on which opinions are taken
    short_reason  TEXT NOT NULL,
    contact       TEXT NOT NULL,
    explanation   TEXT NOT NULL,
    digest        TEXT NOT NULL,
    version       BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);

CREATE TABLE clause (
    consultation_id  TEXT NOT NULL REFERENCES consultation (id),
    number           BIGINT NOT NULL,
    heading          TEXT NOT NULL,
    text             TEXT NOT NULL,
    PRIMARY KEY (consultation_id, number)
);

CREATE TABLE opinion (
    id               TEXT PRIMARY KEY,
    receipt          TEXT NOT NULL UNIQUE,
    consultation_id  TEXT NOT NULL REFERENCES consultation (id),
    clause           BIGINT,                 -- NULL: on the whole draft
    citizen_id       TEXT REFERENCES citizen (id),
    stance           TEXT NOT NULL,          -- support, oppose, suggest
    text             TEXT NOT NULL,
    phase            TEXT NOT NULL,          -- counted, held, withdrawn
    version          BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL
);
CREATE INDEX opinion_consultation ON opinion (consultation_id, id);
CREATE INDEX opinion_citizen ON opinion (citizen_id, id);

CREATE TABLE opinion_version (
    opinion_id  TEXT NOT NULL REFERENCES opinion (id),
    version     BIGINT NOT NULL,
    stance      TEXT NOT NULL,
    text        TEXT NOT NULL,
    phase       TEXT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (opinion_id, version)
);

-- What became of the opinions, and why.
CREATE TABLE adoption (
    consultation_id  TEXT NOT NULL REFERENCES consultation (id),
    position         BIGINT NOT NULL,
    clause           BIGINT,
    opinions         TEXT NOT NULL,          -- JSON array of opinion ids
    outcome          TEXT NOT NULL,          -- adopted, partly, rejected
    reason           TEXT NOT NULL,
    PRIMARY KEY (consultation_id, position)
);
