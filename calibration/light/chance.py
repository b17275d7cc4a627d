"""How likely a film that was made without knowing the sequence answers it: computed, and drawn many times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.light.simulation import Scene, any_site, session, timed
from kiosk.analysis.cues.light import explained
from kiosk.analysis.facts import LightSlot
from kiosk.flow.light_sequence import CHANNELS, balanced_words, draw_light

Array = NDArray[np.float64]
_CLIPPED = 0.98
"""as the judge does: no correlation counts for more"""


@dataclass(frozen=True, slots=True)
class Chance:
    """Of all pairs of a film and a sequence: how many explain each other so well as to pass."""

    passed: int
    pairs: int
    clearest: float
    """standard deviations above the mean of all pairs, of the best pair"""


def computed(explaining: float) -> float:
    """Give the chance that two sequences in step, with slots of the same lengths, explain so much of each other.

    Exact over all sequences that can be drawn (but that channels may fall on the same word): the sum over three
    channels of half the log likelihood ratio, in steps of 0.001.
    """
    words = np.array(balanced_words(), np.float64)
    words -= words.mean(axis=1, keepdims=True)
    words /= np.linalg.norm(words, axis=1, keepdims=True)
    r = np.clip(words @ words.T, -1, 1)
    parts = np.sign(r) * -0.5 * np.log(1 - np.minimum(r**2, _CLIPPED))
    step, size = 0.001, 4096
    one = np.bincount((np.rint(parts / step).astype(int) + size // 2).ravel(), minlength=size) / parts.size
    total = one
    for _ in range(CHANNELS - 1):
        total = np.convolve(total, one)
    values = (np.arange(len(total)) - CHANNELS * (size // 2)) * step
    return float(total[values >= explaining].sum())


def simulated(
    threshold: float, films: int, against: int, seed: int, told: Callable[[int], None] = lambda _done: None
) -> tuple[Chance, float]:
    """Let films of earlier light sessions, injected as they are, stand against sequences drawn anew.

    Every film starts within 0.4 s of the right moment, as an attacker would try to. Gives the chance, and how much a
    pair must explain on average to reach the threshold (in standard deviations above the mean).
    """
    random = np.random.default_rng(seed)
    passed, best, needed = 0, -np.inf, []
    for film in range(films):
        samples = session(Scene.INJECTED, any_site(random), random).light
        times = np.array([time for time, _ in samples])
        face = np.log(np.array([(np.array(light.left) + light.right) / 2 for _, light in samples]))
        drawn = [timed(draw_light(int(random.integers(1 << 60)), "asked"), random) for _ in range(against)]
        starts, colours = _arrays(drawn)
        keep = (times > 0) & (times < starts[:, -1].min() + 0.4)
        parts = [
            explained(times[keep], face[keep], starts[at : at + 250], colours[at : at + 250])
            for at in range(0, against, 250)
        ]
        values = np.concatenate(parts)
        clear = (values - values.mean()) / values.std()
        passed += int((clear >= threshold).sum())
        best = max(best, float(clear.max()))
        needed.append(float(values.mean() + threshold * values.std()))
        told(film + 1)
    return Chance(passed, films * against, best), float(np.median(needed))


def _arrays(drawn: list[tuple[LightSlot, ...]]) -> tuple[Array, Array]:
    return (
        np.array([[slot.since for slot in slots] for slots in drawn]),
        np.array([[slot.colour for slot in slots] for slots in drawn]),
    )
