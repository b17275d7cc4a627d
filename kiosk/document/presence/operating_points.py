"""Thresholds of the cues with the rates that they stand for; written by ``python -m calibration.document_presence``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import isfinite

FILE = "operating_points.toml"
CUES = ("screen", "photocopy", "edges", "parallax", "shine")


class PresencePointInvalid(Exception):
    """A cue has no operating point, or one that cannot be right."""


@dataclass(frozen=True, slots=True)
class PresencePoint:
    """Where a cue divides, and what that costs (terms of ISO/IEC 30107-3)."""

    threshold: float
    """a document passes when its score is not below it"""
    rate: float
    """share of real documents below it: of those that could be judged, and not those it was chosen on"""
    documents: int
    """behind that rate"""
    missed: float
    """share of the pictures that the cue is meant for that pass"""
    pictures: int
    """behind that share"""
    measured_on: str


@lru_cache(maxsize=1)
def presence_points() -> dict[str, PresencePoint]:
    """Read all operating points, by cue. Raises ``PresencePointInvalid``."""
    return parse((files(__package__) / FILE).read_text("utf-8"))


def parse(content: str) -> dict[str, PresencePoint]:
    """Read the file's text. Raises ``PresencePointInvalid``."""
    try:
        points = {cue: PresencePoint(**table) for cue, table in tomllib.loads(content).items()}
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise PresencePointInvalid(f"{FILE} cannot be read ({error})") from error
    if set(points) != set(CUES):
        raise PresencePointInvalid(f"{FILE} is about {sorted(points)}, not about {sorted(CUES)}")
    for cue, point in points.items():
        numbers = (point.threshold, point.rate, point.missed)
        if not all(isinstance(one, int | float) and isfinite(one) and 0 <= one <= 1 for one in numbers):
            raise PresencePointInvalid(f"[{cue}] holds what is no share")
        if point.documents <= 0 or point.pictures < 0:
            raise PresencePointInvalid(f"[{cue}] was measured on nothing")
    return points
