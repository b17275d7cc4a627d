"""Which layout lines have, and lines that lost or gained a character brought to its width where that is unambiguous."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, product

from kiosk.identity.mrz.characters import FILLER, Character, Line, text_of
from kiosk.identity.mrz.confusions import candidates
from kiosk.identity.mrz.correction import rule_holds
from kiosk.identity.mrz.formats import FORMATS, Cell, Format, Holds, classes
from kiosk.identity.mrz.positions import fold, misfit

FURTHEST = 2
"""characters that a line may be too long or too short"""
_WORST = 0.12
"""mean misfit over positions with a class of their own above which lines are no zone at all"""
_PUT_IN = 0.5
"""confidence of a character that was put in"""
_KEPT = 4
_HELD = 0.5
"""what a check digit that holds speaks for a layout"""


@dataclass(frozen=True, slots=True)
class Recognised:
    """Lines in a layout."""

    form: Format
    first: int
    """index of the zone's first line among the lines that were given"""
    lines: tuple[Line, ...]
    """as wide as the layout, as read"""
    exact: bool
    """the lines were as wide as they must be, or one repair alone made them so"""
    cost: float


def recognise(lines: tuple[Line, ...]) -> Recognised | None:
    """Give the likeliest layout of lines, top to bottom; lines above or below the zone are left out. None: no zone."""
    found = []
    for form in FORMATS:
        for first in range(len(lines) - form.rows + 1):
            fitted = _fit(form, first, lines[first : first + form.rows])
            if fitted is not None:
                found.append(fitted)
    return min(found, key=lambda one: one.cost, default=None)


def _fit(form: Format, first: int, lines: tuple[Line, ...]) -> Recognised | None:
    if any(not line or abs(len(line) - form.width) > FURTHEST for line in lines):
        return None
    held = classes(form)
    choices: list[list[tuple[float, Line]]] = []
    for row, line in enumerate(lines):
        costed = [(_cost(row, one, held) + extra, one) for one, extra in _repaired(line, form.width)]
        costed.sort(key=lambda pair: pair[0])
        choices.append(costed[:_KEPT])
    whole: list[tuple[float, tuple[Line, ...]]] = []
    for chosen in product(*choices):
        rows = tuple(line for _, line in chosen)
        whole.append((sum(cost for cost, _ in chosen) + _unchecked(form, rows), rows))
    whole.sort(key=lambda one: one[0])
    cost, rows = whole[0]
    narrow = [cell for cell, what in held.items() if what is not Holds.ANY]
    wrong = sum(misfit(rows[row][column], held[row, column]) for row, column in narrow)
    if wrong > _WORST * len(narrow):
        return None
    texts = {tuple(text_of(line) for line in other) for at, other in whole if at < cost + 0.5}
    changed = sum(abs(len(line) - form.width) for line in lines)
    if form.kind == "FR-ID" and sum(one.best == two for one, two in zip(rows[0], "IDFRA", strict=False)) < 4:
        return None
    cost += 0.5 * changed + _beginning(form, rows[0][0])
    return Recognised(form, first, rows, changed == 0 or len(texts) == 1, cost)


def _beginning(form: Format, character: Character) -> float:
    """Give the cost of a first letter that documents of the layout do not have."""
    if character.best in form.first:
        return 0.0
    weights = candidates(character)
    fitting = sum(weight for text, weight in weights.items() if text in form.first)
    return 2.0 * (1.0 - fitting / sum(weights.values()))


def _cost(row: int, line: Line, held: dict[Cell, Holds]) -> float:
    return sum(misfit(character, held.get((row, column), Holds.ANY)) for column, character in enumerate(line))


def _unchecked(form: Format, rows: tuple[Line, ...]) -> float:
    """Give the cost of check digits that do not hold once characters are folded by position."""
    texts = tuple(text_of(line) for line in fold(form, rows))
    cost = 0.0
    for rule in form.rules_of(texts):
        if not rule_holds(rule, texts):
            cost += 1.0
        elif any(texts[row][column] != FILLER for row, column in rule.over):
            cost -= _HELD
    return cost


def _repaired(line: Line, width: int) -> list[tuple[Line, float]]:
    """Give the ways to make a line as wide as it must be, each with what it costs; the line itself when it is."""
    missing = width - len(line)
    if missing == 0:
        return [(line, 0.0)]
    runs = _runs(line)
    ways: dict[str, tuple[Line, float]] = {}
    if missing > 0:
        for start, stop in runs:
            filler = line[start].best == FILLER
            if not filler and stop - start < 2:
                continue
            extra = 0.0 if filler and stop - start >= 3 else 0.4 if filler else 0.8
            put = Character(line[start].best, _PUT_IN)
            _keep(ways, (*line[:stop], *(put,) * missing, *line[stop:]), extra)
        _keep(ways, (*line, *(Character(FILLER, _PUT_IN),) * missing), 0.6)
    else:
        for start, stop in runs:
            if stop - start > -missing:
                extra = 0.0 if line[start].best == FILLER and stop - start >= 3 else 0.6
                _keep(ways, (*line[: stop + missing], *line[stop:]), extra)
        _keep(ways, line[:width], 0.8)
        _keep(ways, line[-width:], 0.8)
        if missing == -1:
            for index, character in enumerate(line):
                if character.confidence < _PUT_IN:
                    _keep(ways, (*line[:index], *line[index + 1 :]), 0.6)
    return list(ways.values())


def _keep(ways: dict[str, tuple[Line, float]], line: Line, cost: float) -> None:
    text = text_of(line)
    if text not in ways or ways[text][1] > cost:
        ways[text] = (line, cost)


def _runs(line: Line) -> list[tuple[int, int]]:
    spans, start = [], 0
    for _, members in groupby(line, key=lambda character: character.best):
        stop = start + len(list(members))
        spans.append((start, stop))
        start = stop
    return spans
