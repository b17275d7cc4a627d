"""Contents of streams: a simulated camera's own frames pass; repeated, coded and spliced ones do not."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from calibration.camera import contents
from calibration.camera.simulation import SimulatedSensor, drawn_picture, jpeg
from kiosk.analysis.cues.frame_content import FrameContent, Kind
from kiosk.analysis.cues.pixels import CombMeter, tiles_of
from kiosk.analysis.facts import CueJudgement
from kiosk.camera.site.format import ContentFigures

WIDTH, HEIGHT, FRAMES = 640, 360, 48
JPEG_CAMERA = SimulatedSensor(1, WIDTH, HEIGHT, quality=88)
RAW_CAMERA = SimulatedSensor(2, WIDTH, HEIGHT, quality=0)


@lru_cache(maxsize=8)
def shot(camera: SimulatedSensor, seed: int) -> tuple[NDArray[np.uint8], ...]:
    return tuple(contents.film(camera, drawn_picture(WIDTH, HEIGHT, seed), FRAMES, seed))


@lru_cache(maxsize=4)
def figures_of(camera: SimulatedSensor) -> ContentFigures:
    check = FrameContent()
    for frame in shot(camera, 1):
        check.see(frame)
    figures = check.measured()
    assert figures is not None
    return figures


def judged(
    frames: list[NDArray[np.uint8]] | tuple[NDArray[np.uint8], ...],
    figures: ContentFigures | None,
    kind: Kind = "device",
) -> CueJudgement:
    check = FrameContent(kind, figures)
    for frame in frames:
        check.see(frame)
    return check.judge()


def passed(judgement: CueJudgement) -> bool:
    assert judgement.code == ""
    assert judgement.score is not None
    assert judgement.threshold is not None
    return judgement.score >= judgement.threshold


@pytest.mark.parametrize("camera", [JPEG_CAMERA, RAW_CAMERA])
def test_the_calibrated_cameras_frames_pass(camera: SimulatedSensor) -> None:
    assert passed(judged(shot(camera, 5), figures_of(camera)))


@pytest.mark.parametrize("camera", [JPEG_CAMERA, RAW_CAMERA])
@pytest.mark.parametrize("name", contents.ATTACKS)
def test_what_was_done_to_them_shows(camera: SimulatedSensor, name: str) -> None:
    frames = contents.ATTACKS[name](list(shot(camera, 5)))
    judgement = judged(frames, figures_of(camera))
    assert not passed(judgement)
    assert judgement.detail[0][0] == "least"


def test_another_coding_than_the_cameras_shows() -> None:
    assert not passed(judged(shot(RAW_CAMERA, 5), figures_of(JPEG_CAMERA)))
    assert not passed(judged(shot(JPEG_CAMERA, 5), figures_of(RAW_CAMERA)))


@pytest.mark.parametrize("name", ["looped", "doubled", "spliced"])
def test_without_a_calibration_repetition_and_splices_still_show(name: str) -> None:
    assert passed(judged(shot(JPEG_CAMERA, 5), None))
    judgement = judged(contents.ATTACKS[name](list(shot(JPEG_CAMERA, 5))), None)
    assert not passed(judgement)
    assert judgement.detail[-1][0] == "judged"


def test_of_a_recording_only_loops_are_judged() -> None:
    film = contents.h264(list(shot(JPEG_CAMERA, 5)))
    assert passed(judged(film, None, "replay"))
    assert not passed(judged(film[:16] * 3, None, "replay"))
    # A film at half its rate shows each frame twice, and is no loop.
    assert passed(judged([frame for frame in film for _ in range(2)], None, "replay"))


def test_of_drawn_pictures_nothing_is_judged() -> None:
    assert judged(shot(JPEG_CAMERA, 5), None, "demo").code == "unavailable"


def test_too_few_frames_are_no_answer() -> None:
    assert judged(shot(JPEG_CAMERA, 5)[:10], None).code == "unavailable"


def test_a_covered_lens_is_no_repetition() -> None:
    black = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    assert passed(judged([*shot(JPEG_CAMERA, 5), *[black] * 20], None))


def test_small_pictures_are_judged_by_their_hashes() -> None:
    random = np.random.default_rng(0)
    frames = [random.integers(0, 255, (48, 64, 3), dtype=np.uint8) for _ in range(40)]
    assert passed(judged(frames, None))
    assert not passed(judged(frames[:12] * 4, None))


def test_a_session_leaves_nothing_to_the_next() -> None:
    check = FrameContent()
    for frame in contents.ATTACKS["looped"](list(shot(JPEG_CAMERA, 5))):
        check.see(frame)
    check.forget()
    assert check.frames == 0
    assert check._tiles is None
    assert not check._marks.any()
    for frame in shot(JPEG_CAMERA, 5):
        check.see(frame)
    assert passed(check.judge())


def test_the_steps_of_a_jpeg_are_found() -> None:
    random = np.random.default_rng(0)
    found = {}
    for quality in (60, 80):
        meter = CombMeter()
        for seed in range(6):
            noise = random.normal(0, 12, (HEIGHT, WIDTH, 3))
            picture = np.clip(drawn_picture(WIDTH, HEIGHT, seed)[..., None] + noise, 0, 255).astype(np.uint8)
            meter.add(tiles_of(jpeg(picture, quality)))
        found[quality], comb = meter.steps()
        assert comb > 0.5
    # The table of the JPEG standard (Annex K) at these frequencies, scaled as libjpeg does.
    table = np.array([11, 12, 12, 10, 14, 14, 13, 16, 16, 14])
    assert np.mean(np.array(found[80]) == np.floor(0.4 * table + 0.5)) >= 0.7
    assert np.mean(np.array(found[60]) == np.floor(0.8 * table + 0.5)) >= 0.7
