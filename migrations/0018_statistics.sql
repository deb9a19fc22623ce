-- Statistics of casework. All but what the bot answered by itself is computed from tickets and their events.

-- Answers of the bot, counted by day: no other row tells them. No words and no person.
CREATE TABLE tally (
    day      TEXT NOT NULL,      -- ISO date, the city's day
    what     TEXT NOT NULL,      -- answered, chosen
    unit     TEXT NOT NULL,      -- the unit whose document was quoted
    kind     TEXT NOT NULL,      -- advice, help, inquiry; empty: not told
    channel  TEXT NOT NULL,
    value    BIGINT NOT NULL,
    PRIMARY KEY (day, what, unit, kind, channel)
);

-- What came, what was replied to and what was reopened within a period, read from the index alone or by its range.
CREATE INDEX ticket_filed_at ON ticket (filed_at, unit, kind, channel);
CREATE INDEX ticket_answered_at ON ticket (answered_at, unit);
CREATE INDEX ticket_event_kind ON ticket_event (kind, at, ticket_id);
