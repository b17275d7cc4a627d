"""Recordings: their own times, their faults, their pace."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from kiosk.camera.address import Pace, ReplayAddress
from kiosk.camera.frame import Frame
from kiosk.camera.recording.pictures import natural_key
from kiosk.camera.replay import ReplayCamera
from kiosk.errors import BadInput, CameraLost

UNEVEN = [0.0, 0.04, 0.08, 0.2, 0.21, 0.5, 0.6, 0.7, 1.0, 1.1]
KINDS = [("mp4", "mpeg4", "yuv420p"), ("webm", "libvpx", "yuv420p"), ("mov", "mjpeg", "yuvj420p"),
         ("avi", "mjpeg", "yuvj420p"), ("gif", "gif", "rgb8")]  # fmt: skip


def write_film(path: Path, codec: str, pixels: str, times: list[float], options: dict[str, str] | None = None) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options or {})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 96, 64, pixels
        stream.codec_context.time_base = Fraction(1, 1000)
        for index, time in enumerate(times):
            image = np.full((64, 96, 3), 20, np.uint8)
            image[:32, : 8 + index] = (0, 0, 240)
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = round(time * 1000), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def play(path: Path, *, fps: float | None = None, mirror: bool = False) -> list[Frame]:
    camera = ReplayCamera(ReplayAddress(path, fps=fps, mirror=mirror))
    camera.open()
    frames = []
    while (frame := camera.read()) is not None:
        frames.append(frame)
    camera.close()
    return frames


@pytest.mark.parametrize(("suffix", "codec", "pixels"), KINDS)
def test_uneven_times_are_kept(tmp_path: Path, suffix: str, codec: str, pixels: str) -> None:
    path = tmp_path / f"film.{suffix}"
    write_film(path, codec, pixels, UNEVEN)
    frames = play(path)
    assert [frame.time for frame in frames] == pytest.approx(UNEVEN, abs=0.006)
    assert [frame.index for frame in frames] == list(range(len(UNEVEN)))


def test_given_rate_wins_over_stored_times(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", "mpeg4", "yuv420p", UNEVEN)
    frames = play(tmp_path / "film.mp4", fps=5.0)
    assert [frame.time for frame in frames] == pytest.approx([index / 5 for index in range(len(UNEVEN))])


def test_mirrored_films_are_turned_back(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", "mpeg4", "yuv420p", UNEVEN[:3])
    plain, mirrored = play(tmp_path / "film.mp4")[0], play(tmp_path / "film.mp4", mirror=True)[0]
    assert np.array_equal(plain.image[:, ::-1], mirrored.image)
    assert plain.image[:20, :6, 2].mean() > 150 > plain.image[:20, -6:, 2].mean()


def test_rotation_of_a_telephone_film_is_honoured(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    write_film(path, "mpeg4", "yuv420p", UNEVEN[:3])
    stored = bytearray(path.read_bytes())
    # The track header's matrix (ISO/IEC 14496-12, 8.3.2): 90 degrees clockwise.
    matrix = stored.index(b"tkhd") + 4 + 40
    one = 0x00010000
    stored[matrix : matrix + 36] = struct.pack(">9i", 0, one, 0, -one, 0, 0, 64 << 16, 0, 0x40000000)
    path.write_bytes(stored)
    frame = play(path)[0]
    assert frame.image.shape == (96, 64, 3)
    # What was at the top left is at the top right now.
    assert frame.image[:6, 40:, 2].mean() > 150 > frame.image[:6, :20, 2].mean()


def test_folders_are_sorted_as_people_count(tmp_path: Path) -> None:
    for number in (10, 9, 1, 2):
        cv2.imwrite(str(tmp_path / f"shot{number}.png"), np.full((8, 8, 3), number, np.uint8))
    (tmp_path / "notes.txt").write_text("not a picture")
    frames = play(tmp_path)
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [1, 2, 9, 10]
    assert [frame.time for frame in frames] == pytest.approx([0.0, 0.1, 0.2, 0.3])


def test_natural_order_of_names() -> None:
    assert sorted(["b2", "a10", "a9", "B1", "a09"], key=natural_key) == ["a09", "a9", "a10", "B1", "b2"]


def test_one_picture_is_held_for_half_a_minute(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "one.jpg"), np.full((16, 16, 3), 99, np.uint8))
    camera = ReplayCamera(ReplayAddress(tmp_path / "one.jpg"))
    camera.open()
    assert camera.still
    frames = play(tmp_path / "one.jpg")
    assert len(frames) == 300
    assert frames[-1].time == pytest.approx(29.9)


def test_one_looped_picture_has_no_end(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "one.png"), np.full((16, 16, 3), 99, np.uint8))
    camera = ReplayCamera(ReplayAddress(tmp_path / "one.png", loop=True, fps=100.0))
    camera.open()
    frames = [camera.read() for _ in range(4000)]
    assert frames[-1] is not None
    assert frames[-1].time == pytest.approx(39.99)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.mp4", b""),
        ("noise.mp4", bytes(range(256)) * 40),
        ("words.mp4", b"this is no film\n" * 40),
        ("words.txt", b"this is no film\n" * 40),
        ("list.m3u8", b"#EXTM3U\n#EXTINF:1,\nhttp://localhost/film.ts\n"),
        ("broken.png", b"\x89PNG\r\n\x1a\n" + bytes(200)),
    ],
)
def test_what_is_no_film_is_told_in_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=name) as caught:
        play(tmp_path / name)
    assert "\n" not in caught.value.line()


def test_missing_files_and_empty_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no file"):
        play(tmp_path / "nothing.mp4")
    with pytest.raises(BadInput, match="holds no pictures"):
        play(tmp_path)


def test_a_film_cut_short_before_its_index_cannot_be_used(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", "mpeg4", "yuv420p", UNEVEN)
    whole = (tmp_path / "film.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadInput):
        play(tmp_path / "cut.mp4")


@pytest.mark.parametrize(("suffix", "codec"), [("webm", "libvpx"), ("mp4", "mpeg4")])
def test_a_film_that_breaks_off_tells_the_frame(tmp_path: Path, suffix: str, codec: str) -> None:
    path = tmp_path / f"film.{suffix}"
    options = {"movflags": "faststart"} if suffix == "mp4" else {}
    times = [index / 25 for index in range(75)]
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=25, options={"g": "5"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        random = np.random.default_rng(1)
        for index in range(len(times)):
            image = random.integers(0, 255, (64, 96, 3), np.uint8)
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * 0.6)])
    camera = ReplayCamera(ReplayAddress(path))
    camera.open()
    frames: list[Frame | None] = []
    with pytest.raises(CameraLost, match=r"frame \d+"):
        frames.extend(iter(camera.read, None))
    assert 20 < len(frames) < 70
    with pytest.raises(CameraLost):
        camera.read()


def test_a_broken_picture_in_a_folder_tells_which(tmp_path: Path) -> None:
    for number in range(3):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((8, 8, 3), number, np.uint8))
    (tmp_path / "2.png").write_bytes(b"nothing")
    camera = ReplayCamera(ReplayAddress(tmp_path))
    camera.open()
    assert camera.read() is not None
    assert camera.read() is not None
    with pytest.raises(CameraLost, match=r"picture 2 .*2\.png"):
        camera.read()
    (tmp_path / "0.png").write_bytes(b"nothing")
    with pytest.raises(BadInput, match="picture 0"):
        camera.open()


class _Clock:
    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_real_pace_waits_and_loses_what_is_late(tmp_path: Path) -> None:
    for number in range(10):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((8, 8, 3), number, np.uint8))
    clock = _Clock()
    camera = ReplayCamera(ReplayAddress(tmp_path, pace=Pace.REAL), clock=clock, sleep=clock.sleep)
    camera.open()
    arrivals = []
    for _ in range(3):
        frame = camera.read()
        assert frame is not None
        arrivals.append((frame.index, round(clock.now - 50.0, 3)))
    assert arrivals == [(0, 0.0), (1, 0.1), (2, 0.2)]
    clock.now += 0.35
    frame = camera.read()
    assert frame is not None
    assert frame.index == 5, "at 0.55 s the picture of 0.5 s is shown"
    assert clock.now - 50.0 == pytest.approx(0.55)


def test_free_pace_never_waits(tmp_path: Path) -> None:
    def refuse(_seconds: float) -> None:
        raise AssertionError("it slept")

    for number in range(5):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((8, 8, 3), number, np.uint8))
    camera = ReplayCamera(ReplayAddress(tmp_path), pace=Pace.FREE, sleep=refuse)
    camera.open()
    assert sum(1 for _ in iter(camera.read, None)) == 5


def test_damage_never_escapes_as_anything_but_our_errors(tmp_path: Path) -> None:
    path = tmp_path / "film.webm"
    write_film(path, "libvpx", "yuv420p", UNEVEN)
    whole = path.read_bytes()
    random = np.random.default_rng(3)
    for attempt in range(40):
        damaged = bytearray(whole)
        for place in random.integers(0, len(whole), 1 + attempt):
            damaged[place] = int(random.integers(0, 256))
        path.write_bytes(damaged)
        try:
            frames = play(path)
        except (BadInput, CameraLost):
            continue
        assert all(frame.image.ndim == 3 for frame in frames)
