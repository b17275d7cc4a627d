"""Welcome: the attract screen, language and assistance."""

from __future__ import annotations

from PySide6.QtCore import Property, Signal, Slot

from kiosk.flow.events import LanguageChosen
from kiosk.ui.catalogue import Catalogue
from kiosk.ui.viewmodels.model import StepModel


class WelcomeModel(StepModel):
    """Languages to choose from."""

    changed = Signal()

    def _languages(self) -> list[dict[str, str]]:
        return [
            {"code": code, "name": Catalogue(code)("language.name"), "start": Catalogue(code)("step.welcome.start")}
            for code in self._session.profile.languages
        ]

    languages = Property("QVariantList", _languages, notify=changed)

    @Slot(str)
    def choose(self, language: str) -> None:
        """Choose a language."""
        self._tap(LanguageChosen(language))

    @Slot()
    def go_on(self) -> None:
        """Go on: start, agree, confirm."""
        self._continue()
