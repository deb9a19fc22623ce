-- Policies, what explains them, guides, and approved replies.

CREATE TABLE policy (
    id           TEXT PRIMARY KEY,
    title        TEXT NOT NULL,
    number       TEXT NOT NULL,          -- document number (文号), '' where the issuer gave none
    issued       TEXT NOT NULL,          -- JSON: department, joint or government, with its units
    owner        TEXT NOT NULL REFERENCES unit (code),   -- derived from `issued`
    dated        TEXT,                   -- ISO date
    disclosure   TEXT NOT NULL,          -- JSON: proactive, on request, withheld with its reason
    url          TEXT NOT NULL,
    body         TEXT NOT NULL,
    superseded_by TEXT,
    digest       TEXT NOT NULL,          -- of what was imported: an unchanged record is left alone
    updated_at   BIGINT NOT NULL
);

CREATE TABLE interpretation (
    id            TEXT PRIMARY KEY,
    policy_id     TEXT REFERENCES policy (id),      -- an approved reply may stand on no single policy
    kind          TEXT NOT NULL,         -- interpretation, guide, reply
    title         TEXT NOT NULL,
    owner         TEXT NOT NULL REFERENCES unit (code),
    state         TEXT NOT NULL,         -- draft, in_review, published, withdrawn
    version       BIGINT NOT NULL,
    dated         TEXT,
    url           TEXT NOT NULL,
    intro         TEXT NOT NULL,
    digest        TEXT NOT NULL,         -- of what was imported, '' for what was written here
    author        TEXT NOT NULL,         -- who wrote the present text: nobody approves what they wrote
    released_by   TEXT NOT NULL,         -- who published it: staff login or the rule
    updated_at    BIGINT NOT NULL
);
CREATE INDEX interpretation_policy ON interpretation (policy_id);
CREATE INDEX interpretation_owner ON interpretation (owner, state);

-- A question-and-answer item, or a guide's section.
CREATE TABLE item (
    interpretation_id  TEXT NOT NULL REFERENCES interpretation (id),
    position           BIGINT NOT NULL,
    question           TEXT NOT NULL,
    phrasings          TEXT NOT NULL,    -- JSON array
    answer             TEXT NOT NULL,
    PRIMARY KEY (interpretation_id, position)
);

-- Each version as it was before a change.
CREATE TABLE interpretation_version (
    interpretation_id  TEXT NOT NULL,
    version            BIGINT NOT NULL,
    content            TEXT NOT NULL,    -- JSON
    changed_by         TEXT NOT NULL,
    at                 BIGINT NOT NULL,
    PRIMARY KEY (interpretation_id, version)
);

-- "Did this help?": training rows, reviewed before they change anything.
CREATE TABLE feedback (
    id          TEXT PRIMARY KEY,
    citizen_id  TEXT NOT NULL REFERENCES citizen (id),
    question    TEXT NOT NULL,
    document    TEXT NOT NULL,
    helped      BIGINT NOT NULL,
    at          BIGINT NOT NULL
);
