"""Check digits as error correction: uncertain characters mended where, and only where, the digits prove them.

A search over the likely alternatives of uncertain characters, judged by Bayes: what a candidate costs in the reader's
own probabilities against what the check digits are worth. One check digit holds for one wrong text in ten, so alone it
proves little: of two candidates that are as likely, neither is taken.

The bound. A mend is taken when, by the reader's probabilities, it is right with ``TRUST``: at most 1 - TRUST = 2 % of
mends are wrong if those probabilities are calibrated. Reckoned with: documents printed with wrong digits (``MISPRINTED``
of all), other candidates that hold, and misreadings that the reader did not name. Nothing bounds the harm of a reader
that is sure and wrong, which is why a character read with more than ``CERTAIN`` is never changed: digits printed wrong
and read well stay, and their check is reported as failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from kiosk.identity.mrz.characters import Character, Line, text_of
from kiosk.identity.mrz.check_digits import WEIGHTS, holds, value
from kiosk.identity.mrz.confusions import CONFUSIONS, candidates
from kiosk.identity.mrz.formats import ALLOWED, Cell, Format, Holds, Rule, classes

TRUST = 0.98
CERTAIN = 0.95
MISPRINTED = 0.02
MOST_CHANGES = 3
"""characters that one search may change"""
_MOST_OPTIONS = 24
_LEAST = 0.002
"""likelihood, beside the text as read, below which a candidate is not looked at"""
_NEAR = 0.1
_LETTER_O = 0.3
"""least likelihood of a zero beside an uncertain letter O: fonts hardly tell them apart, few states print the letter"""


@dataclass(frozen=True, slots=True)
class Mend:
    """A character that was changed."""

    line: int
    column: int
    read: str
    mended: str
    by: str
    """``position``: the standard allows its class only; ``check``: check digits prove it"""


@dataclass(frozen=True, slots=True)
class _Option:
    """One character taken for another."""

    cell: Cell
    text: str
    ratio: float
    """likelihood beside the character as read"""
    shift: tuple[int, ...]
    """what it adds to each rule's remainder"""


def mended(form: Format, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Give the lines with uncertain characters mended where all check digits then hold; else as they are."""
    texts = tuple(text_of(line) for line in lines)
    rules = form.rules_of(texts)
    failing = [rule for rule in rules if not rule_holds(rule, texts)]
    if not failing:
        return lines
    options = _options(form, lines, rules, failing)
    found = dict(_holding(form, texts, rules, options))
    if not found:
        return lines
    proof = (1 - MISPRINTED) / MISPRINTED * 10.0 ** len(failing)
    unnamed = (1 - MISPRINTED) / MISPRINTED * _unnamed(lines, failing)
    best = max(found, key=lambda chosen: found[chosen])
    trust = proof * found[best] / (1.0 + unnamed + proof * sum(found.values()))
    sure = any(lines[option.cell[0]][option.cell[1]].confidence > CERTAIN for option in best)
    return lines if sure or trust < TRUST else _with(lines, best, trust)


def suspects(form: Format, lines: tuple[Line, ...]) -> frozenset[Cell]:
    """Give the positions where one change would make every check digit hold, the likeliest and those near it.

    None when all hold, or when no single change does it.
    """
    texts = tuple(text_of(line) for line in lines)
    rules = form.rules_of(texts)
    failing = [rule for rule in rules if not rule_holds(rule, texts)]
    if not failing:
        return frozenset()
    options = _options(form, lines, rules, failing, every=True)
    found = [(chosen[0].cell, ratio) for chosen, ratio in _holding(form, texts, rules, options, most=1)]
    best = max((ratio for _, ratio in found), default=0.0)
    return frozenset(cell for cell, ratio in found if ratio >= _NEAR * best)


def rule_holds(rule: Rule, texts: tuple[str, ...]) -> bool:
    """Say whether a check digit holds."""
    text = "".join(texts[row][column] for row, column in rule.over)
    return holds(text, texts[rule.at[0]][rule.at[1]], rule.may_be_filler)


def seen_by(rules: tuple[Rule, ...], checks: dict[str, bool], cell: Cell, one: str, other: str) -> bool:
    """Say whether a check digit that holds would fail if the character at a position were another."""
    first, second = value(one), value(other)
    if first is None or second is None:
        return False
    return any(cell in rule.cells and checks.get(rule.name, False) and (first - second) % 10 != 0 for rule in rules)


def _options(
    form: Format, lines: tuple[Line, ...], rules: tuple[Rule, ...], failing: list[Rule], every: bool = False
) -> list[_Option]:
    """Give single changes of characters that a failing check covers, likeliest first."""
    held = classes(form)
    options = []
    for row, column in sorted({cell for rule in failing for cell in rule.cells}):
        character = lines[row][column]
        allowed = held.get((row, column), Holds.ANY)
        for text, ratio in _alternatives(character, allowed, every).items():
            shift = _shift(rules, (row, column), character.best, text)
            if shift is not None:
                options.append(_Option((row, column), text, ratio, shift))
    options.sort(key=lambda option: -option.ratio)
    return options[:_MOST_OPTIONS]


def _alternatives(character: Character, allowed: Holds, every: bool) -> dict[str, float]:
    """Give what else may stand there, with its likelihood beside what was read; all that looks alike if wanted."""
    weights = candidates(character)
    own = max(weights.pop(character.best), 0.01)
    if character.best == "O" and allowed is Holds.ANY:
        weights["0"] = max(weights.get("0", 0.0), _LETTER_O * own)
    if every:
        for other in CONFUSIONS.get(character.best, {}):
            weights[other] = max(weights.get(other, 0.0), _LEAST * own)
    likely = {text: min(1.0, weight / own) for text, weight in weights.items() if text in ALLOWED[allowed]}
    return {text: ratio for text, ratio in likely.items() if ratio >= _LEAST}


def _shift(rules: tuple[Rule, ...], cell: Cell, one: str, other: str) -> tuple[int, ...] | None:
    """Give what a change adds to the remainder of each rule, None for a character without a value."""
    first, second = value(one), value(other)
    if first is None or second is None:
        return None
    shift = []
    for rule in rules:
        weight = -1 if cell == rule.at else WEIGHTS[rule.over.index(cell) % 3] if cell in rule.over else 0
        shift.append(weight * (second - first) % 10)
    return tuple(shift)


def _holding(
    form: Format, texts: tuple[str, ...], rules: tuple[Rule, ...], options: list[_Option], most: int = MOST_CHANGES
) -> Iterator[tuple[tuple[_Option, ...], float]]:
    """Give the sets of changes with which all check digits hold, and how likely each is beside the text as read."""
    wanted = tuple(_remainder(rule, texts) for rule in rules)
    if None in wanted:
        return
    for chosen in _sets(options, tuple(-(one or 0) % 10 for one in wanted), most):
        ratio = 1.0
        for option in chosen:
            ratio *= option.ratio
        if ratio < _LEAST or len({option.cell for option in chosen}) < len(chosen):
            continue
        changed = _changed(texts, chosen)
        if all(rule_holds(rule, changed) for rule in form.rules_of(changed)):
            yield chosen, ratio


def _sets(options: list[_Option], missing: tuple[int, ...], most: int) -> Iterator[tuple[_Option, ...]]:
    """Give the sets of changes that shift every remainder by what it lacks; the last of a set is looked up."""
    places: dict[tuple[int, ...], list[int]] = {}
    for place, option in enumerate(options):
        places.setdefault(option.shift, []).append(place)
    for count in range(1, most + 1):
        for head in combinations(range(len(options)), count - 1):
            chosen = [options[place] for place in head]
            left = tuple((one - sum(option.shift[rule] for option in chosen)) % 10 for rule, one in enumerate(missing))
            for last in places.get(left, ()):
                if last > (head[-1] if head else -1):
                    yield (*chosen, options[last])


def _remainder(rule: Rule, texts: tuple[str, ...]) -> int | None:
    total = 0
    for index, (row, column) in enumerate(rule.cells):
        one = value(texts[row][column])
        if one is None:
            return None
        total += -one if (row, column) == rule.at else one * WEIGHTS[index % 3]
    return total % 10


def _unnamed(lines: tuple[Line, ...], failing: list[Rule]) -> float:
    """Give how likely it is, beside the text as read, that a character is one that was not named."""
    total = 0.0
    for row, column in {cell for rule in failing for cell in rule.cells}:
        character = lines[row][column]
        weights = candidates(character)
        total += max(0.0, 1.0 - sum(weights.values())) / max(character.confidence, 0.01)
    return total


def _changed(texts: tuple[str, ...], chosen: tuple[_Option, ...]) -> tuple[str, ...]:
    rows = [list(text) for text in texts]
    for option in chosen:
        rows[option.cell[0]][option.cell[1]] = option.text
    return tuple("".join(row) for row in rows)


def _with(lines: tuple[Line, ...], chosen: tuple[_Option, ...], trust: float) -> tuple[Line, ...]:
    rows = [list(line) for line in lines]
    for option in chosen:
        row, column = option.cell
        rows[row][column] = rows[row][column].read_as(option.text, trust)
    return tuple(tuple(row) for row in rows)
