"""Times of frames: simulated sensors pass, what stands in their place does not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.camera import times
from kiosk.analysis.cues.frame_timing import FrameTiming, features_of
from kiosk.analysis.cues.soft import Feature, worst
from kiosk.analysis.facts import CueJudgement


def judged(stream: times.Stream, pinned: float | None = times.PERIOD) -> CueJudgement:
    check = FrameTiming(pinned)
    for stamp, arrived, index in zip(*stream, strict=True):
        check.see(float(stamp), float(arrived), int(index))
    return check.judge()


def passed(judgement: CueJudgement) -> bool:
    assert judgement.code == ""
    assert judgement.score is not None
    assert judgement.threshold is not None
    return judgement.score >= judgement.threshold


@pytest.mark.parametrize("maker", times.BONA_FIDE)
@pytest.mark.parametrize("seed", range(5))
def test_a_sensor_passes(maker: Callable[..., times.Stream], seed: int) -> None:
    assert passed(judged(maker(np.random.default_rng([seed, 77]))))


@pytest.mark.parametrize("maker", times.ATTACKS)
@pytest.mark.parametrize("seed", range(5))
def test_what_stands_in_its_place_does_not(maker: Callable[..., times.Stream], seed: int) -> None:
    judgement = judged(maker(np.random.default_rng([seed, 77])))
    assert not passed(judgement)
    assert judgement.detail[0][0] == "least"


def test_a_careful_injector_passes() -> None:
    """What times cannot show, stated as a test: a program that writes frames as a sensor would."""
    assert passed(judged(times.careful_injector(np.random.default_rng(1))))


def test_without_a_calibration_haste_is_not_seen() -> None:
    stream = times.hurried(np.random.default_rng(3))
    assert passed(judged(stream, None))
    assert not passed(judged(stream))


def test_a_recording_has_no_times_of_its_own() -> None:
    check = FrameTiming()
    for index in range(200):
        check.see(index / 30, None, index)
    assert check.judge().code == "unavailable"
    check.forget()
    assert check.judge().detail == (("because", "too few frames"),)


def test_too_few_frames_are_no_answer() -> None:
    stream = times.sensor(np.random.default_rng(0))
    few = times.Stream(stream.stamps[:40], stream.arrivals[:40], stream.indices[:40])
    assert judged(few).code == "unavailable"


def test_a_camera_that_was_opened_anew_begins_anew() -> None:
    check = FrameTiming()
    for turn in range(2):
        for stamp, arrived, index in zip(*times.sensor(np.random.default_rng(turn)), strict=True):
            check.see(float(stamp), float(arrived), int(index))
    assert passed(check.judge())


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e5)), min_size=70, max_size=90))
def test_any_times_give_a_score_or_no_answer(pairs: list[tuple[float, float]]) -> None:
    stamps, arrivals = (np.array(column) for column in zip(*pairs, strict=True))
    features = features_of(stamps, arrivals, np.arange(float(len(pairs))), times.PERIOD)
    assert features is not None
    assert 0.0 <= worst(features)[0] <= 1.0


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(-5, 5), st.floats(-5, 5))
def test_trust_is_a_share(value: float, fine: float, broken: float) -> None:
    if fine != broken:
        assert 0.0 <= Feature("x", value, fine, broken).trust <= 1.0
