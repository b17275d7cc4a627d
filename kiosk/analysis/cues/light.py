"""Does the face answer the light of the kiosk's own screen? From the screen's colours and the light that came back.

The idea is that of active illumination (Tang et al., Face Flashing, NDSS 2018); a living or at least lit thing follows
the sequence within the time that light, sensor and analysis take, a screen that glows by itself does not. A print, and
a mask too, are lit things: they answer. What is judged are ratios and their changes, for cameras set exposure and
white balance by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from kiosk.analysis.cues.operating_points import operating_point
from kiosk.analysis.facts import CueJudgement, Gathered, LightSample, LightSlot
from kiosk.analysis.light_colours import GREY, LEAD, TAIL, colour_of

Array = NDArray[np.float64]

LATEST = 0.3
"""seconds after which an answer comes too late: camera, analysis and the screen's own delay take less"""
_DELAYS = np.arange(0.0, 0.61, 0.02)
_ALLOWED = _DELAYS <= LATEST + 1e-9
_EXPOSURE = 0.04
"""seconds over which sensor and screen blur a change"""
MOST = 0.9
"""share of a signal that counts as explained at most: no single one of the three can carry the answer"""
_WRONG = 400
"""wrong sequences that the right one is compared with"""
_FEWEST = 30
"""frames with a face in the sequence"""
_LONGEST_GAP = 0.5
_WEAKEST = 0.02
"""change of the face's light (logarithm) from the screen dark to full that glass with a film behind it gives as well"""
_DROWNED = 0.72
"""mean light of the face, 1 = white: the camera cannot take less, what the screen adds is cut off"""
_NOISIEST = 0.08
"""frame-to-frame change of the face's colour (logarithm) in which a face's answer would not be seen"""
_FLAT = 0.8
"""share of the face's answer that what is behind it may give"""
_STEADY = 0.16
"""seconds by which the delay may differ between the first and the second half of the sequence"""
# Brightness, and two colours that no change of exposure touches; rows are orthonormal.
MIX = np.array([[1 / 3**0.5] * 3, [1 / 2**0.5, 0.0, -(1 / 2**0.5)], [-(1 / 6**0.5), 2 / 6**0.5, -(1 / 6**0.5)]])


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: how clearly it is this sequence and no other, and how it looks."""

    clear: float
    """standard deviations by which the right sequence explains the weaker half of the face better than wrong ones"""
    delay: float
    """seconds, at the best of all delays"""
    drift: float
    """seconds by which it differs between the two halves of the sequence"""
    strength: float
    """change of the face's light (logarithm) from the screen dark to full"""
    behind: float
    """the same change of colour behind the face, as a share of the face's"""
    colours: float
    """the lesser correlation of the two colour signals"""
    level: float
    """median light of the face, 0..1"""
    noise: float
    """frame-to-frame change of the face's colour that the sequence does not explain"""

    def lacks(self) -> str:
        """Name what a face's answer has and this has not, "" for nothing."""
        if self.delay > LATEST + 1e-9:
            return "delay"
        if self.drift > _STEADY:
            return "steady"
        if self.strength <= 0.0 or self.behind > _FLAT:
            return "behind"
        return "colours" if self.colours < 0.15 else ""


def judge_light(gathered: Gathered) -> CueJudgement:
    """Judge the light sequence: ``unavailable`` without one or with too few frames, ``too_bright`` where it drowns.

    Too bright is only what the picture itself shows: a face at the sensor's end, or an answer that is there but weak.
    No answer from a face that is well exposed is a failure.
    """
    answer = answer_of(gathered.light_slots, gathered.light)
    if answer is None:
        return CueJudgement("light", frames=len(gathered.light), code="unavailable")
    point = operating_point("light")
    score, code = verdict_of(answer, point.threshold)
    detail = (
        ("delay", f"{answer.delay:.2f}"),
        ("strength", f"{answer.strength:.3f}"),
        ("behind", f"{answer.behind:.2f}"),
        ("level", f"{answer.level:.2f}"),
        ("lacking", answer.lacks()),
    )
    return CueJudgement("light", score, point.threshold, point.bpcer, len(gathered.light), code, detail)


def verdict_of(answer: Answer, threshold: float) -> tuple[float, str]:
    """Give the score, and the code of why the answer cannot be judged ("" when it can)."""
    lacking, clear = answer.lacks(), answer.clear >= threshold
    code = ""
    if clear and not lacking:
        code = "too_bright" if answer.strength < _WEAKEST else ""
    elif answer.level >= _DROWNED:
        code = "too_bright"
    elif answer.noise > _NOISIEST and not clear:
        code = "unavailable"
    return (min(answer.clear, 0.0) if lacking else answer.clear), code


def answer_of(slots: Sequence[LightSlot], samples: Sequence[tuple[float, LightSample]]) -> Answer | None:
    """Measure the answer to a sequence that was shown whole; None with too few frames for it."""
    if len(slots) < 4:
        return None
    begin, end = slots[0].since, slots[-1].since + TAIL
    held = [(time, light) for time, light in samples if begin <= time <= end + _DELAYS[-1] and _sound(light)]
    times = np.array([time for time, _ in held])
    if len(times) < _FEWEST or float(np.diff(times).max()) > _LONGEST_GAP or times[0] > begin + LEAD:
        return None
    halves = [np.log(np.array([getattr(light, side) for _, light in held])) for side in ("left", "right")]
    behind = np.log(np.array([light.background for _, light in held]))
    starts = np.array([slot.since for slot in slots])
    right = np.array([slot.colour for slot in slots])
    signals = [_signals(half, behind) for half in halves]
    return _compare(times, signals, _mixed(behind), starts, right, np.exp(np.minimum(*halves)))


def _sound(light: LightSample) -> bool:
    values = np.array((light.left, light.right, light.background))
    return bool(np.isfinite(values).all() and (values > 1e-5).all())


def _mixed(logs: Array) -> Array:
    return np.asarray(logs @ MIX.T)


def _signals(face: Array, behind: Array) -> Array:
    """Give brightness of the face against what is behind it, and the face's two colours (frames x 3)."""
    signals = _mixed(face)
    signals[:, 0] -= _mixed(behind)[:, 0]
    return signals


def explained(times: Array, seen: Array, starts: Array, colours: Array) -> Array:
    """Give how much of one signal (frames x 3, logarithms of light) each sequence explains at its best allowed delay.

    ``starts`` is sequences x slots in seconds, ``colours`` sequences x slots x 3; the first slot is the lead of grey.
    """
    steady = _slow_out(times)
    mixed = _mixed(seen)
    wanted = _without(steady, _predicted(times, starts, colours, _DELAYS[_ALLOWED]))
    return np.asarray(_fit(wanted, mixed - steady @ (steady.T @ mixed)).max(axis=1))


def _compare(times: Array, halves: list[Array], behind: Array, starts: Array, right: Array, level: Array) -> Answer:
    steady = _slow_out(times)
    wanted = _without(steady, _predicted(times, starts[None], right[None], _DELAYS))
    colours = _wrong_colours(right)
    others = _without(steady, _predicted(times, _wrong_starts(starts, len(colours)), colours, _DELAYS[_ALLOWED]))
    seen = [half - steady @ (steady.T @ half) for half in halves]
    fits = [_fit(wanted, half)[0] for half in seen]
    clear = min(_clearness(fit, _fit(others, half)) for fit, half in zip(fits, seen, strict=True))
    both = fits[0] + fits[1]
    best = int(np.argmax(both))
    mean = (seen[0] + seen[1]) / 2
    at = wanted[0, best]
    strength = float((at * mean).sum() / max((at * at).sum(), 1e-12))
    back = behind - steady @ (steady.T @ behind)
    colour, colour_back = _slope(at[:, 1:], mean[:, 1:]), _slope(at[:, 1:], back[:, 1:])
    rests = np.diff(mean[:, 1:] - strength * at[:, 1:], axis=0)
    return Answer(
        clear=clear,
        delay=float(_DELAYS[best]),
        drift=_drift(times, wanted[0], mean),
        strength=strength,
        behind=colour_back / colour if colour > 1e-9 else 1.0,
        colours=float(min(_correlation(at[:, k], mean[:, k]) for k in (1, 2))),
        level=float(np.median(level.mean(axis=1))),
        noise=float(np.sqrt(np.mean(rests**2) / 2)),
    )


def _predicted(times: Array, starts: Array, colours: Array, delays: Array) -> Array:
    """Give what each sequence would look like at each delay, mixed as the signals are (sequences x delays x frames x 3).

    A frame holds the mean of the exposure before it.
    """
    wanted = np.empty((len(colours), len(delays), len(times), 3))
    edges = times[None, :] - delays[:, None]
    for index, (since, shown) in enumerate(zip(starts, colours, strict=True)):
        bounds = np.concatenate([[since[0] - 10.0], since, [since[-1] + 10.0]])
        levels = np.concatenate([[GREY], shown])
        total = np.concatenate([[np.zeros(3)], np.cumsum(levels * np.diff(bounds)[:, None], axis=0)])
        for channel in range(3):
            after = np.interp(edges, bounds, total[:, channel])
            before = np.interp(edges - _EXPOSURE, bounds, total[:, channel])
            wanted[index, :, :, channel] = (after - before) / _EXPOSURE
    return np.asarray(wanted @ MIX.T)


def _wrong_colours(right: Array) -> Array:
    """Draw sequences of the same kind: every channel high or low by itself, grey at both ends."""
    random = np.random.default_rng(20)
    bits = random.random((_WRONG, *right.shape)) < 0.5
    wrong = np.where(bits, colour_of(True, True, True), colour_of(False, False, False))
    wrong[:, [0, -1]] = GREY
    return np.asarray(wrong, np.float64)


def _wrong_starts(starts: Array, count: int) -> Array:
    """Give the moments of as many sequences with the same lengths in other orders."""
    random = np.random.default_rng(21)
    inner = np.diff(starts)[1:]
    drawn = np.array([random.permutation(inner) for _ in range(count)])
    first = np.repeat(starts[None, :2], count, axis=0)
    return np.concatenate([first, starts[1] + np.cumsum(drawn, axis=1)], axis=1)


def _slow_out(times: Array) -> Array:
    """Give an orthonormal basis of slow changes (frames x 3): clouds, exposure, a person leaning."""
    part = 2 * (times - times[0]) / max(times[-1] - times[0], 1e-9) - 1
    return np.asarray(np.linalg.qr(np.stack([part**power for power in range(3)], axis=1))[0])


def _without(steady: Array, wanted: Array) -> Array:
    return np.asarray(wanted - steady @ (steady.T @ wanted))


def _fit(wanted: Array, seen: Array) -> Array:
    """Give how much each sequence at each delay explains: half the log likelihood ratio, with the correlation's sign."""
    inner = np.einsum("sdtk,tk->sdk", wanted, seen)
    power = np.einsum("sdtk,sdtk->sdk", wanted, wanted) * (seen**2).sum(axis=0)
    r = inner / np.sqrt(np.maximum(power, 1e-18))
    explained = -0.5 * np.log(1 - np.minimum(r**2, MOST))
    return np.asarray((np.sign(r) * explained).sum(axis=2))


def _clearness(fit: Array, others: Array) -> float:
    best = others.max(axis=1)
    return float((fit[_ALLOWED].max() - best.mean()) / max(best.std(), 1e-9))


def _drift(times: Array, wanted: Array, seen: Array) -> float:
    middle = (times[0] + times[-1]) / 2
    delays = []
    for part in (times < middle, times >= middle):
        some, here = wanted[None, :, part], seen[part]
        fit = _fit(some - some.mean(axis=2, keepdims=True), here - here.mean(axis=0))[0]
        delays.append(float(_DELAYS[int(np.argmax(fit))]))
    return abs(delays[0] - delays[1])


def _slope(wanted: Array, seen: Array) -> float:
    return float((wanted * seen).sum() / max((wanted**2).sum(), 1e-12))


def _correlation(one: Array, other: Array) -> float:
    power = float(one @ one) * float(other @ other)
    return float(one @ other) / max(sqrt(power), 1e-12)
