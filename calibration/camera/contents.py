"""Simulated contents of streams: what a camera gives, and what is put in its place; and a source of scenes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np

from calibration.camera.simulation import (
    Gray,
    Picture,
    SimulatedSensor,
    drawn_picture,
    jpeg,
    live_scenes,
    rescaled,
)

Film = list[Picture]


class Scenes:
    """Pictures that simulated cameras look at: those of a ZIP, or drawn ones where there is none."""

    def __init__(self, archive: Path | None = None) -> None:
        """Take a ZIP of pictures."""
        self._archive = zipfile.ZipFile(archive) if archive is not None else None
        names = self._archive.namelist() if self._archive is not None else []
        self._names = sorted(name for name in names if name.lower().endswith((".jpg", ".png", ".webp")))

    @property
    def words(self) -> str:
        """Say what they are."""
        return f"{len(self._names)} photographs of rooms and streets" if self._names else "drawn scenes"

    def picture(self, number: int, width: int, height: int) -> Gray:
        """Give one of them."""
        if self._archive is None or not self._names:
            return drawn_picture(width, height, number)
        # A prime step spreads the numbers over all folders.
        content = self._archive.read(self._names[number * 37 % len(self._names)])
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
        return np.asarray(picture, np.uint8)


def sensors(first: int, count: int, width: int = 1280, height: int = 720) -> list[SimulatedSensor]:
    """Give sensors of many makes: PRNU 0.5 to 2 %, JPEG 85 to 95 or raw, more or less smoothing and noise."""
    made = []
    for seed in range(first, first + count):
        random = np.random.default_rng([seed, 6])
        made.append(
            SimulatedSensor(
                seed,
                width,
                height,
                prnu=float(random.uniform(0.005, 0.02)),
                full_well=float(10 ** random.uniform(3.4, 4.1)),
                read_noise=float(random.uniform(3, 15)),
                quality=int(random.choice([85, 88, 90, 92, 95, 0])),
                smoothing=float(random.choice([0.0, 0.3, 0.6])),
            )
        )
    return made


def film(sensor: SimulatedSensor, picture: Gray, count: int, seed: int, step: float = 1.0) -> Iterator[Picture]:
    """Yield frames of a person before a place; the light steps in the middle."""
    random = np.random.default_rng([seed, 8])
    for scene in live_scenes(picture, sensor.width, sensor.height, count, seed, step):
        yield sensor.shoot(scene, random)


def h264(frames: Film, crf: int = 23) -> Film:
    """Give frames after a film codec, as a player or a video call has them."""
    import av

    content = BytesIO()
    height, width = frames[0].shape[:2]
    with av.open(content, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=30, options={"crf": str(crf), "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for frame in frames:
            for packet in stream.encode(av.VideoFrame.from_ndarray(frame, format="bgr24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    content.seek(0)
    with av.open(content, "r") as container:
        return [np.asarray(picture.to_ndarray(format="bgr24"), np.uint8) for picture in container.decode(video=0)]


def _looped(frames: Film) -> Film:
    third = max(len(frames) // 3, 1)
    return frames[:third] * 3


def _doubled(frames: Film) -> Film:
    return [frame for frame in frames[: len(frames) // 2] for _ in range(2)]


def _spliced(frames: Film) -> Film:
    half = len(frames) // 2
    return frames[:half] + h264(frames[half:])


ATTACKS: dict[str, Callable[[Film], Film]] = {
    "film_codec": h264,
    "film_codec_fine": lambda frames: h264(frames, 15),
    "coded_again_80": lambda frames: [jpeg(frame, 80) for frame in frames],
    "looped": _looped,
    "looped_and_coded": lambda frames: h264(_looped(frames)),
    "doubled": _doubled,
    "spliced": _spliced,
}
BEYOND: dict[str, Callable[[Film], Film]] = {
    "scaled": lambda frames: [rescaled(frame, 0.75) for frame in frames],
    "scaled_by_half": lambda frames: [rescaled(frame, 0.5) for frame in frames],
    "own_frames": lambda frames: frames,
}
"""what is shown beside the figures, as content alone catches it seldom or never"""
