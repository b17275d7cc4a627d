"""A document before a ground: its pose in space, shadow, the hand that holds it, other things, the label."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.document_corners.drawing import Chance
from edge_models.recipes.document_corners.layouts import Document
from edge_models.runtime.port import Pixels

Corners = NDArray[np.float64]


@dataclass(frozen=True)
class Pose:
    """Where points of the document's plane (millimetres from its middle) come to lie in the picture."""

    turn: NDArray[np.float64]
    shift: NDArray[np.float64]
    focal: float
    middle: tuple[float, float]

    def place(self, points: NDArray[np.float64]) -> Corners:
        """Give pixels of N x 3 points."""
        seen = points @ self.turn.T + self.shift
        return seen[:, :2] / seen[:, 2:] * self.focal + self.middle

    def moved(self, x: float, y: float) -> Pose:
        """Give the pose seen with its middle elsewhere in the picture (pixels)."""
        return Pose(self.turn, self.shift, self.focal, (self.middle[0] + x, self.middle[1] + y))


def pose(chance: Chance, size: tuple[float, float], width: int, height: int) -> Pose:
    """Draw a pose: any roll, mostly near an axis; tilted up to 50 degrees; small to larger than the picture."""
    choice = chance.random()
    roll = chance.normal(0, 8) if choice < 0.5 else chance.uniform(0, 360)
    if 0.5 <= choice < 0.72:
        roll = float(chance.choice([90, 180, 270])) + chance.normal(0, 8)
    tilt, towards = np.deg2rad(min(50, abs(chance.normal(0, 17)))), chance.uniform(0, 2 * np.pi)
    axis = np.array([np.cos(towards), np.sin(towards), 0]) * tilt
    turn = cv2.Rodrigues(axis)[0] @ cv2.Rodrigues(np.array([0, 0, np.deg2rad(roll)]))[0]
    focal = width * chance.uniform(0.75, 1.6)
    # share of the frame's diagonal that its own diagonal takes
    share = np.exp(chance.uniform(np.log(0.22), np.log(0.95)))
    distance = focal * np.hypot(*size) / (share * np.hypot(width, height))
    found = Pose(turn, np.array([0, 0, distance]), focal, (width / 2, height / 2))
    low, high = (lambda c: (c.min(0), c.max(0)))(found.place(corners_of(size)))
    room = np.array([width, height]) - (high - low)
    if chance.random() < 0.8 and (room > 4).all():
        goal = low * 0 + chance.uniform(2, room - 2)
    else:  # partly outside, or too large to lie within
        goal = chance.uniform(-0.35, 0.35, 2) * np.minimum(high - low, (width, height)) + room / 2
    x, y = goal - low
    return found.moved(float(x), float(y))


def filling(chance: Chance, size: tuple[float, float], width: int, height: int) -> Pose:
    """Draw a pose in which the document about fills the picture, as on a scanner or held very close."""
    roll, tilt = float(chance.choice([0, 180])) + chance.normal(0, 1.2), np.deg2rad(abs(chance.normal(0, 3)))
    towards = chance.uniform(0, 2 * np.pi)
    turn = cv2.Rodrigues(np.array([np.cos(towards), np.sin(towards), 0]) * tilt)[0]
    turn = turn @ cv2.Rodrigues(np.array([0, 0, np.deg2rad(roll)]))[0]
    focal = width * chance.uniform(0.9, 1.6)
    wanted = min(width / size[0], height / size[1]) * chance.uniform(0.9, 1.25)
    middle = (width / 2 + chance.normal(0, 0.02) * width, height / 2 + chance.normal(0, 0.02) * height)
    return Pose(turn, np.array([0, 0, focal / wanted]), focal, middle)


def corners_of(size: tuple[float, float]) -> Corners:
    """Give the corners of a sheet: top left, top right, bottom right, bottom left, millimetres from its middle."""
    x, y = size[0] / 2, size[1] / 2
    return np.array([[-x, -y, 0], [x, -y, 0], [x, y, 0], [-x, y, 0]])


def compose(ground: Pixels, document: Document, chance: Chance, *, fills: bool = False) -> tuple[Pixels, Corners]:
    """Lay the document on the ground; give the picture and its corners in pixels (they may lie outside)."""
    height, width = ground.shape[:2]
    size = (document.width, document.height)
    where = (filling if fills else pose)(chance, size, width, height)
    corners = where.place(corners_of(size))
    canvas = ground.astype(np.float32)
    held = chance.random() < 0.5
    scale = float(np.linalg.norm(corners[0] - corners[2]) / np.hypot(*size))
    skin = np.array([85, 115, 170]) * chance.uniform(0.3, 1.4) + chance.normal(0, 8, 3)
    side = int(chance.integers(4))
    if held:
        palm(canvas, chance, corners, side, scale, skin)
    mask = _warped(document.alpha, corners, width, height)
    if document.other_page is not None:
        page = corners_of(size)[[0, 1]]
        fold = np.deg2rad(chance.uniform(-10, 60))
        up = np.array([0, -np.cos(fold), -np.sin(fold)]) * document.height
        above = where.place(np.array([page[0] + up, page[1] + up, page[1], page[0]]))
        plain = rounded_other(document)
        page_mask = _warped(plain, above, width, height)
        lit = document.other_page * (1 - abs(chance.normal(0, 0.18)))
        _lay(canvas, _warped(np.clip(lit, 0, 255).astype(np.uint8), above, width, height), page_mask)
    if chance.random() < 0.6:
        reach = chance.uniform(0.5, 5) * scale
        angle = chance.uniform(0, 2 * np.pi)
        matrix = np.array([[1, 0, reach * np.cos(angle)], [0, 1, reach * np.sin(angle)]])
        shadow = cv2.warpAffine(mask, matrix, (width, height))
        shadow = cv2.GaussianBlur(shadow, (0, 0), max(0.6, reach * chance.uniform(0.3, 1)))
        canvas *= 1 - shadow[..., None] / 255.0 * chance.uniform(0.1, 0.6)
    _lay(canvas, _warped(document.picture, corners, width, height), mask)
    if held:
        fingers(canvas, chance, corners, side, scale, skin)
    return np.clip(canvas, 0, 255).astype(np.uint8), corners


def rounded_other(document: Document) -> Pixels:
    """Give the mask of the page above the fold: the data page's, upside down."""
    return np.ascontiguousarray(document.alpha[::-1])


def _warped(picture: Pixels, corners: Corners, width: int, height: int) -> Pixels:
    tall, wide = picture.shape[:2]
    source = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(source, (corners - 0.5).astype(np.float32))
    # Shrunk far, a plain warp would sparkle: halve the picture first.
    shrink = np.linalg.norm(corners[0] - corners[2]) / np.hypot(wide, tall)
    if shrink < 0.6:
        factor = max(0.1, float(shrink))
        small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA).astype(np.uint8)
        return _warped(small, corners, width, height)
    return cv2.warpPerspective(picture, matrix, (width, height), flags=cv2.INTER_LINEAR).astype(np.uint8)


def _lay(canvas: NDArray[np.float32], top: Pixels, mask: Pixels) -> None:
    part = mask[..., None].astype(np.float32) / 255
    canvas *= 1 - part
    canvas += top * part


def _limb(
    canvas: NDArray[np.float32], points: Corners, thick: float, skin: NDArray[np.float64], chance: Chance
) -> None:
    """Draw a rounded limb, darker towards its rim; only the part of the canvas that it touches is worked on."""
    height, width = canvas.shape[:2]
    room = int(thick) + 4
    low = np.clip(np.floor(points.min(0)) - room, 0, (width, height)).astype(int)
    high = np.clip(np.ceil(points.max(0)) + room, 0, (width, height)).astype(int)
    darkest = chance.uniform(0.15, 0.45)
    if (high - low).min() < 1:
        return
    mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
    cv2.polylines(mask, [np.round(points - low).astype(np.int32)], False, 255, max(2, round(thick)), cv2.LINE_AA)
    shade = cv2.blur(cv2.blur(mask, (room // 3 * 2 + 1,) * 2), (room // 3 * 2 + 1,) * 2).astype(np.float32) / 255
    part = (mask.astype(np.float32) / 255)[..., None]
    dark = 1 - np.float32(darkest) * np.clip(1.6 - 1.6 * shade, 0, 1)[..., None]
    view = canvas[low[1] : high[1], low[0] : high[0]]
    view *= 1 - part
    view += part * (skin.astype(np.float32) * dark)


def palm(
    canvas: NDArray[np.float32], chance: Chance, corners: Corners, side: int, scale: float, skin: NDArray[np.float64]
) -> None:
    """Draw the part of a hand that lies behind the document, with fingers that reach out on the other side."""
    first, second = corners[side], corners[(side + 1) % 4]
    middle, far = (first + second) / 2, corners.mean(0)
    out = (middle - far) / max(1e-6, float(np.linalg.norm(middle - far)))
    root = middle + out * chance.uniform(10, 50) * scale + chance.normal(0, 8, 2) * scale
    _limb(
        canvas,
        np.array([middle - out * 15 * scale, root, root + out * 90 * scale]),
        chance.uniform(45, 75) * scale,
        skin,
        chance,
    )
    across = np.array([-out[1], out[0]])
    for _ in range(int(chance.integers(0, 4))):
        tip = far - out * chance.uniform(0, 45) * scale + across * chance.normal(0, 30) * scale
        _limb(canvas, np.array([root, tip]), chance.uniform(14, 20) * scale, skin * chance.uniform(0.85, 1.05), chance)


def fingers(
    canvas: NDArray[np.float32], chance: Chance, corners: Corners, side: int, scale: float, skin: NDArray[np.float64]
) -> None:
    """Draw one to three fingertips that come over an edge or a corner."""
    far = corners.mean(0)
    for number in range(int(chance.integers(1, 4))):
        edge = side if number == 0 or chance.random() < 0.7 else (side + 2) % 4
        along = chance.uniform(-0.05, 1.05)
        place = corners[edge] * (1 - along) + corners[(edge + 1) % 4] * along
        inward = (far - place) / max(1e-6, float(np.linalg.norm(far - place)))
        lean = cv2.Rodrigues(np.array([0, 0, chance.normal(0, 0.5)]))[0][:2, :2] @ inward
        tip, root = place + lean * chance.uniform(2, 18) * scale, place - lean * chance.uniform(40, 80) * scale
        _limb(canvas, np.array([tip, root]), chance.uniform(14, 21) * scale, skin, chance)
