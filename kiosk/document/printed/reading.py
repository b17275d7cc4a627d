"""What is printed on known cards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from edge_models.tasks.document_text import LineReader
from kiosk.document.facts import Field, MrzReading, PortraitFound, Quad
from kiosk.document.printed.layouts.bank import bank_card
from kiosk.document.printed.layouts.found import Found
from kiosk.document.printed.layouts.iran import national_card
from kiosk.document.printed.layouts.turkey import identity_card
from kiosk.document.printed.lines import TextLine, lines_of
from kiosk.document.printed.page import Page, page_of, turns_of
from kiosk.document.printed.sheet import Sheet

UNKNOWN = "unknown"
BACK = "tr_identity_card_back"
_WIDE = 1.2
"""times as wide as high: a card that lies as it is read"""


@dataclass(frozen=True, slots=True)
class PrintedReading:
    """The card that a picture shows, and the fields printed on it."""

    kind: str = UNKNOWN
    """``ir_national_card``, ``tr_identity_card``, ``tr_identity_card_back``, ``bank_card`` or ``unknown``"""
    fields: tuple[Field, ...] = ()


class PrintedReader:
    """Reads the print of known cards; of others nothing. Keeps nothing; used by one thread."""

    def __init__(self, reader: LineReader, persian: LineReader | None = None) -> None:
        """Take what reads lines, and what reads Persian letters if there is such a reader."""
        self._reader = reader
        self._persian = persian

    def read(
        self,
        picture: NDArray[np.uint8],
        corners: Quad | None,
        portrait: PortraitFound | None,
        mrz: MrzReading | None,
        today: date,
    ) -> PrintedReading:
        """Read the print within the corners, or of the whole picture (height x width x 3, BGR).

        A document whose zone was read is not read again here.
        """
        if mrz is not None and mrz.checks:
            return PrintedReading(BACK if _turkish_back(mrz) else UNKNOWN)
        page = page_of(picture, corners)
        if portrait is not None:
            upright = page.turned(turns_of(page, portrait))
            lines = _outside(lines_of(upright.grey), upright, portrait)
            return _judged(Sheet(upright, lines, self._reader, self._persian), today)
        sheets = self._both_ways(page)
        sheets.sort(key=lambda sheet: -sheet.certainty())
        for sheet in sheets:
            reading = _judged(sheet, today)
            if reading.kind != UNKNOWN:
                return reading
        return PrintedReading()

    def _both_ways(self, page: Page) -> list[Sheet]:
        """Read the page upright and upside down, along the axis on which its lines lie."""
        width, height = page.size
        lying, standing = page, page.turned(1)
        if page.squared and max(width, height) > _WIDE * min(width, height):
            upright = lying if width > height else standing
            lines = lines_of(upright.grey)
        else:
            both = [(one, lines_of(one.grey)) for one in (lying, standing)]
            upright, lines = max(both, key=lambda pair: _print_in(pair[1]))
        over = upright.turned(2)
        return [
            Sheet(upright, lines, self._reader, self._persian),
            Sheet(over, _upside_down(lines, over), self._reader, self._persian),
        ]


def _judged(sheet: Sheet, today: date) -> PrintedReading:
    found = [one for one in (national_card(sheet, today), identity_card(sheet, today), bank_card(sheet)) if one]
    if not found:
        return PrintedReading()
    best: Found = max(found, key=lambda one: one.certainty)
    return PrintedReading(best.kind, best.fields)


def _turkish_back(mrz: MrzReading) -> bool:
    return mrz.kind == "TD1" and bool(mrz.lines) and mrz.lines[0][2:5] == "TUR"


def _print_in(lines: list[TextLine]) -> float:
    """Give how much print there is: letters in steady lines."""
    return sum(line.steady * line.letters for line in lines if line.letters >= 4 and line.steady >= 0.5)


def _upside_down(lines: list[TextLine], page: Page) -> list[TextLine]:
    width, height = page.size
    return [
        replace(
            line, left=width - line.right, right=width - line.left, top=height - line.bottom, bottom=height - line.top
        )
        for line in lines
    ]


def _outside(lines: list[TextLine], page: Page, portrait: PortraitFound) -> list[TextLine]:
    """Leave out the lines within the face: hair and eyes."""
    left, top, width, height = page.from_picture(portrait.box)
    return [
        line
        for line in lines
        if not (left < line.middle[0] < left + width and top - 0.3 * height < line.middle[1] < top + height)
    ]
