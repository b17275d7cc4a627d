"""The verdict. What is missing, unknown or inconsistent never approves."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from kiosk.decision.policy import POLICY, Consequence, Rule, consequence_of, required_checks
from kiosk.decision.reasons import Reason
from kiosk.flow.events import Outcome
from kiosk.flow.evidence import Check, Evidence, Finding
from kiosk.profile.format import Profile

_MEASURED = frozenset({Check.PAD, Check.MATCH})
_KNOWN = frozenset(reason.value for reason in Reason)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a session ends and why: rejecting reasons first."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()


def decide(evidence: Evidence, profile: Profile) -> Verdict:
    """Judge the evidence of a session under its profile.

    Approved is only what went its whole way, with every required finding there and passed. Of a session that ended
    early, what it did not reach is no reason of its own.
    """
    required = required_checks(profile, evidence)
    rejecting: list[Reason] = []
    referring: list[Reason] = []
    for rule in POLICY:
        finding = evidence.of(rule.check)
        if finding is None:
            if rule.check in required and not evidence.stopped:
                _weigh(rule.missing, Reason(f"{rule.check}_missing"), rejecting, referring)
            continue
        reason = _why_not(finding, profile)
        if reason is not None:
            _weigh(_consequence(rule, reason), reason, rejecting, referring)
    if evidence.stopped:
        stopped = Reason(evidence.stopped) if evidence.stopped in _KNOWN else Reason.STOPPED
        _weigh(Consequence.REFER, stopped, rejecting, referring)
    reasons = tuple(dict.fromkeys((*rejecting, *referring)))
    if rejecting:
        return Verdict(Outcome.REJECT, reasons)
    if reasons:
        return Verdict(Outcome.REFER, reasons)
    if Check.MATCH not in required:
        return Verdict(Outcome.APPROVE_DEFERRED, (Reason.MATCH_DEFERRED,))
    return Verdict(Outcome.APPROVE)


def _weigh(consequence: Consequence, reason: Reason, rejecting: list[Reason], referring: list[Reason]) -> None:
    (rejecting if consequence is Consequence.REJECT else referring).append(reason)


def _consequence(rule: Rule, reason: Reason) -> Consequence:
    # Broken figures speak of the kiosk, not of the person.
    return Consequence.REFER if reason is Reason.EVIDENCE_BROKEN else consequence_of(rule, reason)


def _why_not(finding: Finding, profile: Profile) -> Reason | None:
    """Give why a finding does not pass, None when it does."""
    if not finding.passed:
        return Reason(finding.code) if finding.code in _KNOWN else Reason(f"{finding.check}_failed")
    if not _sound(finding, profile):
        return Reason.EVIDENCE_BROKEN
    detail = dict(finding.detail)
    if finding.check is Check.CAMERA and profile.production and finding.code != "device":
        return Reason.SOURCE_NOT_DEVICE
    if finding.check is Check.REFERENCE and finding.code not in profile.reference_origins:
        return Reason.REFERENCE_ORIGIN
    if finding.check is Check.CONSENT and not detail.get("text_sha256"):
        return Reason.CONSENT_TEXT_MISSING
    return None


def _sound(finding: Finding, profile: Profile) -> bool:
    """Say whether the figures of a finding that passed agree with it."""
    score, threshold, rate = finding.score, finding.threshold, finding.rate
    if finding.check in _MEASURED and (score is None or threshold is None or rate is None):
        return False
    if any(figure is not None and not isfinite(figure) for figure in (score, threshold, rate)):
        return False
    if score is not None and threshold is not None and score < threshold:
        return False
    # A threshold that stands for more false matches than the profile allows is not the profile's threshold.
    return finding.check is not Check.MATCH or rate is None or 0 <= rate <= profile.match_fmr * (1 + 1e-9)
