"""What the awareness step asks, and what it takes for attention and for being alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from kiosk.profile.parts import Degrees, LanguageName, Part, Share

Text = Annotated[str, Field(min_length=1, max_length=120)]
Wording = Text | dict[LanguageName, Text]
"""an i18n key, a plain text for every language, or a text for each language"""


class Awareness(Part):
    """The question about the transaction. Facts are named by their label, as the transaction names them."""

    attempts: int = Field(default=2, ge=1, le=3, description="questions that may be tried, each about another fact")
    answers: int = Field(default=4, ge=3, le=6, description="answers that are offered, the right one among them")
    leave_out: tuple[Text, ...] = Field(
        default=(), description="facts that are not asked about: those that can be guessed without having been seen"
    )
    distractors: dict[Text, tuple[Wording, ...]] = Field(
        default_factory=dict,
        description="wrong answers for a fact in words; those for amounts, dates and numbers are derived",
    )
    duress: dict[Text, Wording] = Field(
        default_factory=dict,
        description="the answer that was agreed on as a silent sign, for each fact that is then asked about",
    )
    reading_time: float = Field(
        default=0.8, ge=0, le=10, description="seconds below which nobody can have read; noted, no more"
    )
    watched: Literal["required", "optional"] = Field(
        default="required", description="whether a session in which the camera saw nothing of this step can approve"
    )
    eyes_on_screen: Share = Field(
        default=0.5, description="share of the step in which the face is turned to the screen with open eyes, at least"
    )
    yaw: Degrees = Field(default=20, description="turn from the person's own straight look that still counts")
    pitch: Degrees = Field(default=25, description="nod from it that still counts: texts are read up and down")
    companion: Literal["refer", "note"] = Field(
        default="refer", description="another person in view: referred, or (a carer, an interpreter) only noted"
    )
    other_face: Share = Field(
        default=0.05, description="smallest other face that counts, as a share of the person's own area in the picture"
    )
    glance: float = Field(
        default=1.0, ge=0.1, le=30, description="seconds for which another face may be in view without a break"
    )

    def lacking(self, languages: Iterable[str]) -> str:
        """Give what keeps these rules from being used in these languages, "" when nothing does."""
        wordings = [(name, one) for name, several in self.distractors.items() for one in several]
        for name, wording in (*wordings, *self.duress.items()):
            if isinstance(wording, dict) and not set(languages) <= set(wording):
                return f"{name}: a text is missing in one of the languages"
        for name, several in self.distractors.items():
            if len({repr(one) for one in several}) < self.answers - 1:
                return f"distractors.{name}: at least {self.answers - 1} different ones"
        unasked = set(self.duress) & set(self.leave_out)
        return f"duress.{min(unasked)}: is never asked about" if unasked else ""
