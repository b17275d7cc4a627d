"""The format of a profile: what an organisation asks of a session. Values only; reading files is ``loading``'s work."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from kiosk.profile.awareness import Awareness
from kiosk.profile.parts import (
    AssuranceName,
    Capture,
    ConsentText,
    CountryName,
    DefaultTransaction,
    DocumentCapture,
    GestureName,
    LanguageName,
    Light,
    Limits,
    Liveness,
    OriginName,
    Pad,
    Part,
    Retention,
    Spoken,
    StepName,
)

__all__ = [
    "AssuranceName",
    "Awareness",
    "Capture",
    "ConsentText",
    "CountryName",
    "DefaultTransaction",
    "DocumentCapture",
    "GestureName",
    "LanguageName",
    "Light",
    "Limits",
    "Liveness",
    "OriginName",
    "Pad",
    "Profile",
    "Retention",
    "Spoken",
    "StepName",
]

_REQUIRED_STEPS: tuple[StepName, ...] = ("welcome", "face", "liveness", "result")
_ORDER: tuple[StepName, ...] = (
    "welcome",
    "consent",
    "transaction",
    "identity",
    "document",
    "face",
    "liveness",
    "awareness",
    "review",
    "result",
)


class Profile(Part):
    """All that an organisation asks of a session."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$", description="name of the profile")
    production: bool = Field(
        default=False, description="a real transaction hangs on it: demo and replay cameras never approve"
    )
    steps: tuple[StepName, ...] = Field(default=_ORDER, description="the steps, in their order")
    languages: tuple[LanguageName, ...] = Field(
        default=("fa", "tr", "en"), min_length=1, description="languages offered"
    )
    default_language: LanguageName = Field(default="fa", description="language of the first screen")
    countries: tuple[CountryName, ...] = Field(
        default=("IR", "TR", "passport"), min_length=1, description="numbers accepted"
    )
    identity: Literal["required", "optional"] = Field(
        default="required", description="optional: the identity step may be passed without numbers"
    )
    card_serial: Literal["required", "optional", "none"] = Field(
        default="optional", description="whether the card's serial is asked"
    )
    reference: Literal["required", "deferred"] = Field(
        default="required", description="deferred: the registry compares the probe after the record was delivered"
    )
    reference_origins: tuple[OriginName, ...] = Field(
        default=("portrait_file", "document_file", "document_camera"),
        min_length=1,
        description="where a reference may come from to approve; others are referred",
    )
    match_fmr: float = Field(
        default=1e-3, gt=0, le=1e-2, description="false match rate that the comparison's threshold stands for"
    )
    assurance: AssuranceName = Field(default="low", description="level of assurance without which nothing is approved")
    assurance_without_light: AssuranceName = Field(
        default="low",
        description="the same where the screen's light is left out: for people who cannot bear it, and in sunlight",
    )
    limits: Limits = Field(default_factory=Limits, description="times")
    capture: Capture = Field(default_factory=Capture, description="quality gate of the face")
    document: DocumentCapture = Field(default_factory=DocumentCapture, description="capture of the document")
    liveness: Liveness = Field(default_factory=Liveness, description="active challenge")
    light: Light = Field(default_factory=Light, description="light sequence of the screen")
    awareness: Awareness = Field(default_factory=Awareness, description="question about the transaction")
    spoken: Spoken = Field(default_factory=Spoken, description="digits said aloud at the end of awareness")
    pad: Pad = Field(default_factory=Pad, description="presentation attack detection")
    retention: Retention = Field(default_factory=Retention, description="what is kept")
    transaction: DefaultTransaction = Field(
        default_factory=DefaultTransaction, description="transaction when none is given"
    )
    consent_texts: tuple[ConsentText, ...] = Field(
        default=(), description="texts of the organisation's own; else the shipped ones"
    )

    def consent_text(self, language: str) -> ConsentText | None:
        """Give the consent text of a language, None when there is none."""
        return next((text for text in self.consent_texts if text.language == language), None)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        places = [_ORDER.index(step) for step in self.steps]
        if places != sorted(set(places)):
            raise ValueError(f"steps: each at most once and in this order: {', '.join(_ORDER)}")
        missing = [step for step in _REQUIRED_STEPS if step not in self.steps]
        if missing:
            raise ValueError(f"steps: {', '.join(missing)} cannot be left out")
        if self.default_language not in self.languages:
            raise ValueError("default_language: not among the languages")
        if len(set(self.liveness.gestures)) < 2:
            raise ValueError("liveness.gestures: at least two different ones, or the challenge can be foreseen")
        if self.liveness.pause_least > self.liveness.pause_most:
            raise ValueError("liveness.pause_least: must not be above pause_most")
        if self.liveness.still_least > self.liveness.still_most:
            raise ValueError("liveness.still_least: must not be above still_most")
        if self.liveness.longest < self.liveness.count:
            raise ValueError("liveness.longest: must not be below count")
        if "awareness" in self.steps and "transaction" not in self.steps:
            raise ValueError("steps: awareness asks about what transaction shows; it cannot be there without it")
        if lacking := self.awareness.lacking(self.languages):
            raise ValueError(f"awareness.{lacking}")
        if self.production and "consent" not in self.steps:
            raise ValueError("steps: consent cannot be left out of a production profile")
        return self
