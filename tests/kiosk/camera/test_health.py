"""The camera's health: every state is entered, left, and does not flicker."""

from __future__ import annotations

import numpy as np
import pytest

from kiosk.camera.health import CameraHealth, FrameMeter, FrameStatistics, HealthState
from kiosk.errors import CameraBusy, CameraLost, CameraMissing, CameraUnusable

FINE = FrameStatistics(mean=120.0, glaring=0.01, changed=1.4)
BLACK = FrameStatistics(mean=1.0, glaring=0.0, changed=0.6)
WHITE = FrameStatistics(mean=252.0, glaring=0.9, changed=0.4)
SAME = FrameStatistics(mean=120.0, glaring=0.01, changed=0.0)


def state_of(health: CameraHealth) -> HealthState:
    return health.state


def feed(
    health: CameraHealth, statistics: FrameStatistics, start: float, seconds: float, fps: float = 25.0
) -> list[HealthState]:
    states = []
    for step in range(round(seconds * fps)):
        health.saw(statistics, start + step / fps)
        states.append(health.state)
    return states


def test_a_good_camera_starts_and_is_fit() -> None:
    health = CameraHealth()
    assert state_of(health) is HealthState.STARTING
    health.opened(0.0)
    states = feed(health, FINE, 0.0, 4.0)
    assert states[0] is HealthState.STARTING
    assert set(states[3:]) == {HealthState.OK}
    assert health.rate == pytest.approx(25.0, rel=0.01)


@pytest.mark.parametrize(
    ("statistics", "state"), [(BLACK, HealthState.BLACK), (WHITE, HealthState.OVEREXPOSED), (SAME, HealthState.FROZEN)]
)
def test_faults_are_found_and_forgiven(statistics: FrameStatistics, state: HealthState) -> None:
    health = CameraHealth()
    feed(health, FINE, 0.0, 3.0)
    found = feed(health, statistics, 3.0, 3.0)
    assert found[0] is HealthState.OK, "one frame is no fault"
    assert found[-1] is state
    assert 0.5 < found.index(state) / 25.0 < 1.7
    healed = feed(health, FINE, 6.0, 2.0)
    assert healed[0] is state, "one frame is no cure"
    assert healed[-1] is HealthState.OK


def test_a_fault_that_comes_and_goes_does_not_flicker() -> None:
    health = CameraHealth()
    feed(health, FINE, 0.0, 3.0)
    states = [state for turn in range(20) for state in feed(health, BLACK if turn % 2 else FINE, 3.0 + turn * 0.2, 0.2)]
    assert set(states) == {HealthState.OK}


def test_brightness_between_the_marks_keeps_the_state() -> None:
    between = FrameStatistics(mean=9.5, glaring=0.0, changed=0.5)
    health = CameraHealth()
    feed(health, FINE, 0.0, 2.0)
    assert feed(health, between, 2.0, 2.0)[-1] is HealthState.OK
    feed(health, BLACK, 4.0, 2.0)
    assert feed(health, between, 6.0, 2.0)[-1] is HealthState.BLACK


def test_one_picture_in_the_place_of_a_camera_is_not_frozen() -> None:
    health = CameraHealth(may_hold_still=True)
    assert feed(health, SAME, 0.0, 6.0)[-1] is HealthState.OK


def test_few_frames_are_slow() -> None:
    health = CameraHealth()
    feed(health, FINE, 0.0, 3.0)
    assert feed(health, FINE, 3.0, 6.0, fps=5.0)[-1] is HealthState.SLOW
    assert feed(health, FINE, 9.0, 4.0, fps=9.0)[-1] is HealthState.SLOW, "a little faster is still slow"
    assert feed(health, FINE, 13.0, 4.0, fps=15.0)[-1] is HealthState.OK


def test_silence_is_a_loss() -> None:
    health = CameraHealth()
    feed(health, FINE, 0.0, 3.0)
    health.missed(4.0)
    assert state_of(health) is HealthState.OK
    health.missed(5.1)
    assert state_of(health) is HealthState.LOST
    assert feed(health, FINE, 8.0, 1.0)[-1] is HealthState.OK


def test_silence_from_the_start_is_a_loss() -> None:
    health = CameraHealth()
    health.missed(10.0)
    assert state_of(health) is HealthState.STARTING
    health.missed(12.5)
    assert state_of(health) is HealthState.LOST


def test_errors_name_the_state() -> None:
    health = CameraHealth()
    health.failed(CameraMissing())
    assert state_of(health) is HealthState.MISSING
    health.failed(CameraBusy())
    assert state_of(health) is HealthState.BUSY
    health.failed(CameraUnusable())
    assert state_of(health) is HealthState.LOST
    health.opened(3.0)
    assert state_of(health) is HealthState.STARTING
    feed(health, FINE, 3.0, 1.0)
    health.failed(CameraLost())
    health.failed(CameraMissing())
    assert state_of(health) is HealthState.LOST, "what was there is lost, not missing"


def test_the_meter_tells_noise_from_stillness() -> None:
    random = np.random.default_rng(2)
    scene = random.integers(40, 200, (480, 640, 3)).astype(np.uint8)
    noisy = np.clip(scene + random.normal(0.0, 1.0, scene.shape), 0, 255).astype(np.uint8)
    meter = FrameMeter()
    first = meter.measure(scene)
    assert first.changed is None
    assert first.mean == pytest.approx(scene.mean(), abs=1.5)
    assert meter.measure(scene).changed == 0.0
    changed = meter.measure(noisy).changed
    assert changed is not None
    assert changed > 0.2
    assert meter.measure(np.full_like(scene, 255)).glaring == 1.0
    meter.forget()
    assert meter.measure(scene).changed is None


def test_the_meter_survives_a_change_of_size() -> None:
    meter = FrameMeter()
    meter.measure(np.zeros((480, 640, 3), np.uint8))
    assert meter.measure(np.zeros((240, 320, 3), np.uint8)).changed is None
