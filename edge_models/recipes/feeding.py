"""Batches made ahead of the trainer, in a thread, and the measured share of time for which the trainer waited."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

import torch

_END = object()


class Feeder:
    """Runs an iterator in a thread, a few batches ahead; tensor work releases the interpreter's lock meanwhile.

    ``starved`` is the share of the time since the first batch that ``next`` spent waiting: near 0 the trainer is what
    limits, near 1 the augmentation is. An error of the iterator is raised by ``next``.
    """

    def __init__(self, batches: Iterator[Any], ahead: int = 3) -> None:
        """Start making batches, at most ``ahead`` of them in advance."""
        self._queue: queue.Queue[Any] = queue.Queue(maxsize=ahead)
        self._stopped = threading.Event()
        self._waited = 0.0
        self._begun: float | None = None
        self._thread = threading.Thread(target=self._make, args=(batches,), daemon=True)
        self._thread.start()

    def __iter__(self) -> Feeder:
        return self

    def __next__(self) -> Any:
        asked = time.monotonic()
        item = self._queue.get()
        if self._begun is None:
            self._begun = time.monotonic()  # the first batch has nothing to hide behind
        else:
            self._waited += time.monotonic() - asked
        if item is _END:
            raise StopIteration
        if isinstance(item, BaseException):
            raise item
        return item

    @property
    def starved(self) -> float:
        """Give the share of time spent waiting, 0..1."""
        passed = time.monotonic() - self._begun if self._begun is not None else 0.0
        return self._waited / passed if passed > 0 else 0.0

    def close(self) -> None:
        """Stop making batches."""
        self._stopped.set()
        while not self._queue.empty():
            self._queue.get_nowait()
        self._thread.join(timeout=30)

    def _make(self, batches: Iterator[Any]) -> None:
        torch.set_num_threads(1)
        try:
            for item in batches:
                self._put(item)
                if self._stopped.is_set():
                    return
            self._put(_END)
        except Exception as error:
            self._put(error)

    def _put(self, item: Any) -> None:
        while not self._stopped.is_set():
            with contextlib.suppress(queue.Full):
                self._queue.put(item, timeout=0.2)
                return
