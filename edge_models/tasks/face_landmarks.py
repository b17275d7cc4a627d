"""Dense points, head pose, eyes, mouth, smile and gaze of one face.

Signs (image view, unmirrored picture): yaw positive when the person turns to the image's right, pitch positive when
the chin goes up, roll positive clockwise; gaze x positive to the image's right, gaze y positive up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.card import Card
from edge_models.runtime.errors import CardInvalid, ContractMismatch
from edge_models.runtime.port import Engine, Pixels, Tensor

Points = NDArray[np.float32]
"""N x 2, pixels of the picture that was given."""
Box = tuple[float, float, float, float]
"""x, y, width, height in pixels."""

# Indices into the 478 points (MediaPipe's numbering); "left" and "right" are the image's.
EYE_LEFT = (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7)
EYE_RIGHT = (362, 398, 384, 385, 386, 387, 388, 466, 263, 249, 390, 373, 374, 380, 381, 382)
IRIS_LEFT = (468, 469, 470, 471, 472)
IRIS_RIGHT = (473, 474, 475, 476, 477)
BROW_LEFT = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46)
BROW_RIGHT = (336, 296, 334, 293, 300, 276, 283, 282, 295, 285)
LIPS_OUTER = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
LIPS_INNER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
NOSE = (168, 6, 197, 195, 5, 4, 1, 19, 94, 2, 98, 327)
OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
_NOSE_TIP, _MOUTH_LEFT, _MOUTH_RIGHT = 4, 61, 291
_EYE_CORNERS_LEFT, _EYE_CORNERS_RIGHT = (33, 133), (362, 263)


@dataclass(frozen=True)
class Crop:
    """A square that turns with the head: its centre and side in picture pixels, its rotation clockwise in degrees."""

    centre: tuple[float, float]
    side: float
    roll: float


@dataclass(frozen=True)
class Landmarks:
    """What the network says of one face."""

    points: Points
    """478 x 2, pixels of the picture."""
    yaw: float
    """Degrees, positive when the person turns to the image's right."""
    pitch: float
    """Degrees, positive when the chin goes up."""
    roll: float
    """Degrees, positive clockwise in the image; 0 is upright."""
    eyes_open: tuple[float, float]
    """0 closed .. 1 open: the eye on the image's left, the eye on the image's right."""
    mouth_open: float
    """0 closed .. 1 wide open."""
    smile: float
    """0 none .. 1 full."""
    gaze: tuple[float, float]
    """-1 .. 1 each: towards the image's right, up; relative to the head."""
    confidence: float
    """0 .. 1: how sure the network is that the crop holds a face it can read."""

    @property
    def points5(self) -> Points:
        """Give the detector's five points as the dense ones say them: eyes, nose tip, mouth corners, image's left first."""
        return five_points(self.points)


def five_points(points: Points) -> Points:
    """Reduce 478 points to five: eye middles, nose tip, mouth corners, the image's left first.

    The eye is the middle of its corners, not the iris, so that a glance does not move an alignment.
    """
    chosen = (
        points[list(_EYE_CORNERS_LEFT)].mean(0),
        points[list(_EYE_CORNERS_RIGHT)].mean(0),
        points[_NOSE_TIP],
        points[_MOUTH_LEFT],
        points[_MOUTH_RIGHT],
    )
    return np.stack(chosen).astype(np.float32)


def crop_of(box: Box, points5: Points, scale: float, drop: float = 0.0) -> Crop:
    """Choose the square for a detected face: ``scale`` times the box's longer side, roll removed.

    ``drop`` moves it from the box's centre towards the chin, in parts of its side. The roll comes from the eyes' line
    together with the line from eyes to mouth, since in profile the eyes alone lie too close for a steady direction.
    """
    x, y, width, height = box
    across = points5[1] - points5[0]
    down = (points5[3] + points5[4]) / 2 - (points5[0] + points5[1]) / 2
    roll = math.atan2(float(across[1] - down[0]), float(across[0] + down[1]))
    side = max(width, height, 1.0) * scale
    centre = (x + width / 2 - math.sin(roll) * drop * side, y + height / 2 + math.cos(roll) * drop * side)
    return Crop(centre, side, math.degrees(roll))


def crop_matrix(crop: Crop, size: int) -> NDArray[np.float64]:
    """Give the 2 x 3 matrix that takes picture pixels to pixels of the crop, ``size`` to a side."""
    factor = size / crop.side
    angle = math.radians(crop.roll)
    cosine, sine = factor * math.cos(angle), factor * math.sin(angle)
    x, y = crop.centre
    # Pixel centres lie at whole numbers, so the middle of the crop is (size - 1) / 2.
    middle = (size - 1) / 2
    return np.array(
        [[cosine, sine, middle - cosine * x - sine * y], [-sine, cosine, middle + sine * x - cosine * y]], np.float64
    )


def cut(picture: Pixels, crop: Crop, size: int) -> Pixels:
    """Cut the crop out of a picture; what lies outside repeats the picture's edge."""
    inverse = cv2.invertAffineTransform(crop_matrix(crop, size))
    shrink = crop.side / size
    if shrink > 2:
        # Bilinear sampling alone would alias: bring the picture near the wanted scale by area first.
        x, y, half = *crop.centre, crop.side * 0.75
        left, top = max(0, int(x - half)), max(0, int(y - half))
        region = picture[top : max(top + 1, int(y + half)), left : max(left + 1, int(x + half))]
        if region.size:
            height, width = (max(1, round(region.shape[0] / shrink)), max(1, round(region.shape[1] / shrink)))
            ratio = np.array([region.shape[1] / width, region.shape[0] / height])
            small = cv2.resize(region, (width, height), interpolation=cv2.INTER_AREA)
            # region pixel p has its centre at (p + 0.5) / ratio - 0.5 of the small picture
            inverse = (inverse - np.array([[0, 0, left], [0, 0, top]])) / ratio[:, None]
            inverse[:, 2] += 0.5 / ratio - 0.5
            picture = small.astype(np.uint8)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    result = cv2.warpAffine(picture, inverse, (size, size), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return result.astype(np.uint8)


def normalise(crops: Pixels) -> Tensor:
    """Turn B x H x W x 3 pixels into the network's input, B x 3 x H x W about -1..1."""
    return np.ascontiguousarray((crops.astype(np.float32).transpose(0, 3, 1, 2) - 127.5) * np.float32(1 / 128))


def to_picture(points: Tensor, crop: Crop, size: int) -> Points:
    """Take points from the crop's unit square (0..1 over its pixels) back to the picture."""
    inverse = cv2.invertAffineTransform(crop_matrix(crop, size))
    return (points * (size - 1) @ inverse[:, :2].T + inverse[:, 2]).astype(np.float32)


class FaceLandmarks:
    """The student ``face_landmarks``."""

    def __init__(self, card: Card, engine: Engine) -> None:
        """Take the card and a loaded engine. Raises ``CardInvalid`` when the card lacks the crop's scale and drop."""
        scale, drop = card.parameters.get("crop_scale"), card.parameters.get("crop_drop")
        if not isinstance(scale, float | int) or not isinstance(drop, float | int) or scale <= 0:
            raise CardInvalid(f"{card.name} lacks the parameters crop_scale, crop_drop")
        self._scale, self._drop = float(scale), float(drop)
        self._input = card.inputs[0].name
        self._size = card.inputs[0].shape[-1]
        self._engine = engine

    def __call__(self, picture: Pixels, box: Box, points5: Points) -> Landmarks:
        """Read the face that a detector found.

        ``picture`` is BGR; ``box`` is x, y, width, height; ``points5`` are eyes, nose, mouth corners, the image's left
        first. Raises ``ContractMismatch`` when the network gives values that are not finite.
        """
        crop = crop_of(box, np.asarray(points5, np.float32).reshape(5, 2), self._scale, self._drop)
        out = self._engine.run({self._input: normalise(cut(picture, crop, self._size)[None])})
        return read(out, crop, self._size)


def read(out: dict[str, Tensor], crop: Crop, size: int) -> Landmarks:
    """Turn the network's outputs for one crop into ``Landmarks``. Raises ``ContractMismatch`` on non-finite values."""
    points, pose, state = (out[name][0] for name in ("points", "pose", "state"))
    if not (np.isfinite(points).all() and np.isfinite(pose).all() and np.isfinite(state).all()):
        raise ContractMismatch("face_landmarks gave values that are not finite")
    yaw, pitch, roll = (float(value) for value in pose)
    bounded = [float(value) for value in np.clip(state[:4], 0, 1)]
    gaze = np.clip(state[4:6], -1, 1)
    return Landmarks(
        points=to_picture(points.reshape(-1, 2), crop, size),
        yaw=yaw,
        pitch=pitch,
        roll=(roll + crop.roll + 180) % 360 - 180,
        eyes_open=(bounded[0], bounded[1]),
        mouth_open=bounded[2],
        smile=bounded[3],
        gaze=(float(gaze[0]), float(gaze[1])),
        confidence=1 / (1 + math.exp(-float(np.clip(state[6], -30, 30)))),
    )
