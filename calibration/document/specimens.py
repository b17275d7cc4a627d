"""Specimens with what is printed in their zones, and drawn documents when there are none."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from calibration.document.drawn import FORMS, draw_document
from kiosk.errors import BadInput

Picture = NDArray[np.uint8]
_KINDS = {"MRVA": "MRV-A", "MRVB": "MRV-B", "TD2FR": "FR-ID", "NONE": ""}


@dataclass(frozen=True, eq=False, slots=True)
class Specimen:
    """A picture of a document and what is true of it."""

    name: str
    picture: Picture
    """BGR"""
    kind: str
    """as ``MrzReading.kind``; "" for one without a zone"""
    lines: tuple[str, ...]
    checks: dict[str, bool] = field(default_factory=dict)
    """which of the printed check digits hold, where that is known"""
    portrait: bool | None = None
    """it shows one; None: unknown"""


def load_specimens(truth: Path) -> list[Specimen]:
    """Read a ``truth.json`` (name -> file, kind, lines, checks, face_visible) and its pictures beside it.

    Raises ``BadInput`` for what cannot be read.
    """
    try:
        entries: dict[str, dict[str, Any]] = json.loads(truth.read_text(encoding="utf-8"))
        return [_specimen(truth.parent, name, entry) for name, entry in entries.items()]
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise BadInput(f"{truth}: no list of specimens", hint="name a truth.json with file, kind and lines") from error


def _specimen(folder: Path, name: str, entry: dict[str, Any]) -> Specimen:
    picture = cv2.imread(str(folder / entry["file"]), cv2.IMREAD_COLOR)
    if picture is None:
        raise BadInput(f"{folder / entry['file']}: no picture", hint="keep the pictures beside truth.json")
    kind = str(entry["kind"])
    return Specimen(
        name,
        np.asarray(picture, np.uint8),
        _KINDS.get(kind, kind),
        tuple(entry["lines"]),
        dict(entry.get("checks") or {}),
        entry.get("face_visible"),
    )


def draw_specimens(count: int, seed: int) -> list[Specimen]:
    """Draw documents of every kind in turn, and a page without a zone after each round."""
    generator = np.random.default_rng(seed)
    kinds = [*FORMS, ""]
    drawn = []
    for number in range(count):
        kind = kinds[number % len(kinds)]
        page = draw_document(generator, kind or "TD3", zone=bool(kind))
        drawn.append(Specimen(f"drawn{number:03d}", page.picture, kind, page.lines))
    return drawn
