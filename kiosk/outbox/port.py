"""The port behind which the outbox stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from kiosk.errors import BadInput
from kiosk.outbox.life import LEASE, State, may_move
from kiosk.record.manifest import Place


@dataclass(frozen=True)
class Entry:
    """One row: random ids, states, sizes, hashes, times, codes; nothing about a person."""

    id: str
    sequence: int
    state: State
    bytes: int
    sha256: str
    """of the packet"""
    previous: str
    created: float
    """seconds since the epoch"""
    changed: float
    attempts: int = 0
    due: float = 0.0
    """not sent before this moment, seconds since the epoch"""
    code: str = ""
    """why it is parked, or why the last try failed"""


_CODE = re.compile(r"[A-Za-z0-9_.-]{0,64}")


class Outbox(Protocol):
    """Keeps sealed packets until they are delivered."""

    def put(self, id: str, make: Callable[[Place], bytes]) -> Entry:
        """Store the packet that ``make`` builds for the next place in the chain: file, row and place, or nothing.

        Raises ``StoreUnusable`` and whatever ``make`` raises.
        """
        ...

    def entries(self) -> list[Entry]:
        """Give all entries by sequence. Raises ``StoreUnusable``."""
        ...

    def packet(self, id: str) -> bytes:
        """Give an entry's packet. Raises ``BadInput`` for an unknown id, ``RecordInvalid`` when it is gone or damaged."""
        ...

    def due(self, limit: int = 16) -> list[Entry]:
        """Give the entries to be sent now, by sequence; those whose sender died wait again first.

        Raises ``StoreUnusable``.
        """
        ...

    def move(self, id: str, state: State, *, code: str = "", due: float = 0.0) -> Entry:
        """Change an entry's state; of several that claim an entry for sending, one succeeds.

        Raises ``BadInput`` for an unknown id, a move that its life does not know, or a code that is a text.
        """
        ...


def moved(entry: Entry, state: State, *, now: float, code: str, due: float) -> Entry:
    """Give the entry in its new state.

    Raises ``BadInput`` for a move that its life does not know, or for a code that is a text: texts could name a person.
    """
    if not _CODE.fullmatch(code):
        raise BadInput("a code is one word of letters, digits, '_', '.' and '-'", hint="report it with this run's log")
    if not may_move(entry.state, state):
        raise BadInput(f"entry {entry.id} is {entry.state} and cannot become {state}", hint="see 'kiosk queue list'")
    attempts = entry.attempts + 1 if state is State.SENDING else entry.attempts
    return replace(entry, state=state, changed=now, attempts=attempts, code=code, due=due or now)


def abandoned(entry: Entry, now: float) -> bool:
    """Tell whether an entry is still marked as being sent although its sender must be dead."""
    return entry.state is State.SENDING and entry.changed + LEASE <= now
