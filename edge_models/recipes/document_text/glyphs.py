"""Glyph sheets: every character of every font as a mask of one size, drawn once, laid out afresh for each line."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from fontTools.ttLib import TTFont  # type: ignore[import-untyped,unused-ignore]
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from edge_models.recipes.document_text.wording import Script
from edge_models.tasks.document_text import ARABIC_DIGITS, LATIN, MRZ, PERSIAN_DIGITS

Mask = NDArray[np.uint8]
CAP = 28
"""pixels of a capital (or a tall digit) on a sheet"""
_NEEDED = {
    Script.MRZ: MRZ,
    Script.LATIN: LATIN,
    Script.PERSIAN: PERSIAN_DIGITS + "-./: ",
    Script.ARABIC: ARABIC_DIGITS + "-./: ",
}
_MEASURED = {Script.MRZ: "HE", Script.LATIN: "HE", Script.PERSIAN: "۲۹", Script.ARABIC: "٢٩"}


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character: its mask, where it lies beside the pen, how far the pen moves (pixels)."""

    mask: Mask
    left: int
    top: int
    """rows from the baseline up to the mask's first row (negative: above)"""
    advance: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One font in one script."""

    family: str
    script: Script
    glyphs: dict[str, Glyph]
    fixed: bool
    """every character as wide as the others"""


@dataclass(frozen=True, slots=True)
class Face:
    """A font file, and what it is drawn for."""

    family: str
    path: Path
    scripts: tuple[Script, ...]


def faces(families: dict[str, dict[str, Any]], roots: Iterable[Path]) -> list[Face]:
    """Find the font files of a recipe's families (``files``: patterns below the roots; ``scripts``)."""
    found = []
    for family, table in families.items():
        paths = sorted({p for root in roots for pattern in table["files"] for p in root.rglob(pattern)})
        # One file of each name: packages bring the same font in several folders.
        unique = {path.name: path for path in paths}
        found += [Face(family, path, tuple(Script(s) for s in table["scripts"])) for path in unique.values()]
    return found


def draw_sheet(face: Face, script: Script) -> Sheet | None:
    """Draw a font's glyphs of a script; None when it lacks one of them (a few signs may be missing)."""
    try:
        table = TTFont(face.path, lazy=True, fontNumber=0).getBestCmap() or {}
    except Exception:  # fontTools raises what it likes on odd files
        return None
    needed = _NEEDED[script]
    have = [c for c in needed if ord(c) in table or c == " "]
    if any(c not in have for c in needed if c not in "-./: ÇĞİÑÖŞÜ<"):
        return None
    first = ImageFont.truetype(str(face.path), 100, layout_engine=ImageFont.Layout.BASIC)
    tall = max(-first.getbbox(c, anchor="ls")[1] for c in _MEASURED[script])
    if tall < 20:
        return None
    font = ImageFont.truetype(str(face.path), max(8, round(100 * CAP / tall)), layout_engine=ImageFont.Layout.BASIC)
    glyphs = {}
    for character in have:
        left, top, right, bottom = font.getbbox(character, anchor="ls")
        advance = font.getlength(character)
        size = max(int(right - left), 1), max(int(bottom - top), 1)
        picture = Image.new("L", size)
        ImageDraw.Draw(picture).text((-left, -top), character, fill=255, font=font, anchor="ls")
        mask = np.array(picture)
        if character != " " and mask.max() < 64:
            return None
        glyphs[character] = Glyph(mask, int(left), int(top), float(advance))
    advances = {round(glyphs[c].advance) for c in have if c not in "-./: "}
    return Sheet(face.family, script, glyphs, len(advances) == 1)


def write_sheets(path: Path, sheets: list[Sheet]) -> None:
    """Store sheets in one archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, sheet in enumerate(sheets):
            arrays: dict[str, Any] = {"about": np.array([sheet.family, sheet.script.value, str(int(sheet.fixed))])}
            for character, glyph in sheet.glyphs.items():
                arrays[f"m{ord(character)}"] = glyph.mask
                arrays[f"p{ord(character)}"] = np.array([glyph.left, glyph.top, glyph.advance])
            content = io.BytesIO()
            np.savez(content, **arrays)
            archive.writestr(f"{number:04d}.npz", content.getvalue())


@lru_cache(maxsize=2)
def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """Read what ``write_sheets`` stored."""
    sheets = []
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            with np.load(io.BytesIO(archive.read(name)), allow_pickle=False) as stored:
                family, script, fixed = (str(value) for value in stored["about"])
                glyphs = {}
                for key in stored.files:
                    if key.startswith("m"):
                        left, top, advance = stored["p" + key[1:]]
                        glyphs[chr(int(key[1:]))] = Glyph(stored[key], int(left), int(top), float(advance))
            sheets.append(Sheet(family, Script(script), glyphs, fixed == "1"))
    return tuple(sheets)
