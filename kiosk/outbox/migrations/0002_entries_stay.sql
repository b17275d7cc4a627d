-- Nothing is dropped, and what was sealed stays what it was.
CREATE TRIGGER entries_stay BEFORE DELETE ON entries
BEGIN
    SELECT RAISE(ABORT, 'an entry is never deleted');
END;
CREATE TRIGGER entries_keep_their_place BEFORE UPDATE OF id, sequence, bytes, sha256, previous, created ON entries
BEGIN
    SELECT RAISE(ABORT, 'what was sealed does not change');
END;
