-- Entries of the outbox. Random ids, states, sizes, hashes, times, codes: nothing about a person.
CREATE TABLE entries (
    id       TEXT PRIMARY KEY NOT NULL,
    sequence INTEGER NOT NULL UNIQUE CHECK (sequence > 0),
    state    TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'delivered', 'parked')),
    bytes    INTEGER NOT NULL,
    sha256   TEXT NOT NULL,
    previous TEXT NOT NULL,
    created  REAL NOT NULL,
    changed  REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due      REAL NOT NULL DEFAULT 0,
    code     TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX entries_by_state ON entries (state, due);
