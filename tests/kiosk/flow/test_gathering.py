"""Gathering: near-frontal frames only, memory bounded, spread evenly over the time."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import nan
from typing import Any

import pytest

from kiosk.analysis.facts import FaceFacts
from kiosk.flow.gathering import gather_pad, gather_sameness, sameness
from kiosk.flow.state import Session


@pytest.fixture
def session(script: Any) -> Session:
    fresh: Session = script().session
    return fresh


def test_scores_stay_few_and_evenly_spread(session: Session, make_face: Callable[..., FaceFacts]) -> None:
    count, limit = 3000, session.profile.pad.max_frames
    for index in range(count):
        session = gather_pad(session, make_face(pad=index / count))
        assert len(session.pad.scores) <= limit
    scores = session.pad.scores
    gaps = {round((two - one) * count) for one, two in pairwise(scores)}
    assert len(scores) > limit / 3
    assert len(gaps) == 1
    assert scores[0] == 0.0
    assert scores[-1] > 0.98


@pytest.mark.parametrize("change", [{"yaw": 30.0}, {"pose": None}, {"pad": None}, {"pad": nan}, {"yaw": nan}])
def test_frames_that_cannot_be_judged_are_left_out(
    session: Session, make_face: Callable[..., FaceFacts], change: dict[str, Any]
) -> None:
    assert gather_pad(session, make_face(**change)).pad.scores == ()


def test_sameness_is_the_median_of_the_latest_near_frontal_frames(
    session: Session, make_face: Callable[..., FaceFacts]
) -> None:
    assert sameness(session) is None
    for score in (0.8, 0.7):
        session = gather_sameness(session, make_face(same_as_probe=score))
    assert sameness(session) is None
    session = gather_sameness(session, make_face(same_as_probe=0.1))
    assert sameness(session) == pytest.approx(0.7)
    turned = gather_sameness(session, make_face(same_as_probe=0.0, yaw=35.0))
    assert turned == session
    for _ in range(20):
        session = gather_sameness(session, make_face(same_as_probe=0.2))
    assert len(session.liveness.sameness) == session.profile.liveness.continuity_frames
    assert sameness(session) == pytest.approx(0.2)


def test_what_is_not_a_number_does_not_resemble(session: Session, make_face: Callable[..., FaceFacts]) -> None:
    session = replace(session)
    for _ in range(3):
        session = gather_sameness(session, make_face(same_as_probe=nan))
    assert sameness(session) == pytest.approx(-1.0)
