"""Pipelines, as far as they can be tested without GStreamer; with it, the contract suite plays one."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from kiosk.camera.address import PipelineAddress
from kiosk.camera.frame import SourceKind
from kiosk.camera.gstreamer import GstreamerCamera, comes_from_device, complete_pipeline, rows_to_image
from kiosk.errors import CameraLost, CameraUnusable


def test_an_end_is_put_to_a_pipeline_without_one() -> None:
    device = complete_pipeline("v4l2src ! jpegdec !")
    assert device.startswith("v4l2src ! jpegdec ! videoconvert ! video/x-raw,format=BGR ! appsink")
    assert "drop=true" in device
    assert "drop=true" not in complete_pipeline("filesrc location=a.mp4 ! decodebin")
    whole = "v4l2src ! videoconvert ! video/x-raw,format=BGR ! appsink name=mine"
    assert complete_pipeline(whole) == whole


@pytest.mark.parametrize(
    ("pipeline", "device"),
    [
        ("v4l2src device=/dev/video0 ! jpegdec", True),
        ("libcamerasrc ! videoconvert", True),
        ("filesrc location=film.mp4 ! decodebin", False),
        ("filesrc location=v4l2src ! decodebin", False),
        ("videotestsrc", False),
        ("v4l2src ! mix. filesrc location=film.mp4 ! mix.", False),
        ('filesrc location="v4l2src" ! decodebin', False),
        ("uridecodebin uri=file:///film.mp4", False),
        ("tee", False),
    ],
)
def test_only_cameras_count_as_devices(pipeline: str, device: bool) -> None:
    assert comes_from_device(pipeline) is device
    kind = GstreamerCamera(PipelineAddress(pipeline)).kind
    assert kind is (SourceKind.DEVICE if device else SourceKind.REPLAY)


def test_padded_rows_become_a_picture() -> None:
    rows = np.zeros((4, 20), np.uint8)
    rows[:, :18] = np.arange(72).reshape(4, 18)
    image = rows_to_image(rows.tobytes(), 6, 4)
    assert image.shape == (4, 6, 3)
    assert np.array_equal(image.reshape(4, 18), np.arange(72).reshape(4, 18))
    with pytest.raises(CameraLost):
        rows_to_image(b"short", 6, 4)


def test_without_the_bindings_it_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def refuse(name: str) -> object:
        if name.partition(".")[0] == "gi":
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr("kiosk.camera.gstreamer.importlib.import_module", refuse)
    camera = GstreamerCamera(PipelineAddress("videotestsrc"))
    with pytest.raises(CameraUnusable) as caught:
        camera.open()
    assert "python3-gi" in caught.value.what_to_do
    assert "gstreamer1.0-plugins-base" in caught.value.what_to_do
    with pytest.raises(CameraLost):
        camera.read()
