"""Liveness: the gesture that is asked, the arrow, the window's time, what is done."""

from __future__ import annotations

from PySide6.QtCore import Property, Signal, Slot

from kiosk.flow.events import ClerkAsked, GestureDeclined
from kiosk.flow.route import WEIGHING
from kiosk.flow.state import Gesture, Guidance, Session, Step
from kiosk.ui.viewmodels.model import StepModel


def asked(session: Session) -> Gesture | None:
    """Give the gesture that is asked now, None while the person returns to the middle."""
    progress = session.liveness
    if progress.phase != "gesture" or progress.position >= len(session.challenge):
        return None
    return session.challenge[progress.position]


class LivenessModel(StepModel):
    """Left and right are the person's own; the preview is a mirror, so that left is on the left."""

    changed = Signal()

    def _gesture(self) -> str:
        gesture = asked(self._session)
        return gesture.value if gesture else ""

    def _guidance(self) -> str:
        gesture = asked(self._session)
        if gesture is not None and self._session.guidance in (Guidance.DO_GESTURE, Guidance.NONE):
            return self._words(f"gesture.{gesture.value}")
        return self._words(f"guidance.{self._session.guidance.value}")

    def _done(self) -> int:
        return self._session.liveness.position

    def _count(self) -> int:
        return len(self._session.challenge)

    def _window(self) -> float:
        progress, session = self._session.liveness, self._session
        if asked(session) is None:
            return 0.0
        whole = max(progress.window_until - progress.phase_since, 0.1)
        return max(0.0, min(1.0, (progress.window_until - session.now) / whole))

    def _attempt(self) -> str:
        if self._session.challenge_fixed or self._session.liveness.attempts < 2:
            return ""
        return self._words("step.liveness.attempt", number=self._session.liveness.attempts)

    def _waiting(self) -> bool:
        return self._session.liveness.phase in WEIGHING

    def _choices(self) -> list[dict[str, object]]:
        session = self._session
        return [
            {"name": name, "words": self._words(f"gesture.{name}"), "declined": name in session.declined}
            for name in session.profile.liveness.gestures
        ]

    def _may_decline(self) -> bool:
        session = self._session
        open_ = session.step is not Step.LIVENESS or session.liveness.phase in ("neutral", "gesture")
        return open_ and not session.challenge_fixed and len(session.declined) < session.profile.liveness.declines

    gesture = Property(str, _gesture, notify=changed)
    choices = Property("QVariantList", _choices, notify=changed)
    may_decline = Property(bool, _may_decline, notify=changed)
    guidance = Property(str, _guidance, notify=changed)
    done = Property(int, _done, notify=changed)
    count = Property(int, _count, notify=changed)
    window = Property(float, _window, notify=changed)
    attempt = Property(str, _attempt, notify=changed)
    waiting = Property(bool, _waiting, notify=changed)

    @Slot(str)
    def decline(self, gesture: str) -> None:
        """Say that this person will not make a gesture."""
        self._tap(GestureDeclined(gesture))

    @Slot()
    def clerk(self) -> None:
        """Ask for the way without movements."""
        self._tap(ClerkAsked())
