"""The policy: for each check what a failure means and what its absence means. A table that can be printed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.decision.reasons import Reason
from kiosk.flow.evidence import Check, Evidence
from kiosk.profile.format import Profile


class Consequence(StrEnum):
    """What a finding leads to; a rejection outranks a referral."""

    REJECT = "reject"
    REFER = "refer"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: the check, what it leads to when it did not pass, with exceptions, and when it is missing."""

    check: Check
    failed: Consequence
    except_for: tuple[Reason, ...] = ()
    """reasons that lead to a referral though the check's failure rejects: they say nothing about the person"""
    missing: Consequence = Consequence.REFER


POLICY: tuple[Rule, ...] = (
    Rule(Check.CAMERA, Consequence.REFER),
    Rule(Check.CONSENT, Consequence.REFER),
    Rule(Check.TRANSACTION, Consequence.REFER),
    Rule(Check.IDENTITY, Consequence.REFER),
    Rule(Check.REFERENCE, Consequence.REFER),
    Rule(Check.FACE_QUALITY, Consequence.REFER),
    Rule(Check.LIVENESS, Consequence.REJECT, (Reason.LIVENESS_GIVEN_UP,)),
    Rule(
        Check.CONTINUITY,
        Consequence.REJECT,
        (Reason.FACE_LOST, Reason.SECOND_FACE, Reason.CONTINUITY_UNPROVEN, Reason.LIVENESS_GIVEN_UP),
    ),
    Rule(Check.PAD, Consequence.REJECT, (Reason.PAD_TOO_FEW_FRAMES, Reason.PAD_UNAVAILABLE)),
    Rule(Check.MATCH, Consequence.REJECT, (Reason.MATCH_UNAVAILABLE,)),
    Rule(Check.REVIEW, Consequence.REFER),
)
"""In the order in which reasons are given."""

_ALWAYS = frozenset({Check.CAMERA, Check.FACE_QUALITY, Check.LIVENESS, Check.CONTINUITY, Check.PAD})
_BY_STEP = {"consent": Check.CONSENT, "transaction": Check.TRANSACTION, "review": Check.REVIEW}


def required_checks(profile: Profile, evidence: Evidence) -> frozenset[Check]:
    """Give the checks without which a session under this profile is not approved.

    Where the registry compares later, a reference that is there all the same must match.
    """
    required = set(_ALWAYS)
    required.update(check for step, check in _BY_STEP.items() if step in profile.steps)
    if "identity" in profile.steps and profile.identity == "required":
        required.add(Check.IDENTITY)
    given = evidence.of(Check.REFERENCE) is not None or evidence.of(Check.MATCH) is not None
    if profile.reference == "required" or given:
        required.update((Check.REFERENCE, Check.MATCH))
    return frozenset(required)


def consequence_of(rule: Rule, reason: Reason) -> Consequence:
    """Give what a failure for this reason leads to."""
    return Consequence.REFER if reason in rule.except_for else rule.failed


def policy_table() -> str:
    """Give the policy as lines of text, one for each check."""
    lines = [f"{'check':14}{'failed':10}{'missing':10}but refer for"]
    lines += [f"{r.check:14}{r.failed:10}{r.missing:10}{', '.join(r.except_for) or '-'}" for r in POLICY]
    return "\n".join(lines)
