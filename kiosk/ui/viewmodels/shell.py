"""The shell round all steps: step, language, assistance, time left, the technician's overlay."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Signal, Slot

from kiosk.flow.events import (
    CameraState,
    ClerkAsked,
    Declined,
    Event,
    Help,
    HelpToggled,
    LanguageChosen,
    MoreTimeAsked,
    RetryAsked,
    WentBack,
)
from kiosk.flow.state import Session, Step
from kiosk.ui.catalogue import Catalogue
from kiosk.ui.port import Meters
from kiosk.ui.preview import PreviewFeed
from kiosk.ui.viewmodels.model import StepModel

_HURRY_SECONDS = 15
_SEEN = (Step.DOCUMENT, Step.FACE, Step.LIVENESS)


class ShellModel(StepModel):
    """What every screen shares."""

    changed = Signal()

    languageChanged = Signal()
    technicianChanged = Signal()

    def __init__(
        self,
        session: Session,
        catalogue: Catalogue,
        tap: Callable[[Event], None],
        feed: PreviewFeed | None,
        meters: Callable[[], Meters],
        font: str,
    ) -> None:
        """Take the preview's feed, where the technician's figures come from, and the font for all three scripts."""
        super().__init__(session, catalogue, tap)
        self._feed = feed
        self._meters = meters
        self._technician = False
        self._font = font

    def show(self, session: Session, catalogue: Catalogue) -> None:
        """Take a new state; words are only read again when the language changed."""
        other = catalogue is not self._words
        super().show(session, catalogue)
        if other:
            self.languageChanged.emit()
        if self._technician:
            self.technicianChanged.emit()

    def _step(self) -> str:
        return self._session.step.value

    def _language(self) -> str:
        return self._words.language

    def _right_to_left(self) -> bool:
        return self._words.right_to_left

    def _all_words(self) -> dict[str, str]:
        return self._words.words

    def _helped(self, help: Help) -> bool:
        return help in self._session.helps

    def _number(self) -> int:
        return self._session.profile.steps.index(self._session.step.value)

    def _count(self) -> int:
        return len(self._session.profile.steps) - 1

    def _time_left(self) -> int:
        if self._session.deadline is None or self._session.step is Step.RESULT:
            return -1
        return max(0, math.ceil(self._session.deadline - self._session.now))

    def _hurry(self) -> bool:
        return 0 <= self._time_left() <= _HURRY_SECONDS

    def _hurry_text(self) -> str:
        return self._words("shell.time_left", seconds=self._time_left()) if self._hurry() else ""

    def _camera_problem(self) -> str:
        state = self._session.camera
        fine = state in (CameraState.OK, CameraState.SLOW)
        return "" if fine or self._session.step not in _SEEN else self._words(f"camera.{state.value}")

    def _out_of_service(self) -> str:
        return self._session.out_of_service if self._session.step is Step.WELCOME else ""

    def _can_go_back(self) -> bool:
        return self._session.step not in (Step.WELCOME, Step.LIVENESS, Step.AWARENESS, Step.REVIEW, Step.RESULT)

    def _rows(self) -> list[dict[str, str]]:
        meters = self._meters()
        times = ", ".join(f"{stage} {ms:.1f}" for stage, ms in meters.milliseconds.items())
        shown = self._feed.fps if self._feed is not None else 0.0
        rows = [
            ("camera", f"{meters.camera}  {meters.camera_state}  {meters.camera_fps:.1f} fps"),
            ("preview", f"{shown:.1f} fps, {meters.preview_dropped} dropped"),
            ("analysis", f"{meters.analysed} analysed, {meters.dropped} dropped"),
            ("engines", meters.engines),
            ("milliseconds", times),
            ("session", f"{self._session.profile.name}  {self._session.step.value}  {self._session.source}"),
        ]
        if meters.failure:
            rows.append(("failure", meters.failure))
        return [{"label": self._words(f"technician.{label}"), "value": value} for label, value in rows]

    step = Property(str, _step, notify=changed)
    language = Property(str, _language, notify=languageChanged)
    rightToLeft = Property(bool, _right_to_left, notify=languageChanged)
    words = Property("QVariantMap", _all_words, notify=languageChanged)
    fontFamily = Property(str, lambda self: self._font, constant=True)
    largeType = Property(bool, lambda self: self._helped(Help.LARGE_TYPE), notify=changed)
    highContrast = Property(bool, lambda self: self._helped(Help.HIGH_CONTRAST), notify=changed)
    moreTime = Property(bool, lambda self: self._helped(Help.MORE_TIME), notify=changed)
    stepNumber = Property(int, _number, notify=changed)
    stepCount = Property(int, _count, notify=changed)
    timeLeft = Property(int, _time_left, notify=changed)
    hurry = Property(bool, _hurry, notify=changed)
    hurryText = Property(str, _hurry_text, notify=changed)
    cameraProblem = Property(str, _camera_problem, notify=changed)
    outOfService = Property(str, _out_of_service, notify=changed)
    canGoBack = Property(bool, _can_go_back, notify=changed)
    feed = Property(QObject, lambda self: self._feed, constant=True)
    technician = Property(bool, lambda self: self._technician, notify=technicianChanged)
    technicianRows = Property("QVariantList", _rows, notify=technicianChanged)

    @Slot(str)
    def choose_language(self, language: str) -> None:
        """Choose a language."""
        self._tap(LanguageChosen(language))

    @Slot()
    def back(self) -> None:
        """Go one step back."""
        self._tap(WentBack())

    @Slot()
    def decline(self) -> None:
        """Leave the session."""
        self._tap(Declined())

    @Slot()
    def clerk(self) -> None:
        """Ask for a clerk."""
        self._tap(ClerkAsked())

    @Slot()
    def more_time(self) -> None:
        """Ask for more time in this step."""
        self._tap(MoreTimeAsked())

    @Slot()
    def retry(self) -> None:
        """Repeat the step."""
        self._tap(RetryAsked())

    @Slot(str, bool)
    def toggle_help(self, name: str, on: bool) -> None:
        """Switch a kind of assistance on or off."""
        self._tap(HelpToggled(Help(name), on))

    @Slot()
    def toggle_technician(self) -> None:
        """Show or hide the technician's overlay."""
        self._technician = not self._technician
        self.technicianChanged.emit()
