"""What came of a presentation, as figures and codes: fit for a file, nothing of a face in it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from calibration.attack.presentation import Label, Presentation

PAD_CHECKS = frozenset(
    {
        "liveness", "continuity", "pad", "depth", "surroundings", "moire", "light",
        "camera_pin", "frame_timing", "frame_content", "sensor",
    }
)  # fmt: skip
"""checks that tell presentations of an attack from bona fide ones; the others are about quality, identity and steps"""
NOTED = frozenset({"moire", "surroundings"})
"""those whose failure is noted and refuses nobody (the kiosk's policy; a test compares)"""


@dataclass(frozen=True)
class Finding:
    """One check's answer."""

    check: str
    passed: bool
    code: str = ""
    score: float | None = None
    threshold: float | None = None

    @property
    def judged(self) -> bool:
        """Tell whether the check answered at all: passed, or refused with figures or for what was seen."""
        unanswered = ("_unavailable", "_too_few", "_too_few_frames", "_not_enrolled", "_not_used", "_too_bright")
        return self.passed or not self.code.endswith((*unanswered, "_missing", "_given_up"))


@dataclass(frozen=True)
class Judged:
    """The result of one presentation."""

    name: str
    label: str
    species: str
    source: str
    way: str
    must_pass: bool
    verdict: str = ""
    """of the session: ``approve``, ``refer``, ``reject``; for PAD alone ``accept``, ``refuse``, ``no_response``"""
    reasons: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    challenge: tuple[str, ...] = ()
    frames: int = 0
    seconds: float = 0.0
    """of film"""
    error: str = ""
    """why it could not be presented at all"""
    note: str = ""

    @property
    def bona_fide(self) -> bool:
        """Tell what it truly is."""
        return self.label == Label.BONA_FIDE.value

    @property
    def responded(self) -> bool:
        """Tell whether the PAD subsystem gave an answer: a PAD score, or a refusal by another PAD check."""
        pad = self.of("pad")
        return (pad is not None and pad.score is not None) or bool(self.refused_by)

    @property
    def refused_by(self) -> tuple[str, ...]:
        """Give the PAD checks that took it for an attack."""
        return tuple(f.check for f in self._failed() if f.check in PAD_CHECKS - NOTED)

    @property
    def noted_by(self) -> tuple[str, ...]:
        """Give the checks that would have refused it, were they allowed to."""
        return tuple(f.check for f in self._failed() if f.check in NOTED)

    @property
    def also_refused_by(self) -> tuple[str, ...]:
        """Give the other checks that did not pass with an answer: quality, match and the like."""
        return tuple(f.check for f in self._failed() if f.check not in PAD_CHECKS)

    def _failed(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.passed and finding.judged)

    @property
    def taken_for_attack(self) -> bool:
        """Tell how the PAD subsystem classified it (meaningful only where it responded)."""
        return bool(self.refused_by)

    @property
    def approved(self) -> bool:
        """Tell whether the whole session approved it."""
        return self.verdict in ("approve", "approve_deferred")

    def of(self, check: str) -> Finding | None:
        """Give a check's answer."""
        return next((finding for finding in self.findings if finding.check == check), None)

    def score_of(self, check: str) -> float | None:
        """Give a check's score where it was judged."""
        finding = self.of(check)
        return finding.score if finding is not None and finding.judged else None


def blank(presentation: Presentation, **known: Any) -> Judged:
    """Give a result that names its presentation."""
    return Judged(
        name=presentation.name,
        label=presentation.label.value,
        species=presentation.species,
        source=presentation.source,
        way=presentation.way.value,
        must_pass=presentation.must_pass,
        note=presentation.note,
        **known,
    )


def as_row(judged: Judged) -> dict[str, Any]:
    """Give a result as JSON values."""
    return asdict(judged)


def from_row(row: dict[str, Any]) -> Judged:
    """Read what ``as_row`` gave. Raises ``KeyError``, ``TypeError`` for another shape."""
    given = dict(row)
    given["findings"] = tuple(Finding(**finding) for finding in given["findings"])
    given["reasons"], given["challenge"] = tuple(given["reasons"]), tuple(given["challenge"])
    return Judged(**given)
