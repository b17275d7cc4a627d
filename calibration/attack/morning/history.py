"""What mornings found, a line each: figures and codes, no picture and nothing of who stood there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from calibration.rates import fisher
from kiosk.errors import StoreUnusable

SURE = 0.05
"""p-value under which two rates are called different"""


@dataclass(frozen=True)
class Presented:
    """One presentation of a morning."""

    species: str
    """"" for the technician"""
    refused_by: tuple[str, ...]
    pad: float | None
    frames: int
    """frames with a PAD score; 0: no answer"""

    @property
    def answered(self) -> bool:
        """Tell whether the PAD subsystem gave an answer."""
        return self.pad is not None or bool(self.refused_by)

    @property
    def wrong(self) -> bool:
        """Tell whether an attack was accepted, or the technician refused."""
        return bool(self.refused_by) if not self.species else self.answered and not self.refused_by


@dataclass(frozen=True)
class Morning:
    """One run."""

    taken: str
    """UTC, ISO 8601"""
    camera: str
    """kind of the camera: ``device``, ``replay``, ``demo``"""
    model: str
    """release of the PAD student"""
    bpcer: float
    presented: tuple[Presented, ...]

    @property
    def trial(self) -> bool:
        """Tell whether no device was looked through: it is kept, and counts for nothing."""
        return self.camera != "device"

    def attacks(self) -> tuple[int, int]:
        """Give attacks accepted, and attacks with an answer."""
        return _count([one for one in self.presented if one.species])

    def bona_fide(self) -> tuple[int, int]:
        """Give refusals of the technician, and presentations with an answer."""
        return _count([one for one in self.presented if not one.species])


def _count(presented: Sequence[Presented]) -> tuple[int, int]:
    answered = [one for one in presented if one.answered]
    return sum(one.wrong for one in answered), len(answered)


def append(path: Path, morning: Morning) -> None:
    """Add a line. Raises ``StoreUnusable``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(morning)) + "\n")
    except OSError as error:
        raise StoreUnusable(f"the history of mornings cannot be written ({error.strerror})") from error


def read_history(path: Path) -> list[Morning]:
    """Read all mornings, oldest first; without a file there are none. Raises ``StoreUnusable`` for a line that is broken."""
    if not path.is_file():
        return []
    mornings = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreUnusable(f"the history of mornings cannot be read ({type(error).__name__})") from error
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            presented = tuple(Presented(**{**one, "refused_by": tuple(one["refused_by"])}) for one in row["presented"])
            morning = Morning(**{**row, "presented": presented})
            datetime.fromisoformat(morning.taken)
        except (ValueError, KeyError, TypeError) as error:
            raise StoreUnusable(
                f"line {number} of {path.name} is broken", hint="mend or remove that line; the other mornings are good"
            ) from error
        mornings.append(morning)
    return mornings


def compared(mornings: Sequence[Morning]) -> list[str]:
    """Say in plain sentences how the last morning compares with those before it, of the same kind of camera.

    Better or worse is said only where Fisher's exact test is sure (p < 0.05), and against the same release alone.
    """
    last = mornings[-1]
    before = [one for one in mornings[:-1] if one.trial == last.trial and one.model == last.model]
    lines = []
    for what, counts in (("attacks accepted", Morning.attacks), ("bona fide refused", Morning.bona_fide)):
        now = counts(last)
        earlier = _summed([counts(one) for one in before])
        said = f"{what}: {now[0]} of {now[1]} today"
        if not now[1] or not earlier[1]:
            lines.append(f"{said}; nothing to compare it with yet.")
            continue
        p = fisher(now, earlier)
        share, share_before = now[0] / now[1], earlier[0] / earlier[1]
        if p < SURE:
            word = "worse" if share > share_before else "better"
        else:
            word = "the same, as far as these numbers can tell"
        lines.append(
            f"{said}, {earlier[0]} of {earlier[1]} on {len(before)} mornings before: {word} (exact test, p = {p:.2g})."
        )
    silent = sum(not one.answered for one in last.presented)
    if silent:
        lines.append(
            f"{silent} presentations gave no answer: no face was found. Hold it nearer, and look at the light."
        )
    others = sum(one.trial == last.trial and one.model != last.model for one in mornings[:-1])
    if others:
        lines.append(f"{others} earlier mornings had another release and are not compared.")
    if last.trial:
        lines.append("This was a trial: no camera of the site was looked through, and it says nothing of the site.")
    return lines


def _summed(counts: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(errors for errors, _ in counts), sum(of for _, of in counts)
