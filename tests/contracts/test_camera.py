"""What every camera promises, run on each kind that this machine has."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from kiosk.camera.frame import Frame, SourceKind
from kiosk.camera.opening import make_camera
from kiosk.camera.port import Camera, Performer
from kiosk.camera.v4l2 import list_cameras
from kiosk.errors import CameraLost, CameraUnusable

# The bindings of GStreamer import themselves in a way that Python has since given up.
pytestmark = pytest.mark.filterwarnings("ignore:DynamicImporter:ImportWarning")

FRAMES = 12
ENDING = ["film", "moving_gif", "folder", "picture"]
ENDLESS = ["looped_film", "looped_folder", "demo", "demo_absent", "v4l2", "gst"]


def _drawing(index: int) -> np.ndarray:
    image = np.full((48, 64, 3), 30, np.uint8)
    image[:, index * 4 : index * 4 + 8] = (40, 200, 120)
    return image


def _write_film(path: Path, codec: str, pixels: str) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=20)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
        for index in range(FRAMES):
            frame = av.VideoFrame.from_ndarray(_drawing(index), format="bgr24")
            frame.pts, frame.time_base = index, Fraction(1, 20)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _address(kind: str, folder: Path) -> str:
    if kind in ("film", "looped_film"):
        _write_film(folder / "film.webm", "libvpx", "yuv420p")
        return f"replay:{folder / 'film.webm'}" + ("?loop=1" if kind == "looped_film" else "")
    if kind == "moving_gif":
        _write_film(folder / "moving.gif", "gif", "rgb8")
        return f"replay:{folder / 'moving.gif'}"
    if kind in ("folder", "looped_folder", "picture"):
        for index in range(FRAMES):
            cv2.imwrite(str(folder / f"{index + 1}.png"), _drawing(index))
        if kind == "picture":
            return f"replay:{folder / '1.png'}?fps=2"
        return f"replay:{folder}" + ("?loop=1" if kind == "looped_folder" else "")
    if kind.startswith("demo"):
        pytest.importorskip("skimage")
        return "demo:" if kind == "demo" else "demo:?variant=absent"
    if kind == "v4l2":
        cameras = list_cameras()
        if not cameras:
            pytest.skip("this machine has no camera")
        return cameras[0].uri
    return "gst:videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=30/1"


def _open(kind: str, folder: Path) -> Camera:
    camera = make_camera(_address(kind, folder))
    try:
        camera.open()
    except CameraUnusable as error:
        if kind == "gst":
            pytest.skip(f"GStreamer is not usable here: {error}")
        raise
    return camera


@pytest.fixture(params=ENDING + ENDLESS)
def camera(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Camera]:
    camera = _open(request.param, tmp_path)
    yield camera
    camera.close()


@pytest.fixture(params=ENDING)
def recording(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Camera]:
    camera = _open(request.param, tmp_path)
    yield camera
    camera.close()


def _read(camera: Camera, count: int) -> list[Frame]:
    frames = []
    for _ in range(count):
        frame = camera.read()
        assert frame is not None
        frames.append(frame)
    return frames


class TestEveryCamera:
    def test_it_keeps_the_port(self, camera: Camera) -> None:
        assert isinstance(camera.kind, SourceKind)
        assert camera.uri.partition(":")[0] in ("replay", "demo", "v4l2", "gst")

    def test_times_grow_and_indices_count_from_zero(self, camera: Camera) -> None:
        frames = _read(camera, 10)
        times = [frame.time for frame in frames]
        indices = [frame.index for frame in frames]
        assert all(later > earlier for earlier, later in itertools.pairwise(times))
        assert all(later > earlier for earlier, later in itertools.pairwise(indices))
        assert indices[0] >= 0
        if camera.kind is not SourceKind.DEVICE:
            assert indices == list(range(10))

    def test_pictures_are_blue_green_red_and_never_written_to(self, camera: Camera) -> None:
        frame = _read(camera, 1)[0]
        assert frame.image.dtype == np.uint8
        assert frame.image.ndim == 3
        assert frame.image.shape[2] == 3
        with pytest.raises(ValueError, match="read-only"):
            frame.image[0, 0] = 0

    def test_reading_after_closing_tells_a_loss(self, camera: Camera) -> None:
        _read(camera, 2)
        camera.close()
        with pytest.raises(CameraLost):
            camera.read()

    def test_closing_twice_is_harmless(self, camera: Camera) -> None:
        camera.close()
        camera.close()

    def test_it_gives_frames_again_when_opened_again(self, camera: Camera) -> None:
        _read(camera, 3)
        camera.close()
        camera.open()
        frames = _read(camera, 3)
        if camera.kind is not SourceKind.DEVICE:
            assert frames[0].index == 0

    def test_opening_an_open_camera_starts_it_anew(self, camera: Camera) -> None:
        _read(camera, 3)
        camera.open()
        _read(camera, 3)

    def test_reading_before_opening_tells_a_loss(self, camera: Camera) -> None:
        with pytest.raises(CameraLost):
            make_camera(camera.uri).read()


class TestRecordings:
    def test_after_the_end_comes_none_and_stays(self, recording: Camera) -> None:
        frames = 0
        while recording.read() is not None:
            frames += 1
        assert frames in (FRAMES, 60)
        assert [recording.read() for _ in range(3)] == [None, None, None]
        recording.close()
        with pytest.raises(CameraLost):
            recording.read()


@pytest.mark.parametrize("kind", ["looped_film", "looped_folder"])
def test_a_loop_goes_on_in_time(kind: str, tmp_path: Path) -> None:
    camera = _open(kind, tmp_path)
    times = [frame.time for frame in _read(camera, 3 * FRAMES)]
    camera.close()
    steps = np.diff(times)
    assert steps.min() > 0
    assert steps.max() < 2.5 * np.median(steps)


def test_only_the_demonstration_performs(tmp_path: Path) -> None:
    pytest.importorskip("skimage")
    assert isinstance(make_camera("demo:"), Performer)
    assert not isinstance(make_camera(f"replay:{tmp_path}"), Performer)
