"""Awareness: a question about the transaction and its answers, then digits to say. Which answer is right it does not know."""

from __future__ import annotations

from PySide6.QtCore import Property, Signal, Slot

from kiosk.flow.events import AnswerNotKnown, AnswerTouched, SpokenDeclined
from kiosk.flow.spoken import is_speaking
from kiosk.ui.viewmodels.model import StepModel


class AwarenessModel(StepModel):
    """The question in words, the answers in the order in which they were drawn, the one that is touched."""

    changed = Signal()

    def _speaking(self) -> bool:
        return is_speaking(self._session)

    def _judging(self) -> bool:
        return self._session.spoken.phase == "judge"

    def _digits(self) -> str:
        # Apart, so that each is said by itself.
        return self._words.digits("  ".join(str(digit) for digit in self._session.spoken.digits))

    def _title(self) -> str:
        if self._speaking():
            return self._words("step.spoken.title")
        question = self._session.awareness.question
        return self._words("step.awareness.question", fact=self._words(question.fact)) if question else ""

    def _text(self) -> str:
        if self._speaking():
            return self._words("step.spoken.wait" if self._judging() else "step.spoken.text")
        again = self._session.awareness.number > 1
        return self._words("step.awareness.again" if again else "step.awareness.text")

    def _answers(self) -> list[dict[str, str | bool]]:
        progress = self._session.awareness
        answers = progress.question.answers if progress.question else ()
        return [
            {"text": self._in_words(dict(answer)), "chosen": place == progress.chosen}
            for place, answer in enumerate(answers)
        ]

    def _in_words(self, texts: dict[str, str]) -> str:
        return self._words.value(texts.get(self._words.language, texts.get("", "")))

    def _ready(self) -> bool:
        return self._session.awareness.chosen is not None

    title = Property(str, _title, notify=changed)
    text = Property(str, _text, notify=changed)
    answers = Property("QVariantList", _answers, notify=changed)
    ready = Property(bool, _ready, notify=changed)
    speaking = Property(bool, _speaking, notify=changed)
    judging = Property(bool, _judging, notify=changed)
    digits = Property(str, _digits, notify=changed)

    @Slot(int)
    def touch(self, place: int) -> None:
        """Choose an answer; another one can be chosen until it is confirmed."""
        self._tap(AnswerTouched(self._session.awareness.number, place))

    @Slot()
    def not_known(self) -> None:
        """Not know the answer, or not want this."""
        self._tap(AnswerNotKnown())

    @Slot()
    def go_on(self) -> None:
        """Confirm the answer, or say that the digits are said."""
        self._continue()

    @Slot()
    def rather_not(self) -> None:
        """Leave the digits unsaid; nothing follows from it."""
        self._tap(SpokenDeclined())
