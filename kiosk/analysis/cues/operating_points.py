"""Thresholds of the cues with the rates that they stand for, as measured; written by ``python -m calibration.cues``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import isfinite

FILE = "operating_points.toml"


class OperatingPointInvalid(Exception):
    """A cue has no operating point, or one that cannot be right."""


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Where a cue divides, and what that costs (terms of ISO/IEC 30107-3)."""

    threshold: float
    """a presentation passes when its score is not below it"""
    bpcer: float
    """share of bona fide presentations refused"""
    bona_fide: int
    """presentations behind the BPCER"""
    apcer: float
    """share of attack presentations accepted, of the worst species that was measured"""
    attacks: int
    """presentations behind the APCER"""
    measured_on: str
    """in words; never what a report is about"""


@lru_cache(maxsize=1)
def operating_points() -> dict[str, OperatingPoint]:
    """Read all operating points, by cue. Raises ``OperatingPointInvalid``."""
    return parse((files(__package__) / FILE).read_text("utf-8"))


def operating_point(cue: str) -> OperatingPoint:
    """Give the operating point of a cue. Raises ``OperatingPointInvalid`` where there is none."""
    try:
        return operating_points()[cue]
    except KeyError:
        raise OperatingPointInvalid(f"{FILE} has no table [{cue}]") from None


def parse(content: str) -> dict[str, OperatingPoint]:
    """Read the file's text. Raises ``OperatingPointInvalid``."""
    try:
        tables = tomllib.loads(content)
        points = {cue: OperatingPoint(**table) for cue, table in tables.items()}
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise OperatingPointInvalid(f"{FILE} cannot be read ({error})") from error
    for cue, point in points.items():
        numbers = (point.threshold, point.bpcer, point.apcer)
        if not all(isinstance(number, int | float) and isfinite(number) for number in numbers):
            raise OperatingPointInvalid(f"[{cue}] holds what is no number")
        if not (0 <= point.bpcer <= 1 and 0 <= point.apcer <= 1 and point.bona_fide > 0 and point.attacks >= 0):
            raise OperatingPointInvalid(f"[{cue}] holds rates or counts that cannot be")
    return points
