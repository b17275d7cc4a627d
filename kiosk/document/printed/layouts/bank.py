"""Bank cards (ISO/IEC 7810 ID-1): sixteen digits in fours, expiry, holder."""

from __future__ import annotations

import re
from itertools import pairwise

from edge_models.tasks.document_text import Alphabet
from kiosk.document.facts import Field
from kiosk.document.printed.forms import expiry_in, number_in
from kiosk.document.printed.layouts.found import Found, digits, same_row
from kiosk.document.printed.lines import TextLine, joined
from kiosk.document.printed.sheet import Piece, Sheet
from kiosk.document.printed.signs import Script, Signs
from kiosk.identity import luhn

KIND = "bank_card"
_LENGTH = 16
_FIRST = frozenset("234569")
"""first digits of payment cards (ISO/IEC 7812-1); 9: national schemes such as Troy"""
_IRANIAN = frozenset(
    [
        "502229",
        "502806",
        "502908",
        "502910",
        "502938",
        "504172",
        "504706",
        "505416",
        "505785",
        "505801",
        "505809",
        "507677",
        "585983",
        "589210",
        "589463",
        "603769",
        "603770",
        "603799",
        "606256",
        "606373",
        "610433",
        "621986",
        "622106",
        "627353",
        "627381",
        "627412",
        "627488",
        "627648",
        "627760",
        "627961",
        "628023",
        "628157",
        "636214",
        "636949",
        "639217",
        "639346",
        "639599",
        "639607",
    ]
)
"""first six digits of Iranian banks, which print the year of expiry before its month"""
_HOLDER = re.compile("[A-ZÇĞİÑÖŞÜ]{2,}(?:[ .-]+[A-ZÇĞİÑÖŞÜ]+)+")
_NOT_HOLDER = frozenset(
    [
        "VALID",
        "THRU",
        "EXP",
        "CARD",
        "DEBIT",
        "CREDIT",
        "BANK",
        "WORLD",
        "GOLD",
        "PLATINUM",
        "MEMBER",
        "SINCE",
        "MASTERCARD",
        "VISA",
    ]
)


def bank_card(sheet: Sheet) -> Found | None:
    """Find the number of a bank card and what stands under it; None where this is none, or not surely."""
    for line, fours in _numbers(sheet):
        number = sheet.value("card_number", line, Alphabet.DIGITS, digits(_LENGTH), luhn.holds)
        if number is None:
            continue
        if number.text and number.text[0] not in _FIRST:
            continue
        iranian = number.text[:6] in _IRANIAN
        expiry = _expiry(sheet, line, iranian=iranian)
        # sixteen digits alone may be anything; the check digit, the fours and an expiry are each a reason
        reasons = 2 * (number.check is True) + fours + (expiry is not None)
        if reasons < 2:
            continue
        fields = [number, *([expiry] if expiry else []), *_holder(sheet, line)]
        return Found(KIND, 1.0 + 0.5 * reasons, tuple(fields))
    return None


def _numbers(sheet: Sheet) -> list[tuple[TextLine, bool]]:
    """Give the lines that hold sixteen digits, parts of one row joined, and whether these stand in fours."""
    whole = [piece for piece in sheet.pieces if number_in(piece.signs, _LENGTH) is not None]
    found = [(piece.line, _in_fours(piece.signs)) for piece in whole]
    parts = [piece for piece in sheet.pieces if _is_part(piece)]
    for piece in parts:
        row = sorted((one for one in parts if same_row(one.line, piece.line)), key=lambda one: one.line.left)
        if row[0] is not piece or len(row) < 2 or sum(_count(one) for one in row) != _LENGTH:
            continue
        gaps = [right.line.left - left.line.right for left, right in pairwise(row)]
        if max(gaps) > 3 * piece.line.height or min(gaps) < 0:
            continue
        line = row[0].line
        for one in row[1:]:
            line = joined(line, one.line)
        found.append((line, True))
    return found


def _count(piece: Piece) -> int:
    return len(piece.signs.only_digits().items)


def _is_part(piece: Piece) -> bool:
    count = _count(piece)
    return count in {4, 8, 12} and number_in(piece.signs, count) is not None


def _in_fours(signs: Signs) -> bool:
    """Say whether wider gaps stand after each fourth digit and nowhere else, by the digits' places."""
    places = [one.place for one in signs.only_digits().items]
    steps = [right - left for left, right in pairwise(places)]
    if len(steps) != _LENGTH - 1:
        return False
    between = [step for index, step in enumerate(steps) if index % 4 == 3]
    within = [step for index, step in enumerate(steps) if index % 4 != 3]
    return min(between) > 1.15 * sorted(within)[len(within) // 2]


def _expiry(sheet: Sheet, number: TextLine, *, iranian: bool) -> Field | None:
    def form(signs: Signs) -> tuple[str, Signs] | None:
        text = expiry_in(signs, iranian=iranian)
        return (text, signs) if text is not None else None

    under = [piece for piece in sheet.pieces if piece.line.top > number.middle[1] and form(piece.signs) is not None]
    fields = [sheet.value("expiry", piece.line, Alphabet.DIGITS, form) for piece in under]
    read = [field for field in fields if field is not None and field.text]
    # two of them are the day of issue and the day of expiry
    return max(read, key=lambda field: field.text) if read else next((one for one in fields if one is not None), None)


def _holder(sheet: Sheet, number: TextLine) -> list[Field]:
    """Read a name in capitals under the number."""

    def form(signs: Signs) -> tuple[str, Signs] | None:
        text = " ".join(signs.text.split()).strip(" .-")
        plain = _HOLDER.fullmatch(text) is not None and not _NOT_HOLDER & set(text.split())
        return (text, signs) if plain and signs.script is Script.NONE else None

    for line in sorted(sheet.lines, key=lambda one: one.top):
        capitals = line.steady > 0.7 and 0.4 < line.height / number.height < 1.3
        if line.top < number.bottom or not capitals or line.left > number.left + 0.6 * number.width:
            continue
        row = [one for one in sheet.lines if same_row(one, line) and one.light == line.light and one.left >= line.left]
        whole = line
        for one in sorted(row, key=lambda other: other.left):
            if 0 < one.left - whole.right < 1.2 * line.height:
                whole = joined(whole, one)
        if whole.width > 4 * whole.height and (field := sheet.value("holder", whole, Alphabet.LATIN, form)) is not None:
            return [field]
    return []
