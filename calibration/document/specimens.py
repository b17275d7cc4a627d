"""Specimens with what is printed in their zones, and drawn documents when there are none."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, TypeAdapter, ValidationError

from calibration.document.drawn import FORMS, draw_document
from kiosk.analysis.pictures import read_picture
from kiosk.errors import BadInput

Picture = NDArray[np.uint8]
_KINDS = {"MRVA": "MRV-A", "MRVB": "MRV-B", "TD2FR": "FR-ID", "NONE": ""}
"""other names that lists of specimens have for kinds"""


class _Entry(BaseModel):
    """What a list says of one specimen; more may stand there."""

    file: str
    kind: str
    lines: tuple[str, ...]
    checks: dict[str, bool] | None = None
    face_visible: bool | None = None


_LIST = TypeAdapter(dict[str, _Entry])


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
    hint = "name a truth.json with file, kind and lines of each specimen"
    try:
        entries = _LIST.validate_json(truth.read_bytes())
    except OSError as error:
        raise BadInput(f"{truth} cannot be read ({error.strerror})", hint=hint) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(
            f"{truth}: no list of specimens ({where + ': ' if where else ''}{first['msg']})", hint=hint
        ) from error
    if not entries:
        raise BadInput(f"{truth} lists no specimen", hint=hint)
    return [_specimen(truth.parent, name, entry) for name, entry in entries.items()]


def _specimen(folder: Path, name: str, entry: _Entry) -> Specimen:
    kind = _KINDS.get(entry.kind, entry.kind)
    if kind not in ("", "FR-ID", *FORMS):
        raise BadInput(
            f"{name}: no kind of document is called {kind}", hint=f"NONE, FR-ID or one of {', '.join(FORMS)}"
        )
    picture = read_picture(folder / entry.file)
    return Specimen(name, picture, kind, entry.lines, dict(entry.checks or {}), entry.face_visible)


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
