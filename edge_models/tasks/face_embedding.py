"""From an aligned face to a template, and from two templates to a comparison score."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.card import Card
from edge_models.runtime.errors import ContractMismatch
from edge_models.runtime.port import Engine, Pixels, Tensor
from edge_models.tasks.alignment import DENSE_TEMPLATE, align

Template = NDArray[np.float32]
"""128 values, unit length."""

_MEAN = np.array([123.675, 116.28, 103.53], np.float32)
_SPREAD = np.array([58.395, 57.12, 57.375], np.float32)


def prepare(aligned: Pixels) -> Tensor:
    """Turn B x 112 x 112 x 3 (BGR, 0..255) into the network's input, B x 3 x 112 x 112 (RGB, normalised)."""
    values = (aligned[..., ::-1].astype(np.float32) - _MEAN) / _SPREAD
    return np.ascontiguousarray(values.transpose(0, 3, 1, 2))


def comparison_score(a: Template, b: Template) -> float:
    """Give the cosine of two templates, -1..1; higher is more alike. Raises ``ContractMismatch`` on unequal lengths."""
    if a.shape != b.shape:
        raise ContractMismatch(f"templates of lengths {a.size} and {b.size} cannot be compared")
    return float(np.clip(np.dot(a, b), -1.0, 1.0))


class FaceEmbedding:
    """The student ``face_embedding``. Not shared between threads."""

    def __init__(self, card: Card, engine: Engine) -> None:
        """Take a verified card and its loaded network."""
        self._input, self._output = card.inputs[0].name, card.outputs[0].name
        self._engine = engine

    def __call__(self, picture_bgr: Pixels, points5: NDArray[np.floating]) -> Template:
        """Give the template of a face by the five points that its dense landmarks give (``Landmarks.points5``).

        A detector's own five points lie elsewhere and are coarser: in INT8 they cost half a point of verification accuracy.
        Raises ``ContractMismatch`` when the points cannot be aligned or the network gives nothing that can be a template.
        """
        return self.of_aligned(align(picture_bgr, points5, template=DENSE_TEMPLATE))

    def of_both_sides(self, aligned: Pixels) -> Template:
        """Give the joined template of an aligned face (112 x 112 x 3, BGR) and of its mirror image."""
        joined = self.of_aligned(aligned) + self.of_aligned(np.ascontiguousarray(aligned[:, ::-1]))
        length = float(np.linalg.norm(joined))
        if length < 1e-6:
            raise ContractMismatch("face_embedding gave opposite templates for a face and its mirror image")
        return np.asarray(joined / length, np.float32)

    def of_aligned(self, aligned: Pixels) -> Template:
        """Give the template of a face that is aligned already (112 x 112 x 3, BGR)."""
        values = self._engine.run({self._input: prepare(aligned[None])})[self._output][0].astype(np.float32)
        length = float(np.linalg.norm(values))
        if not np.isfinite(length) or length < 1e-6:
            raise ContractMismatch("face_embedding gave no template")
        return np.asarray(values / length, np.float32)
