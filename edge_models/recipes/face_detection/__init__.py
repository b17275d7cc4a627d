"""The face detector: pruned and distilled from YuNet."""
