"""The verdict. What is missing, unknown or inconsistent never approves."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

from kiosk.decision.assurance import Assurance, reached
from kiosk.decision.policy import POLICY, Consequence, Rule, consequence_of, required_groups
from kiosk.decision.reasons import Reason
from kiosk.flow.answers import Outcome
from kiosk.flow.evidence import Check, Evidence, Finding
from kiosk.profile.format import Profile

_MEASURED = frozenset({Check.PAD, Check.MATCH})
_KNOWN = frozenset(reason.value for reason in Reason)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a session ends and why: rejecting reasons first."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    assurance: Assurance | None = None
    """the level that the evidence reaches"""
    shown: Outcome | None = None
    """what the screen says where it must not say the outcome: after the silent sign of duress; None: the same"""


@dataclass
class _Weighed:
    """Reasons as they are found."""

    rejecting: list[Reason] = field(default_factory=list)
    referring: list[Reason] = field(default_factory=list)

    def add(self, consequence: Consequence, reason: Reason) -> None:
        if consequence is Consequence.REJECT:
            self.rejecting.append(reason)
        elif consequence is Consequence.REFER:
            self.referring.append(reason)


def decide(evidence: Evidence, profile: Profile) -> Verdict:
    """Judge the evidence of a session under its profile.

    Approved is only what went its whole way, with every required finding there and passed. Of a session that ended
    early, what it did not reach is no reason of its own. Under duress the record refers, and the screen says what it
    would have said: who stands beside the person must not learn it.
    """
    plain = _judge(evidence.without(Check.DURESS), profile)
    sign = evidence.of(Check.DURESS)
    if sign is None or sign.passed:
        return plain
    outcome = Outcome.REJECT if plain.outcome is Outcome.REJECT else Outcome.REFER
    return Verdict(outcome, (Reason.DURESS, *plain.reasons), plain.assurance, shown=plain.outcome)


def _judge(evidence: Evidence, profile: Profile) -> Verdict:
    groups = required_groups(profile, evidence)
    weighed = _Weighed()
    passed: set[Check] = set()
    unanswered: dict[Check, tuple[Consequence, Reason]] = {}
    for rule in POLICY:
        finding = evidence.of(rule.check)
        if finding is None:
            unanswered[rule.check] = (rule.missing, Reason(f"{rule.check}_missing"))
            continue
        reason = _why_not(finding, profile)
        if reason is None:
            passed.add(rule.check)
        elif reason in rule.not_judged:
            unanswered[rule.check] = (rule.missing, reason)
        else:
            weighed.add(_consequence(rule, reason), reason)
            # A failure that is only noted still does not stand for a check that is required.
            unanswered[rule.check] = (Consequence.REFER, reason)
    if evidence.stopped:
        stopped = Reason(evidence.stopped) if evidence.stopped in _KNOWN else Reason.STOPPED
        weighed.add(Consequence.REFER, stopped)
    else:
        for rule in POLICY:
            lacking = any(rule.check in group and not group & passed for group in groups)
            if lacking and rule.check in unanswered:
                weighed.add(*unanswered[rule.check])
    level = reached(passed)
    reasons = tuple(dict.fromkeys((*_ordered(weighed.rejecting), *_ordered(weighed.referring))))
    if weighed.rejecting:
        return Verdict(Outcome.REJECT, reasons, level)
    if reasons:
        return Verdict(Outcome.REFER, reasons, level)
    if not any(Check.MATCH in group for group in groups):
        return Verdict(Outcome.APPROVE_DEFERRED, (Reason.MATCH_DEFERRED,), level)
    return Verdict(Outcome.APPROVE, (), level)


def _ordered(reasons: list[Reason]) -> list[Reason]:
    """Give reasons in the order in which they were found, each once."""
    return list(dict.fromkeys(reasons))


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
