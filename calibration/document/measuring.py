"""Every specimen asked of a reader as it is, and photographed again with every damage."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from calibration.document.damages import DAMAGES, shots
from calibration.document.readers import Answer, Ask
from calibration.document.specimens import Picture, Specimen
from calibration.rates import Rate, rate


@dataclass(frozen=True, slots=True)
class Row:
    """How one specimen was read."""

    name: str
    kind: str
    """as it is printed; "" without a zone"""
    answer: Answer
    lines: tuple[bool, ...]
    """of each printed line whether it was read exactly"""
    exact: bool
    """every line, and none where there is none"""
    checks: dict[str, bool | None]
    """of each printed check digit whether its state was told rightly; None: nothing was told"""
    wrong_behind_check: bool
    """every check digit is said to hold, and a character on a checked line is wrong"""
    portrait: bool | None
    """found or not where one is shown; None: none is shown, or nobody looked"""
    ms: float
    cpu_ms: float
    """of this process alone: what a busy machine does not lengthen"""


def measure(specimens: Iterable[Specimen], ask: Ask, say: Callable[[str], None]) -> list[Row]:
    """Ask for each specimen as it is. The first one is asked twice: the time is a warm one."""
    rows: list[Row] = []
    for specimen in specimens:
        if not rows:
            ask(specimen.picture)
        rows.append(_timed(specimen, specimen.picture, ask))
        say(f"{specimen.name}: {'exact' if rows[-1].exact else 'not exact'}, {rows[-1].ms:.0f} ms")
    return rows


def judged(specimen: Specimen, answer: Answer, ms: float, cpu_ms: float) -> Row:
    """Hold an answer against what is printed."""
    exact = answer.lines == specimen.lines
    told = dict(answer.checks)
    checks = {
        name: (told[name] is holds if name in told else None)
        for name, holds in specimen.checks.items()
        if specimen.kind
    }
    # The line that is checked whole: the second one, with a card also the first.
    checked = slice(0, 2) if len(specimen.lines) == 3 else slice(1, 2)
    passed = bool(told) and all(told.values())
    return Row(
        specimen.name,
        specimen.kind,
        answer,
        tuple(i < len(answer.lines) and answer.lines[i] == line for i, line in enumerate(specimen.lines)),
        exact,
        checks,
        passed and answer.lines[checked] != specimen.lines[checked],
        answer.portrait if specimen.portrait and answer.portrait is not None else None,
        ms,
        cpu_ms,
    )


@dataclass(frozen=True, slots=True)
class Damaged:
    """How specimens were read with one damage."""

    damage: str
    exact: Rate
    """zones of which every line was read exactly; ``errors`` counts those, of all shots of specimens with a zone"""
    invented: Rate
    """shots of specimens without a zone in which one was seen"""
    wrong_behind_check: int
    ms: float
    """median"""
    cpu_ms: float
    worst_ms: float


def measure_damaged(
    specimens: list[Specimen], ask: Ask, variants: int, seed: int, say: Callable[[str], None]
) -> list[Damaged]:
    """Ask for every shot of every damage. Specimens without a zone must stay without one."""
    return [_damaged(specimens, ask, damage, variants, seed, say) for damage in DAMAGES]


def _damaged(
    specimens: list[Specimen], ask: Ask, damage: str, variants: int, seed: int, say: Callable[[str], None]
) -> Damaged:
    counts: Counter[str] = Counter()
    times, cpu = [], []
    for specimen in specimens:
        for picture in shots(specimen, damage, variants, seed):
            row = _timed(specimen, picture, ask)
            times.append(row.ms)
            cpu.append(row.cpu_ms)
            counts["zones" if specimen.kind else "without"] += 1
            counts["exact"] += bool(specimen.kind) and row.exact
            counts["invented"] += not specimen.kind and bool(row.answer.kind)
            counts["wrong"] += row.wrong_behind_check
    found = Damaged(
        damage,
        rate(counts["exact"], counts["zones"]),
        rate(counts["invented"], counts["without"]),
        counts["wrong"],
        float(np.median(times)) if times else 0.0,
        float(np.median(cpu)) if cpu else 0.0,
        max(times, default=0.0),
    )
    say(f"{damage}: {found.exact.errors} of {found.exact.of} exact")
    return found


def _timed(specimen: Specimen, picture: Picture, ask: Ask) -> Row:
    begun, used = time.perf_counter(), time.process_time()
    answer = ask(picture)
    used = time.process_time() - used
    return judged(specimen, answer, 1000 * (time.perf_counter() - begun), 1000 * used)
