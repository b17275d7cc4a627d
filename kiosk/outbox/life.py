r"""An entry's life, as pure rules.

waiting -> sending -> delivered
              |  \-> waiting     failed, tried again later; or the sender was killed (``LEASE``)
              \-> parked         needs a person: refused, damaged, the unexpected
parked -> waiting                 retried by a person
waiting -> parked                 its file is gone or damaged
Nothing is dropped; delivered is the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where an entry stands."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    PARKED = "parked"


_MOVES = {
    State.WAITING: frozenset({State.SENDING, State.PARKED}),
    State.SENDING: frozenset({State.DELIVERED, State.WAITING, State.PARKED}),
    State.PARKED: frozenset({State.WAITING}),
    State.DELIVERED: frozenset[State](),
}
LEASE = 900.0
"""Seconds that a sender has for one entry; after that it is taken to be dead and the entry waits again."""
_FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 6 * 3600.0


@dataclass(frozen=True)
class RetryAt:
    """When a failed delivery is tried again, in seconds since the epoch."""

    moment: float


def may_move(before: State, after: State) -> bool:
    """Tell whether an entry may go from one state to another."""
    return after in _MOVES[before]


def retry_after(now: float, attempts: int) -> RetryAt:
    """Give the next try after this many failed ones: pauses double from half a minute to six hours."""
    pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(max(attempts - 1, 0), 20))
    return RetryAt(now + pause)
