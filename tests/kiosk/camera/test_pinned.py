"""Cameras behind their pin: what is compared at each opening, and what a production profile refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kiosk.camera.address import Address, DeviceAddress, PipelineAddress
from kiosk.camera.frame import Frame, SourceKind
from kiosk.camera.gstreamer import pinnable_source
from kiosk.camera.identity import DeviceIdentity
from kiosk.camera.pinned import PinnedCamera, PinState, compare_with_pin, identify_address
from kiosk.camera.site.format import CameraSite, PinnedDevice, StreamFigures
from kiosk.errors import CameraMissing, CameraRefused
from tests.kiosk.camera import sysfs as trees

USB = DeviceIdentity("usb", "usb-0000:00:14.0-4:1.0", "046d", "0825", "5CD9", "uvcvideo", "UVC Camera", "a" * 64)
LOOPBACK = DeviceIdentity("virtual", "virtual/video4linux/video9", name="OBS Virtual Camera", virtual="loopback")
DEVICE = DeviceAddress(Path("/dev/video0"))


def site_of(identity: DeviceIdentity | None, source: str = "device") -> CameraSite:
    return CameraSite.model_validate(
        {
            "source": source,
            "camera": "v4l2:/dev/video0",
            "written": "2026-01-01T00:00:00+00:00",
            "software": "0",
            "device": None if identity is None else PinnedDevice.of(identity).model_dump(),
            "stream": StreamFigures(width=64, height=48, frames=1, period=33.3, jitter=0.1).model_dump(),
        }
    )


class PlainCamera:
    """A device that only counts how often it is open."""

    kind = SourceKind.DEVICE
    uri = "v4l2:/dev/video0"

    def __init__(self) -> None:
        self.opened = 0

    def open(self) -> None:
        self.opened += 1

    def read(self) -> Frame | None:
        return Frame(np.zeros((2, 2, 3), np.uint8), 0.0, 0, 0.0)

    def close(self) -> None:
        self.opened = 0


class Bench:
    """A pinned camera whose device can be exchanged."""

    def __init__(self, site: CameraSite | None, *, production: bool, address: Address = DEVICE) -> None:
        self.there: list[DeviceIdentity | None] = [USB]
        self.inner = PlainCamera()
        self.told: list[PinState] = []
        self.camera = PinnedCamera(self.inner, address, site, production=production, identify=self._identify)
        self.camera.told = self.told.append

    def _identify(self, _address: Address) -> DeviceIdentity | None:
        return self.there.pop(0) if len(self.there) > 1 else self.there[0]


@pytest.mark.parametrize("production", [False, True])
def test_the_calibrated_camera_is_the_same(production: bool) -> None:
    bench = Bench(site_of(USB), production=production)
    bench.camera.open()
    assert bench.told == [PinState("same")]
    assert bench.camera.state() == PinState("same")


def test_another_camera_is_told_at_each_opening() -> None:
    bench = Bench(site_of(USB), production=True)
    bench.camera.open()
    bench.camera.close()
    bench.there = [replace(USB, serial="OTHER")]
    bench.camera.open()
    assert [state.code for state in bench.told] == ["same", "differs"]
    assert bench.told[1].detail == (("differs", "camera_replaced"),)


@pytest.mark.parametrize("site", [None, site_of(None), site_of(USB, "replay"), site_of(LOOPBACK), site_of(USB)])
def test_a_loopback_is_refused_under_a_production_profile_even_when_pinned(site: CameraSite | None) -> None:
    bench = Bench(site, production=True)
    bench.there = [LOOPBACK]
    with pytest.raises(CameraRefused, match="loopback"):
        bench.camera.open()
    assert bench.inner.opened == 0
    assert bench.told == []


def test_a_loopback_is_marked_elsewhere() -> None:
    bench = Bench(site_of(LOOPBACK), production=False)
    bench.there = [LOOPBACK]
    bench.camera.open()
    assert bench.told == [PinState("virtual", (("virtual", "loopback"),))]


@pytest.mark.parametrize("site", [None, site_of(None, "demo"), site_of(USB, "replay")])
def test_what_was_never_pinned_or_only_tried_is_not_enrolled(site: CameraSite | None) -> None:
    assert compare_with_pin(USB, site).code == "not_enrolled"


def test_an_exchange_while_opening_is_refused() -> None:
    bench = Bench(site_of(USB), production=False)
    bench.there = [USB, replace(USB, serial="OTHER")]
    with pytest.raises(CameraRefused, match="changed"):
        bench.camera.open()
    assert bench.inner.opened == 0


def test_no_camera_cannot_be_told() -> None:
    def missing(_address: Address) -> DeviceIdentity | None:
        raise CameraMissing("gone")

    camera = PinnedCamera(PlainCamera(), DEVICE, site_of(USB), production=True, identify=missing)
    assert camera.state().code == "unavailable"
    with pytest.raises(CameraMissing):
        camera.open()


@pytest.mark.parametrize(
    ("pipeline", "source"),
    [
        ("v4l2src device=/dev/video2 ! jpegdec", ("node", "/dev/video2")),
        ('v4l2src device="/dev/v4l/by-path/x" ! jpegdec', ("node", "/dev/v4l/by-path/x")),
        ("v4l2src ! jpegdec", ("node", "/dev/video0")),
        ("libcamerasrc camera-name=/base/soc/i2c0mux/i2c@1/imx219@10 ! x", ("sensor", "/soc/i2c0mux/i2c@1/imx219@10")),
        ("libcamerasrc ! x", None),
        ("rtspsrc location=rtsp://1.2.3.4/a ! rtph264depay", None),
        ("pipewiresrc ! x", None),
        ("v4l2src ! compositor name=c v4l2src device=/dev/video1 ! c.", None),
        ("videotestsrc ! x", None),
    ],
)
def test_one_source_with_a_device_can_be_pinned(pipeline: str, source: tuple[str, str] | None) -> None:
    assert pinnable_source(pipeline) == source


def test_a_pipeline_under_a_production_profile_needs_the_pinned_device() -> None:
    address = PipelineAddress("v4l2src device=/dev/video0 ! jpegdec")
    Bench(site_of(USB), production=True, address=address).camera.open()
    for site in (None, site_of(replace(USB, path="usb-0000:00:14.0-3:1.0")), site_of(USB, "replay")):
        with pytest.raises(CameraRefused, match="not the calibrated"):
            Bench(site, production=True, address=address).camera.open()
        Bench(site, production=False, address=address).camera.open()
    network = PinnedCamera(PlainCamera(), PipelineAddress("rtspsrc location=a"), site_of(USB), production=True)
    with pytest.raises(CameraRefused, match="can be pinned"):
        network.open()


def test_a_sensor_on_the_board_is_found_by_its_place_in_the_device_tree(tmp_path: Path) -> None:
    tree = trees.write(
        tmp_path / "firmware" / "devicetree" / "base" / "soc" / "i2c@1" / "imx219@10", compatible="sony,imx219\0"
    )
    device = trees.write(tmp_path / "bus" / "i2c" / "devices" / "10-0010", name="imx219")
    (device / "of_node").symlink_to(tree)
    trees.link(device / "driver", tmp_path / "bus" / "i2c" / "drivers" / "imx219")
    address = PipelineAddress("libcamerasrc camera-name=/base/soc/i2c@1/imx219@10 ! videoconvert")
    found = identify_address(address, tmp_path)
    assert found == DeviceIdentity("platform", "/soc/i2c@1/imx219@10", "sony", "imx219", "", "imx219", "imx219")
    with pytest.raises(CameraMissing):
        identify_address(PipelineAddress("libcamerasrc camera-name=/base/other"), tmp_path)
