"""Packs of single labelled pictures: a picture cannot go through a challenge, so the PAD subsystem is judged alone."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from calibration.attack.presentation import Label
from edge_models.runtime.port import Pixels
from kiosk.analysis.pipeline import Analyst
from kiosk.errors import BadInput

LABELS = "labels.csv"
_SPECIES = {"print": "print", "replay": "screen", "screen": "screen", "cutout": "cutout", "mask": "mask"}


@dataclass(frozen=True)
class Scored:
    """One picture of a pack: what it is and its PAD score (None: no face was found, or it cannot be read)."""

    source: str
    file: str
    label: str
    species: str
    """species of the report: print, screen, cutout, mask; "" for bona fide"""
    kind: str
    """species as the pack names it"""
    score: float | None


def is_pack(path: Path) -> bool:
    """Tell whether a file or folder is a pack of labelled pictures."""
    if path.is_dir():
        return (path / LABELS).is_file()
    if path.suffix.lower() != ".zip" or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return LABELS in archive.namelist()


def find_packs(path: Path) -> list[Path]:
    """Give the packs that a path is or holds."""
    if is_pack(path):
        return [path]
    return sorted(pack for pack in path.iterdir() if is_pack(pack)) if path.is_dir() else []


def score_pack(
    analyst: Analyst, pack: Path, each: Callable[[int, int], None] = lambda _done, _of: None
) -> list[Scored]:
    """Score every picture of a pack with the largest face in it. Raises ``BadInput`` when the labels cannot be read.

    ``each`` is told how many of how many are done.
    """
    rows = _rows(pack)
    scored = []
    for done, (row, picture) in enumerate(_pictures(pack, rows), start=1):
        label, species = _label(pack, row)
        pad = None if picture is None else analyst.pad_of(picture)
        kind = row.get("species", "") or row["label"]
        score = None if pad is None else pad.bona_fide
        scored.append(Scored(pack.stem, row["file"], label.value, species, kind, score))
        each(done, len(rows))
    return scored


def as_row(scored: Scored) -> dict[str, Any]:
    """Give it as JSON values."""
    return asdict(scored)


def _label(pack: Path, row: dict[str, str]) -> tuple[Label, str]:
    word = row["label"].strip().lower()
    if word in ("live", "bona_fide", "real"):
        return Label.BONA_FIDE, ""
    if word not in _SPECIES:
        raise BadInput(
            f"{pack.name}: the label '{row['label']}' of {row['file']} is unknown", hint="see docs/attack-bench.md"
        )
    return Label.ATTACK, _SPECIES[word]


def _rows(pack: Path) -> list[dict[str, str]]:
    try:
        if pack.is_dir():
            text = (pack / LABELS).read_text(encoding="utf-8")
        else:
            with zipfile.ZipFile(pack) as archive:
                text = archive.read(LABELS).decode()
    except (OSError, KeyError, UnicodeDecodeError, zipfile.BadZipFile) as error:
        raise BadInput(f"the labels of {pack.name} cannot be read ({type(error).__name__})") from error
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows or not {"file", "label"} <= rows[0].keys():
        raise BadInput(f"{LABELS} of {pack.name} lacks the columns file and label", hint="see docs/attack-bench.md")
    return rows


def _pictures(pack: Path, rows: list[dict[str, str]]) -> Iterator[tuple[dict[str, str], Pixels | None]]:
    if pack.is_dir():
        for row in rows:
            file = pack / row["file"]
            # A label must not lead out of its pack.
            inside = file.resolve().is_relative_to(pack.resolve())
            yield row, _decoded(file.read_bytes()) if inside and file.is_file() else None
        return
    with zipfile.ZipFile(pack) as archive:
        names = set(archive.namelist())
        for row in rows:
            yield row, _decoded(archive.read(row["file"])) if row["file"] in names else None


def _decoded(content: bytes) -> Pixels | None:
    if not content:
        return None
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    return None if image is None else np.asarray(image, np.uint8)
