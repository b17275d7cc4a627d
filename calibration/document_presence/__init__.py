"""Measures the cues of a document's presence on simulations and writes their operating points."""
