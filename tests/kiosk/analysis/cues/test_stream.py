"""The stream's checks together, and the pin as evidence."""

from __future__ import annotations

import numpy as np
import pytest

from kiosk.analysis.cues.camera_pin import judge_pin, judge_pin_of
from kiosk.analysis.cues.stream import StreamCues
from kiosk.camera.address import DemoAddress
from kiosk.camera.demo.camera import DemoCamera
from kiosk.camera.frame import Frame
from kiosk.camera.pinned import PinState
from kiosk.camera.site.format import CameraSite, StreamFigures
from kiosk.camera.site.store import Fingerprint, Site


def site_from(source: str) -> Site:
    stream = StreamFigures(width=64, height=48, frames=100, period=33.3, jitter=0.2)
    camera = CameraSite.model_validate(
        {"source": source, "camera": "x", "written": "2026-01-01", "software": "0", "stream": stream.model_dump()}
    )
    return Site(camera, Fingerprint(np.random.default_rng(0).normal(0, 0.01, (48, 64)).astype(np.float32)))


def test_every_check_answers() -> None:
    checks = [judgement.check for judgement in StreamCues("device").judge()]
    assert checks == ["frame_timing", "frame_content", "sensor"]


def test_a_trial_calibration_does_not_count_for_a_device() -> None:
    assert StreamCues("device", site_from("device")).sensor.pattern is not None
    assert StreamCues("device", site_from("device")).timing.pinned_period == pytest.approx(0.0333)
    for trial in ("replay", "demo"):
        cues = StreamCues("device", site_from(trial))
        assert cues.sensor.pattern is None
        assert cues.timing.pinned_period is None
        assert cues.judge()[2].code == "not_enrolled"


@pytest.mark.parametrize("kind", ["replay", "demo"])
def test_recordings_get_no_answer_about_times(kind: str) -> None:
    cues = StreamCues(kind)  # type: ignore[arg-type]
    random = np.random.default_rng(0)
    for index in range(40):
        cues.see(Frame(random.integers(0, 255, (48, 64, 3), dtype=np.uint8), index / 25, index))
    timing, content, sensor = cues.judge()
    assert (timing.code, sensor.code) == ("unavailable", "not_enrolled")
    assert content.code == ("" if kind == "replay" else "unavailable")
    cues.forget()
    assert {judgement.frames for judgement in cues.judge()} == {0}


@pytest.mark.parametrize(
    ("state", "passes", "code"),
    [
        (PinState("same"), True, ""),
        (PinState("differs", (("differs", "camera_replaced"),)), False, ""),
        (PinState("virtual", (("virtual", "loopback"),)), False, ""),
        (PinState("not_enrolled"), False, "not_enrolled"),
        (PinState("unavailable"), False, "unavailable"),
    ],
)
def test_only_the_calibrated_camera_passes(state: PinState, passes: bool, code: str) -> None:
    judgement = judge_pin(state)
    assert judgement.code == code
    assert judgement.detail == state.detail
    scored = judgement.score is not None and judgement.threshold is not None
    assert scored is (code == "")
    assert (scored and judgement.score >= judgement.threshold) is passes  # type: ignore[operator]


def test_the_demonstration_has_no_device() -> None:
    assert judge_pin_of(DemoCamera(DemoAddress())).code == "unavailable"
