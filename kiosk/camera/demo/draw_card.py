"""``python -m kiosk.camera.demo.draw_card``: draws the demonstration's card anew (needs Pillow and Debian's fonts-ocr-b).

The card is nobody's: ICAO's Utopia issued it, all check digits hold, and the portrait is put in when it is shown.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kiosk.identity.mrz.check_digits import check_digit

WIDTH, HEIGHT = 1050, 740
"""ID-2 at ten pixels a millimetre"""
_OCR_B = Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf")
_SANS = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
_NUMBER, _BIRTH, _EXPIRY = "GSH000001", "800101", "491231"


def zone() -> tuple[str, str]:
    """Give the two lines of the zone (TD2, ICAO Doc 9303 part 6)."""
    number, birth, expiry = (text + str(check_digit(text)) for text in (_NUMBER, _BIRTH, _EXPIRY))
    second = f"{number}UTO{birth}F{expiry}" + "<" * 7
    composite = check_digit(second[0:10] + second[13:20] + second[21:35])
    return "I<UTOSPECIMEN<<GISHE".ljust(36, "<"), second + str(composite)


def draw() -> Image.Image:
    """Give the card without its portrait."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    waves = 6 * np.sin(columns / 17 + 3 * np.sin(rows / 61)) + 6 * np.sin(rows / 13 + 2 * np.sin(columns / 83))
    ground = np.stack([226 + waves, 234 + 0.6 * waves, 240 - 0.5 * waves], axis=2)
    card = Image.fromarray(np.clip(ground, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(card)

    def write(place: tuple[int, int], text: str, size: int, font: Path = _SANS, ink: str = "#1d2b3a") -> None:
        pen.text(place, text, fill=ink, font=ImageFont.truetype(str(font), size))

    write((44, 30), "UTOPIA", 52, ink="#0b5c5a")
    write((300, 44), "IDENTITY CARD / CARTE D'IDENTITE", 30, ink="#0b5c5a")
    rows_of_text = (
        ("Surname", "SPECIMEN"),
        ("Given names", "GISHE"),
        ("Sex / Nationality", "F / UTO"),
        ("Date of birth", "01 JAN 1980"),
        ("Card number", _NUMBER),
        ("Date of expiry", "31 DEC 2049"),
    )
    for place, (label, text) in enumerate(rows_of_text):
        write((400, 116 + 68 * place), label, 20, ink="#5a6876")
        write((400, 138 + 68 * place), text, 32)
    pen.rectangle((0, 556, WIDTH, HEIGHT), fill="#f4f6f7")
    for place, line in enumerate(zone()):
        for column, character in enumerate(line):
            # OCR-B size 1: ten characters to the inch.
            write((62 + round(25.4 * column), 582 + 66 * place), character, 41, _OCR_B, "#111111")
    return card


def main() -> int:
    """Draw and save it beside this file."""
    draw().quantize(48, dither=Image.Dither.NONE).save(Path(__file__).with_name("card.png"), optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
