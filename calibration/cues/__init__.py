"""Measures the cues of presentation attacks and writes their operating points."""
