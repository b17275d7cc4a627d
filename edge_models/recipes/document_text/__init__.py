"""Recipe of ``document_text``: one line of print, read as text."""
