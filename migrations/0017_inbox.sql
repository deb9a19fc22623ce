-- The inbox: lists that stay fast however many tickets are closed, and views that people keep.

CREATE INDEX ticket_inbox ON ticket (unit, stopped, due_on, id, phase) WHERE closed_at IS NULL;
CREATE INDEX ticket_inbox_all ON ticket (stopped, due_on, id, phase) WHERE closed_at IS NULL;
CREATE INDEX ticket_closed ON ticket (unit, closed_at, id) WHERE closed_at IS NOT NULL;
CREATE INDEX ticket_closed_all ON ticket (closed_at, id) WHERE closed_at IS NOT NULL;
CREATE INDEX ticket_worker ON ticket (claimed_by) WHERE closed_at IS NULL;
CREATE INDEX ticket_channel ON ticket (channel);

-- Views that a member of staff keeps under a name.
CREATE TABLE staff_view (
    id        TEXT PRIMARY KEY,
    login     TEXT NOT NULL REFERENCES staff (login),
    name      TEXT NOT NULL,
    address   TEXT NOT NULL,               -- what stands after /console?
    kept_at   BIGINT NOT NULL,
    UNIQUE (login, name)
);
