"""A scene becomes a camera's picture: surroundings, light, lens, colour mosaic, noise, storing."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from calibration.attack.making.plane import Floats, Lie, Picture, Random, as_picture, homography
from kiosk.document.facts import Quad


@dataclass(frozen=True, slots=True)
class Camera:
    """What lies between a scene and its picture."""

    size: tuple[int, int]
    blur: float
    """of the lens, standard deviation in pixels of the picture"""
    noise: float
    gain: float
    cast: tuple[float, float, float]
    slope: tuple[float, float]
    """of the light, across and down"""
    sharpening: float
    quality: int | None
    """of JPEG; None: stored as it is"""
    grey: bool = False
    fine: int = 2
    """pixels of the scene for one of the picture, along each side"""

    @property
    def scene(self) -> tuple[int, int]:
        """Give the fine scene's width and height."""
        return self.size[0] * self.fine, self.size[1] * self.fine


def any_camera(rng: Random, *, grey: bool = False) -> Camera:
    """Draw a kiosk's or a laptop's camera in a room."""
    cast = rng.uniform(0.9, 1.1, 3)
    width = int(rng.integers(760, 1001))
    return Camera(
        size=(width, int(0.7 * width)),
        blur=float(rng.uniform(0.35, 0.95)),
        noise=float(rng.uniform(0.8, 5.5)),
        gain=float(rng.uniform(0.55, 1.08)),
        cast=(float(cast[0]), float(cast[1]), float(cast[2])),
        slope=(float(rng.uniform(-0.25, 0.25)), float(rng.uniform(-0.25, 0.25))),
        sharpening=float(rng.uniform(0, 0.8)),
        quality=None if rng.random() < 0.3 else int(rng.integers(70, 97)),
        grey=grey,
    )


def any_lie(rng: Random, *, turn: float = 14.0) -> Lie:
    """Draw how a document is held: most of the frame, tilted and rolled a little, now and then on its side."""
    return Lie(
        yaw=float(rng.uniform(-turn, turn)),
        pitch=float(rng.uniform(-turn, turn)),
        roll=float(rng.normal(0, 5)),
        x=float(rng.uniform(-0.04, 0.04)),
        y=float(rng.uniform(-0.04, 0.04)),
        scale=float(rng.uniform(0.55, 0.8)),
    )


def way_of(size: tuple[int, int], camera: Camera, lie: Lie) -> Floats:
    """Give the 3 x 3 matrix from a flat thing of this size to the fine scene; at scale 1 it is as wide as the frame."""
    fine = camera.scene
    fitted = min(fine[0] / size[0], fine[1] / size[1])
    flat = np.diag([fitted, fitted, 1.0])
    return np.asarray(homography((round(size[0] * fitted), round(size[1] * fitted)), fine, lie) @ flat, np.float32)


def laid(flat: Floats, way: Floats, size: tuple[int, int], *, replicate: bool = False) -> Floats:
    """Lay a flat thing into a scene of this size; details that the scene cannot show are averaged first."""
    shrunk = float(np.sqrt(abs(np.linalg.det(way[:2, :2]))))
    source = cv2.GaussianBlur(flat, (0, 0), 0.35 / shrunk) if shrunk < 0.8 else flat
    border = cv2.BORDER_REPLICATE if replicate else cv2.BORDER_CONSTANT
    return np.asarray(cv2.warpPerspective(source, way, size, flags=cv2.INTER_LINEAR, borderMode=border), np.float32)


def surroundings(rng: Random, size: tuple[int, int]) -> Floats:
    """Give a desk or a room, in the fine scene's pixels: plain, grained, striped or with things in it."""
    width, height = size
    base = rng.uniform(15, 225, 3)
    if rng.random() < 0.3:
        base = np.full(3, base.mean())
    patches = base + rng.normal(0, 14, (4, 6, 3))
    room = cv2.resize(patches.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    kind = int(rng.integers(0, 4))
    if kind in (1, 3):
        stretch = (max(2, width // int(rng.integers(6, 60))), max(2, height // int(rng.integers(60, 200))))
        grain = cv2.resize(rng.normal(0, 1, stretch[::-1]).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
        room = room + np.float32(rng.uniform(4, 18)) * grain[..., None]
    if kind in (2, 3):
        for _ in range(int(rng.integers(2, 9))):
            corner = rng.uniform(0, 1, 2) * size
            reach = rng.uniform(0.05, 0.5, 2) * size
            box = cv2.boxPoints(
                ((float(corner[0]), float(corner[1])), (float(reach[0]), float(reach[1])), float(rng.uniform(0, 90)))
            )
            cv2.fillConvexPoly(room, box.astype(np.int32), rng.uniform(10, 240, 3).tolist(), cv2.LINE_AA)
    if rng.random() < 0.25:
        # The edge of a tray, a shelf or a keyboard, nearly level or upright as the document is.
        at, lean = float(rng.uniform(0.02, 0.2)), float(rng.normal(0, 0.02))
        edge = np.array([[-0.1, at - lean], [1.1, at + lean], [1.1, -0.1], [-0.1, -0.1]])
        edge = edge if rng.random() < 0.7 else edge[:, ::-1]
        edge = edge if rng.random() < 0.5 else 1 - edge
        cv2.fillConvexPoly(room, (edge * size).astype(np.int32), rng.uniform(10, 240, 3).tolist(), cv2.LINE_AA)
    fine = cv2.resize(rng.standard_normal((height // 3, width // 3), np.float32), size)
    return np.asarray(np.clip(room + np.float32(rng.uniform(1, 5)) * fine[..., None], 0, 255), np.float32)


def under(room: Floats, shape: Floats, rng: Random) -> Floats:
    """Give the surroundings with the soft shadow that a thing of this shape throws."""
    shift = rng.uniform(-8, 8, 2).astype(np.float32)
    reach = float(rng.uniform(3, 14))
    moved = cv2.warpAffine(shape, np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32), shape.shape[::-1])
    dark = cv2.GaussianBlur(moved, (0, 0), reach) * np.float32(rng.uniform(0.1, 0.55))
    return room * (1 - dark)[..., None]


def taken(scene: Floats, camera: Camera, rng: Random) -> Picture:
    """Give the picture: scene values 0..255 as a lens throws them on the sensor."""
    width, height = camera.size
    seen = cv2.GaussianBlur(scene, (0, 0), camera.blur * camera.fine)
    seen = cv2.resize(seen, (width, height), interpolation=cv2.INTER_AREA)
    across, down = camera.slope
    light = 1 + across * np.linspace(-0.5, 0.5, width)[None, :] + down * np.linspace(-0.5, 0.5, height)[:, None]
    seen = seen * (camera.gain * light).astype(np.float32)[..., None] * np.array(camera.cast, np.float32)
    if camera.grey:
        seen = np.repeat(seen.mean(2, keepdims=True), 3, 2)
        pixels = as_picture(seen + rng.normal(0, camera.noise, (height, width, 1)))
    else:
        # One colour is measured in each pixel, the others are guessed from its neighbours.
        mosaic = np.empty((height, width), np.float32)
        mosaic[0::2, 0::2], mosaic[0::2, 1::2] = seen[0::2, 0::2, 2], seen[0::2, 1::2, 1]
        mosaic[1::2, 0::2], mosaic[1::2, 1::2] = seen[1::2, 0::2, 1], seen[1::2, 1::2, 0]
        mosaic += camera.noise * rng.standard_normal((height, width), np.float32)
        pixels = np.asarray(cv2.cvtColor(as_picture(mosaic), cv2.COLOR_BayerBG2BGR), np.uint8)
    if camera.sharpening > 0:
        soft = cv2.GaussianBlur(pixels, (0, 0), 1.2)
        pixels = np.asarray(cv2.addWeighted(pixels, 1 + camera.sharpening, soft, -camera.sharpening, 0), np.uint8)
    if camera.quality is not None:
        _, stored = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, camera.quality])
        pixels = np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR), np.uint8)
    return pixels


def corners_of(size: tuple[int, int], way: Floats, camera: Camera, rng: Random, share: float = 0.004) -> Quad:
    """Give the document's corners in the picture as a finder tells them: off by a share of the width."""
    width, height = size
    flat = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float32)
    seen = cv2.perspectiveTransform(flat, way)[0] / camera.fine
    seen = seen + rng.normal(0, share * float(np.linalg.norm(seen[1] - seen[0])), seen.shape)
    one, two, three, four = ((float(x), float(y)) for x, y in seen)
    return one, two, three, four
