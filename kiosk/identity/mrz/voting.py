"""Several readings of one zone, from several frames, voted character by character."""

from __future__ import annotations

from collections import Counter
from math import exp, log

from kiosk.identity.mrz.characters import Character, Line, text_of
from kiosk.identity.mrz.formats import FORMATS

_FLOOR = 0.003
"""probability of a character that a reading did not name"""
_KINSHIP = 0.5
"""frames of one document share their blur and their light: n of them count as n to this power that are independent"""
_MOST_OTHERS = 4
_GAP = 0.7
_WIDTHS = frozenset(form.width for form in FORMATS)


def vote(readings: tuple[tuple[Line, ...], ...]) -> tuple[Line, ...]:
    """Give one reading from several: readings with fewer or more lines than most are left out; () for none."""
    rows = Counter(len(reading) for reading in readings if reading)
    if not rows:
        return ()
    count = max(rows, key=lambda one: (rows[one], one))
    chosen = [reading for reading in readings if len(reading) == count]
    return tuple(vote_line(tuple(reading[row] for reading in chosen)) for row in range(count))


def vote_line(lines: tuple[Line, ...]) -> Line:
    """Give one line from several readings of it.

    The readings of the best supported length, a layout's width before others, are voted column by column: log
    probabilities are added. Readings of other lengths are first aligned with those.
    """
    lines = tuple(line for line in lines if line)
    if not lines:
        return ()
    if len(lines) == 1:
        return lines[0]
    support: dict[int, float] = {}
    for line in lines:
        mean = sum(character.confidence for character in line) / len(line)
        support[len(line)] = support.get(len(line), 0.0) + mean * (2.0 if len(line) in _WIDTHS else 1.0)
    width = max(support, key=lambda length: (support[length], length))
    whole = [line for line in lines if len(line) == width]
    voted = _columns([[line[column] for line in whole] for column in range(width)])
    others = [_aligned(voted, line) for line in lines if len(line) != width]
    if not others:
        return voted
    columns = [[line[column] for line in whole] for column in range(width)]
    for aligned in others:
        for column, character in enumerate(aligned):
            if character is not None:
                columns[column].append(character)
    return _columns(columns)


def _columns(columns: list[list[Character]]) -> Line:
    return tuple(_voted(column) for column in columns)


def _voted(column: list[Character]) -> Character:
    """Give one character from several readings of it."""
    if len(column) == 1:
        return column[0]
    texts = {character.best for character in column} | {text for one in column for text, _ in one.others}
    power = len(column) ** _KINSHIP / len(column)
    scores = {text: power * sum(log(max(one.probability(text), _FLOOR)) for one in column) for text in texts}
    # What no reading named shares the rest.
    rest = exp(power * sum(log(max(_rest(one), _FLOOR)) for one in column))
    weights = {text: exp(score) for text, score in scores.items()}
    whole = sum(weights.values()) + rest
    ranked = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    best, weight = ranked[0]
    others = tuple((text, other / whole) for text, other in ranked[1 : 1 + _MOST_OTHERS] if other / whole >= 0.001)
    return Character(best, weight / whole, others)


def _rest(character: Character) -> float:
    return 1.0 - character.confidence - sum(probability for _, probability in character.others)


def _aligned(template: Line, line: Line) -> list[Character | None]:
    """Give for each column of a template the character of a line that stands there, None where it has none."""
    rows, columns = len(template), len(line)
    cost = [[_GAP * (i + j) for j in range(columns + 1)] for i in range(rows + 1)]
    for i in range(1, rows + 1):
        for j in range(1, columns + 1):
            apart = 1.0 - line[j - 1].probability(template[i - 1].best)
            cost[i][j] = min(cost[i - 1][j - 1] + apart, cost[i - 1][j] + _GAP, cost[i][j - 1] + _GAP)
    placed: list[Character | None] = [None] * rows
    i, j = rows, columns
    while i and j:
        apart = 1.0 - line[j - 1].probability(template[i - 1].best)
        if cost[i][j] == cost[i - 1][j - 1] + apart:
            placed[i - 1] = line[j - 1]
            i, j = i - 1, j - 1
        elif cost[i][j] == cost[i - 1][j] + _GAP:
            i -= 1
        else:
            j -= 1
    return placed


def agreement(readings: tuple[tuple[Line, ...], ...]) -> float:
    """Give the share of readings that say exactly what most of them say, 0 for none: when to stop looking."""
    said = Counter(tuple(text_of(line) for line in reading) for reading in readings if reading)
    return max(said.values()) / len(readings) if said else 0.0
