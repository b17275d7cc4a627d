"""Repair by position: where the standard allows digits only an O is a zero, where it allows letters only a 0 is an O."""

from __future__ import annotations

from kiosk.identity.mrz.characters import FILLER, Character, Line
from kiosk.identity.mrz.confusions import CONFUSIONS, candidates
from kiosk.identity.mrz.formats import ALLOWED, Cell, Format, Holds, classes

_CERTAIN = 0.95
_CLEAR = 0.5
"""share of the likeness that the best of several allowed twins must have"""
_LIKELIER = 20.0
"""how much likelier a filler is than a letter where fillers are expected"""


def fold(form: Format, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Give the lines with each character of the class that its position has, where one clearly fits.

    A character that fits is left, however uncertain, but for a lone uncertain letter among fillers. A character with no
    twin of the right class stays as read.
    """
    held = classes(form)
    return tuple(fold_line(form, row, line, held) for row, line in enumerate(lines))


def fold_line(form: Format, row: int, line: Line, held: dict[Cell, Holds]) -> Line:
    """Give one line of a zone so; ``held`` is ``classes(form)``."""
    fitted = [_fitted(character, held.get((row, column), Holds.ANY)) for column, character in enumerate(line)]
    return _fillers(form, row, fitted, held)


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
    """Give a line with uncertain letters taken for fillers where all around speaks for those.

    A lone letter among fillers; a letter beside the only filler that could part a name's two identifiers.
    """
    for slot in form.slots:
        if slot.row != row or held.get((row, slot.start)) in {Holds.DATE, Holds.SEX, Holds.DIGIT}:
            continue
        for column in range(slot.start + 1, slot.stop):
            alone = line[column - 1].best == FILLER and (column + 1 == slot.stop or line[column + 1].best == FILLER)
            if alone:
                line[column] = _filler(line[column])
        if slot.name == "names":
            _part(line, slot.start, slot.stop)
    return tuple(line)


def _part(line: list[Character], start: int, stop: int) -> None:
    """Put the second filler between the identifiers where it was read as a letter."""
    text = "".join(character.best for character in line[start:stop]).rstrip(FILLER)
    if FILLER * 2 in text:
        return
    beside = [
        start + index
        for index in range(1, len(text))
        if text[index] != FILLER and (text[index - 1] == FILLER or text[index + 1 : index + 2] == FILLER)
    ]
    changed = [column for column in beside if _filler(line[column]).best == FILLER]
    if changed:
        best = max(changed, key=lambda column: candidates(line[column]).get(FILLER, 0.0))
        line[best] = _filler(line[best])


def _filler(character: Character) -> Character:
    """Give a letter as a filler where that is not much less likely to the reader, else as it is."""
    if character.best == FILLER or character.confidence >= _CERTAIN:
        return character
    weights = candidates(character)
    filler, own = weights.get(FILLER, 0.0) * _LIKELIER, weights[character.best]
    return character.read_as(FILLER, filler / (filler + own)) if filler > own else character
