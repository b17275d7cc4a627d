"""A simulated camera is calibrated from prepare to write; then sessions with it and with another are compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from calibration.camera import contents, times
from calibration.camera.command import document_of
from calibration.camera.routine import Amounts, Calibrated, calibrate, unevenness
from calibration.camera.simulation import SimulatedSensor, drawn_picture, flat_scenes
from kiosk.analysis.cues.stream import StreamCues
from kiosk.camera.address import Address, DeviceAddress
from kiosk.camera.frame import Frame, SourceKind
from kiosk.camera.identity import DeviceIdentity
from kiosk.camera.site.store import load_site
from kiosk.errors import CameraUnusable

WIDTH, HEIGHT = 640, 384
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LATER = datetime(2026, 2, 2, 3, 4, 5, tzinfo=UTC)
AMOUNTS = Amounts(warm_up=2, view=80, even=66, patience=80)
USB = DeviceIdentity("usb", "usb-0000:00:14.0-4:1.0", "046d", "0825", "5CD9", "uvcvideo", "UVC Camera", "a" * 64)
ADDRESS = DeviceAddress(Path("/dev/video0"))


class SimulatedCamera:
    """A device in numbers: an ordinary view until it is told to hold something even before the lens."""

    uri = "v4l2:/dev/video0"

    def __init__(self, sensor: SimulatedSensor, seed: int = 1, kind: SourceKind = SourceKind.DEVICE) -> None:
        self.sensor = sensor
        self.kind = kind
        self.even = False
        self._view = contents.film(sensor, drawn_picture(WIDTH, HEIGHT, seed), 400, seed)
        self._flat = flat_scenes(WIDTH, HEIGHT, 400, seed)
        self._random = np.random.default_rng(seed)
        self._times = times.sensor(np.random.default_rng(seed), 900)
        self._count = 0
        self.is_open = False

    def open(self) -> None:
        self.is_open = True

    def read(self) -> Frame | None:
        number, self._count = self._count, self._count + 1
        image = self.sensor.shoot(next(self._flat), self._random) if self.even else next(self._view)
        arrived = float(self._times.arrivals[number]) if self.kind is SourceKind.DEVICE else None
        return Frame(image, float(self._times.stamps[number]), int(self._times.indices[number]), arrived)

    def close(self) -> None:
        self.is_open = False

    def asked(self, line: str) -> None:
        self.even = "paper" in line


def run(
    data: Path, camera: SimulatedCamera, now: datetime = NOW, identity: DeviceIdentity | None = USB, obey: bool = True
) -> Calibrated:
    def identify(_address: Address) -> DeviceIdentity | None:
        return identity

    return calibrate(
        data,
        camera,
        ADDRESS,
        now=now,
        ask=camera.asked if obey else lambda _line: None,
        tell=lambda _line: None,
        amounts=AMOUNTS if obey else Amounts(1, 40, 30, 3),
        identify=identify,
    )


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Calibrated]:
    data = tmp_path_factory.mktemp("data")
    return data, run(data, SimulatedCamera(SimulatedSensor(1, WIDTH, HEIGHT, quality=88)))


def session(data: Path, camera: SimulatedCamera) -> dict[str, tuple[str, bool]]:
    """Give code and passing of each check after a session of a hundred frames."""
    cues = StreamCues("device", load_site(data))
    for _ in range(100):
        frame = camera.read()
        assert frame is not None
        cues.see(frame)
    return {
        judgement.check: (
            judgement.code,
            judgement.score is not None and judgement.threshold is not None and judgement.score >= judgement.threshold,
        )
        for judgement in cues.judge()
    }


def test_a_good_camera_is_accepted_and_written(calibrated: tuple[Path, Calibrated]) -> None:
    data, done = calibrated
    assert done.accepted, done.judged
    assert [item.name for item in done.judged] == ["pin", "times", "content", "sensor"]
    assert done.site.stream.period == pytest.approx(33.37, abs=0.2)
    site = load_site(data)
    assert site is not None
    assert site.camera == done.site
    assert site.fingerprint is not None
    assert site.fingerprint.factors.shape == (HEIGHT, WIDTH)
    document = document_of(done)
    assert (document["accepted"], document["trial"], document["backup"]) == (True, False, None)


def test_its_sessions_pass(calibrated: tuple[Path, Calibrated]) -> None:
    answers = session(calibrated[0], SimulatedCamera(SimulatedSensor(1, WIDTH, HEIGHT, quality=88), seed=7))
    assert answers["frame_timing"] == ("", True)
    assert answers["frame_content"] == ("", True)
    # A hundred analysed frames give thirteen for the sensor.
    assert answers["sensor"] == ("", True)


def test_another_camera_of_the_model_is_told_by_its_sensor(calibrated: tuple[Path, Calibrated]) -> None:
    answers = session(calibrated[0], SimulatedCamera(SimulatedSensor(2, WIDTH, HEIGHT, quality=88), seed=7))
    assert answers["frame_content"] == ("", True)
    assert answers["sensor"] == ("", False)


def test_a_second_run_names_what_changed_and_keeps_the_first(tmp_path: Path) -> None:
    sensor = SimulatedSensor(3, WIDTH, HEIGHT, quality=88)
    first = run(tmp_path, SimulatedCamera(sensor), obey=False)
    assert first.changed == ()
    assert first.backup is None
    second = run(tmp_path, SimulatedCamera(sensor), LATER, replace(USB, serial="OTHER"), obey=False)
    assert "camera_replaced" in second.changed
    assert second.backup is not None
    assert second.backup.name == "camera-20260202T030405.toml"


def test_without_an_even_view_no_sensor_is_enrolled(tmp_path: Path) -> None:
    done = run(tmp_path, SimulatedCamera(SimulatedSensor(1, WIDTH, HEIGHT)), obey=False)
    assert done.site.sensor is None
    assert not done.accepted
    assert "even" in done.judged[3].said
    assert list((tmp_path / "site").glob("*.npz")) == []


def test_a_recording_is_a_trial(tmp_path: Path) -> None:
    done = run(tmp_path, SimulatedCamera(SimulatedSensor(1, WIDTH, HEIGHT), kind=SourceKind.REPLAY), obey=False)
    assert not done.accepted
    assert done.site.device is None
    assert document_of(done)["trial"] is True


def test_a_virtual_device_is_not_accepted(tmp_path: Path) -> None:
    camera = SimulatedCamera(SimulatedSensor(1, WIDTH, HEIGHT))
    done = run(tmp_path, camera, identity=replace(USB, virtual="loopback"), obey=False)
    assert not done.judged[0].passed
    assert not camera.is_open


def test_an_exchange_meanwhile_ends_it(tmp_path: Path) -> None:
    there = [USB, replace(USB, serial="OTHER")]
    camera = SimulatedCamera(SimulatedSensor(1, WIDTH, HEIGHT))
    with pytest.raises(CameraUnusable, match="another camera"):
        calibrate(
            tmp_path,
            camera,
            ADDRESS,
            now=NOW,
            ask=camera.asked,
            tell=lambda _line: None,
            amounts=Amounts(1, 4, 2, 4),
            identify=lambda _address: there.pop(0),
        )
    assert load_site(tmp_path) is None


def test_views_that_are_not_even_are_named() -> None:
    flat = np.full((HEIGHT, WIDTH), 120, np.uint8)
    assert unevenness(flat) == ""
    assert unevenness(flat // 4) == "too_dark"
    assert unevenness(flat + 120) == "too_bright"
    half = flat.copy()
    half[:, : WIDTH // 2] = 40
    assert unevenness(half) == "uneven"
    stripes = flat.copy()
    stripes[::16] = 60
    stripes[1::16] = 60
    assert unevenness(stripes) == "sharp"
