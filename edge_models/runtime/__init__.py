"""Load, verify and run a released model, without knowing which engine does it."""
