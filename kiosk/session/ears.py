"""The session's ears: a listener in the session's own thread for recordings, in one of its own for a device."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

from kiosk.analysis.heard import SpeechAsked
from kiosk.analysis.hearing.listener import Listener
from kiosk.errors import BadInput, GisheError, MicrophoneMissing
from kiosk.flow.answers import ListeningFailed, ListeningStarted, SpeechFailed, SpeechJudged
from kiosk.flow.events import Event

log = logging.getLogger(__name__)
_SLACK = 0.15
"""seconds by which sound may still be on its way when the digits are judged"""


class InlineEars:
    """Hears in the session's own thread, as far as the session's clock has come; answers at once."""

    def __init__(self, listener: Listener) -> None:
        """Take the listener; where answers go is set once the session exists."""
        self._listener = listener
        self.post: Callable[[Event], None] = lambda _event: None

    def start(self) -> None:
        """Open the microphone."""
        self.post(_opened(self._listener))

    def keep(self) -> None:
        """Hold the sound from now on."""
        self._listener.keep()

    def judge(self, asked: SpeechAsked) -> None:
        """Judge what was said."""
        self.hear_until(asked.until)
        self.post(_judged(self._listener, asked))

    def stop(self) -> None:
        """Close and forget."""
        self._listener.stop()

    def hear_until(self, moment: float) -> None:
        """Hear what belongs to the time up to a moment; call it as that moment comes."""
        try:
            while self._listener.listening and self._listener.heard_until < moment:
                self._listener.hear()
        except GisheError as error:
            log.warning("the microphone ended (%s)", error.code)
            self._listener.stop()
            self.post(ListeningFailed("unavailable"))


class ThreadedEars:
    """Hears in a thread of its own; what it answers is posted from there (the bridge carries it over)."""

    def __init__(self, make: Callable[[], Listener], post: Callable[[Event], None]) -> None:
        """Take how the listener is made (in the thread) and a way to post from any thread."""
        self._make = make
        self._post = post
        self._orders: queue.SimpleQueue[Callable[[Listener], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="hearing", daemon=True)

    def begin(self) -> None:
        """Start the thread; the microphone stays closed."""
        self._thread.start()

    def end(self, timeout: float = 3.0) -> bool:
        """Ask the thread to end and wait; tells whether it did."""
        self._orders.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def start(self) -> None:
        """Open the microphone."""
        self._orders.put(lambda listener: self._post(_opened(listener)))

    def keep(self) -> None:
        """Hold the sound from now on."""
        self._orders.put(Listener.keep)

    def judge(self, asked: SpeechAsked) -> None:
        """Judge what was said, once all of it has come."""

        def answer(listener: Listener) -> None:
            # Bounded: a device that gives nothing raises, and one that gives clips brings the time on.
            for _ in range(100):
                if not listener.listening or listener.heard_until >= asked.until + _SLACK:
                    break
                listener.hear()
            self._post(_judged(listener, asked))

        self._orders.put(answer)

    def stop(self) -> None:
        """Close and forget."""
        self._orders.put(Listener.stop)

    def _run(self) -> None:
        try:
            listener = self._make()
        except Exception as error:  # noqa: BLE001
            # Without ears a session goes on: each is told that there is no microphone it could use.
            self._fail(error)
            self._be_deaf()
            return
        try:
            while True:
                try:
                    order = self._next(listener)
                    if order is None:
                        return
                    order(listener)
                except Exception as error:  # noqa: BLE001
                    # Whatever ends the hearing must reach the flow, which then goes on without.
                    self._fail(error)
                    listener.stop()
        finally:
            # However the thread ends, nobody's voice stays behind.
            listener.stop()

    def _next(self, listener: Listener) -> Callable[[Listener], None] | None:
        """Give the next order; hear while there is none."""
        while True:
            try:
                return self._orders.get(timeout=None if not listener.listening else 0.001)
            except queue.Empty:
                listener.hear()

    def _fail(self, error: Exception) -> None:
        # The message of a foreign exception may hold more than a log may.
        log.warning("the microphone ended (%s)", getattr(error, "code", type(error).__name__))
        log.debug("where it ended", exc_info=error)
        self._post(ListeningFailed("unavailable"))

    def _be_deaf(self) -> None:
        while self._orders.get() is not None:
            self._post(ListeningFailed("unavailable"))


def _opened(listener: Listener) -> Event:
    try:
        listener.open()
    except (MicrophoneMissing, BadInput):
        # A recording without sound is a kiosk without a microphone.
        return ListeningFailed("no_microphone")
    except GisheError as error:
        log.warning("the microphone cannot be used (%s)", error.code)
        return ListeningFailed("unavailable")
    return ListeningStarted()


def _judged(listener: Listener, asked: SpeechAsked) -> Event:
    try:
        return SpeechJudged(listener.judge(asked))
    except Exception as error:
        # A recogniser is foreign code: whatever it raises must reach the flow as an answer.
        log.warning("speech could not be judged (%s)", type(error).__name__)
        log.debug("where it ended", exc_info=True)
        return SpeechFailed("broken")
