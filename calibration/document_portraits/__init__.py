"""How well live probes match portraits on documents: made documents, their scores, the table the kiosk compares by."""
