"""Face: oval, one line of guidance, an arrow, the ring's progress."""

from __future__ import annotations

from PySide6.QtCore import Property, Signal

from kiosk.flow.state import Guidance
from kiosk.ui.viewmodels.model import StepModel

_SIGNS = {
    Guidance.COME_CLOSER: "closer",
    Guidance.MOVE_BACK: "back",
    Guidance.MOVE_TO_MIDDLE: "middle",
    Guidance.LOOK_STRAIGHT: "straight",
    Guidance.BACK_TO_MIDDLE: "straight",
    Guidance.GOOD: "good",
    Guidance.HOLD_STILL: "good",
    Guidance.TOO_DARK: "light",
    Guidance.TOO_BRIGHT: "light",
    Guidance.LIGHT_UNEVEN: "light",
    Guidance.LIGHT_BEHIND: "light",
    Guidance.OPEN_EYES: "eyes",
    Guidance.GLARE: "light",
    Guidance.UNCLEAR: "light",
    Guidance.NO_FACE: "middle",
    Guidance.MORE_THAN_ONE: "alone",
    Guidance.CAMERA_WAIT: "camera",
}


class FaceModel(StepModel):
    """What the person is told while the probe is sought."""

    changed = Signal()

    def _guidance(self) -> str:
        return self._words(f"guidance.{self._session.guidance.value}")

    def _sign(self) -> str:
        return _SIGNS.get(self._session.guidance, "")

    def _good(self) -> bool:
        return self._session.guidance in (Guidance.GOOD, Guidance.HOLD_STILL)

    def _progress(self) -> float:
        return self._session.face.progress

    guidance = Property(str, _guidance, notify=changed)
    sign = Property(str, _sign, notify=changed)
    good = Property(bool, _good, notify=changed)
    progress = Property(float, _progress, notify=changed)
