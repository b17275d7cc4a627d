"""Seconds with the eyes on the screen and with somebody else in view; what was not seen is not assumed."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.analysis.facts import Box, FaceFacts, FrameFacts, Pose
from kiosk.flow.attention import Watched, alone_finding, another_face, attention_finding, looks_at_screen, watch
from kiosk.profile.format import Profile
from kiosk.profile.loading import load_profile

PROFILE = load_profile("bank_account")
STRAIGHT = (2.0, -8.0)
MakeFace = Callable[..., FaceFacts]


def frame(*faces: FaceFacts) -> FrameFacts:
    return FrameFacts(time=0.0, index=0, width=640, height=480, faces=faces)


def other(share: float, *, x: float = 470.0, confidence: float = 0.97) -> FaceFacts:
    """Somebody whose face has this share of the first one's area, beside it."""
    side = (share * 200 * 240) ** 0.5
    return FaceFacts(box=Box(x, 100, side, side), points=((0.0, 0.0),) * 5, confidence=confidence)


def seen(frames: list[FrameFacts], profile: Profile = PROFILE, step: float = 0.1) -> tuple[Watched, float]:
    watched = Watched()
    for index, facts in enumerate(frames):
        watched = watch(watched, facts, index * step, STRAIGHT, profile)
    return watched, (len(frames) - 1) * step


def companioned() -> Profile:
    return PROFILE.model_copy(update={"awareness": PROFILE.awareness.model_copy(update={"companion": "note"})})


@pytest.mark.parametrize(
    ("changes", "looks"),
    [
        ({}, True),
        ({"yaw": 18.0}, True),
        ({"yaw": 40.0}, False),
        ({"pitch": -30.0}, True),
        ({"pitch": 30.0}, False),
        ({"eyes_open": (0.02, 0.9)}, False),
        ({"eyes_open": (0.9, nan)}, False),
        ({"eyes_open": None}, False),
        ({"pose": None}, False),
        ({"pose": Pose(nan, 0.0, 0.0)}, False),
    ],
)
def test_looking_is_head_and_lids_measured_from_the_own_straight_look(
    make_face: MakeFace, changes: dict[str, Any], looks: bool
) -> None:
    assert looks_at_screen(make_face(**changes), STRAIGHT, PROFILE) is looks


def test_the_share_of_looking_is_judged_against_the_profile_s(make_face: MakeFace) -> None:
    straight, away = frame(make_face()), frame(make_face(yaw=45.0))
    for looking, passed in ((20, True), (12, True), (8, False), (0, False)):
        watched, seconds = seen([straight] * looking + [away] * (20 - looking))
        finding = attention_finding(watched, seconds, PROFILE, hears=False)
        assert finding.passed is passed, looking
        assert finding.threshold == PROFILE.awareness.eyes_on_screen
        assert finding.score == pytest.approx(max(0, looking - 1) / 19)
        assert finding.code == ("eyes_on_screen" if passed else "attention_failed")


def test_who_left_is_not_looking() -> None:
    watched, seconds = seen([frame()] * 20)
    assert attention_finding(watched, seconds, PROFILE, hears=False).code == "attention_failed"


def test_who_hears_the_question_is_not_judged_by_the_eyes(make_face: MakeFace) -> None:
    for facts in (frame(make_face()), frame()):
        finding = attention_finding(*seen([facts] * 20), PROFILE, hears=True)
        assert (finding.passed, finding.code, finding.score) == (False, "attention_not_used", None)


@pytest.mark.parametrize("frames", [0, 1, 2, 5])
def test_too_few_frames_for_the_time_judge_nothing(make_face: MakeFace, frames: int) -> None:
    watched, _ = seen([frame(make_face())] * frames)
    assert attention_finding(watched, 4.0, PROFILE, hears=False).code == "attention_unavailable"
    assert alone_finding(watched, 4.0, PROFILE).code == "alone_unavailable"


def test_a_picture_that_stood_still_for_seconds_counts_for_half_a_second_at_most(make_face: MakeFace) -> None:
    watched = watch(Watched(), frame(make_face()), 0.0, STRAIGHT, PROFILE)
    watched = watch(watched, frame(make_face()), 9.0, STRAIGHT, PROFILE)
    assert watched.seen == 0.5


@pytest.mark.parametrize(
    ("somebody", "counts"),
    [
        (other(0.5), True),
        (other(0.06), True),
        (other(0.03), False),
        (other(0.5, confidence=0.5), False),
        (other(0.1, x=300.0), False),
        (other(0.5, x=240.0), True),
    ],
)
def test_another_face_counts_from_a_size_on_unless_it_is_a_small_one_within_the_first(
    make_face: MakeFace, somebody: FaceFacts, counts: bool
) -> None:
    assert another_face(frame(make_face(), somebody), PROFILE) is counts


def test_a_glance_over_the_shoulder_is_borne_and_a_stay_is_not(make_face: MakeFace) -> None:
    alone, two = frame(make_face()), frame(make_face(), other(0.2))
    for together, passed in ((8, True), (15, False)):
        watched, seconds = seen([alone] * 10 + [two] * together + [alone] * 10)
        finding = alone_finding(watched, seconds, PROFILE)
        assert (finding.passed, finding.code) == (passed, "alone" if passed else "alone_failed")
        assert float(dict(finding.detail)["other_seconds"]) == pytest.approx(together * 0.1, abs=0.11)


def test_a_face_that_the_detector_loses_for_a_moment_has_not_gone(make_face: MakeFace) -> None:
    alone, two = frame(make_face()), frame(make_face(), other(0.2))
    watched, seconds = seen([*[two, two, alone] * 6, alone, alone])
    assert not alone_finding(watched, seconds, PROFILE).passed


def test_two_glances_are_not_one_stay(make_face: MakeFace) -> None:
    alone, two = frame(make_face()), frame(make_face(), other(0.2))
    watched, seconds = seen([*([two] * 7 + [alone] * 8) * 2])
    assert alone_finding(watched, seconds, PROFILE).passed


def test_a_companion_is_noted_where_the_profile_allows_one(make_face: MakeFace) -> None:
    watched, seconds = seen([frame(make_face(), other(0.4))] * 30, companioned())
    finding = alone_finding(watched, seconds, companioned())
    assert (finding.passed, finding.code) == (True, "companion")
    assert float(dict(finding.detail)["other_longest"]) > 2


def test_another_person_s_answer_is_no_companion_s(make_face: MakeFace) -> None:
    frames = [frame(make_face())] * 10 + [frame(make_face(same_as_probe=0.05))] * 10 + [frame(make_face())] * 20
    for profile in (PROFILE, companioned()):
        finding = alone_finding(*seen(frames, profile), profile)
        assert (finding.passed, finding.code) == (False, "face_changed")


@pytest.mark.parametrize("score", [None, nan])
def test_a_moment_without_comparison_changes_nobody(make_face: MakeFace, score: float | None) -> None:
    frames = [frame(make_face())] * 10 + [frame(make_face(same_as_probe=score))] * 2 + [frame(make_face())] * 10
    assert alone_finding(*seen(frames), PROFILE).passed


@pytest.mark.parametrize(("voice", "passed"), [(None, True), (0.0, True), (0.6, True), (3.0, False), (nan, False)])
def test_another_s_voice_is_company_too(make_face: MakeFace, voice: float | None, passed: bool) -> None:
    finding = alone_finding(*seen([frame(make_face())] * 20), PROFILE, voice=voice)
    assert finding.passed is passed
    assert dict(finding.detail)["voice_seconds"] == ("not_heard" if voice is None else f"{voice:.2f}")


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.floats(0, 3)), max_size=40))
def test_times_add_up(moments: list[tuple[bool, bool, float]]) -> None:
    watched, now = Watched(), 0.0
    face = FaceFacts(
        box=Box(220, 120, 200, 240), points=((0.0, 0.0),) * 5, confidence=0.9, pose=Pose(0, 0, 0), eyes_open=(0.9, 0.9)
    )
    for there, company, passed in moments:
        now += passed
        faces = (face,) if there else ()
        watched = watch(watched, frame(*faces, *((other(0.3),) if there and company else ())), now, (0, 0), PROFILE)
    assert 0 <= watched.looking <= watched.seen + 1e-9 <= now + 1e-6
    assert 0 <= watched.others <= watched.seen + 1e-9
    assert watched.longest <= now
