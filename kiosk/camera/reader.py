"""The camera's thread: opens, reads, hands frames on, tells how the camera is, and comes back after a loss."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.camera.frame import Frame, SourceKind
from kiosk.camera.health import CameraHealth, FrameMeter, HealthState
from kiosk.camera.mailbox import Mailbox
from kiosk.camera.port import Camera
from kiosk.camera.replay import ReplayCamera
from kiosk.errors import BadInput, CameraError, CameraLost, GisheError

_log = logging.getLogger(__name__)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0


@dataclass(frozen=True, slots=True)
class CameraReport:
    """What the reader tells when something changed."""

    state: HealthState
    rate: float
    """frames per second"""
    error: GisheError | None = None
    """why it is lost, busy or missing"""
    ended: bool = False
    """the recording is over, or cannot be played: nothing more will come"""


class CameraReader:
    """Runs a camera in its own thread until it is stopped."""

    def __init__(
        self,
        camera: Camera,
        mailboxes: Sequence[Mailbox[Frame]],
        tell: Callable[[CameraReport], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take where frames go and who is told, in the camera's thread, when the state changes."""
        self._camera = camera
        self._mailboxes = tuple(mailboxes)
        self._tell = tell
        self._clock = clock
        self._stop = threading.Event()
        self._health = CameraHealth()
        self._meter = FrameMeter()
        self._told: CameraReport | None = None
        self._thread = threading.Thread(target=self.run, name="camera", daemon=True)

    def start(self) -> None:
        """Start the thread; once."""
        self._thread.start()

    def stop(self, timeout: float = 3.0) -> bool:
        """Ask the thread to end and wait; tells whether it did."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def run(self) -> None:
        """Read until stopped or until a recording is over; the body of the thread."""
        pause = _FIRST_PAUSE
        try:
            while not self._stop.is_set():
                error, frames = self._round()
                if error is None:
                    return
                if frames:
                    pause = _FIRST_PAUSE
                self._fail(error)
                if isinstance(error, BadInput) or self._camera.kind is SourceKind.REPLAY:
                    # A file that is broken stays broken.
                    self._report(error, ended=True)
                    return
                self._report(error)
                self._stop.wait(pause)
                pause = min(2.0 * pause, _LONGEST_PAUSE)
        finally:
            self._camera.close()
            for mailbox in self._mailboxes:
                mailbox.close()

    def _round(self) -> tuple[GisheError | None, int]:
        """Open and read until something ends it; gives why (None: stopped or over) and how many frames came."""
        frames = 0
        try:
            self._report()
            self._camera.open()
            still = isinstance(self._camera, ReplayCamera) and self._camera.still
            self._health.opened(self._clock(), may_hold_still=still)
            self._meter.forget()
            while not self._stop.is_set():
                frame = self._camera.read()
                if frame is None:
                    self._report(ended=True)
                    return None, frames
                frames += 1
                for mailbox in self._mailboxes:
                    mailbox.put(frame)
                self._health.saw(self._meter.measure(frame.image), self._clock())
                self._report()
        except GisheError as error:
            return error, frames
        except Exception as error:  # noqa: BLE001
            # The thread is all that keeps the camera alive: a defect is told and logged, and then tried again.
            _log.exception("the camera's thread met a defect")
            return CameraLost(f"the camera's driver failed: {type(error).__name__}"), frames
        return None, frames

    def _fail(self, error: GisheError) -> None:
        self._camera.close()
        self._health.failed(error if isinstance(error, CameraError) else CameraLost(error.message))

    def _report(self, error: GisheError | None = None, *, ended: bool = False) -> None:
        report = CameraReport(self._health.state, self._health.rate, error, ended)
        before = self._told
        if before is not None and (before.state, before.ended) == (report.state, ended):
            if (before.error and before.error.line()) == (error and error.line()):
                return
            if error is None and report.state in (HealthState.LOST, HealthState.BUSY, HealthState.MISSING):
                return
        self._told = report
        try:
            self._tell(report)
        except Exception:  # noqa: BLE001
            # Who listens must not end the camera.
            _log.exception("what listens to the camera met a defect")
