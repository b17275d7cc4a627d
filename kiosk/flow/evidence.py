"""What a session has shown so far: one finding for each check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Check(StrEnum):
    """A question that the decision needs answered."""

    CONSENT = "consent"
    TRANSACTION = "transaction"
    IDENTITY = "identity"
    """numbers with right check digits"""
    DOCUMENT = "document"
    """a document was read, and its own check digits and dates hold"""
    DOCUMENT_AGREES = "document_agrees"
    """it says what was typed, and the same in each place"""
    DOCUMENT_PRESENCE = "document_presence"
    """the document itself was there, no picture of it"""
    REFERENCE = "reference"
    FACE_QUALITY = "face_quality"
    LIVENESS = "liveness"
    """the active challenge: every gesture, in order, within its window"""
    CONTINUITY = "continuity"
    """one and the same face from probe to the end of liveness"""
    PAD = "pad"
    DEPTH = "depth"
    """the face's points move as those of a head do, not as those of a picture"""
    SURROUNDINGS = "surroundings"
    """no screen, paper or frame round the face"""
    MOIRE = "moire"
    """no beat between a screen's pixels and the camera's"""
    LIGHT = "light"
    """the face answers the light of the kiosk's own screen"""
    CAMERA_PIN = "camera_pin"
    """the camera is the one that was calibrated here"""
    FRAME_TIMING = "frame_timing"
    """frames come as a sensor gives them"""
    FRAME_CONTENT = "frame_content"
    """no frame comes twice or was encoded before"""
    SENSOR = "sensor"
    """the sensor's own noise is that of the calibrated camera"""
    MATCH = "match"
    AWARENESS = "awareness"
    """the person knows what the transaction is"""
    ATTENTION = "attention"
    """eyes on the screen while it was read"""
    ALONE = "alone"
    """nobody else was before the camera"""
    SPOKEN = "spoken"
    """the shown digits were said, lips and sound in time"""
    DURESS = "duress"
    """the agreed silent sign was not given"""
    REVIEW = "review"
    CAMERA = "camera"
    """what stood behind the pictures: device, replay or demo"""


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one check."""

    check: Check
    passed: bool
    code: str = ""
    """why it did not pass, or what passed: a reason code"""
    score: float | None = None
    threshold: float | None = None
    rate: float | None = None
    """error rate that the threshold stands for (FMR for match, BPCER for pad)"""
    detail: tuple[tuple[str, str], ...] = ()
    """facts fit for the sealed record, for example the gestures and their times"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All findings so far; the last finding of a check counts."""

    findings: tuple[Finding, ...] = ()
    stopped: str = ""
    """reason code of an early end, "" when the session went its whole way; with one it cannot approve"""

    def of(self, check: Check) -> Finding | None:
        """Give the finding of a check, None if the question was never answered."""
        return next((finding for finding in reversed(self.findings) if finding.check is check), None)

    def with_finding(self, finding: Finding) -> Evidence:
        """Give the evidence with this finding in the place of an older one of the same check."""
        kept = tuple(old for old in self.findings if old.check is not finding.check)
        return replace(self, findings=(*kept, finding))

    def sparing(self, *checks: Check) -> Evidence:
        """Give the evidence without the details of these checks: what may stay in memory after wiping."""
        kept = tuple(replace(f, detail=()) if f.check in checks else f for f in self.findings)
        return replace(self, findings=kept)

    def without(self, *checks: Check) -> Evidence:
        """Give the evidence without what was found on these checks (a step is repeated)."""
        return replace(self, findings=tuple(f for f in self.findings if f.check not in checks))
