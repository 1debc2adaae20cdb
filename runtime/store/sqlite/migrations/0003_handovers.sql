-- Requests for a person that stand: one row a contact, gone with the request.
-- The conversation knows of it, too; this is how those who answer find it.
-- told is what they should know, as a list of names and values in JSON.

CREATE TABLE handover (
    contact  INTEGER PRIMARY KEY REFERENCES contact (n),
    visit    INTEGER NOT NULL,
    inbox    TEXT NOT NULL,
    since    INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    operator TEXT NOT NULL, -- who has it; '' while it waits
    told     TEXT NOT NULL
) STRICT;
CREATE INDEX handover_turn ON handover (priority DESC, since);
