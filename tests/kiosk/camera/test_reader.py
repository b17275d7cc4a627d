"""The camera's thread: it hands frames on, comes back after a loss and never dies unheard."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.camera import reader as reader_module
from kiosk.camera.frame import Frame, SourceKind
from kiosk.camera.health import HealthState
from kiosk.camera.mailbox import Mailbox
from kiosk.camera.opening import make_camera
from kiosk.camera.reader import CameraReader, CameraReport
from kiosk.errors import BadInput, CameraBusy, CameraLost, CameraMissing

Trouble = Callable[["FlakyCamera"], None]


class FlakyCamera:
    """Plays a list of lives: each opening takes the next, which says how it opens and when it breaks."""

    def __init__(self, lives: list[tuple[Exception | None, int, Exception | None]]) -> None:
        self.lives = lives
        self.opened = 0
        self.closed = 0
        self._life: tuple[Exception | None, int, Exception | None] = (None, 0, None)
        self._index = 0
        self._open = False

    kind = SourceKind.DEVICE
    uri = "v4l2:/dev/flaky"

    def open(self) -> None:
        self._life = self.lives[min(self.opened, len(self.lives) - 1)]
        self.opened += 1
        if self._life[0] is not None:
            raise self._life[0]
        self._index, self._open = 0, True

    def read(self) -> Frame | None:
        if not self._open:
            raise CameraLost("not open")
        if self._index >= self._life[1] and self._life[2] is not None:
            raise self._life[2]
        time.sleep(0.002)
        image = np.random.default_rng(self._index).integers(60, 180, (64, 64, 3)).astype(np.uint8)
        self._index += 1
        return Frame(image, self._index / 25, self._index - 1)

    def close(self) -> None:
        self.closed += 1
        self._open = False


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(reader_module, "_LONGEST_PAUSE", 0.04)


def wait_for(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.005)
    return False


def run(camera: FlakyCamera) -> tuple[CameraReader, Mailbox[Frame], list[CameraReport]]:
    mailbox: Mailbox[Frame] = Mailbox()
    reports: list[CameraReport] = []
    reader = CameraReader(camera, [mailbox], reports.append)
    reader.start()
    return reader, mailbox, reports


def test_frames_come_until_it_is_stopped() -> None:
    camera = FlakyCamera([(None, 0, None)])
    reader, mailbox, reports = run(camera)
    first = mailbox.take(2.0)
    assert first is not None
    assert wait_for(lambda: reports[-1].state is HealthState.OK)
    assert reader.stop()
    assert camera.closed >= 1
    mailbox.take(0.0)
    assert mailbox.closed
    assert [report.state for report in reports] == [HealthState.STARTING, HealthState.OK]


def test_it_comes_back_after_losses_of_every_kind() -> None:
    camera = FlakyCamera(
        [
            (None, 5, CameraLost("the cable")),
            (CameraMissing("no device"), 0, None),
            (CameraBusy("another program"), 0, None),
            (None, 5, RuntimeError("a defect of the driver")),
            (None, 0, None),
        ]
    )
    logging.getLogger(reader_module.__name__).disabled = True
    try:
        reader, mailbox, reports = run(camera)
        assert wait_for(lambda: camera.opened >= 5 and reports[-1].state is HealthState.OK)
        assert mailbox.take(2.0) is not None
        assert reader.stop()
    finally:
        logging.getLogger(reader_module.__name__).disabled = False
    told = [report.error.message for report in reports if report.error is not None]
    assert told == ["the cable", "no device", "another program", "the camera's driver failed: RuntimeError"]
    states = {report.state for report in reports}
    assert {HealthState.LOST, HealthState.BUSY, HealthState.OK, HealthState.STARTING} <= states


def test_pauses_grow_while_nothing_changes_and_the_fault_is_told_once() -> None:
    camera = FlakyCamera([(CameraMissing("no device"), 0, None)])
    begun = time.monotonic()
    reader, _, reports = run(camera)
    assert wait_for(lambda: camera.opened >= 5)
    assert time.monotonic() - begun > 0.01 + 0.02 + 0.04 + 0.04
    assert reader.stop()
    assert [report.state for report in reports] == [HealthState.STARTING, HealthState.MISSING]


def test_stopping_does_not_wait_out_a_long_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "_FIRST_PAUSE", 60.0)
    reader, _, reports = run(FlakyCamera([(CameraMissing("no device"), 0, None)]))
    assert wait_for(lambda: reports[-1:] != [] and reports[-1].state is HealthState.MISSING)
    begun = time.monotonic()
    assert reader.stop()
    assert time.monotonic() - begun < 1.0


def test_a_listener_that_fails_does_not_end_the_camera(caplog: pytest.LogCaptureFixture) -> None:
    mailbox: Mailbox[Frame] = Mailbox()

    def fail(_report: CameraReport) -> None:
        raise ValueError("the screen is gone")

    reader = CameraReader(FlakyCamera([(None, 0, None)]), [mailbox], fail)
    reader.start()
    assert mailbox.take(2.0) is not None
    assert reader.stop()
    assert "met a defect" in caplog.text


def test_a_recording_ends_once(tmp_path: Path) -> None:
    for number in range(4):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((16, 16, 3), 50 + number, np.uint8))
    mailbox: Mailbox[Frame] = Mailbox()
    reports: list[CameraReport] = []
    reader = CameraReader(make_camera(f"replay:{tmp_path}"), [mailbox], reports.append)
    reader.run()
    assert reports[-1].ended
    assert reports[-1].error is None
    last = mailbox.take(0.0)
    assert last is not None
    assert last.index == 3
    assert mailbox.closed


def test_a_file_that_cannot_be_played_is_not_tried_again(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"nothing")
    reports: list[CameraReport] = []
    CameraReader(make_camera(f"replay:{tmp_path / 'film.mp4'}"), [], reports.append).run()
    assert reports[-1].ended
    assert isinstance(reports[-1].error, BadInput)
    assert reports[-1].state is HealthState.LOST


def test_the_demonstration_is_plugged_in_again() -> None:
    pytest.importorskip("skimage")
    mailbox: Mailbox[Frame] = Mailbox()
    reports: list[CameraReport] = []
    reader = CameraReader(make_camera("demo:?variant=unplugged"), [mailbox], reports.append)
    reader.start()

    def back() -> bool:
        states = [report.state for report in reports]
        return HealthState.LOST in states and states[-1] is HealthState.OK

    assert wait_for(back, 20.0)
    assert reader.stop()
    assert any(isinstance(report.error, CameraLost) for report in reports)
