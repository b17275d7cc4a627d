"""Repair by position: where the standard allows digits only an O is a zero, where it allows letters only a 0 is an O."""

from __future__ import annotations

from kiosk.identity.mrz.characters import FILLER, Character, Line
from kiosk.identity.mrz.confusions import CONFUSIONS, candidates
from kiosk.identity.mrz.formats import ALLOWED, Cell, Format, Holds, classes

_CERTAIN = 0.95
_CLEAR = 0.5
"""share of the likeness that the best of several allowed twins must have"""
_LONE = 20.0
"""how much likelier a filler is than a letter between two fillers"""


def fold(form: Format, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Give the lines with each character of the class that its position has, where one clearly fits.

    A character that fits is left, however uncertain, but for a lone uncertain letter among fillers. A character with no
    twin of the right class stays as read.
    """
    held = classes(form)
    rows = []
    for row, line in enumerate(lines):
        fitted = [_fitted(character, held.get((row, column), Holds.ANY)) for column, character in enumerate(line)]
        rows.append(_fillers(form, row, fitted, held))
    return tuple(rows)


def misfit(character: Character, holds: Holds) -> float:
    """Give how badly a character fits its position: 0 it does, 0.3 a twin does, 1 nothing near it does."""
    if character.best in ALLOWED[holds]:
        return 0.0
    return 0.3 if _twin(character, holds)[0] else 1.0


def _fitted(character: Character, holds: Holds) -> Character:
    if character.best in ALLOWED[holds]:
        return character
    twin, share = _twin(character, holds)
    if not twin:
        return character
    # As sure as the reader was of the shape, as far as the two shapes are one.
    alike = min(1.0, 2.0 * CONFUSIONS.get(character.best, {}).get(twin, 0.0))
    return character.read_as(twin, max(character.probability(twin), alike * share * character.confidence))


def _twin(character: Character, holds: Holds) -> tuple[str, float]:
    """Give the likeliest allowed character and its share among those allowed, "" when none is clearly likeliest."""
    allowed = ALLOWED[holds]
    # What position rules out was never likely: the reader's own alternatives first, the table where it names none.
    named = {text: weight for text, weight in candidates(character).items() if text in allowed and weight >= 0.005}
    weights = named or {t: how for t, how in CONFUSIONS.get(character.best, {}).items() if t in allowed and how >= 0.3}
    if not weights:
        return "", 0.0
    best = max(weights, key=lambda text: weights[text])
    share = weights[best] / sum(weights.values())
    return (best, share) if share >= _CLEAR else ("", 0.0)


def _fillers(form: Format, row: int, line: list[Character], held: dict[Cell, Holds]) -> Line:
    """Give a line with lone uncertain letters among fillers taken for fillers."""
    for slot in form.slots:
        if slot.row != row or held.get((row, slot.start)) in {Holds.DATE, Holds.SEX, Holds.DIGIT}:
            continue
        for column in range(slot.start + 1, slot.stop):
            character = line[column]
            alone = line[column - 1].best == FILLER and (column + 1 == slot.stop or line[column + 1].best == FILLER)
            if not alone or character.best == FILLER or character.confidence >= _CERTAIN:
                continue
            weights = candidates(character)
            filler, own = weights.get(FILLER, 0.0) * _LONE, weights[character.best]
            if filler > own:
                line[column] = character.read_as(FILLER, filler / (filler + own))
    return tuple(line)
