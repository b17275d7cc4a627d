"""Which layout lines have, and lines that lost or gained a character brought to its width where that is unambiguous."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, product

from kiosk.identity.mrz.characters import FILLER, Character, Line, text_of
from kiosk.identity.mrz.codes import known_nationality
from kiosk.identity.mrz.confusions import candidates
from kiosk.identity.mrz.correction import rule_holds
from kiosk.identity.mrz.formats import FORMATS, Cell, Format, Holds, classes
from kiosk.identity.mrz.positions import fold_line, misfit

FURTHEST = 2
"""characters that a line may be too long or too short"""
_WORST = (((Holds.DIGIT, Holds.DATE), 0.2), ((Holds.LETTER,), 0.15))
"""mean misfit over the positions of digits, and over those of letters, above which lines are no zone at all"""
_LENIENT = 1.5
_PUT_IN = 0.5
"""confidence of a character that was put in"""
_KEPT = 16
_KEPT_OF_EACH = 5
"""repairs of a line that are tried with the check digits, alone and beside another line's"""
_NEAR = 0.45
"""a repair is unambiguous when every other costs so much more"""
_STRAY = 0.5
_UNKNOWN = 0.5
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
    repaired = sum(len(line) != form.width for line in lines)
    costs = []
    for row, line in enumerate(lines):
        costed = [(_cost(form, row, one, held) + extra, one) for one, extra in _repaired(line, form.width)]
        costs.append(sorted(costed, key=lambda pair: pair[0]))
    # Most lines that are no zone end here, before anything is tried with check digits.
    if not _plausible(tuple(costed[0][1] for costed in costs), held, _LENIENT):
        return None
    choices: list[list[tuple[float, Line, str]]] = []
    for row, costed in enumerate(costs):
        checked = any(cell[0] == row for rule in form.rules for cell in rule.cells)
        kept = costed[: _KEPT if checked and repaired == 1 else _KEPT_OF_EACH]
        choices.append([(cost, one, text_of(fold_line(form, row, one, held))) for cost, one in kept])
    whole: list[tuple[float, tuple[Line, ...]]] = []
    for chosen in product(*choices):
        cost = sum(one for one, _, _ in chosen) + _unchecked(form, tuple(text for _, _, text in chosen))
        whole.append((cost, tuple(line for _, line, _ in chosen)))
    whole.sort(key=lambda one: one[0])
    cost, rows = whole[0]
    if not _plausible(rows, held, 1.0):
        return None
    texts = {tuple(text_of(line) for line in other) for at, other in whole if at < cost + _NEAR}
    changed = sum(abs(len(line) - form.width) for line in lines)
    if form.kind == "FR-ID" and sum(one.best == two for one, two in zip(rows[0], "IDFRA", strict=False)) < 4:
        return None
    return Recognised(form, first, rows, changed == 0 or len(texts) == 1, cost + 0.5 * changed)


def _plausible(rows: tuple[Line, ...], held: dict[Cell, Holds], lenient: float) -> bool:
    """Say whether digits stand where digits must and letters where letters must, by and large."""
    for group, worst in _WORST:
        cells = [cell for cell, what in held.items() if what in group]
        if sum(misfit(rows[row][column], held[row, column]) for row, column in cells) > lenient * worst * len(cells):
            return False
    return True


def _beginning(form: Format, character: Character) -> float:
    """Give the cost of a first letter that documents of the layout do not have."""
    if character.best in form.first:
        return 0.0
    weights = candidates(character)
    fitting = sum(weight for text, weight in weights.items() if text in form.first)
    return 2.0 * (1.0 - fitting / sum(weights.values()))


def _cost(form: Format, row: int, line: Line, held: dict[Cell, Holds]) -> float:
    """Give how badly a line fits: characters out of their class, codes that are none, letters after a name's end."""
    cost = sum(misfit(character, held.get((row, column), Holds.ANY)) for column, character in enumerate(line))
    cost += _beginning(form, line[0]) if row == 0 else 0.0
    text = text_of(line)
    for slot in form.slots:
        raw = text[slot.start : slot.stop]
        if slot.row != row:
            continue
        if slot.name == "names":
            tail = raw.strip(FILLER).split(FILLER * 2, 1)[-1].partition(FILLER * 2)[2]
            cost += _STRAY * min(2, len(tail.replace(FILLER, "")))
        elif slot.name in {"issuer", "nationality"} and not known_nationality(raw):
            cost += _UNKNOWN
    return cost


def _unchecked(form: Format, texts: tuple[str, ...]) -> float:
    """Give the cost of check digits that do not hold once characters are folded by position; less for those that do."""
    cost, failing = 0.0, 0
    for rule in form.rules_of(texts):
        if rule_holds(rule, texts):
            cost -= _HELD
        else:
            # A composite that fails with another says no more than that one.
            cost += 0.2 if rule.name == "composite" and failing else 1.0
            failing += 1
    return cost


def _repaired(line: Line, width: int) -> list[tuple[Line, float]]:
    """Give the ways to make a line as wide as it must be, each with what it costs; the line itself when it is."""
    missing = width - len(line)
    if missing == 0:
        return [(line, 0.0)]
    ways: dict[str, tuple[Line, float]] = {}
    if missing > 0:
        _lengthen(ways, line, missing)
    else:
        _shorten(ways, line, -missing)
    return list(ways.values())


def _lengthen(ways: dict[str, tuple[Line, float]], line: Line, missing: int) -> None:
    """Readers lose characters of long runs of fillers most, then one of two that are equal."""
    for start, stop in _runs(line):
        filler = line[start].best == FILLER
        if not filler and missing > 1:
            continue
        cost = (
            (0.0 if stop - start >= 5 else 0.2 if stop - start >= 3 or stop == len(line) else 0.35) if filler else 0.4
        )
        put = Character(line[start].best, _PUT_IN)
        _keep(ways, (*line[:stop], *(put,) * missing, *line[stop:]), cost)
    _keep(ways, (*line, *(Character(FILLER, _PUT_IN),) * missing), 0.6)


def _shorten(ways: dict[str, tuple[Line, float]], line: Line, extra: int) -> None:
    """Readers see fillers twice in long runs, and a speck or an edge before or after the line."""
    for start, stop in _runs(line):
        for place in range(start, stop - extra + 1):
            least = max(character.confidence for character in line[place : place + extra])
            long = line[start].best == FILLER and stop - start >= 3 + extra
            if long or least < _PUT_IN:
                _keep(ways, (*line[:place], *line[place + extra :]), least - 0.3 * long)
    for before in range(extra + 1):
        kept = line[before : len(line) - extra + before]
        cut = (*line[:before], *line[len(line) - extra + before :])
        _keep(ways, kept, max(character.confidence for character in cut) - 0.2)


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
