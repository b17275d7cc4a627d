"""Whether lines that were read are a zone at all, and which of several readings is the better one."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.identity.mrz.characters import FILLER, Line, text_of
from kiosk.identity.mrz.codes import known_issuer
from kiosk.identity.mrz.parsing import Parsed

_LEAST_CONFIDENCE = 0.6
_SURE = 0.8
_VERY_SURE = 0.92
_FILLERS = 6
_DOUBTS = frozenset({"wrong_length", "nationality_unknown", "issuer_unknown"})
"""problems that may be the reading's"""
_LENGTHS = (30, 36, 44)


@dataclass(frozen=True, slots=True)
class Judged:
    """A reading and what speaks for it."""

    lines: tuple[Line, ...]
    """the zone's lines as read"""
    parsed: Parsed
    confidence: float
    """mean of its characters, 0..1"""

    @property
    def held(self) -> int:
        """Give how many check digits hold."""
        return sum(holds for _, holds in self.parsed.checks)

    @property
    def failed(self) -> int:
        """Give how many check digits fail."""
        return len(self.parsed.checks) - self.held

    @property
    def zone(self) -> bool:
        """Say whether this is a machine-readable zone and not other print, a pattern or noise.

        The form alone, with its classes of characters, lets hardly any other print pass; a check digit holds by
        accident once in ten.
        """
        if self.parsed.kind == "unknown":
            return _looks_like_one(self.lines)
        if self.confidence < _LEAST_CONFIDENCE:
            return False
        fillers = sum(line.count(FILLER) for line in self.parsed.lines)
        if fillers < 2:
            return False
        if self.held >= 2 or (self.held == 1 and self.confidence >= _SURE and fillers >= _FILLERS):
            return True
        issuer = self.parsed.field("issuer")
        known = issuer is not None and known_issuer(issuer.raw)
        return known and fillers >= _FILLERS and self.confidence >= _VERY_SURE

    @property
    def finished(self) -> bool:
        """Say whether another look could hardly make it better."""
        least = min((c for line in self.parsed.confidences for c in line), default=0.0)
        if any(one.by == "check" for one in self.parsed.mended):
            return False
        return self.parsed.passed and not _DOUBTS.intersection(self.parsed.problems) and least >= 0.5

    @property
    def support(self) -> tuple[float, ...]:
        """Give what speaks for it beside the reader's own confidence, the better supported one greater."""
        return (
            self.parsed.kind != "unknown",
            self.zone,
            -self.failed,
            self.held,
            -len(_DOUBTS.intersection(self.parsed.problems)),
        )

    @property
    def worth(self) -> tuple[float, ...]:
        """Give what readings of one zone are compared by, the better one greater."""
        mended = sum(one.by == "check" for one in self.parsed.mended)
        return (*self.support, -mended, self.confidence)


def judge(lines: tuple[Line, ...], parsed: Parsed) -> Judged:
    """Judge what was parsed from lines; lines beside the zone are left out."""
    count = len(parsed.lines)
    own = lines[parsed.first_line : parsed.first_line + count] if parsed.kind != "unknown" else lines
    seen = [character.confidence for line in own for character in line]
    return Judged(own, parsed, sum(seen) / len(seen) if seen else 0.0)


def _looks_like_one(lines: tuple[Line, ...]) -> bool:
    """Say whether lines look like a zone though no form fits them: lengths and fillers of one, read with certainty."""
    near = [line for line in lines if min(abs(len(line) - length) for length in _LENGTHS) <= 2]
    if len(near) < 2:
        return False
    text = "".join(text_of(line) for line in near)
    confidence = sum(c.confidence for line in near for c in line) / len(text)
    return text.count(FILLER) >= 2 * _FILLERS and FILLER * 4 in text and confidence >= _VERY_SURE
