"""A sheet: the lines of an upright page as read, and each value read again before it is believed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from edge_models.tasks.document_text import Alphabet, LineReader
from kiosk.document.facts import Field, Source
from kiosk.document.printed.forms import has_form
from kiosk.document.printed.lines import TextLine
from kiosk.document.printed.page import Page
from kiosk.document.printed.signs import Sign, Signs, signs_of

_LOOKS = ((0.22, 1.3), (0.38, 1.0), (0.1, 1.55), (0.3, 1.15))
"""of the first look, the second and the deciding ones: the margin (share of the line's height), and how far the line is
drawn out: narrow, the two dots of a Persian hundred are easily one; wide, a letter is easily two"""
_LETTERS = 33
"""pixels of a letter's height in the pictures that are read"""
_SHORTEST = 1.7
"""times as wide as high is a line that is read at first"""
_LOWEST = 9.0
_MOST = 24
_FEW = 6
_SURE = 0.5
"""confidence of the least certain character with which a value is given"""
_SURE_LETTERS = 0.75
"""the same of names and serials, which have no form that a wrong letter would break"""
_READ = 0.2
"""the same of a value whose check digit fails: it is told as it was read"""
_DOUBTFUL = 0.85
_POSSIBLE = 0.05
_FEWEST = 6
_WORTH = 0.6

_PERSIAN_NAME = re.compile("[\u0621-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc\u200c ]{2,}")

Form = Callable[[Signs], tuple[str, Signs] | None]


@dataclass(frozen=True, slots=True)
class Piece:
    """A line and what was read on it at first."""

    line: TextLine
    signs: Signs


class Sheet:
    """The lines of one upright page and a reader. Used once, by one thread."""

    def __init__(
        self, page: Page, lines: Sequence[TextLine], reader: LineReader, persian: LineReader | None = None
    ) -> None:
        """Take the lines, those most like print first, and a reader of Persian letters if there is one.

        Nothing is read yet.
        """
        self.page = page
        self.lines = tuple(lines)
        self._reader = reader
        self._persian = persian
        self._first: dict[TextLine, Signs] = {}
        self._second: dict[TextLine, Signs] = {}

    def certainty(self) -> float:
        """Read a few lines and give how well they read, to choose which way up the page stands."""
        self._look(self._values()[:_FEW])
        return sum(signs.mean**2 * min(len(signs.items), 12) for signs in self._first.values())

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The lines that can hold a value, as read."""
        values = self._values()
        self._look([line for line in values if line not in self._first])
        again = [line for line in values if _nearly(self._first[line])]
        self._second = dict(zip(again, self._read(again, Alphabet.DIGITS, _LOOKS[1]), strict=True))
        better = {line: signs for line, signs in self._second.items() if has_form(signs)}
        return tuple(Piece(line, better.get(line, self._first[line])) for line in values)

    def _values(self) -> list[TextLine]:
        wide = [one for one in self.lines if one.width >= _SHORTEST * one.height and one.height >= _LOWEST]
        return wide[:_MOST]

    def _look(self, lines: list[TextLine]) -> None:
        self._first.update(zip(lines, self._read(lines, Alphabet.ANY, _LOOKS[0]), strict=True))

    def value(
        self,
        name: str,
        line: TextLine,
        alphabet: Alphabet,
        form: Form,
        check: Callable[[str], bool] | None = None,
        *,
        sure: float | None = None,
    ) -> Field | None:
        """Read a value until two looks agree; None where no look has the form.

        ``form`` gives the text of a line as a field holds it and the characters it stands in. Looks that disagree
        give a field without a text. Where ``check`` fails, the least certain digit is doubtful, and each that would
        make it hold as the reader's next guess. ``sure``: the least certainty where the form itself leaves no doubt.
        """
        seen: list[tuple[str, Signs]] = []
        for look, how in enumerate(_LOOKS):
            known = self._first.get(line) if look == 0 else self._second.get(line) if look == 1 else None
            made = form(known if known is not None else self._read([line], alphabet, how)[0])
            if made is None:
                continue
            for text, signs in seen:
                if text == made[0]:
                    return self._field(name, line, text, _surest(signs, made[1]), check, sure)
            seen.append(made)
        return self.unread(name, line) if seen else None

    def unread(self, name: str, line: TextLine) -> Field:
        """Give a field that is there and was not read."""
        return Field(name, "", Source.PRINT, box=self.page.in_picture(line.corners()))

    def persian(self, name: str, line: TextLine) -> Field:
        """Read Persian letters where a reader knows them and two looks agree; else the field is there unread."""
        if self._persian is None:
            return self.unread(name, line)
        texts: list[tuple[str, float]] = []
        for margin, _ in _LOOKS[:2]:
            cut = self.page.cut(line.corners(margin), round(_LETTERS * (1 + 2 * margin)), light=line.light)
            read = self._persian.read([cut], Alphabet.ANY)[0]
            # characters come as they stand in the picture; Persian is read from the right
            text = "".join(one.text for one in reversed(read.characters)).strip()
            texts.append((text, min((one.confidence for one in read.characters), default=0.0)))
        (text, one), (again, other) = texts
        if text != again or _PERSIAN_NAME.fullmatch(text) is None or min(one, other) < _SURE:
            return self.unread(name, line)
        box = self.page.in_picture(line.corners())
        return Field(name, text, Source.PRINT, min(one, other), raw=text, box=box)

    def _field(
        self,
        name: str,
        line: TextLine,
        text: str,
        signs: Signs,
        check: Callable[[str], bool] | None,
        sure: float | None,
    ) -> Field:
        holds = check(text) if check is not None else None
        if sure is None:
            sure = _SURE_LETTERS if check is None and any(one.isalpha() for one in text) else _SURE
        if signs.least < (_READ if holds is False else sure):
            return self.unread(name, line)
        box = self.page.in_picture(line.corners())
        doubtful: set[int] = set()
        if signs.text == text:
            doubtful = {place for place, one in enumerate(signs.items) if one.confidence < _DOUBTFUL}
            if check is not None and not holds:
                doubtful.add(min(range(len(text)), key=lambda place: signs.items[place].confidence))
                doubtful |= _healing(text, signs, check)
        return Field(name, text, Source.PRINT, signs.least, holds, signs.raw, tuple(sorted(doubtful)), box)

    def _read(self, lines: Sequence[TextLine], alphabet: Alphabet, look: tuple[float, float]) -> list[Signs]:
        if not lines:
            return []
        margin, drawn_out = look
        height = round(_LETTERS * (1 + 2 * margin))
        cuts = [self.page.cut(line.corners(margin), height, drawn_out=drawn_out, light=line.light) for line in lines]
        return [signs_of(read) for read in self._reader.read(cuts, alphabet)]


def _nearly(signs: Signs) -> bool:
    """Say whether a line looks like a number or a day and has the form of none: another look may tell."""
    digits = signs.only_digits().items
    alike = len(digits) >= _FEWEST and len(digits) >= 0.7 * len(signs.items) and signs.mean >= _WORTH
    return alike and not has_form(signs)


def _healing(text: str, signs: Signs, check: Callable[[str], bool]) -> set[int]:
    """Give the places at which a guess that the reader thought possible would make the check hold."""
    return {
        place
        for place, one in enumerate(signs.items)
        for other, chance in one.others
        if chance >= _POSSIBLE and other.isdigit() and check(text[:place] + other + text[place + 1 :])
    }


def _surest(one: Signs, other: Signs) -> Signs:
    """Give the characters with the lower certainty of two equal looks."""
    if len(one.items) != len(other.items):
        return min(one, other, key=lambda signs: signs.least)
    items = tuple(
        Sign(a.text, min(a.confidence, b.confidence), a.others, a.place)
        for a, b in zip(one.items, other.items, strict=True)
    )
    return Signs(items, one.script, one.raw)
