"""The joined PAD score as evidence: it passes only where its whole interval does."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.flow.answers import PadFused
from kiosk.flow.progress import PadProgress
from kiosk.flow.state import Session
from kiosk.flow.weighing import pad_finding

_ANY = st.floats(allow_nan=True, allow_infinity=True)


@pytest.fixture
def gathered(script: Any) -> Session:
    session: Session = script().session
    return replace(session, pad=PadProgress(scores=(0.9,) * 40, stride=1, seen=40))


@pytest.mark.parametrize(
    ("score", "low", "high", "code"),
    [
        (0.9, 0.8, 0.95, "bona_fide"),
        (0.9, None, None, "bona_fide"),
        (0.6, 0.4, 0.8, "pad_uncertain"),
        (0.4, 0.2, 0.6, "pad_failed"),
        (0.9, math.nan, 0.95, "pad_uncertain"),
        (0.2, 0.1, 0.3, "pad_failed"),
        (0.2, None, None, "pad_failed"),
        (math.nan, math.nan, math.nan, "pad_failed"),
    ],
)
def test_the_interval_decides(gathered: Session, score: float, low: float, high: float, code: str) -> None:
    finding = pad_finding(PadFused(score, 0.5, 0.05, 40, low, high), gathered)
    assert (finding.passed, finding.code) == (code == "bona_fide", code)


def test_few_frames_that_look_fine_are_too_few(gathered: Session) -> None:
    assert pad_finding(PadFused(0.9, 0.5, 0.05, 3, 0.8, 1.0), gathered).code == "pad_too_few_frames"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_ANY, _ANY, st.integers(-5, 100), st.none() | _ANY, st.none() | _ANY)
def test_nothing_passes_whose_interval_reaches_below_the_threshold(
    gathered: Session, score: float, threshold: float, frames: int, low: float | None, high: float | None
) -> None:
    finding = pad_finding(PadFused(score, threshold, 0.05, frames, low, high), gathered)
    if finding.passed:
        assert score >= threshold
        assert low is None or low >= threshold
        assert frames >= gathered.profile.pad.min_frames
