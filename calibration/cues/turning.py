"""Turning heads and turning pictures, as the kiosk sees them: shapes with poses, one tuple a session."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from calibration.cues.flats import Floats, Held, Picture, camera_noise, show
from calibration.cues.heads import head_of, render
from edge_models.tasks.face_landmarks import Landmarks
from kiosk.analysis.cues.depth import shape_of
from kiosk.analysis.facts import ShapeSample
from kiosk.analysis.models import Models
from kiosk.camera.address import DemoAddress, ReplayAddress, Variant
from kiosk.camera.demo.camera import DemoCamera
from kiosk.camera.opening import open_camera

Rng = np.random.Generator
_SIDE, _RATE = 300, 10.0
_BORDER = 54
_REST = 8
_SWING = (0.4, 0.6, 0.8, 1.0, 1.0, 1.0, 0.7, 0.5)
_NOD = (0.5, 0.8, 1.0, 1.0, 0.7)
TURNS = ("look_left", "look_right", "look_up", "look_down")


@dataclass(frozen=True)
class Turning:
    """One session's shapes."""

    kind: str
    who: str
    shapes: tuple[ShapeSample, ...]


def look(models: Models, picture: Picture) -> Landmarks | None:
    """Give the landmarks of the largest face, None without one."""
    faces = models.detection(picture)
    return models.landmarks(picture, faces[0].box, faces[0].points) if faces else None


def pictures(pack: Path, prefix: str = "") -> Iterator[tuple[str, Picture]]:
    """Yield (name, BGR picture) of a pack's members in the order of their names."""
    with zipfile.ZipFile(pack) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith(prefix) and name.endswith((".webp", ".jpg", ".png")):
                coded = np.frombuffer(archive.read(name), np.uint8)
                yield name, np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def _sample(models: Models, view: Picture, time: float) -> ShapeSample | None:
    seen = look(models, view)
    return None if seen is None else ShapeSample(time, seen.yaw, seen.pitch, shape_of(seen))


def real_heads(models: Models, pack: Path, part: str) -> tuple[list[Turning], Floats, Floats]:
    """Give real people who turn (five frames of a film of each), and all frames' 478 points and poses."""
    people: dict[str, list[ShapeSample]] = {}
    points, poses = [], []
    for name, picture in pictures(pack, f"kp68/{part}"):
        seen = look(models, cv2.copyMakeBorder(picture, 40, 40, 40, 40, cv2.BORDER_REPLICATE).astype(np.uint8))
        if seen is None:
            continue
        points.append(seen.points)
        poses.append((seen.yaw, seen.pitch, seen.roll))
        shapes = people.setdefault(Path(name).stem.rsplit("_", 1)[0], [])
        shapes.append(ShapeSample(float(len(shapes)), seen.yaw, seen.pitch, shape_of(seen)))
    turning = [Turning("head, real", who, tuple(shapes)) for who, shapes in people.items()]
    return turning, np.array(points, np.float64), np.array(poses, np.float64)


def made_sessions(models: Models, pack: Path, part: str, count: int, mean: Floats, seed: int) -> Iterator[Turning]:
    """Yield, for each of so many portraits, its head turning, its picture moved by a hand, and the same bent."""
    rng, done = np.random.default_rng(seed), 0
    with zipfile.ZipFile(pack) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith(part) and _grown(name))
        for place in rng.permutation(len(names)):
            coded = np.frombuffer(archive.read(names[place]), np.uint8)
            small = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
            large = cv2.resize(small, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
            edges = (_BORDER, _BORDER, _BORDER, _BORDER)
            sheet = np.asarray(cv2.copyMakeBorder(large, *edges, cv2.BORDER_REPLICATE), np.uint8)
            seen = look(models, sheet)
            if seen is None or abs(seen.yaw) > 12 or abs(seen.pitch) > 18 or seen.confidence < 0.5:
                continue
            who = f"{part} {place}"
            yield Turning("head, made", who, _head(models, sheet, seen, mean, rng))
            yield Turning("picture", who, _sheet(models, sheet, rng, bend=0.0))
            yield Turning("bent picture", who, _sheet(models, sheet, rng, bend=rng.uniform(0.3, 1.6)))
            done += 1
            if done == count:
                return


def _grown(name: str) -> bool:
    return int(Path(name).name.split("_")[0]) >= 14


def _path(rng: Rng, yaw: tuple[float, float], pitch: tuple[float, float]) -> list[tuple[float, float]]:
    """Give what share of a turn each frame shows: rest, left, right, up, down; (yaw, pitch) in degrees."""
    angles = [(0.0, 0.0)] * _REST
    for side in (1.0, -1.0):
        furthest = side * rng.uniform(*yaw)
        angles += [(furthest * part, 0.0) for part in _SWING]
    for side in (1.0, -1.0):
        furthest = side * rng.uniform(*pitch)
        angles += [(0.0, furthest * part) for part in _NOD]
    return angles


def _head(models: Models, portrait: Picture, seen: Landmarks, mean: Floats, rng: Rng) -> tuple[ShapeSample, ...]:
    pose = np.array([seen.yaw, seen.pitch, seen.roll])
    head = head_of(portrait, seen.points.astype(np.float64), pose, mean, rng.uniform(0.8, 1.25))
    corners = rng.uniform(40, 220, (2, 2, 3)).astype(np.float32)
    wall = np.asarray(cv2.resize(corners, (_SIDE, _SIDE), interpolation=cv2.INTER_LINEAR), np.uint8)
    noise, quality, camera = rng.uniform(1, 5), int(rng.uniform(60, 95)), rng.uniform(3.5, 8)
    shapes = []
    for index, (yaw, pitch) in enumerate(_path(rng, (22, 42), (12, 25))):
        view = render(head, yaw + rng.normal(0, 2), pitch + rng.normal(0, 3), rng.normal(0, 3), _SIDE, wall, camera)
        shapes.append(_sample(models, camera_noise(view, rng, noise, quality), index / _RATE))
    return tuple(shape for shape in shapes if shape is not None)


def _sheet(models: Models, picture: Picture, rng: Rng, bend: float) -> tuple[ShapeSample, ...]:
    noise, quality, distance = rng.uniform(1, 5), int(rng.uniform(60, 95)), rng.uniform(1.2, 5)
    axis = float(rng.choice([0, 0, 30, 90]))
    shapes = []
    for index, (yaw, pitch) in enumerate(_path(rng, (25, 60), (20, 50))):
        held = Held(
            yaw=yaw + rng.normal(0, 4),
            pitch=pitch + rng.normal(0, 4),
            roll=rng.normal(0, 4),
            distance=distance,
            bend=bend * max(abs(yaw) / 60, abs(pitch) / 50, 0.3) if bend else 0.0,
            axis=axis,
            across=rng.normal(0, 10),
            down=rng.normal(0, 10),
        )
        shapes.append(_sample(models, camera_noise(show(picture, held, _SIDE), rng, noise, quality), index / _RATE))
    return tuple(shape for shape in shapes if shape is not None)


def film(models: Models, path: Path, rate: float = 15.0) -> tuple[ShapeSample, ...]:
    """Give the shapes of a film, at most so many a second."""
    camera, shapes, last = open_camera(ReplayAddress(path)), [], -1.0
    try:
        while (frame := camera.read()) is not None:
            if frame.time - last < 1 / rate - 1e-3:
                continue
            last = frame.time
            sample = _sample(models, np.asarray(frame.image, np.uint8), frame.time)
            if sample is not None:
                shapes.append(sample)
    finally:
        camera.close()
    return tuple(shapes)


def demo(models: Models, variant: Variant) -> tuple[ShapeSample, ...]:
    """Give the shapes of a demonstration that is asked for every turn."""
    camera, shapes = DemoCamera(DemoAddress(variant=variant)), []
    camera.open()
    try:
        for index in range(400):
            if index >= 50 and index % 80 == 50:
                camera.perform(TURNS[(index // 80) % 4])
            frame = camera.read()
            sample = None if frame is None or index % 2 else _sample(models, np.asarray(frame.image), frame.time)
            if sample is not None:
                shapes.append(sample)
    finally:
        camera.close()
    return tuple(shapes)
