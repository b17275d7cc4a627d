"""The portrait that the demonstration plays with, cut into layers: head, body, what is behind.

The picture is NASA's portrait of an astronaut, in the public domain, that scikit-image carries. All positions were read
off that picture by hand, in its own pixels; ``place`` puts them on the canvas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.errors import CameraUnusable

WIDTH, HEIGHT = 640, 480
SCALE = 2.05
_LEFT, _TOP = 70.0, -5.0
# The studio's light fills the whole scale; some of it is left for the light of a screen.
_EXPOSURE = 0.88

Picture = NDArray[np.uint8]
Field = NDArray[np.float32]
Points = tuple[tuple[float, float], ...]

NOSE_TIP = (224.0, 124.0)
BETWEEN_EYES = (225.0, 102.0)
CHIN = (221.0, 178.0)
OUTLINE: Points = (
    (231, 15), (212, 18), (193, 29), (171, 43), (157, 56), (153, 71), (156, 94), (162, 107), (170, 118), (172, 125),
    (176, 131), (182, 132), (183.5, 150), (185, 168), (187, 180), (188, 200), (200, 208), (240, 208), (252, 200),
    (254, 182), (256, 173), (261, 159), (267, 136.5), (272, 137), (280, 129), (292, 118), (299, 103), (301.5, 88),
    (296, 59), (286, 41), (268, 26), (251, 18),
)  # fmt: skip
_PERSON: Points = (
    (60, 240), (82, 224), (104, 204), (110, 186), (146, 150), (148, 70), (156, 40), (200, 6), (260, 6), (303, 55),
    (306, 105), (276, 146), (300, 188), (312, 222), (350, 240),
)  # fmt: skip


def place(points: Points) -> Field:
    """Give points of the picture as n x 2 positions on the canvas."""
    return (np.asarray(points, np.float32) - (_LEFT, _TOP)).astype(np.float32) * np.float32(SCALE)


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """The layers, each as large as the canvas; colours blue green red."""

    whole: Picture
    alpha: Field
    """the head's cover, 0..1"""
    scene: Picture
    """the person without a head, before the backdrop"""
    backdrop: Picture
    """nobody"""
    body: Field
    """how much of the body's movement each place follows, 0..1"""


def load_portrait() -> Portrait:
    """Cut the portrait. Raises ``CameraUnusable`` where scikit-image is not installed."""
    whole = _canvas(_astronaut())
    alpha = _cover(OUTLINE, 2.0)
    # The neck fades out inside the black collar, where nobody sees the seam.
    fade = np.clip((place(((0, 207),))[0, 1] - np.arange(HEIGHT, dtype=np.float32)) / 24.0, 0.0, 1.0)
    alpha = alpha * fade[:, None]
    person = _cover(_PERSON, 0.0) > 0.5
    backdrop = _without(whole, cv2.dilate(person.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0)
    hole = cv2.dilate((alpha > 0.02).astype(np.uint8), np.ones((13, 13), np.uint8))
    scene = _behind_head(whole, backdrop, np.asarray(hole, np.uint8))
    body = cv2.GaussianBlur(person.astype(np.float32), (0, 0), 14.0)
    return Portrait(whole, alpha, scene, backdrop, body.astype(np.float32))


def reference_portrait() -> Picture:
    """Give the portrait itself, as an appointment would bring it along. Raises ``CameraUnusable``."""
    return np.ascontiguousarray(_astronaut()[:300, 60:400])


def _astronaut() -> Picture:
    hint = "pip install 'gishe[demo]'"
    try:
        from skimage import data
    except ImportError as error:
        raise CameraUnusable("the demonstration needs the portrait that scikit-image carries", hint=hint) from error
    try:
        picture = np.asarray(data.astronaut(), np.uint8)
    except (OSError, ImportError, ValueError) as error:
        raise CameraUnusable("scikit-image is here without its portrait", hint=hint) from error
    return np.ascontiguousarray(picture[:, :, ::-1])


def _canvas(picture: Picture) -> Picture:
    move = np.array([[SCALE, 0.0, -_LEFT * SCALE], [0.0, SCALE, -_TOP * SCALE]], np.float32)
    large = cv2.warpAffine(picture, move, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    # The enlargement is soft; a real camera sharpens about this much.
    return cast(
        "Picture", cv2.addWeighted(large, 1.6 * _EXPOSURE, cv2.GaussianBlur(large, (0, 0), 1.8), -0.6 * _EXPOSURE, 0.0)
    )


def _cover(outline: Points, softness: float) -> Field:
    cover = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillPoly(cover, [np.round(place(outline) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(cover, (0, 0), softness) if softness else cover
    return (soft / 255.0).astype(np.float32)


def _without(picture: Picture, hole: NDArray[np.bool_]) -> Picture:
    """Fill a hole from its surroundings, ever more coarsely towards its middle, with the backdrop's mottle."""
    # Coarse colours need few pixels.
    small = cv2.resize(picture, (WIDTH // 4, HEIGHT // 4), interpolation=cv2.INTER_AREA).astype(np.float32)
    left = cv2.resize(hole.astype(np.float32), (WIDTH // 4, HEIGHT // 4), interpolation=cv2.INTER_AREA) > 0.0
    known = (~left).astype(np.float32)
    filled = small.copy()
    for sigma in (1.5, 4.0, 10.0, 25.0, 60.0):
        weight = cv2.GaussianBlur(known, (0, 0), sigma)
        near = cv2.GaussianBlur(small * known[:, :, None], (0, 0), sigma) / np.maximum(weight, 1e-6)[:, :, None]
        use = left & (weight > 0.15) if sigma < 60.0 else left
        filled[use] = near[use]
        left &= ~use
    smooth = cv2.resize(cv2.GaussianBlur(filled, (0, 0), 2.5), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(5).normal(0.0, 1.0, (HEIGHT // 4, WIDTH // 4)).astype(np.float32)
    mottle = cv2.resize(cv2.GaussianBlur(grain, (0, 0), 5.0), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    smooth += (mottle * (5.0 / mottle.std()))[:, :, None]
    edge = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 3.0)[:, :, None]
    return np.asarray(np.clip(picture * (1 - edge) + smooth * edge, 0, 255), np.uint8)


def _behind_head(whole: Picture, backdrop: Picture, hole: Picture) -> Picture:
    """Take the head off: the backdrop shows above the collar, the collar closes below."""
    small = cv2.resize(whole, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    small_hole = cv2.resize(hole, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_NEAREST)
    closed = cv2.resize(cv2.inpaint(small, small_hole, 4.0, cv2.INPAINT_TELEA), (WIDTH, HEIGHT))
    collar = place(((0, 150),))[0, 1]
    above = np.clip((collar - np.arange(HEIGHT, dtype=np.float32)) / 20.0, 0.0, 1.0)[:, None, None]
    fill = backdrop * above + closed * (1.0 - above)
    edge = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 2.5)[:, :, None]
    return np.asarray(np.clip(whole * (1.0 - edge) + fill * edge, 0, 255), np.uint8)
