"""Cues of a living person before this very camera, and of a picture of one: numbers in, judgements out."""
