"""The Turkish identity card of today, and the booklet card before it.

Today's: the number on the left over the portrait; beside it a column of surname, given names, birth, serial and
expiry, in rows of one distance, and right of it sex and nationality. The booklet: number, surname, given names,
father, mother and place of birth in one column, the birth's date beside the place.
"""

from __future__ import annotations

import re
from datetime import date

from edge_models.tasks.document_text import Alphabet
from kiosk.document.facts import Field
from kiosk.document.printed.forms import Day, number_in
from kiosk.document.printed.layouts.found import Found, day, days, digits, same_row
from kiosk.document.printed.lines import TextLine, joined
from kiosk.document.printed.sheet import Form, Sheet
from kiosk.document.printed.signs import Script, Signs
from kiosk.identity import turkey

KIND = "tr_identity_card"
_LETTERS = "A-ZÇĞİÑÖŞÜÂÎÛ"
_NAME = re.compile(f"[{_LETTERS}]{{2,}}(?:[ -][{_LETTERS}.]+)*")
_SERIAL = re.compile(r"(?=.*\d)[A-Z0-9]{7,9}")
_SLASH = "[/IJL1.]"
"""between capitals a slash is easily taken for one of these; what stands beside it leaves no doubt"""
_SEX = re.compile(rf"([EK]) ?{_SLASH} ?([MF])")
_NATIONALITY = re.compile(rf"T\.? ?C\.? ?{_SLASH}{{0,2}} ?TUR")
_FIXED = 0.3
"""certainty that words need of which there are but one or two: two looks agree on each letter of them"""
_TITLE = ("KİMLİK KARTI", "KIMLIK KARTI", "REPUBLIC OF TURKEY", "CUMHURİYETİ", "NÜFUS CÜZDANI", "IDENTITY CARD")


def identity_card(sheet: Sheet, today: date) -> Found | None:
    """Find the card's number and what stands round it; None where this is no such card, or not surely."""
    dates = days(sheet.pieces, persian=False)
    numbers = [
        piece.line
        for piece in sheet.pieces
        if (number := number_in(piece.signs, turkey.NUMBER_LENGTH)) is not None
        and number.script is Script.LATIN
        and number.text[0] != "0"
    ]
    titled = any(word in piece.signs.text for piece in sheet.pieces for word in _TITLE)
    best: Found | None = None
    for line in numbers:
        beside = [pair for pair in dates if pair[0].left > line.left + line.height and pair[0].top > line.bottom]
        if not beside and not titled:
            continue
        field = sheet.value("national_number", line, Alphabet.DIGITS, digits(turkey.NUMBER_LENGTH), _holds)
        if field is None:
            continue
        column = _column(beside)
        beside_it = bool(column) and column[0][0].left > line.right
        fields = max(_card(sheet, line, column, today) if beside_it else [], _booklet(sheet, line, beside), key=len)
        if not fields and field.check is not True:
            continue
        certainty = (1.0 if field.check else 0.4) + 0.3 * len(fields) + 0.5 * titled
        if best is None or certainty > best.certainty:
            best = Found(KIND, certainty, (field, *fields))
    return best


def _holds(number: str) -> bool:
    return turkey.judge_national_number(number).complete


def _column(dates: list[tuple[TextLine, Day]]) -> list[tuple[TextLine, Day]]:
    """Give the dates that stand flush left under each other with the first one."""
    if not dates:
        return []
    first = min(dates, key=lambda pair: pair[0].left)[0]
    return [pair for pair in dates if abs(pair[0].left - first.left) < 1.2 * first.height]


def _card(sheet: Sheet, number: TextLine, column: list[tuple[TextLine, Day]], today: date) -> list[Field]:
    """Read today's card by its rows; the number stands in row 0, birth in row 2, expiry in row 4."""
    birth = next((line for line, seen in column if seen.day <= today), None)
    last, seen = column[-1]
    start = number.middle[1]
    expiry = last if last is not birth else None
    if birth is not None and len(column) == 1:
        # one date alone: birth unless its row says otherwise, which the serial between them would show
        between = [line for line in _flush_left(sheet, birth) if number.bottom < line.top and line.bottom < birth.top]
        if len(between) >= 3:
            birth, expiry = None, last
    if birth is not None and expiry is not None and column[0][1].day >= seen.day:
        return []
    if birth is not None:
        pitch = (birth.middle[1] - start) / 2
    elif expiry is not None:
        pitch = (expiry.middle[1] - start) / 4
    else:
        return []
    anchor = birth or last

    def row(index: int, line: TextLine) -> bool:
        return abs(line.middle[1] - start - index * pitch) < 0.3 * pitch

    flush = _flush_left(sheet, anchor)
    fields: list[Field | None] = []
    fields.append(_read(sheet, "surname", [line for line in flush if row(0, line)], _name))
    fields.append(_read(sheet, "given_names", [line for line in flush if row(1, line)], _name))
    for name, date_line in (("birth", birth), ("expiry", expiry)):
        if date_line is not None:
            fields.append(sheet.value(name, date_line, Alphabet.DIGITS, day) or sheet.unread(name, date_line))
    fields.append(_read(sheet, "card_serial", [line for line in flush if row(3, line)], _serial))
    right = [line for line in sheet.lines if line.left > anchor.right and 0.6 < line.height / anchor.height < 1.6]
    right.sort(key=lambda line: line.left)
    fields.append(_read(sheet, "sex", [line for line in right if row(2, line)][:1], _sex, _FIXED))
    fields.append(_read(sheet, "nationality", [line for line in right if row(3, line)][:1], _nationality, _FIXED))
    return [field for field in fields if field is not None]


def _booklet(sheet: Sheet, number: TextLine, dates: list[tuple[TextLine, Day]]) -> list[Field]:
    """Read the booklet's column under the number, by its rows."""
    rows: list[TextLine] = []
    for line in sorted(_flush_left(sheet, number), key=lambda one: one.top):
        if line.top > number.bottom and not (rows and same_row(rows[-1], line)):
            rows.append(line)
    if len(rows) < 3:
        return []
    pitches = [low.middle[1] - high.middle[1] for high, low in zip([number, *rows], rows, strict=False)]
    usual = sorted(pitches)[len(pitches) // 2]
    if any(abs(pitch - usual) > 0.25 * usual for pitch in pitches[:4]):
        return []
    fields: list[Field | None] = []
    for name, line in zip(("surname", "given_names", "father", "mother"), rows, strict=False):
        fields.append(_read(sheet, name, [line], _name))
    last = rows[min(4, len(rows) - 1)]
    for line, _ in dates:
        if same_row(line, last):
            fields.append(sheet.value("birth", line, Alphabet.DIGITS, day))
    return [field for field in fields if field is not None]


def _flush_left(sheet: Sheet, anchor: TextLine) -> list[TextLine]:
    """Give the lines of the anchor's size that begin where it begins, each with what follows it in its row."""
    return [
        _with_following(sheet, line)
        for line in sheet.lines
        if abs(line.left - anchor.left) < 0.8 * anchor.height and 0.65 < line.height / anchor.height < 1.7
    ]


def _with_following(sheet: Sheet, line: TextLine) -> TextLine:
    """Join the words that follow in the same row at the distance of a word."""
    for _ in range(3):
        following = [
            other
            for other in sheet.lines
            if same_row(line, other)
            and 0 < other.left - line.right < 1.1 * line.height
            and 0.65 < other.height / line.height < 1.5
            and other.light == line.light
        ]
        if not following:
            break
        line = joined(line, min(following, key=lambda other: other.left))
    return line


def _read(sheet: Sheet, name: str, lines: list[TextLine], form: Form, sure: float | None = None) -> Field | None:
    if not lines:
        return None
    line = max(lines, key=lambda one: one.width)
    return sheet.value(name, line, Alphabet.LATIN, form, sure=sure) or sheet.unread(name, line)


def _name(signs: Signs) -> tuple[str, Signs] | None:
    text = signs.text.strip(" .-")
    return (text, signs) if _NAME.fullmatch(text) is not None else None


def _serial(signs: Signs) -> tuple[str, Signs] | None:
    text = signs.text.replace(" ", "")
    if _SERIAL.fullmatch(text) is None:
        return None
    kinds = "".join("9" if one.isdigit() else "A" for one in text)
    known = turkey.SERIAL_FORM
    # today's form without one of its characters has lost it, and is no older form
    lost = any(kinds == known[:place] + known[place + 1 :] for place in range(len(known)))
    return None if lost or (len(text) == len(known) and kinds != known) else (text, signs)


def _sex(signs: Signs) -> tuple[str, Signs] | None:
    match = _SEX.fullmatch(signs.text.strip())
    if match is None or (match.group(1) == "E") != (match.group(2) == "M"):
        return None
    return match.group(2), signs


def _nationality(signs: Signs) -> tuple[str, Signs] | None:
    return ("TUR", signs) if _NATIONALITY.fullmatch(signs.text.strip()) is not None else None
