"""Awareness: a question about the transaction and its answers. The model does not know which one is right."""

from __future__ import annotations

from PySide6.QtCore import Property, Signal, Slot

from kiosk.flow.events import AnswerNotKnown, AnswerTouched
from kiosk.ui.viewmodels.model import StepModel


class AwarenessModel(StepModel):
    """The question in words, the answers in the order in which they were drawn, the one that is touched."""

    changed = Signal()

    def _title(self) -> str:
        question = self._session.awareness.question
        return self._words("step.awareness.question", fact=self._words(question.fact)) if question else ""

    def _text(self) -> str:
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
        """Confirm the answer."""
        self._continue()
