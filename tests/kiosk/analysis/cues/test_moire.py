from __future__ import annotations

import cv2
import numpy as np
import pytest

from kiosk.analysis.cues.moire import judge_moire, moire_score
from kiosk.analysis.facts import Gathered

Picture = np.ndarray
BOX = (60.0, 60.0, 200.0, 240.0)


def skin(seed: int = 1, size: int = 360) -> Picture:
    """Soft shading with fine grain, as a face's skin has."""
    rng = np.random.default_rng(seed)
    coarse = cv2.resize(
        rng.uniform(80, 190, (12, 12, 3)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC
    )
    return np.asarray(np.clip(coarse + rng.normal(0, 3, coarse.shape), 0, 255), np.uint8)


def with_raster(picture: Picture, strength: float, across: float = 1.93, down: float = 0.31) -> Picture:
    rows, columns = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
    return np.asarray(np.clip(picture + strength * np.sin(across * columns + down * rows)[..., None], 0, 255), np.uint8)


@pytest.mark.parametrize("seed", range(5))
def test_skin_with_a_sensors_noise_has_no_beat(seed: int) -> None:
    score = moire_score(skin(seed), BOX)
    assert score is not None
    assert score > 0.6


@pytest.mark.parametrize(("across", "down"), [(1.93, 0.31), (1.3, 1.3), (0.5, 2.1), (2.4, 1.1)])
def test_a_raster_of_any_direction_is_a_beat(across: float, down: float) -> None:
    score = moire_score(with_raster(skin(), 4.0, across, down), BOX)
    assert score is not None
    assert score < 0.1


def test_jpegs_blocks_are_no_beat() -> None:
    _, coded = cv2.imencode(".jpg", skin(), [cv2.IMWRITE_JPEG_QUALITY, 40])
    score = moire_score(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8), BOX)
    assert score is not None
    assert score > 0.5


def test_a_face_too_small_to_tell_is_not_scored() -> None:
    assert moire_score(skin(), (10.0, 10.0, 30.0, 36.0)) is None


def test_few_scored_frames_are_no_judgement() -> None:
    assert judge_moire(Gathered(cues=(("moire", ((0.0, 0.9), (0.1, 0.9))),))).code == "unavailable"
    assert judge_moire(Gathered()).code == "unavailable"
