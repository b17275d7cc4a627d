"""The outbox in memory: for trials, held to the same contract as the one on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from kiosk.errors import BadInput, StoreUnusable
from kiosk.outbox.life import State
from kiosk.outbox.port import Entry, abandoned, moved
from kiosk.record.manifest import Place


class MemoryOutbox:
    """Keeps packets as long as the program runs."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        """Start empty; ``clock`` gives seconds since the epoch."""
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        self._packets: dict[str, bytes] = {}

    def put(self, id: str, make: Callable[[Place], bytes]) -> Entry:
        """Store the packet for the next place in the chain."""
        if id in self._entries:
            raise StoreUnusable(f"the entry {id} exists already")
        last = max(self._entries.values(), key=lambda entry: entry.sequence, default=None)
        place = Place(1, "") if last is None else Place(last.sequence + 1, last.sha256)
        packet, now = make(place), self._clock()
        digest = hashlib.sha256(packet).hexdigest()
        entry = Entry(id, place.sequence, State.WAITING, len(packet), digest, place.previous, now, now, due=now)
        self._entries[id], self._packets[id] = entry, packet
        return entry

    def entries(self) -> list[Entry]:
        """Give all entries by sequence."""
        return sorted(self._entries.values(), key=lambda entry: entry.sequence)

    def packet(self, id: str) -> bytes:
        """Give an entry's packet."""
        self._find(id)
        return self._packets[id]

    def due(self, limit: int = 16) -> list[Entry]:
        """Give the entries to be sent now, by sequence."""
        now = self._clock()
        for entry in self.entries():
            if abandoned(entry, now):
                self._entries[entry.id] = moved(entry, State.WAITING, now=now, code="interrupted", due=now)
        return [entry for entry in self.entries() if entry.state is State.WAITING and entry.due <= now][:limit]

    def move(self, id: str, state: State, *, code: str = "", due: float = 0.0) -> Entry:
        """Change an entry's state."""
        self._entries[id] = moved(self._find(id), state, now=self._clock(), code=code, due=due)
        return self._entries[id]

    def _find(self, id: str) -> Entry:
        if id not in self._entries:
            raise BadInput(f"the outbox has no entry {id}", hint="'kiosk queue list' shows the entries")
        return self._entries[id]
