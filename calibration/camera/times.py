"""Simulated times of frames: sensors as they are, and what stands in their place."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]
PERIOD = 1 / 29.97
_POLL = 0.004
"""the reader looks for a frame this often (seconds)"""


class Stream(NamedTuple):
    """Stamps and arrivals in seconds, numbers of frames."""

    stamps: Times
    arrivals: Times
    indices: Times


def _stream(taken: Times, arrived: Times, random: np.random.Generator, *, lost: float = 0.02) -> Stream:
    """Stamp in microseconds, find by polling, lose some on the way to the analysis."""
    found = np.maximum.accumulate(arrived + random.uniform(0, _POLL, len(arrived)))
    kept = random.random(len(taken)) >= lost
    kept[0] = True
    return Stream(np.rint(taken * 1e6)[kept] / 1e6, found[kept], np.flatnonzero(kept).astype(np.float64))


def sensor(random: np.random.Generator, count: int = 400) -> Stream:
    """Give a sensor in good light: its own crystal, jitter of the bus, now and then a busy host."""
    return _sensor(np.full(count, _crystal(random)), random)


def sensor_in_changing_light(random: np.random.Generator, count: int = 400) -> Stream:
    """Give a sensor whose exposure slows it in steps (30, 24, 18, 15 frames a second) and back."""
    periods: list[float] = []
    rate = 1.0
    while len(periods) < count:
        periods += [_crystal(random) * rate] * int(random.integers(25, 120))
        rate = float(random.choice([1.0, 1.25, 1.667, 2.0]))
    return _sensor(np.array(periods[:count]), random)


def busy_host(random: np.random.Generator, count: int = 400) -> Stream:
    """Give a sensor on a machine whose reader is often late, and that loses every fifth frame."""
    return _sensor(np.full(count, _crystal(random)), random, late=0.12, lost=0.2)


def _crystal(random: np.random.Generator) -> float:
    return PERIOD * (1 + random.normal(0, 60e-6))


def _sensor(periods: Times, random: np.random.Generator, *, late: float = 0.02, lost: float = 0.02) -> Stream:
    jitter = 10 ** random.uniform(-4.5, -2.9)
    begun = float(random.uniform(100, 9000))
    drops = random.random(len(periods)) < 0.004
    exact = begun + np.cumsum(periods * np.where(drops, 2, 1))
    taken = exact + random.normal(0, jitter, len(periods))
    delay = random.uniform(0.006, 0.03) + random.normal(0, 0.0006, len(periods))
    delay += (random.random(len(periods)) < late) * random.exponential(0.012, len(periods))
    return _stream(taken, taken + np.abs(delay), random, lost=lost)


def player(random: np.random.Generator, count: int = 400) -> Stream:
    """Give a film player whose stamps are the film's: exact periods."""
    begun = float(random.uniform(100, 9000))
    taken = begun + np.arange(count) / float(random.choice([24, 25, 30]))
    return _stream(taken, taken + np.abs(random.normal(0.004, 0.003, count)), random)


def player_in_milliseconds(random: np.random.Generator, count: int = 400) -> Stream:
    """Give a stream whose protocol stamps in milliseconds (WebM, RTMP)."""
    begun = float(random.integers(100, 9000))
    taken = begun + np.rint(1000 * np.arange(count) * PERIOD) / 1000
    return _stream(taken, taken + np.abs(random.normal(0.006, 0.004, count)), random)


def screen_bound(random: np.random.Generator, count: int = 400) -> Stream:
    """Give a player that shows 24 or 25 frames a second on a screen of 60: two and three refreshes by turns."""
    rate = float(random.choice([24, 25]))
    refresh = np.ceil(np.arange(count) * 60 / rate) / 60
    taken = float(random.uniform(100, 9000)) + refresh + random.normal(0, 0.0003, count)
    return _stream(taken, taken + np.abs(random.normal(0.003, 0.001, count)), random)


def retimed(random: np.random.Generator, count: int = 400) -> Stream:
    """Give a studio program (as OBS) that pushes frames on its own clock into a loopback: stamped to the microsecond."""
    taken = float(random.uniform(100, 9000)) + np.arange(count) / 30
    return _stream(taken, taken + np.abs(random.normal(0.002, 0.0015, count)), random)


def relay(random: np.random.Generator, count: int = 400) -> Stream:
    """Give a camera elsewhere, sent over a network and stamped where it arrives: bursts and pauses."""
    sent = float(random.uniform(100, 9000)) + np.cumsum(np.full(count, _crystal(random)))
    arrived = np.maximum.accumulate(sent + 0.04 + random.gamma(1.3, random.uniform(0.009, 0.025), count))
    arrived += np.arange(count) * 1e-6
    return _stream(arrived, arrived + np.abs(random.normal(0.001, 0.0005, count)), random)


def buffered_relay(random: np.random.Generator, count: int = 400) -> Stream:
    """Give a relay that keeps the far camera's stamps, behind a buffer whose depth wanders."""
    sent = float(random.uniform(100, 9000)) + np.cumsum(np.full(count, _crystal(random)))
    sent += random.normal(0, 0.0003, count)
    depth = 0.12 + 0.06 * np.sin(np.arange(count) / random.uniform(30, 90)) + random.gamma(1.2, 0.012, count)
    return _stream(sent, np.maximum.accumulate(sent + depth), random)


def spliced(random: np.random.Generator, count: int = 400) -> Stream:
    """Give a sensor whose stream is replaced by another source in the middle, with its own delay."""
    first = sensor(random, count // 2)
    second = sensor(random, count - count // 2)
    gap = float(random.uniform(0.1, 0.6))
    begin, start = first.stamps[-1] + gap, second.stamps[0]
    extra = float(random.choice([-1.0, 1.0])) * random.uniform(0.05, 0.2)
    indices = np.concatenate([first.indices, first.indices[-1] + 1 + second.indices])
    return Stream(
        np.concatenate([first.stamps, second.stamps - start + begin]),
        np.concatenate([first.arrivals, second.arrivals - start + begin + extra]),
        indices,
    )


def hurried(random: np.random.Generator, count: int = 400) -> Stream:
    """Give a film that is played faster than the pinned camera can give frames, with a sensor's jitter."""
    return _sensor(np.full(count, PERIOD / random.uniform(1.08, 2.0)), random)


def careful_injector(random: np.random.Generator, count: int = 400) -> Stream:
    """Give a program that writes frames with a sensor's period, jitter and delay. Nothing in its times betrays it."""
    return sensor(random, count)


BONA_FIDE: tuple[Callable[..., Stream], ...] = (sensor, sensor_in_changing_light, busy_host)
ATTACKS: tuple[Callable[..., Stream], ...] = (
    player,
    player_in_milliseconds,
    screen_bound,
    retimed,
    relay,
    buffered_relay,
    spliced,
    hurried,
)
BEYOND: tuple[Callable[..., Stream], ...] = (careful_injector,)
"""what times cannot show: told beside the figures"""
