"""Documents that are drawn, with made-up people and right check digits: what the zone's reader is chosen and tried on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Picture = NDArray[np.uint8]

OCR_B = Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf")
"""Debian's fonts-ocr-b"""
SANS = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
PER_MM = 9.5
"""pixels in a millimetre of a drawn document"""
PITCH_MM = 2.54
LINE_MM = 6.35
CAPITAL_MM = 2.4
"""of OCR-B size I as ICAO Doc 9303 part 3 asks"""


@dataclass(frozen=True, slots=True)
class Form:
    """A document's size in millimetres and its zone's shape (ICAO Doc 9303 parts 4 to 7)."""

    width: float
    height: float
    lines: int
    length: int


FORMS = {
    "TD1": Form(85.6, 54.0, 3, 30),
    "TD2": Form(105.0, 74.0, 2, 36),
    "TD3": Form(125.0, 88.0, 2, 44),
    "MRV-A": Form(120.0, 80.0, 2, 44),
    "MRV-B": Form(105.0, 74.0, 2, 36),
}

_SURNAMES = [
    "YILMAZ",
    "KARIMI",
    "SMITH",
    "OBRIEN",
    "GARCIA",
    "NOVAK",
    "PETROVA",
    "LINDQVIST",
    "HOSSEINI",
    "OZTURK",
    "ANDERSSON",
    "VANDERBERG",
    "ITO",
]
_GIVEN = [
    "ANNA",
    "MARIA",
    "AYSE",
    "REZA",
    "JOHN",
    "PIERRE",
    "OLGA",
    "SVEN",
    "MEHMET",
    "ZAHRA",
    "QUINN",
    "WOLFGANG",
    "XIMENA",
    "FATEMEH",
    "BORIS",
    "JO",
]
_STATES = ["UTO", "IRN", "TUR", "FRA", "SWE", "USA", "GBR", "ESP", "HRV", "BRA", "JPN", "KEN"]


@dataclass(frozen=True, eq=False, slots=True)
class DrawnDocument:
    """A document seen squarely, and what stands in its zone."""

    picture: Picture
    """BGR"""
    kind: str
    lines: tuple[str, ...]
    zone: NDArray[np.float32]
    """4 x 2: corners of the zone's characters, from the top left clockwise; empty where there is none"""


def check_digit(text: str) -> str:
    """Give ICAO's check digit (Doc 9303 part 3, 4.9)."""
    values = [0 if c == "<" else int(c, 36) for c in text]
    return str(sum(v * (7, 3, 1)[i % 3] for i, v in enumerate(values)) % 10)


def make_lines(rng: np.random.Generator, kind: str) -> tuple[str, ...]:
    """Make a zone of this kind with right check digits."""
    form = FORMS[kind]
    state = str(rng.choice(_STATES))
    number = "".join(rng.choice(list("0123456789ABCDEFGHJKLMNPRTUVWXYZ"), 9 if rng.random() < 0.8 else 8)).ljust(9, "<")
    birth = f"{rng.integers(40, 100):02d}{rng.integers(1, 13):02d}{rng.integers(1, 29):02d}"
    expiry = f"{rng.integers(26, 36):02d}{rng.integers(1, 13):02d}{rng.integers(1, 29):02d}"
    sex = str(rng.choice(["M", "F", "<"], p=[0.48, 0.48, 0.04]))
    given = "<".join(rng.choice(_GIVEN, int(rng.integers(1, 4)), replace=False))
    name = f"{rng.choice(_SURNAMES)}<<{given}"
    number += check_digit(number)
    birth += check_digit(birth)
    expiry += check_digit(expiry)
    optional = "".join(rng.choice(list("0123456789"), int(rng.integers(0, 12)))) if rng.random() < 0.6 else ""
    if kind == "TD1":
        first = f"I{rng.choice(['<', 'D', 'R'])}{state}{number}" + optional.ljust(15, "<")
        second = f"{birth}{sex}{expiry}{state}" + "<" * 11
        second += check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29])
        return first, second, name[:30].ljust(30, "<")
    letter = "V" if kind.startswith("MRV") else "P" if kind == "TD3" else "I"
    first = f"{letter}<{state}{name}"[: form.length].ljust(form.length, "<")
    second = f"{number}{state}{birth}{sex}{expiry}"
    if kind == "TD3":
        second += optional.ljust(14, "<")
        second += check_digit(second[28:42])
        second += check_digit(second[0:10] + second[13:20] + second[21:43])
    elif kind == "TD2":
        second += optional[:7].ljust(7, "<")
        second += check_digit(second[0:10] + second[13:20] + second[21:35])
    else:
        second += optional.ljust(form.length - len(second), "<")[: form.length - len(second)]
    return first, second


def draw_document(rng: np.random.Generator, kind: str, *, zone: bool = True) -> DrawnDocument:
    """Draw a page of this kind: ground pattern, portrait-like blob, printed lines, and its zone unless told not to."""
    form = FORMS[kind]
    width, height = round(form.width * PER_MM), round(form.height * PER_MM)
    ink = int(rng.integers(15, 70))
    paper = Image.fromarray(_ground(rng, width, height))
    pen = ImageDraw.Draw(paper)
    _print_page(rng, pen, width, height, ink, foot=0.5 if form.lines == 3 else 0.66)
    lines = make_lines(rng, kind) if zone else ()
    corners = np.zeros((0, 2), np.float32)
    if lines:
        corners = _print_zone(rng, pen, form, lines, ink)
    return DrawnDocument(np.ascontiguousarray(np.asarray(paper)[:, :, ::-1]), kind, lines, corners)


def _ground(rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw paper with fine wavy lines, as security paper has."""
    tone = rng.integers(190, 250, 3)
    picture = np.full((height, width, 3), tone, np.uint8)
    across = np.arange(0, width + 20, 12)
    strength = rng.uniform(0.05, 0.35)
    for _ in range(int(rng.integers(1, 4))):
        colour = tuple(float(v) for v in tone * (1 - strength * rng.uniform(0.5, 1.0, 3)))
        swing, wave, gap = rng.uniform(3, 25), rng.uniform(60, 400), int(rng.integers(7, 26))
        for y in range(-30, height + 30, gap):
            points = np.stack([across, y + swing * np.sin(across / wave * 2 * np.pi + y * 0.02)], 1)
            cv2.polylines(picture, [np.round(points).astype(np.int32)], False, colour, 1, cv2.LINE_AA)
    return picture


def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path if path.is_file() else SANS), size)


def _print_page(
    rng: np.random.Generator, pen: ImageDraw.ImageDraw, width: int, height: int, ink: int, *, foot: float
) -> None:
    """Print what else stands on a page: a portrait's blob, labels and values, a heading, perhaps a signature."""
    left, top = rng.uniform(0.04, 0.08) * width, rng.uniform(0.15, 0.22) * height
    face = (left, top, left + 0.24 * width, top + (foot - 0.22) * height)
    pen.rectangle(face, fill=tuple(int(v) for v in rng.integers(120, 210, 3)))
    pen.ellipse(
        (face[0] + 0.05 * width, face[1] + 0.06 * height, face[2] - 0.05 * width, face[3] - 0.1 * height),
        fill=tuple(int(v) for v in rng.integers(60, 200, 3)),
    )
    heading = _font(SANS, int(0.05 * height))
    pen.text(
        (0.1 * width, 0.03 * height), "REPUBLIC OF UTOPIA   PASSPORT / CARD", font=heading, fill=(ink + 60, 40, 90)
    )
    y = top
    while y < foot * height:
        x = face[2] + rng.uniform(0.03, 0.06) * width
        small, large = (_font(SANS, max(8, int(s * height))) for s in (0.018, 0.032))
        pen.text(
            (x, y),
            str(rng.choice(["Surname / Nom", "Date of birth / Date de naissance", "No"])),
            font=small,
            fill=(90, 90, 90),
        )
        words = " ".join(
            rng.choice(_SURNAMES + _GIVEN + ["12 08 1974", "UTOPIAN", "L898902C3"], int(rng.integers(1, 4)))
        )
        pen.text((x, y + 0.02 * height), words, font=large, fill=(ink, ink, ink))
        y += rng.uniform(0.07, 0.1) * height


def _print_zone(
    rng: np.random.Generator, pen: ImageDraw.ImageDraw, form: Form, lines: tuple[str, ...], ink: int
) -> NDArray[np.float32]:
    """Print the zone at the foot; give the corners of its characters."""
    pitch = PITCH_MM * PER_MM * rng.uniform(0.97, 1.03)
    font = _font(OCR_B, 100)
    box = font.getbbox("H")
    font = _font(OCR_B, round(100 * CAPITAL_MM * PER_MM / (box[3] - box[1])))
    box = font.getbbox("H")
    capital = box[3] - box[1]
    pitch = min(pitch, (form.width * PER_MM - 30) / form.length)
    left = (form.width * PER_MM - pitch * form.length) / 2
    gap = LINE_MM * PER_MM * rng.uniform(0.9, 1.08)
    foot = form.height * PER_MM - rng.uniform(4.0, 7.0) * PER_MM
    tops = [foot - capital - gap * (len(lines) - 1 - i) for i in range(len(lines))]
    for top, line in zip(tops, lines, strict=True):
        for i, character in enumerate(line):
            x = left + pitch * i + (pitch - font.getlength(character)) / 2
            pen.text((x, top - box[1]), character, font=font, fill=(ink, ink, ink))
    right = left + pitch * form.length
    return np.array(
        [[left, tops[0]], [right, tops[0]], [right, tops[-1] + capital], [left, tops[-1] + capital]], np.float32
    )
