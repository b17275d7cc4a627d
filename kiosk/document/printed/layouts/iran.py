"""The Iranian national card: smart card and laminated card.

Values stand under each other, flush right beside their labels: number, given name, surname, birth, father's name,
expiry. The student knows no Persian letters; names are read only where another reader does.
"""

from __future__ import annotations

from datetime import date

from edge_models.tasks.document_text import Alphabet
from kiosk.document.facts import Field
from kiosk.document.printed.forms import Day, may_be_day, number_in
from kiosk.document.printed.layouts.found import Found, day, days, digits, in_column
from kiosk.document.printed.lines import TextLine
from kiosk.document.printed.sheet import Sheet
from kiosk.document.printed.signs import Script
from kiosk.identity import iran

KIND = "ir_national_card"
_ROWS = {"given_names": 1, "surname": 2, "father": 4}
_BIRTH_ROW, _EXPIRY_ROW = 3, 5
_FURTHEST = 20.0
"""heights of the number within which its dates stand"""


def national_card(sheet: Sheet, today: date) -> Found | None:
    """Find the card's number and dates; None where this is no such card, or not surely."""
    number, dates = _number_and_dates(sheet)
    if number is None:
        return None
    field = sheet.value("national_number", number, Alphabet.DIGITS, digits(iran.NUMBER_LENGTH), _holds)
    if field is None or (field.check is not True and not dates):
        return None
    fields = [field]
    named = _named(sheet, number, dates, today)
    for name, line in named:
        value = sheet.value(name, line, Alphabet.DIGITS, day)
        fields.append(value if value is not None else sheet.unread(name, line))
    fields += _names(sheet, number, dict(named))
    return Found(KIND, (1.0 if field.check else 0.4) + 0.5 * len(dates), tuple(fields))


def _holds(number: str) -> bool:
    return iran.judge_national_number(number).complete


def _number_and_dates(sheet: Sheet) -> tuple[TextLine | None, list[tuple[TextLine, Day]]]:
    """Give the number's line and the dates under it, the number with the most of them."""
    dates = days(sheet.pieces, persian=True)
    best: tuple[TextLine | None, list[tuple[TextLine, Day]]] = None, []
    most = -1.0
    for piece in sheet.pieces:
        number = number_in(piece.signs, iran.NUMBER_LENGTH)
        if number is None or number.script is not Script.EASTERN or may_be_day(number.text):
            continue
        line = piece.line
        under = [
            (other, seen)
            for other, seen in dates
            if in_column(line, other) and 1.2 * line.height < other.top - line.top < _FURTHEST * line.height
        ]
        worth = len(under) + (1.5 if _holds(number.text) else 0.0) + 0.5 * number.least
        if worth > most:
            best, most = (line, under), worth
    return best


def _named(
    sheet: Sheet, number: TextLine, dates: list[tuple[TextLine, Day]], today: date
) -> list[tuple[str, TextLine]]:
    """Say which date is which: by their order, a single one by the names between it and the number."""
    if len(dates) >= 2:
        (birth, first), (expiry, second) = dates[0], dates[-1]
        return [("birth", birth), ("expiry", expiry)] if first.day < second.day and first.day <= today else []
    if not dates:
        return []
    line, seen = dates[0]
    between = len(_flush(sheet, number, number.bottom, line.top))
    if seen.day > today or between >= _EXPIRY_ROW - 2:
        return [("expiry", line)] if between != _BIRTH_ROW - 1 else []
    return [("birth", line)] if between == _BIRTH_ROW - 1 else []


def _flush(sheet: Sheet, number: TextLine, top: float, bottom: float) -> list[TextLine]:
    """Give the lines between two heights that end where the number ends, one per row, top to bottom."""
    rows: list[TextLine] = []
    for line in sorted(sheet.lines, key=lambda one: -one.width):
        inside = top - 0.2 * number.height < line.top and line.bottom < bottom + 0.4 * number.height
        flush = abs(line.right - number.right) < 1.2 * number.height
        large = 0.35 * number.height < line.height < 2.5 * number.height and line.width > 0.8 * number.height
        if inside and flush and large and not any(abs(line.middle[1] - one.middle[1]) < line.height for one in rows):
            rows.append(line)
    return sorted(rows, key=lambda one: one.top)


def _names(sheet: Sheet, number: TextLine, dates: dict[str, TextLine]) -> list[Field]:
    """Give the boxes of the names, where the rows' distance is known."""
    start = number.middle[1]
    if "birth" in dates:
        pitch = (dates["birth"].middle[1] - start) / _BIRTH_ROW
    elif "expiry" in dates:
        pitch = (dates["expiry"].middle[1] - start) / _EXPIRY_ROW
    else:
        return []
    fields = []
    for name, row in _ROWS.items():
        if row > _BIRTH_ROW and "expiry" not in dates:
            # only the smart card is known to have this row
            continue
        level = start + row * pitch
        lines = _flush(sheet, number, level - 0.6 * pitch, level + 0.6 * pitch)
        near = [line for line in lines if abs(line.middle[1] - level) < 0.35 * pitch]
        if near:
            fields.append(sheet.persian(name, min(near, key=lambda line: abs(line.middle[1] - level))))
    return fields
