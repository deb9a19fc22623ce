-- Why the bot did not answer and why it proposed the unit, as it was known when the ticket was filed.

ALTER TABLE ticket ADD COLUMN grounds TEXT;   -- JSON; NULL: filed before this was kept, or erased by the citizen
