"""Attacks made by software from bona fide material, as cameras: the same seed gives the same frames."""
