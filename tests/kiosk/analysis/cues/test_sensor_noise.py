"""The sensor's pattern: found in frames of the same simulated sensor, in no others."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from calibration.camera import contents
from calibration.camera.measure import enrol
from calibration.camera.simulation import SimulatedSensor, drawn_picture, jpeg
from kiosk.analysis.cues.frame_content import gray_of
from kiosk.analysis.cues.sensor_noise import (
    FEWEST_FRAMES,
    FingerprintEstimator,
    Plane,
    SensorNoise,
    clean,
    correlation,
    middle,
    residual,
)
from kiosk.analysis.facts import CueJudgement

WIDTH, HEIGHT = 640, 384
SAME = SimulatedSensor(1, WIDTH, HEIGHT, quality=90)
OTHER = SimulatedSensor(2, WIDTH, HEIGHT, quality=90)


@lru_cache(maxsize=2)
def pattern() -> Plane:
    return enrol(SAME, 40)


def judged(camera: SimulatedSensor, *, quality: int | None = None, frames: int = FEWEST_FRAMES) -> CueJudgement:
    check = SensorNoise(pattern())
    for picture in contents.film(camera, drawn_picture(WIDTH, HEIGHT, 4), frames, 9):
        check.add(gray_of(picture if quality is None else jpeg(picture, quality)))
    return check.judge()


def passed(judgement: CueJudgement) -> bool:
    assert judgement.code == ""
    assert judgement.score is not None
    assert judgement.threshold is not None
    return judgement.score >= judgement.threshold


def test_the_enrolled_sensor_passes() -> None:
    assert passed(judged(SAME))


def test_another_of_the_same_model_does_not() -> None:
    """Both simulated sensors carry the periodic pattern that a model shares: it must not count."""
    judgement = judged(OTHER)
    assert not passed(judgement)
    assert judgement.score is not None
    assert judgement.score < 4.0


def test_frames_of_this_very_camera_pass_whenever_they_were_taken() -> None:
    """What the pattern cannot show: frames recorded by this camera keep it, even after another coding."""
    assert passed(judged(SAME, quality=85))


def test_without_an_enrolment_nothing_is_judged() -> None:
    assert SensorNoise(None).judge().code == "not_enrolled"


def test_too_few_frames_are_no_answer() -> None:
    assert judged(SAME, frames=3).code == "unavailable"


def test_another_size_than_enrolled_is_no_answer() -> None:
    check = SensorNoise(pattern())
    check.add(np.zeros((200, 320), np.uint8))
    assert check.judge().code == "unavailable"


def test_few_frames_are_looked_at_and_a_session_leaves_nothing() -> None:
    check = SensorNoise(pattern())
    assert [check.due() for _ in range(17)] == [number % 8 == 0 for number in range(17)]
    check.add(np.full((HEIGHT, WIDTH), 90, np.uint8))
    check.forget()
    assert check.score == 0.0
    assert check.judge().frames == 0
    assert not any(SensorNoise(None).due() for _ in range(9))


def test_clipped_and_empty_pictures_carry_nothing() -> None:
    for level in (0, 255):
        _, noise = residual(np.full((64, 64), level, np.uint8))
        assert not noise.any()


def test_what_all_rows_and_columns_share_is_removed() -> None:
    random = np.random.default_rng(0)
    own = random.normal(0, 1, (64, 64)).astype(np.float32)
    shared = np.tile(random.normal(0, 3, (1, 64)), (64, 1)).astype(np.float32)
    assert correlation(clean(own + shared), clean(own)) > 0.95
    assert abs(correlation(clean(own + shared), clean(shared + own[::-1]))) < 0.1


def test_the_middle_keeps_to_the_blocks_of_the_coding() -> None:
    picture = np.arange(1300 * 2000, dtype=np.uint32).reshape(1300, 2000)
    part = middle(picture.astype(np.uint8))
    assert part.shape == (576, 1024)
    top, left = divmod(int(middle(picture)[0, 0]), 2000)  # type: ignore[arg-type]
    assert (top % 8, left % 8) == (0, 0)


def test_an_estimate_needs_frames_of_one_size() -> None:
    estimator = FingerprintEstimator()
    with pytest.raises(ValueError, match="few"):
        estimator.fingerprint()
    estimator.add(np.zeros((64, 64), np.uint8))
    estimator.add(np.zeros((64, 64), np.uint8))
    with pytest.raises(ValueError, match="sizes"):
        estimator.add(np.zeros((64, 72), np.uint8))
    assert estimator.repeatability() == 0.0
