"""A place for one thing between two threads: the newest wins."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Mailbox(Generic[Item]):
    """Holds at most one thing; what was not fetched when the next came is dropped and counted."""

    def __init__(self) -> None:
        """Start empty and open."""
        self._changed = threading.Condition()
        self._item: Item | None = None
        self._dropped = 0
        self._closed = False

    @property
    def dropped(self) -> int:
        """Tell how many things were never fetched."""
        with self._changed:
            return self._dropped

    @property
    def closed(self) -> bool:
        """Tell whether nothing will come any more and nothing waits."""
        with self._changed:
            return self._closed and self._item is None

    def put(self, item: Item) -> None:
        """Leave a thing; after closing it is dropped."""
        with self._changed:
            if self._closed:
                self._dropped += 1
                return
            if self._item is not None:
                self._dropped += 1
            self._item = item
            self._changed.notify()

    def take(self, timeout: float | None = None) -> Item | None:
        """Wait for a thing, at most ``timeout`` seconds; None when none came or the mailbox is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._item is not None or self._closed, timeout)
            item, self._item = self._item, None
            return item

    def close(self) -> None:
        """Let nothing in any more and wake who waits; what is inside may still be fetched."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def clear(self) -> None:
        """Throw away what is inside, as when a session is wiped."""
        with self._changed:
            self._item = None
