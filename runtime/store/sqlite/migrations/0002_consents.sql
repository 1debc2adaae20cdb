-- The ledger of consents: who agreed to what, or took it back, when, and to
-- which words. What stands here stays as it is; only whom it is about may be
-- told anew, when two contacts prove to be one person.

CREATE TABLE consent (
    n          INTEGER PRIMARY KEY,
    contact    INTEGER NOT NULL REFERENCES contact (n),
    at         INTEGER NOT NULL,
    purpose    TEXT NOT NULL CHECK (purpose <> ''),
    version    INTEGER NOT NULL,
    given      INTEGER NOT NULL,
    words      TEXT NOT NULL,
    message_id TEXT NOT NULL,
    source     TEXT NOT NULL,
    actor      TEXT NOT NULL
) STRICT;
CREATE INDEX consent_contact ON consent (contact);

CREATE TRIGGER consent_stays BEFORE DELETE ON consent
BEGIN
    SELECT raise(ABORT, 'the ledger of consents is only added to');
END;
CREATE TRIGGER consent_is_what_it_was
    BEFORE UPDATE OF n, at, purpose, version, given, words, message_id, source, actor ON consent
BEGIN
    SELECT raise(ABORT, 'the ledger of consents is only added to');
END;

-- How often people came by: tied to nobody, so there is no contact here.
CREATE TABLE tally (
    name     TEXT NOT NULL CHECK (name <> ''),
    row      TEXT NOT NULL,
    language TEXT NOT NULL,
    day      TEXT NOT NULL,
    times    INTEGER NOT NULL,
    PRIMARY KEY (name, day, row, language)
) STRICT, WITHOUT ROWID;
