"""How likely a film that was made without knowing the sequence answers it: computed, and drawn many times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from calibration.light.simulation import Scene, any_site, session, timed
from kiosk.analysis.cues.light import MIX, MOST, explained
from kiosk.analysis.facts import LightSlot
from kiosk.flow.light_sequence import CHANNELS, balanced_words, draw_light

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chance:
    """Of all pairs of a film and a sequence: how many explain each other so well as to pass."""

    passed: int
    pairs: int
    clearest: float
    """standard deviations above the mean of all pairs, of the best pair"""


def computed(explaining: float, shown: int, seed: int) -> float:
    """Give the share of all colour sequences that explain so much of a shown one, both in step with slots of one length.

    Exact over the ten million sequences for each of ``shown`` drawn ones; a film that knows every moment of change but
    no colour passes so often. What must be explained is half the log likelihood ratio, as the judge counts it.
    """
    words = np.array(balanced_words(), np.float32)
    words -= words.mean(axis=1, keepdims=True)
    gram = words @ words.T
    power, mix = np.diagonal(gram), MIX.astype(np.float32)
    random = np.random.default_rng(seed)
    passed = 0
    for _ in range(shown):
        drawn = mix @ words[random.choice(len(words), CHANNELS, replace=False)]
        along = np.einsum("kc,ws,ks->kcw", mix, words, drawn)
        against = (drawn**2).sum(axis=1)
        for first in range(len(words)):
            total = np.zeros((len(words), len(words)), np.float32)
            for k in range(CHANNELS):
                m = mix[k]
                inner = along[k, 0, first] + along[k, 1][:, None] + along[k, 2][None, :]
                size = (m[0] ** 2 * power[first] + m[1] ** 2 * power[:, None] + m[2] ** 2 * power[None, :]) + 2 * (
                    m[0] * m[1] * gram[first][:, None] + m[0] * m[2] * gram[first][None, :] + m[1] * m[2] * gram
                )
                r = inner / np.sqrt(np.maximum(size * against[k], 1e-9))
                total -= np.sign(r) * 0.5 * np.log(1 - np.minimum(r**2, MOST))
            total[first, :] = total[:, first] = -1
            np.fill_diagonal(total, -1)
            passed += int((total >= explaining).sum())
    return passed / (shown * comb(len(words), CHANNELS) * 6)


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
