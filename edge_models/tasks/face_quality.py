"""Quality components of one face that plain image statistics can't give (after ISO/IEC 29794-5), each 0..1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.card import Card
from edge_models.runtime.errors import CardInvalid, ContractMismatch
from edge_models.runtime.port import Engine, Pixels, Tensor
from edge_models.tasks.alignment import TEMPLATE, align

COMPONENTS = (
    "eyes_covered",
    "mouth_nose_covered",
    "face_covered",
    "dark_glasses",
    "glare",
    "neutral_expression",
    "utility",
)
OPERATED = {
    "eyes_covered": "max_eyes_covered",
    "mouth_nose_covered": "max_mouth_nose_covered",
    "dark_glasses": "max_dark_glasses",
    "glare": "max_glare",
    "utility": "min_utility",
}
"""components with an operating point, and the card's parameter that names it"""
SIDE = 96
_MARGIN = 1.25
_CENTRE = np.array([56.0, 64.0])
VIEW: NDArray[np.float64] = (TEMPLATE - _CENTRE) / _MARGIN + 56.0
"""where the five points come to lie in 112 x 112: wider than the template of recognition, down to the chin"""


@dataclass(frozen=True)
class QualityComponents:
    """What the network says of one face; 0 none .. 1 surely.

    Components of ``OPERATED`` are stretched so that 0.5 is the operating point that the card names (chosen on held-back
    faces by how many with nothing before them may be refused): whoever uses them needs no threshold of the model's own.
    """

    eyes_covered: float
    """an eye hidden by a hand, hair, dark glasses or another thing"""
    mouth_nose_covered: float
    """mouth or tip of the nose hidden by a mask, a hand, a scarf or another thing"""
    face_covered: float
    """share of the face's oval that something hides"""
    dark_glasses: float
    glare: float
    """reflections in glasses that hide the eyes"""
    neutral_expression: float
    """1 neutral .. 0 strong expression"""
    utility: float
    """how far the template can be relied on: 0 not at all .. 1 as of a good picture"""


def cut(picture_bgr: Pixels, points5: NDArray[np.floating]) -> Pixels:
    """Cut the face upright with a margin, 96 x 96. Raises ``ContractMismatch`` when the points cannot be aligned."""
    return align(picture_bgr, points5, SIDE, VIEW)


def prepare(views: Pixels) -> Tensor:
    """Turn B x 96 x 96 x 3 (BGR, 0..255) into the network's input, B x 3 x 96 x 96, about -1..1."""
    return np.ascontiguousarray((views.astype(np.float32).transpose(0, 3, 1, 2) - 127.5) * np.float32(1 / 128))


class FaceQuality:
    """The student ``face_quality``. Not shared between threads."""

    def __init__(self, card: Card, engine: Engine) -> None:
        """Take a verified card and its loaded network. Raises ``CardInvalid`` when the network is not of this shape."""
        if card.inputs[0].shape != (1, 3, SIDE, SIDE) or card.outputs[0].shape != (1, len(COMPONENTS)):
            raise CardInvalid(f"{card.name} must take {SIDE} x {SIDE} pixels and give {len(COMPONENTS)} components")
        points = {name: card.parameters.get(parameter) for name, parameter in OPERATED.items()}
        self._points = {name: float(point) for name, point in points.items() if isinstance(point, float | int)}
        if len(self._points) < len(OPERATED) or not all(0 < point < 1 for point in self._points.values()):
            raise CardInvalid(f"{card.name} lacks operating points ({', '.join(OPERATED.values())})")
        self._input, self._output = card.inputs[0].name, card.outputs[0].name
        self._engine = engine

    def __call__(self, picture_bgr: Pixels, points5: NDArray[np.floating]) -> QualityComponents:
        """Judge a face by its five points (eyes, nose, mouth corners, the image's left first).

        Raises ``ContractMismatch`` when the points cannot be aligned or the network gives values that are not finite.
        """
        return self.of_view(cut(picture_bgr, points5))

    def of_view(self, view: Pixels) -> QualityComponents:
        """Judge a face that is cut already (96 x 96 x 3, BGR)."""
        values = self._engine.run({self._input: prepare(view[None])})[self._output][0]
        if not np.isfinite(values).all():
            raise ContractMismatch("face_quality gave values that are not finite")
        bounded = dict(zip(COMPONENTS, (float(value) for value in np.clip(values, 0, 1)), strict=True))
        return QualityComponents(
            **{
                name: stretched(value, self._points[name]) if name in self._points else value
                for name, value in bounded.items()
            }
        )


def stretched(value: float, point: float) -> float:
    """Take 0..point to 0..0.5 and point..1 to 0.5..1."""
    return 0.5 * value / point if value <= point else 0.5 + 0.5 * (value - point) / (1 - point)
