-- The books of one number.
--
-- Times are microseconds since 1970, UTC; 0 is no time at all. Rows point to a
-- contact by its number here, n, which also says who came first.

CREATE TABLE contact (
    n            INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE CHECK (id <> ''),
    merged_into  INTEGER REFERENCES contact (n), -- never a chain: always someone who stays
    user_id      TEXT NOT NULL DEFAULT '',       -- the newest of each kind in known_by
    phone        TEXT NOT NULL DEFAULT '',
    name         TEXT NOT NULL DEFAULT '',
    created      INTEGER NOT NULL,
    conversation BLOB                            -- encoded; NULL until there is one
) STRICT;
CREATE INDEX contact_merged ON contact (merged_into) WHERE merged_into IS NOT NULL;

-- What WhatsApp calls a contact, now and before. A value has one owner.
CREATE TABLE known_by (
    kind    TEXT NOT NULL CHECK (kind IN ('user', 'phone')),
    value   TEXT NOT NULL CHECK (value <> ''),
    contact INTEGER NOT NULL REFERENCES contact (n),
    PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX known_by_contact ON known_by (contact);

-- What was reported before. The key is the first half of a SHA-256, because a
-- WhatsApp id has a phone number inside and this table outlives the person's
-- wish to be forgotten.
CREATE TABLE first_sight (
    key BLOB PRIMARY KEY,
    at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX first_sight_at ON first_sight (at);

-- What could not be handled: its shape with every string redacted, and where
-- it failed. No text, no number, no contact.
CREATE TABLE set_aside (
    n        INTEGER PRIMARY KEY,
    received INTEGER NOT NULL,
    class    TEXT NOT NULL,
    place    TEXT NOT NULL,
    shape    BLOB
) STRICT;
CREATE INDEX set_aside_received ON set_aside (received);

CREATE TABLE transcript (
    n          INTEGER PRIMARY KEY,
    contact    INTEGER NOT NULL REFERENCES contact (n),
    at         INTEGER NOT NULL,
    sent       INTEGER NOT NULL,
    incoming   INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    text       TEXT NOT NULL,
    message_id TEXT NOT NULL,
    cause      TEXT NOT NULL,
    flow       TEXT NOT NULL,
    node       TEXT NOT NULL
) STRICT;
CREATE INDEX transcript_contact ON transcript (contact);

CREATE TABLE record (
    n       INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL REFERENCES contact (n),
    at      INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    code    TEXT NOT NULL,
    flow    TEXT NOT NULL,
    node    TEXT NOT NULL,
    detail  TEXT NOT NULL
) STRICT;
CREATE INDEX record_contact ON record (contact);

CREATE TABLE timer (
    contact INTEGER NOT NULL REFERENCES contact (n),
    flow    TEXT NOT NULL,
    visit   INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    due     INTEGER NOT NULL,
    PRIMARY KEY (contact, flow, visit, purpose)
) STRICT, WITHOUT ROWID;
CREATE INDEX timer_due ON timer (due);

-- Messages owed. Ids are never used twice (AUTOINCREMENT): a sender may still
-- hold one whose row is gone.
--
-- turn is how a claim finds its rows without looking at the others. It is set
-- on the oldest queued row of a contact of whom nothing is being sent or in
-- doubt, to the time from which that row may go, 0 for now; else it is NULL.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    contact    INTEGER NOT NULL REFERENCES contact (n),
    message    BLOB NOT NULL,
    token      TEXT NOT NULL UNIQUE CHECK (token <> ''),
    state      TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'indeterminate',
                   'sent', 'delivered', 'read', 'failed', 'withdrawn', 'dead')),
    not_before INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    claimed    INTEGER NOT NULL DEFAULT 0,
    attempts   INTEGER NOT NULL DEFAULT 0,
    resent     INTEGER NOT NULL DEFAULT 0,
    recalled   INTEGER NOT NULL DEFAULT 0,
    message_id TEXT NOT NULL DEFAULT '',
    reason     TEXT NOT NULL DEFAULT '',
    turn       INTEGER CHECK (turn IS NULL OR state = 'queued')
) STRICT;
CREATE INDEX outbox_turn ON outbox (turn, id) WHERE turn IS NOT NULL;
CREATE INDEX outbox_open ON outbox (contact, state, id)
    WHERE state IN ('queued', 'sending', 'indeterminate');
CREATE INDEX outbox_doubt ON outbox (not_before, id) WHERE state = 'indeterminate';
CREATE INDEX outbox_message ON outbox (message_id) WHERE message_id <> '';
CREATE INDEX outbox_contact ON outbox (contact);

-- Statuses that came before we knew the id of the message they are about.
CREATE TABLE early_status (
    message_id TEXT PRIMARY KEY,
    state      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    received   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX early_status_received ON early_status (received);

-- One row that Ping writes, to know that it can.
CREATE TABLE pulse (
    n  INTEGER PRIMARY KEY CHECK (n = 1),
    at INTEGER NOT NULL
) STRICT;
