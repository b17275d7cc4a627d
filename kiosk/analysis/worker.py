"""The analysing thread: takes the newest frame, answers questions in between, owns the students."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

from kiosk.analysis.facts import FrameFacts
from kiosk.analysis.pipeline import Analyst, Closeness
from kiosk.camera.frame import Frame
from kiosk.camera.mailbox import Mailbox
from kiosk.errors import GisheError

log = logging.getLogger(__name__)


class AnalysisWorker:
    """Runs an analyst in a thread of its own. Nothing of it may be touched from outside but these methods."""

    def __init__(
        self,
        make: Callable[[], Analyst],
        frames: Mailbox[Frame],
        tell: Callable[[FrameFacts], None],
        failed: Callable[[str], None],
    ) -> None:
        """Take how the analyst is made (in the thread), where frames come from, and whom to tell (from the thread)."""
        self._make = make
        self._frames = frames
        self._tell = tell
        self._failed = failed
        self._questions: queue.SimpleQueue[Callable[[Analyst], None]] = queue.SimpleQueue()
        self._closeness = Closeness.NOTHING
        self._stopping = threading.Event()
        self._analysed = 0
        self._milliseconds: dict[str, float] = {}
        self._engines = ""
        self._failure: GisheError | None = None
        self._thread = threading.Thread(target=self._run, name="analysis", daemon=True)

    @property
    def frames_analysed(self) -> int:
        """Tell how many frames were looked at."""
        return self._analysed

    @property
    def milliseconds(self) -> dict[str, float]:
        """Give the median milliseconds of each stage."""
        return self._milliseconds

    @property
    def engines(self) -> str:
        """Name the engines in use, "" until the students are loaded."""
        return self._engines

    @property
    def failure(self) -> GisheError | None:
        """Give the error of ours that ended the analysis; None while it works (or when something foreign ended it)."""
        return self._failure

    def start(self) -> None:
        """Start the thread; models are loaded in it, so that the screen is there first."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> bool:
        """Ask the thread to end and wait; tells whether it did."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def look_at(self, closeness: Closeness) -> None:
        """Say how closely the next frames are looked at."""
        self._closeness = closeness

    def ask(self, question: Callable[[Analyst], None]) -> None:
        """Have a question answered in the thread, before the next frame."""
        self._questions.put(question)

    def _run(self) -> None:
        try:
            analyst = self._make()
            self._engines = ", ".join(sorted({model.engine for model in analyst.models.in_use}))
            try:
                while not self._stopping.is_set():
                    self._answer(analyst)
                    self._look(analyst)
            finally:
                # However the thread ends, nobody's face stays behind.
                analyst.wipe()
        except Exception as error:
            # The thread is the kiosk's eyes: whatever ends it must reach the flow, which then refers the person.
            # The message of a foreign exception may hold more than a log may.
            log.error("the analysis ended (%s)", type(error).__name__)
            self._failure = error if isinstance(error, GisheError) else None
            log.debug("where it ended", exc_info=True)
            self._failed(getattr(error, "code", "DEFECT"))

    def _answer(self, analyst: Analyst) -> None:
        while True:
            try:
                question = self._questions.get_nowait()
            except queue.Empty:
                return
            question(analyst)

    def _look(self, analyst: Analyst) -> None:
        frame = self._frames.take(timeout=0.05)
        if frame is None:
            if self._frames.closed:
                self._stopping.wait(0.05)
            return
        closeness = self._closeness
        if closeness is Closeness.NOTHING:
            return
        facts = analyst.look(frame, closeness)
        self._analysed += 1
        if self._analysed % 10 == 0:
            self._milliseconds = analyst.milliseconds()
        self._tell(facts)
