-- Wordings that citizens used for an item, proposed as its phrasings. A reviewer of the owner unit decides.
CREATE TABLE phrasing_proposal (
    id                 TEXT PRIMARY KEY,
    interpretation_id  TEXT NOT NULL REFERENCES interpretation (id),
    question           TEXT NOT NULL,        -- the item's question: positions may change before somebody decides
    wording            TEXT NOT NULL,        -- holds no number of a person
    state              TEXT NOT NULL,        -- open, accepted, refused
    decided_by         TEXT NOT NULL,        -- a login, or empty
    created_at         BIGINT NOT NULL,
    decided_at         BIGINT,
    UNIQUE (interpretation_id, question, wording)
);

-- Who said it, so that each person counts once and can be forgotten.
CREATE TABLE phrasing_said (
    proposal_id  TEXT NOT NULL REFERENCES phrasing_proposal (id),
    citizen_id   TEXT NOT NULL REFERENCES citizen (id),
    PRIMARY KEY (proposal_id, citizen_id)
);
CREATE INDEX phrasing_said_citizen ON phrasing_said (citizen_id);
