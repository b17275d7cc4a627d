"""Competitors take turns, so that whatever else the machine does hits all alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from calibration.bench.children import Child, ChildFailed
from calibration.bench.samples import Amount, Spread, spread_of


@dataclass
class Competitor:
    """One thing that is measured in a child of its own."""

    label: Mapping[str, Any]
    """what it is, for the report"""
    start: Callable[[], Child]
    question: Mapping[str, Any]
    blobs: Sequence[bytes] = ()
    child: Child | None = None
    times: list[float] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    failed: str = ""

    @property
    def spread(self) -> Spread | None:
        """Give median and quartiles, None when it failed."""
        return None if self.failed else spread_of(self.times)


def take_turns(competitors: Sequence[Competitor], amount: Amount, step: Callable[[], None]) -> None:
    """Load all, one after the other; then let each run a little, round by round; what fails drops out and says why.

    ``step`` is called after each load and each round.
    """
    try:
        for one in competitors:
            if not one.failed:
                _guarded(one, partial(_begin, one, amount))
            step()
        for _ in range(amount.rounds):
            for one in competitors:
                if one.child is not None:
                    _guarded(one, partial(_run, one, amount))
            step()
        for one in competitors:
            if one.child is not None:
                _guarded(one, partial(_end, one))
    finally:
        for one in competitors:
            if one.child is not None:
                one.child.close()
                one.child = None


def _guarded(one: Competitor, act: Callable[[], None]) -> None:
    try:
        act()
    except ChildFailed as error:
        one.failed = str(error)
        if one.child is not None:
            one.child.close()
            one.child = None


def _begin(one: Competitor, amount: Amount) -> None:
    one.child = one.start()
    one.told = dict(one.child.ask(one.question, *one.blobs))
    one.child.ask({"ask": "run", "runs": amount.runs})  # warm-up: not counted


def _run(one: Competitor, amount: Amount) -> None:
    assert one.child is not None
    one.times += one.child.ask({"ask": "run", "runs": amount.runs})["ms"]


def _end(one: Competitor) -> None:
    assert one.child is not None
    one.told |= one.child.ask({"ask": "memory"})
