"""Wrong values that look like a right one: for amounts, numbers, telephone numbers and dates.

Nobody who did not see the right value may pick it out of the row. So a wrong one is drawn as right ones come about, not
moved away from the right one: as many digits, as round, leading digits as frequent as in amounts of life (Benford's
law). A value in words, with two numbers in it or with a single digit has none: its wrong answers must be given.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kiosk.identity.digits import to_ascii

Draw = Callable[[int], int]
"""gives a number below the one that it is given, each as likely as another"""

_NUMBER = re.compile(r"\d(?:[\d ,.'’٬٫/()-]*\d)?")
_DATE = re.compile(r"(\d{4})([/.-])(\d{2})\2(\d{2})|(\d{2})([/.-])(\d{2})\6(\d{4})")
_LOOSE_DATE = re.compile(r"\d{1,4}([/.-])\d{1,2}\1\d{1,4}")
_AMOUNT = re.compile(r"(\d{1,3}(?:[ ,.'’٬]\d{3})+|\d{1,8})([,.٫]\d{1,2})?")
_DRAWN_TAIL = 4
_BENFORD = (301, 176, 125, 97, 79, 67, 58, 51, 46)
"""thousandths of amounts that begin with 1 .. 9"""
_TRIES = 400


def has_lookalikes(value: str) -> bool:
    """Tell whether a value has a form of which there are others, five at the least."""
    return _variation(to_ascii(value), lambda _below: 0) is not None


def lookalikes(value: str, count: int, draw: Draw) -> tuple[str, ...]:
    """Give ``count`` different values of the value's form and length, in ASCII digits; fewer where it has none."""
    text = to_ascii(value)
    vary = _variation(text, draw)
    found: dict[str, None] = {}
    for _ in range(_TRIES if vary is not None else 0):
        if vary is not None and len(found) < count:
            other = vary()
            if other != text:
                found[other] = None
    return tuple(found)


def _variation(text: str, draw: Draw) -> Callable[[], str] | None:
    """Give what draws another value of the text's form, None for a form without others."""
    numbers = list(_NUMBER.finditer(text))
    if len(numbers) != 1:
        return None
    written = numbers[0].group()
    before, after = text[: numbers[0].start()], text[numbers[0].end() :]
    digits = _digits(written)
    date, amount = _DATE.fullmatch(written), _AMOUNT.fullmatch(written)
    if date is not None:
        return lambda: before + _date(date, draw) + after
    if len(digits) < 2 or _LOOSE_DATE.fullmatch(written):
        return None
    names = digits.startswith("0") or before.rstrip().endswith("+")
    if not names and (amount is not None or (digits == written and digits.endswith("000"))):
        whole, decimals = (amount.group(1), amount.group(2) or "") if amount is not None else (written, "")
        return lambda: before + _filled(whole, _amount(_digits(whole), draw)) + decimals + after
    # A number that names something: its beginning is a bank's or a network's, and the same for many.
    kept = digits[: max(0, len(digits) - _DRAWN_TAIL)]
    return lambda: before + _filled(written, kept + _tail(len(digits) - len(kept), draw)) + after


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)


def _amount(digits: str, draw: Draw) -> str:
    """Draw an amount with as many digits and as round: zeros at the end stay, a five before them too."""
    significant = digits.rstrip("0")
    last = len(significant) - 1
    drawn = [_leading(draw)]
    for place in range(1, last + 1):
        middle = place < last
        drawn.append(str(draw(10)) if middle else "5" if significant[-1] == "5" else _unround(draw))
    return "".join(drawn) + "0" * (len(digits) - len(significant))


def _leading(draw: Draw) -> str:
    place = draw(sum(_BENFORD))
    for digit, weight in enumerate(_BENFORD, start=1):
        if place < weight:
            return str(digit)
        place -= weight
    raise AssertionError("the weights were counted before")


def _unround(draw: Draw) -> str:
    return "12346789"[draw(8)]


def _tail(length: int, draw: Draw) -> str:
    return "".join(str(draw(10)) for _ in range(length))


def _filled(written: str, digits: str) -> str:
    """Give the digits in the form in which a number was written."""
    left = iter(digits)
    return "".join(next(left) if character.isdigit() else character for character in written)


def _date(date: re.Match[str], draw: Draw) -> str:
    """Draw a day of the same year; a day past the 28th only becomes one that many months have as well."""
    year_first = date.group(1) is not None
    year = date.group(1) or date.group(8)
    between = date.group(2) or date.group(6)
    day = int(date.group(4) if year_first else date.group(5))
    jalali = int(year) < 1700
    if day <= 28:
        month, drawn = 1 + draw(12), 1 + draw(28)
    elif day <= 30:
        # The last month of a Jalali year and February are the short ones.
        month, drawn = (1 + draw(11) if jalali else (1, *range(3, 13))[draw(11)]), 29 + draw(2)
    else:
        month, drawn = (1 + draw(6) if jalali else (1, 3, 5, 7, 8, 10, 12)[draw(7)]), 31
    parts = (year, f"{month:02}", f"{drawn:02}")
    return between.join(parts if year_first else parts[::-1])
