"""The gate: one guidance, the first that matters; what was not measured is not good."""

import math
from collections.abc import Callable
from math import nan
from typing import Any

import pytest

from kiosk.analysis.facts import Box, FaceFacts, FrameFacts
from kiosk.flow.gate import document_guidance, face_guidance, face_score, second_face
from kiosk.flow.state import Guidance
from kiosk.profile.format import Capture, DocumentCapture

Make = Callable[..., FaceFacts]


def _frame(*faces: FaceFacts) -> FrameFacts:
    return FrameFacts(time=0.0, index=0, width=640, height=480, faces=faces)


def test_a_good_face_is_good(make_face: Make) -> None:
    assert face_guidance(_frame(make_face()), Capture()) is Guidance.GOOD


@pytest.mark.parametrize(
    ("change", "guidance"),
    [
        ({"eye_distance": 20.0}, Guidance.COME_CLOSER),
        ({"box": Box(10, 10, 620, 460)}, Guidance.MOVE_BACK),
        ({"box": Box(0, 120, 200, 240)}, Guidance.MOVE_TO_MIDDLE),
        ({"box": Box(220, 300, 200, 180)}, Guidance.MOVE_TO_MIDDLE),
        ({"mouth_nose_covered": 0.9}, Guidance.UNCOVER_FACE),
        ({"mouth_nose_covered": 0.9, "eyes_covered": 0.9}, Guidance.UNCOVER_FACE),
        ({"eyes_covered": 0.9}, Guidance.UNCOVER_EYES),
        ({"dark_glasses": 0.9, "eyes_open": (0.0, 0.0)}, Guidance.UNCOVER_EYES),
        ({"glare": 0.9}, Guidance.GLARE),
        ({"utility": 0.3}, Guidance.UNCLEAR),
        ({"utility": 0.3, "luminance": 0.12}, Guidance.TOO_DARK),
        ({"utility": 0.3, "luminance": 0.9}, Guidance.TOO_BRIGHT),
        ({"utility": 0.3, "uneven_light": 0.4}, Guidance.LIGHT_UNEVEN),
        ({"utility": 0.3, "eye_distance": 42.0}, Guidance.COME_CLOSER),
        # In the dark nothing else can be told.
        ({"luminance": 0.05, "mouth_nose_covered": 0.9}, Guidance.TOO_DARK),
        ({"yaw": 20.0}, Guidance.LOOK_STRAIGHT),
        ({"pitch": -25.0}, Guidance.LOOK_STRAIGHT),
        ({"roll": 30.0}, Guidance.LOOK_STRAIGHT),
        ({"eyes_open": (0.9, 0.05)}, Guidance.OPEN_EYES),
        ({"luminance": 0.2, "background_luminance": 0.95}, Guidance.LIGHT_BEHIND),
        ({"luminance": 0.05}, Guidance.TOO_DARK),
        ({"under_exposed": 0.7}, Guidance.TOO_DARK),
        ({"luminance": 0.95}, Guidance.TOO_BRIGHT),
        ({"over_exposed": 0.5}, Guidance.TOO_BRIGHT),
        ({"uneven_light": 0.8}, Guidance.LIGHT_UNEVEN),
        ({"sharpness": 0.01}, Guidance.HOLD_STILL),
    ],
)
def test_each_trouble_has_its_word(make_face: Make, change: dict[str, Any], guidance: Guidance) -> None:
    assert face_guidance(_frame(make_face(**change)), Capture()) is guidance


@pytest.mark.parametrize(
    "change",
    [
        {"pose": None},
        {"eyes_open": None},
        {"quality": None},
        {"components": None},
        {"mouth_nose_covered": nan},
        {"eyes_covered": nan},
        {"dark_glasses": nan},
        {"glare": nan},
        {"utility": nan},
        {"yaw": nan},
        {"sharpness": nan},
        {"luminance": nan},
        {"eye_distance": nan},
        {"eyes_open": (nan, nan)},
    ],
)
def test_what_was_not_measured_is_not_good(make_face: Make, change: dict[str, Any]) -> None:
    assert face_guidance(_frame(make_face(**change)), Capture()) is not Guidance.GOOD


def test_distance_comes_before_posture_and_posture_before_light(make_face: Make) -> None:
    far = make_face(eye_distance=20.0, yaw=30.0, luminance=0.01)
    turned = make_face(yaw=30.0, luminance=0.01)
    assert face_guidance(_frame(far), Capture()) is Guidance.COME_CLOSER
    assert face_guidance(_frame(turned), Capture()) is Guidance.LOOK_STRAIGHT


def test_only_a_comparable_second_face_disturbs(make_face: Make) -> None:
    passer_by = make_face(box=Box(0, 0, 60, 70))
    companion = make_face(box=Box(430, 120, 160, 190))
    assert not second_face(_frame(make_face(), passer_by), Capture())
    assert face_guidance(_frame(make_face(), companion), Capture()) is Guidance.MORE_THAN_ONE
    assert face_guidance(_frame(), Capture()) is Guidance.NO_FACE


def test_a_sharper_straighter_nearer_face_scores_better(make_face: Make) -> None:
    best = face_score(make_face(), Capture())
    for change in ({"utility": 0.6}, {"sharpness": 0.3}, {"yaw": 10.0}, {"eye_distance": 45.0}, {"luminance": 0.2}):
        assert face_score(make_face(**change), Capture()) < best
    assert 0 <= best <= 1


def test_a_portrait_in_the_guide_is_good(make_portrait: Make) -> None:
    assert document_guidance(_frame(make_portrait()), DocumentCapture()) is Guidance.GOOD


@pytest.mark.parametrize(
    ("change", "guidance"),
    [
        ({"box": Box(220, 120, 200, 240)}, Guidance.SHOW_DOCUMENT),
        ({"box": Box(20, 190, 70, 90)}, Guidance.SHOW_DOCUMENT),
        ({"eye_distance": 12.0}, Guidance.CARD_CLOSER),
        ({"sharpness": 0.05}, Guidance.CARD_STILL),
        ({"quality": None}, Guidance.CARD_CLOSER),
    ],
)
def test_a_live_face_or_a_bad_portrait_is_no_document(
    make_portrait: Make, change: dict[str, Any], guidance: Guidance
) -> None:
    assert document_guidance(_frame(make_portrait(**change)), DocumentCapture()) is guidance


@pytest.mark.parametrize(
    ("change", "guidance"),
    [
        ({}, Guidance.GOOD),
        ({"complete": False}, Guidance.CARD_WHOLE),
        ({"complete": False, "share": 0.8}, Guidance.CARD_BACK),
        ({"share": 0.05}, Guidance.CARD_CLOSER),
        ({"luminance": 0.04}, Guidance.CARD_TOO_DARK),
        ({"glare": 0.2}, Guidance.CARD_GLARE),
        ({"skew": 40.0}, Guidance.CARD_STRAIGHTER),
        ({"perspective": 0.7}, Guidance.CARD_STRAIGHTER),
        ({"sharpness": 0.02}, Guidance.CARD_STILL),
        ({"share": math.nan}, Guidance.CARD_CLOSER),
        ({"glare": math.nan}, Guidance.CARD_GLARE),
        ({"sharpness": math.nan}, Guidance.CARD_STILL),
    ],
)
def test_a_card_is_guided_until_it_can_be_read(make_view: Any, change: dict[str, Any], guidance: Guidance) -> None:
    facts = FrameFacts(time=0.0, index=0, width=640, height=480, document=make_view(**change))
    assert document_guidance(facts, DocumentCapture()) is guidance
