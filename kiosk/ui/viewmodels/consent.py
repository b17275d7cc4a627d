"""Consent: the text and the three answers."""

from __future__ import annotations

from PySide6.QtCore import Property, Signal, Slot

from kiosk.flow.events import ClerkAsked, Declined
from kiosk.ui.viewmodels.model import StepModel


class ConsentModel(StepModel):
    """The profile's text in the person's language."""

    changed = Signal()

    def _title(self) -> str:
        text = self._session.profile.consent_text(self._session.language)
        return text.title if text else ""

    def _paragraphs(self) -> list[str]:
        text = self._session.profile.consent_text(self._session.language)
        return list(text.paragraphs) if text else []

    def _version(self) -> str:
        text = self._session.profile.consent_text(self._session.language)
        return self._words("step.consent.version", version=text.version) if text else ""

    title = Property(str, _title, notify=changed)
    paragraphs = Property("QStringList", _paragraphs, notify=changed)
    version = Property(str, _version, notify=changed)

    @Slot()
    def decline(self) -> None:
        """Not agree."""
        self._tap(Declined())

    @Slot()
    def clerk(self) -> None:
        """Ask for the way without biometrics."""
        self._tap(ClerkAsked())

    @Slot()
    def go_on(self) -> None:
        """Go on: start, agree, confirm."""
        self._continue()
