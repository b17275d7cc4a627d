"""The policy: for each check what a failure means and what its absence means. A table that can be printed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.decision.assurance import groups_of, level_needed
from kiosk.decision.reasons import Reason
from kiosk.flow.evidence import Check, Evidence
from kiosk.profile.format import Profile


class Consequence(StrEnum):
    """What a finding leads to; a rejection outranks a referral."""

    REJECT = "reject"
    REFER = "refer"
    NOTE = "note"
    """kept in the record; the check is too weak, or too little measured, to decide by itself"""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: the check, what it leads to when it did not pass, with exceptions, and when it is missing."""

    check: Check
    failed: Consequence
    except_for: tuple[Reason, ...] = ()
    """reasons that lead to a referral though the check's failure rejects: they say nothing about the person"""
    not_judged: tuple[Reason, ...] = ()
    """reasons that stand for no answer at all: they count only where the check is required"""
    missing: Consequence = Consequence.REFER


POLICY: tuple[Rule, ...] = (
    Rule(Check.CAMERA, Consequence.REFER),
    Rule(
        Check.CAMERA_PIN, Consequence.REFER, not_judged=(Reason.CAMERA_PIN_NOT_ENROLLED, Reason.CAMERA_PIN_UNAVAILABLE)
    ),
    Rule(Check.FRAME_TIMING, Consequence.REFER, not_judged=(Reason.FRAME_TIMING_UNAVAILABLE,)),
    Rule(Check.FRAME_CONTENT, Consequence.REFER, not_judged=(Reason.FRAME_CONTENT_UNAVAILABLE,)),
    Rule(Check.SENSOR, Consequence.REFER, not_judged=(Reason.SENSOR_NOT_ENROLLED, Reason.SENSOR_UNAVAILABLE)),
    Rule(Check.CONSENT, Consequence.REFER),
    Rule(Check.TRANSACTION, Consequence.REFER),
    Rule(Check.IDENTITY, Consequence.REFER),
    Rule(Check.DOCUMENT, Consequence.REFER, not_judged=(Reason.DOCUMENT_UNREAD,)),
    Rule(Check.DOCUMENT_AGREES, Consequence.REFER, not_judged=(Reason.DOCUMENT_NOT_COMPARED,)),
    Rule(Check.DOCUMENT_PRESENCE, Consequence.NOTE, not_judged=(Reason.DOCUMENT_PRESENCE_UNAVAILABLE,)),
    Rule(Check.REFERENCE, Consequence.REFER),
    Rule(Check.FACE_QUALITY, Consequence.REFER),
    Rule(Check.LIVENESS, Consequence.REJECT, (Reason.LIVENESS_GIVEN_UP, Reason.LIVENESS_TOO_FEW_GESTURES)),
    Rule(
        Check.CONTINUITY,
        Consequence.REJECT,
        (Reason.FACE_LOST, Reason.SECOND_FACE, Reason.CONTINUITY_UNPROVEN, Reason.LIVENESS_GIVEN_UP),
    ),
    Rule(Check.PAD, Consequence.REJECT, (Reason.PAD_TOO_FEW_FRAMES, Reason.PAD_UNAVAILABLE, Reason.PAD_UNCERTAIN)),
    Rule(
        Check.DEPTH,
        Consequence.REJECT,
        (Reason.DEPTH_UNSURE,),
        not_judged=(Reason.DEPTH_TOO_FEW, Reason.DEPTH_UNAVAILABLE),
    ),
    Rule(Check.SURROUNDINGS, Consequence.NOTE, not_judged=(Reason.SURROUNDINGS_UNAVAILABLE,)),
    Rule(Check.MOIRE, Consequence.NOTE, not_judged=(Reason.MOIRE_UNAVAILABLE,)),
    Rule(
        Check.LIGHT,
        Consequence.REFER,
        # A sequence that was begun and not seen to its end is no sequence left out: looking away must gain nothing.
        not_judged=(Reason.LIGHT_NOT_USED, Reason.LIGHT_TOO_BRIGHT),
    ),
    Rule(Check.MATCH, Consequence.REJECT, (Reason.MATCH_UNAVAILABLE,)),
    Rule(Check.AWARENESS, Consequence.REFER),
    Rule(Check.ATTENTION, Consequence.REFER, not_judged=(Reason.ATTENTION_UNAVAILABLE, Reason.ATTENTION_NOT_USED)),
    Rule(Check.ALONE, Consequence.REFER, not_judged=(Reason.ALONE_UNAVAILABLE,)),
    Rule(
        Check.SPOKEN,
        Consequence.NOTE,
        not_judged=(
            Reason.SPOKEN_UNAVAILABLE,
            Reason.SPOKEN_NO_MICROPHONE,
            Reason.SPOKEN_NO_RECOGNISER,
            Reason.SPOKEN_DECLINED,
            Reason.SPOKEN_NOT_HEARD,
            Reason.SPOKEN_TOO_FEW,
        ),
    ),
    Rule(Check.DURESS, Consequence.REFER),
    Rule(Check.REVIEW, Consequence.REFER),
)
"""In the order in which reasons are given."""

LIGHT_LEFT_OUT = frozenset({Reason.LIGHT_NOT_USED, Reason.LIGHT_TOO_BRIGHT})
"""the person chose to go without the screen's light, or the place is too bright for it"""

_BY_STEP: dict[str, tuple[Check, ...]] = {
    "consent": (Check.CONSENT,),
    "transaction": (Check.TRANSACTION,),
    "awareness": (Check.AWARENESS,),
    "review": (Check.REVIEW,),
}


def light_left_out(evidence: Evidence) -> bool:
    """Say whether the light sequence was left out for a reason that the flow noted."""
    finding = evidence.of(Check.LIGHT)
    return finding is not None and not finding.passed and finding.code in {reason.value for reason in LIGHT_LEFT_OUT}


def required_groups(profile: Profile, evidence: Evidence) -> tuple[frozenset[Check], ...]:
    """Give the checks without which a session under this profile is not approved; of each group one is enough.

    Where the registry compares later, a reference that is there all the same must match.
    """
    single = [check for step, checks in _BY_STEP.items() if step in profile.steps for check in checks]
    if "identity" in profile.steps and profile.identity == "required":
        single.append(Check.IDENTITY)
    if "document" in profile.steps and profile.document.read == "required":
        single.append(Check.DOCUMENT)
        if profile.identity == "required" and "identity" in profile.steps:
            single.append(Check.DOCUMENT_AGREES)
    single += _watched(profile, evidence)
    given = evidence.of(Check.REFERENCE) is not None or evidence.of(Check.MATCH) is not None
    if profile.reference == "required" or given:
        single += [Check.REFERENCE, Check.MATCH]
    level = level_needed(profile, light_left_out=light_left_out(evidence))
    return (*groups_of(level), *(frozenset({check}) for check in single))


def _watched(profile: Profile, evidence: Evidence) -> tuple[Check, ...]:
    """Give what the camera must have seen while the question was read; of who hears it, not the eyes."""
    if "awareness" not in profile.steps or profile.awareness.watched == "optional":
        return ()
    finding = evidence.of(Check.ATTENTION)
    hears = finding is not None and not finding.passed and finding.code == Reason.ATTENTION_NOT_USED
    return (Check.ALONE,) if hears else (Check.ATTENTION, Check.ALONE)


def required_checks(profile: Profile, evidence: Evidence) -> frozenset[Check]:
    """Give the checks that nothing else can stand in for."""
    return frozenset(check for group in required_groups(profile, evidence) if len(group) == 1 for check in group)


def consequence_of(rule: Rule, reason: Reason) -> Consequence:
    """Give what a failure for this reason leads to."""
    return Consequence.REFER if reason in rule.except_for else rule.failed


def policy_table() -> str:
    """Give the policy as lines of text, one for each check."""
    lines = [f"{'check':18}{'failed':10}{'missing':10}but refer for / no answer"]
    lines += [
        f"{r.check:18}{r.failed:10}{r.missing:10}{', '.join(r.except_for) or '-'} / {', '.join(r.not_judged) or '-'}"
        for r in POLICY
    ]
    return "\n".join(lines)
