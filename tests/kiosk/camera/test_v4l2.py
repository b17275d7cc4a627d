"""Capture devices, as far as they can be tested without one: refusals, and finding them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiosk.camera.address import DeviceAddress
from kiosk.camera.v4l2 import FoundCamera, V4l2Camera, list_cameras
from kiosk.errors import CameraError, CameraLost, CameraMissing, CameraUnusable


def test_a_missing_device_is_missing(tmp_path: Path) -> None:
    camera = V4l2Camera(DeviceAddress(tmp_path / "video7"))
    with pytest.raises(CameraMissing, match="video7"):
        camera.open()
    with pytest.raises(CameraLost):
        camera.read()
    camera.close()


def test_a_file_is_no_camera(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"x")
    with pytest.raises(CameraUnusable, match="no camera") as caught:
        V4l2Camera(DeviceAddress(tmp_path / "film.mp4")).open()
    assert "replay:" in caught.value.what_to_do


def test_another_kind_of_device_is_no_camera() -> None:
    with pytest.raises(CameraUnusable, match="no camera"):
        V4l2Camera(DeviceAddress(Path("/dev/null"))).open()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may use every device")
def test_a_device_that_may_not_be_used_says_who_may() -> None:
    with pytest.raises(CameraError) as caught:
        V4l2Camera(DeviceAddress(Path("/dev/mem"))).open()
    assert "video" in caught.value.what_to_do


def _node(system: Path, name: str, label: str, index: int, device: str) -> None:
    folder = system / name
    folder.mkdir()
    (folder / "name").write_text(label + "\n")
    (folder / "index").write_text(f"{index}\n")
    (folder / "dev").write_text(device + "\n")


def test_cameras_are_found_without_opening_them(tmp_path: Path) -> None:
    system, udev = tmp_path / "system", tmp_path / "udev"
    system.mkdir()
    udev.mkdir()
    _node(system, "video0", "Desk Camera", 0, "81:0")
    _node(system, "video1", "Desk Camera", 1, "81:1")
    _node(system, "video10", "board-codec-decode", 0, "81:10")
    _node(system, "video2", "Door Camera", 0, "81:2")
    found = list_cameras(system, udev)
    assert found == [
        FoundCamera(Path("/dev/video0"), "Desk Camera"),
        FoundCamera(Path("/dev/video2"), "Door Camera"),
    ]
    assert found[1].uri == "v4l2:/dev/video2"


def test_what_udev_knows_wins(tmp_path: Path) -> None:
    system, udev = tmp_path / "system", tmp_path / "udev"
    system.mkdir()
    udev.mkdir()
    _node(system, "video0", "Output Only", 0, "81:0")
    _node(system, "video1", "Second Lens", 1, "81:1")
    (udev / "c81:0").write_text("E:ID_V4L_CAPABILITIES=:video_output:\n")
    (udev / "c81:1").write_text("E:ID_V4L_VERSION=2\nE:ID_V4L_CAPABILITIES=:capture:\n")
    assert [camera.name for camera in list_cameras(system, udev)] == ["Second Lens"]


def test_no_cameras_at_all(tmp_path: Path) -> None:
    assert list_cameras(tmp_path / "nothing", tmp_path) == []
