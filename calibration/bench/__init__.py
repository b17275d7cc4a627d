"""Measure this machine: models, engines, the frame's way, a whole verification, others' work beside it."""
