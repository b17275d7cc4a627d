"""Made-up cards of the known layouts, drawn: nobody's numbers, no portrait of anyone."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.document.facts import Quad
from kiosk.identity import iran, turkey

ImageModule = pytest.importorskip("PIL.Image")
from PIL import Image, ImageDraw, ImageFont  # noqa: E402

Picture = NDArray[np.uint8]

PERSIAN_FONTS = [
    "farsiweb/nazlib.ttf",
    "farsiweb/homa.ttf",
    "farsiweb/titr.ttf",
    "freefarsi/FreeFarsi-Bold.ttf",
    "freefarsi/FreeFarsi.ttf",
]
LATIN_FONTS = [
    "liberation/LiberationSans-Regular.ttf",
    "liberation/LiberationSans-Bold.ttf",
    "liberation/LiberationSerif-Regular.ttf",
    "dejavu/DejaVuSans.ttf",
    "dejavu/DejaVuSansMono.ttf",
    "noto/NotoSans-Regular.ttf",
    "noto/NotoSans-Bold.ttf",
]
_FOLDER = Path("/usr/share/fonts/truetype")
_PERSIAN = "۰۱۲۳۴۵۶۷۸۹"
_SURNAMES = ["ÖZGÜR", "YILMAZ", "ÇELİK", "ŞAHİN", "KAYA", "AKGÜNEŞ", "IŞIK", "DEMİRTAŞ"]
_GIVEN = ["AYŞE", "MEHMET CAN", "ÜMİT", "ZEYNEP", "İPEK NUR", "OĞUZ", "HASAN", "ELİF"]
_NAMES = ["نمونه", "آزمایش", "روشن", "سپهر", "بهار", "کیهان"]


def found(fonts: list[str]) -> list[Path]:
    """Give those of the fonts that this machine has; skips the test where there is none."""
    there = [_FOLDER / font for font in fonts if (_FOLDER / font).exists()]
    if not there:
        pytest.skip("no font to draw this script with")
    return there


@dataclass
class Drawn:
    """A card: its picture (BGR), and what was written where, in which grey."""

    picture: Picture
    texts: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    """x, y, width, height of the ink"""
    inks: dict[int, str] = field(default_factory=dict)
    """grey level of the ink -> text as written; only with ``marked``"""


class _Pen:
    def __init__(self, width: int, height: int, random: np.random.Generator, *, dark: bool, marked: bool) -> None:
        self.random = random
        self.dark = dark
        self.marked = marked
        self.card = Drawn(_ground(width, height, random, dark))
        self.image = Image.fromarray(self.card.picture)
        self.draw = ImageDraw.Draw(self.image)

    def write(
        self,
        name: str,
        text: str,
        x: float,
        y: float,
        font: ImageFont.FreeTypeFont,
        *,
        right: bool = False,
        ink: int = 30,
    ) -> None:
        """Write at x (its left end, or its right one), y the middle of a capital."""
        if self.marked and name:
            ink = 10 + 8 * len(self.card.inks)
            self.card.inks[ink] = text
        level = 255 - ink if self.dark else ink
        anchor = "rm" if right else "lm"
        box = self.draw.textbbox((x, y), text, font=font, anchor=anchor)
        self.draw.text((x, y), text, fill=(level, level, level), font=font, anchor=anchor)
        if name:
            self.card.texts[name] = text
            self.card.boxes[name] = (box[0], box[1], box[2] - box[0], box[3] - box[1])

    def done(self) -> Drawn:
        self.card.picture = np.asarray(self.image, np.uint8).copy()
        return self.card


def _ground(width: int, height: int, random: np.random.Generator, dark: bool) -> Picture:
    """Give paper with a gradient and the waves of a security print."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    base = random.uniform(25, 70) if dark else random.uniform(195, 235)
    tint = random.uniform(-18, 18, 3)
    slope = random.uniform(-20, 20, 2)
    level = base + slope[0] * x / width + slope[1] * y / height
    for _ in range(3):
        wave = np.sin(x / random.uniform(3, 12) + 6 * np.sin(y / random.uniform(20, 60)) + random.uniform(0, 6))
        level += random.uniform(2, 7) * wave
    return np.asarray(np.clip(level[..., None] + tint, 0, 255), np.uint8)


def _face(pen: _Pen, x: float, y: float, width: float, height: float) -> None:
    pen.draw.rectangle((x, y, x + width, y + height), fill=(215, 215, 215))
    pen.draw.ellipse((x + 0.25 * width, y + 0.15 * height, x + 0.75 * width, y + 0.7 * height), fill=(150, 160, 175))
    pen.draw.rectangle((x + 0.15 * width, y + 0.78 * height, x + 0.85 * width, y + height), fill=(140, 135, 130))
    for eye in (0.38, 0.62):
        pen.draw.ellipse(
            (x + (eye - 0.04) * width, y + 0.38 * height, x + (eye + 0.04) * width, y + 0.42 * height),
            fill=(120, 120, 120),
        )


def persian(text: str) -> str:
    """Give the text with Persian digits."""
    return "".join(_PERSIAN[int(c)] if c.isdigit() else c for c in text)


def iranian_number(random: np.random.Generator, *, right: bool = True) -> str:
    """Give a made-up national number whose check digit holds, or fails."""
    while True:
        nine = "".join(str(d) for d in random.integers(0, 10, 9))
        check = iran.check_digit(nine)
        number = nine + str(check if right else (check + int(random.integers(1, 10))) % 10)
        if len(set(nine)) > 2 and number[3:9] != "000000":
            return number


def turkish_number(random: np.random.Generator) -> str:
    """Give a made-up Turkish number that holds."""
    nine = str(random.integers(1, 10)) + "".join(str(d) for d in random.integers(0, 10, 8))
    tenth, eleventh = turkey.check_digits(nine)
    return f"{nine}{tenth}{eleventh}"


def card_number(random: np.random.Generator) -> str:
    """Give a made-up card number of 16 digits that holds."""
    body = str(random.choice(["4", "5", "6037", "5892", "6219"]))
    body += "".join(str(d) for d in random.integers(0, 10, 15 - len(body)))
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(body))
    return body + str(-total % 10)


def iran_card(seed: int, *, marked: bool = False, right: bool = True, width: int = 1000) -> Drawn:
    """Draw the front of the smart card."""
    random = np.random.default_rng(seed)
    pen = _Pen(width, round(0.636 * width), random, dark=False, marked=marked)
    s = width / 1000
    fonts = found(PERSIAN_FONTS)
    file = str(fonts[random.integers(len(fonts))])
    value, label = ImageFont.truetype(file, round(34 * s)), ImageFont.truetype(file, round(24 * s))
    _face(pen, 28 * s, 160 * s, 260 * s, 315 * s)
    pen.write("", "کارت هوشمند ملی", 620 * s, 75 * s, ImageFont.truetype(file, round(52 * s)), right=True, ink=90)
    year = int(random.integers(1320, 1390))
    birth = f"{year}/{random.integers(1, 13):02d}/{random.integers(1, 30):02d}"
    expiry = f"{random.integers(1398, 1412)}/{random.integers(1, 13):02d}/{random.integers(1, 30):02d}"
    number = iranian_number(random, right=right)
    rows = [
        ("national_number", persian(number), "شماره ملی :"),
        ("given_names", str(random.choice(_NAMES)), "نام :"),
        ("surname", str(random.choice(_NAMES)), "نام خانوادگی :"),
        ("birth", persian(birth), "تاریخ تولد :"),
        ("father", str(random.choice(_NAMES)), "نام پدر :"),
        ("expiry", persian(expiry), "پایان اعتبار :"),
    ]
    top, pitch = random.uniform(175, 195) * s, random.uniform(56, 63) * s
    edge = random.uniform(700, 760) * s
    for row, (name, text, title) in enumerate(rows):
        y = top + row * pitch
        pen.write(name, text, edge, y, value, right=True)
        pen.write(
            "",
            title,
            edge + random.uniform(26, 60) * s + pen.draw.textlength(title, label),
            y,
            label,
            right=True,
            ink=95,
        )
    return pen.done()


def turkish_card(seed: int, *, marked: bool = False, width: int = 1000) -> Drawn:
    """Draw the front of the Turkish card."""
    random = np.random.default_rng(seed)
    pen = _Pen(width, round(0.63 * width), random, dark=False, marked=marked)
    s = width / 1000
    fonts = found(LATIN_FONTS)
    file = str(fonts[random.integers(len(fonts))])
    value, label = ImageFont.truetype(file, round(30 * s)), ImageFont.truetype(file, round(15 * s))
    head = ImageFont.truetype(file, round(34 * s))
    pen.write("", "TÜRKİYE CUMHURİYETİ KİMLİK KARTI", 165 * s, 62 * s, head, ink=50)
    pen.write("", "REPUBLIC OF TURKEY IDENTITY CARD", 250 * s, 100 * s, ImageFont.truetype(file, round(22 * s)), ink=50)
    _face(pen, 45 * s, 240 * s, 250 * s, 330 * s)
    left, other = random.uniform(335, 360) * s, random.uniform(590, 620) * s
    top, pitch = random.uniform(195, 210) * s, random.uniform(82, 92) * s
    serial = f"{random.choice(list('ABCEHJ'))}{random.integers(10, 99)}{random.choice(list('ABDRSU'))}{random.integers(10000, 99999)}"
    sex = str(random.choice(["E / M", "K / F"]))
    cells = [
        ("national_number", turkish_number(random), "T.C. Kimlik No / TR Identity No", 40 * s, 0),
        ("surname", str(random.choice(_SURNAMES)), "Soyadı / Surname", left, 0),
        ("given_names", str(random.choice(_GIVEN)), "Adı / Given Name(s)", left, 1),
        ("birth", _dotted(random, 1945, 2005), "Doğum Tarihi / Date of Birth", left, 2),
        ("card_serial", serial, "Seri No / Document No", left, 3),
        ("expiry", _dotted(random, 2022, 2033), "Son Geçerlilik / Valid Until", left, 4),
        ("sex", sex, "Cinsiyeti / Gender", other, 2),
        ("nationality", "T.C./TUR", "Uyruğu / Nationality", other, 3),
    ]
    for name, text, title, x, row in cells:
        y = top + row * pitch
        pen.write("", title, x, y - 0.36 * pitch, label, ink=110)
        pen.write(name, text, x, y, value)
    return pen.done()


def bank_card(seed: int, *, marked: bool = False, width: int = 1000, iranian: bool = False) -> Drawn:
    """Draw the front of a bank card."""
    random = np.random.default_rng(seed)
    dark = bool(random.integers(2))
    pen = _Pen(width, round(0.63 * width), random, dark=dark, marked=marked)
    s = width / 1000
    fonts = found(PERSIAN_FONTS if iranian else LATIN_FONTS)
    file = str(fonts[random.integers(len(fonts))])
    number = card_number(random)
    grouped = " ".join(number[i : i + 4] for i in range(0, 16, 4))
    script = persian if iranian else str
    large, small = ImageFont.truetype(file, round(52 * s)), ImageFont.truetype(file, round(34 * s))
    pen.draw.rectangle((100 * s, 200 * s, 230 * s, 310 * s), fill=(180, 190, 190))
    pen.write("card_number", script(grouped), random.uniform(50, 120) * s, random.uniform(370, 420) * s, large)
    month = int(random.integers(1, 13))
    expiry = f"{random.integers(1403, 1410)}/{month:02d}" if iranian else f"{month:02d}/{random.integers(23, 32)}"
    pen.write("expiry", script(expiry), random.uniform(300, 500) * s, 480 * s, small)
    if not iranian:
        holder = f"{random.choice(['DENİZ', 'LEE', 'SARA'])} {random.choice(['ÖRNEK', 'EXAMPLE', 'SPECIMEN'])}"
        pen.write("holder", holder, 60 * s, 560 * s, small)
    return pen.done()


def _dotted(random: np.random.Generator, first: int, last: int) -> str:
    return f"{random.integers(1, 29):02d}.{random.integers(1, 13):02d}.{random.integers(first, last)}"


def photographed(card: Picture, seed: int, *, damage: str = "", turn: int = 0) -> tuple[Picture, Quad]:
    """Lay the card on a table, seen at a slant; ``damage``: ``blur``, ``noise``, ``dark``, ``glare``, ``small``."""
    random = np.random.default_rng(seed)
    h, w = card.shape[:2]
    scale = 0.45 if damage == "small" else 1.0
    wide, high = round(1280 * scale), round(900 * scale)
    lean = 0.035
    corners = np.array([[0.1, 0.12], [0.9, 0.12], [0.9, 0.88], [0.1, 0.88]]) + random.uniform(-lean, lean, (4, 2))
    quad = (corners * [wide, high]).astype(np.float32)
    way = cv2.getPerspectiveTransform(np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32), quad)
    table = np.full((high, wide, 3), random.uniform(60, 140, 3), np.uint8)
    shrink = min(1.0, 1.3 * wide * 0.8 / w)
    flat = cv2.resize(card, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    way = way @ np.diag([1 / shrink, 1 / shrink, 1.0])
    cv2.warpPerspective(flat, way, (wide, high), table, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
    picture = table.astype(np.float32)
    if damage == "blur":
        picture = cv2.GaussianBlur(picture, (0, 0), float(random.uniform(0.8, 1.6)))
    if damage == "dark":
        picture *= random.uniform(0.15, 0.3)
    if damage == "glare":
        y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
        centre = random.uniform(0.3, 0.7, 2) * [wide, high]
        spot = np.exp(-(((x - centre[0]) / (0.15 * wide)) ** 2 + ((y - centre[1]) / (0.15 * high)) ** 2))
        picture += 110 * spot[..., None]
    noise = 9.0 if damage == "noise" else 2.5
    picture += random.normal(0, noise, picture.shape)
    out = np.clip(picture, 0, 255).astype(np.uint8)
    _, coded = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(70, 95))])
    out = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    points = [(float(x), float(y)) for x, y in quad]
    for _ in range(turn % 4):
        points = [(out.shape[0] - 1 - y, x) for x, y in points]
        out = np.asarray(cv2.rotate(out, cv2.ROTATE_90_CLOCKWISE), np.uint8)
    one, two, three, four = points
    return out, (one, two, three, four)
