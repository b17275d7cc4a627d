"""Capture: where a document lies in the live picture, how well it can be read there, and its picture set straight."""
