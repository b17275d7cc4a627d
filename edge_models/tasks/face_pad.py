"""Presentation attack detection on one face, from two context scales; and how many frames become one score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from edge_models.runtime.card import Card
from edge_models.runtime.errors import CardInvalid, ContractMismatch
from edge_models.runtime.port import Engine, Pixels, Tensor

SPECIES = ("bona_fide", "print", "screen", "mask")
SIDE = 80
NEAR, WIDE = 2.7, 4.0
"""crop's side in sides of the face's box; what lies round the face (paper's edge, bezel, hand) is half of the evidence"""
_TRIMMED = 0.2
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class PadScore:
    """What one frame says."""

    bona_fide: float
    """0 attack .. 1 bona fide"""
    species: dict[str, float]
    """probability of each of ``SPECIES``"""
    near: float | None = None
    """what the near crop alone says, as ``bona_fide``; None of a release that does not tell"""
    wide: float | None = None
    """what the wide crop alone says"""


def cut(picture: Pixels, box: Box, scale: float, side: int = SIDE) -> Pixels:
    """Cut ``scale`` times the box (x, y, width, height), pushed inside the picture where it would reach over its edge.

    A crop larger than the picture is shrunk to it, its aspect ratio kept until the resize to ``side`` x ``side``.
    """
    height, width = picture.shape[:2]
    x, y, w, h = box
    w, h = max(w, 1.0), max(h, 1.0)
    scale = min((height - 1) / h, (width - 1) / w, scale)
    half_w, half_h = w * scale / 2, h * scale / 2
    centre_x = float(np.clip(x + w / 2, half_w, width - 1 - half_w))
    centre_y = float(np.clip(y + h / 2, half_h, height - 1 - half_h))
    left, top = max(0, int(centre_x - half_w)), max(0, int(centre_y - half_h))
    right, bottom = min(width - 1, int(centre_x + half_w)), min(height - 1, int(centre_y + half_h))
    part = picture[top : bottom + 1, left : right + 1]
    return cast("Pixels", cv2.resize(part, (side, side), interpolation=cv2.INTER_LINEAR))


def prepare(crops: Pixels) -> Tensor:
    """Turn B x 80 x 80 x 3 (BGR, 0..255) into the network's input, B x 3 x 80 x 80, values as they are."""
    return np.ascontiguousarray(crops.transpose(0, 3, 1, 2).astype(np.float32))


def enlarged(crop: Pixels, side: int) -> Pixels:
    """Bring a crop to the side that a network takes: it was taught on crops of ``SIDE``, and finer detail misleads it."""
    return crop if crop.shape[0] == side else cast("Pixels", cv2.resize(crop, (side, side)))


def fuse(scores: Sequence[PadScore | float]) -> float:
    """Join the scores of several frames of one presentation: the mean without the highest and lowest fifth.

    One glint does not make an attack of a person, and one lucky frame does not make a person of an attack.
    Raises ``ValueError`` without scores.
    """
    values = np.sort([score.bona_fide if isinstance(score, PadScore) else float(score) for score in scores])
    if not len(values):
        raise ValueError("no scores to fuse")
    cut_off = int(_TRIMMED * len(values))
    return float(values[cut_off : len(values) - cut_off].mean())


class FacePad:
    """The student ``face_pad``. Not shared between threads."""

    def __init__(self, card: Card, engine: Engine) -> None:
        """Take a verified card and its loaded network. Raises ``CardInvalid`` when inputs are not two scales."""
        if [contract.name for contract in card.inputs] != ["near", "wide"]:
            raise CardInvalid(f"{card.name} must have the inputs near, wide")
        self._output = card.outputs[0].name
        self._scales = next((contract.name for contract in card.outputs if contract.name == "scales"), None)
        self._sides = [contract.shape[-1] for contract in card.inputs]
        self._engine = engine

    def __call__(self, picture_bgr: Pixels, box: Box) -> PadScore:
        """Judge the face in ``box`` (x, y, width, height in pixels). Raises ``ContractMismatch`` on non-finite values."""
        inputs = {
            name: prepare(enlarged(cut(picture_bgr, box, scale), side)[None])
            for name, scale, side in zip(("near", "wide"), (NEAR, WIDE), self._sides, strict=True)
        }
        given = self._engine.run(inputs)
        values = given[self._output][0]
        scales = given[self._scales][0] if self._scales else None
        if not np.isfinite(values).all() or (scales is not None and not np.isfinite(scales).all()):
            raise ContractMismatch("face_pad gave values that are not finite")
        bounded = [float(value) for value in np.clip(values, 0, 1)]
        near, wide = (None, None) if scales is None else (float(value) for value in np.clip(scales, 0, 1))
        return PadScore(bounded[0], dict(zip(SPECIES, bounded, strict=True)), near, wide)
