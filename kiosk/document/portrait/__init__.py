"""The portrait on a document: found, cut upright, enhanced, graded, and compared by a table of its own."""
