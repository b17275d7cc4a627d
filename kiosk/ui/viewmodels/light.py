"""The light sequence: what the screen paints, and when it can be seen."""

from __future__ import annotations

from PySide6.QtCore import Property, Signal, Slot

from kiosk.flow.answers import LightShown
from kiosk.flow.events import LightDeclined
from kiosk.flow.light import lit
from kiosk.ui.viewmodels.model import StepModel


def coded(linear: float) -> int:
    """Give the screen's code value of a share of its light (IEC 61966-2-1, sRGB)."""
    part = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return round(255 * min(max(part, 0.0), 1.0))


class LightModel(StepModel):
    """The colour is "" while the screen is as usual."""

    changed = Signal()

    def _colour(self) -> str:
        colour = lit(self._session)
        return "" if colour is None else "#" + "".join(f"{coded(part):02x}" for part in colour)

    def _number(self) -> int:
        return self._session.light.asked

    def _coming(self) -> bool:
        return self._session.liveness.phase == "light" and self._session.light.stage == "notice"

    colour = Property(str, _colour, notify=changed)
    number = Property(int, _number, notify=changed)
    coming = Property(bool, _coming, notify=changed)

    @Slot(int)
    def shown(self, number: int) -> None:
        """Tell that the change of this number can be seen now."""
        self._tap(LightShown(number))

    @Slot()
    def leave_out(self) -> None:
        """Go on without the colours."""
        self._tap(LightDeclined())
