"""What must have been seen while the question was read: by the profile, and not the eyes of those who hear it."""

from kiosk.decision.reasons import Reason
from kiosk.decision.verdict import decide
from kiosk.flow.answers import Outcome
from kiosk.flow.evidence import Check, Evidence, Finding
from kiosk.profile.format import Profile
from kiosk.profile.loading import load_profile

DEMO = load_profile("demo")
STRICT = DEMO.model_copy(update={"awareness": DEMO.awareness.model_copy(update={"watched": "required"})})
_PASSED = {
    Check.PAD: Finding(Check.PAD, True, score=0.9, threshold=0.5, rate=0.05),
    Check.MATCH: Finding(Check.MATCH, True, score=0.7, threshold=0.4, rate=1e-4),
    Check.CONSENT: Finding(Check.CONSENT, True, detail=(("text_sha256", "ab"),)),
    Check.CAMERA: Finding(Check.CAMERA, True, "device"),
    Check.REFERENCE: Finding(Check.REFERENCE, True, "portrait_file", score=60.0),
}
WHOLE = Evidence(tuple(_PASSED.get(check, Finding(check, True)) for check in Check))


def outcome(profile: Profile, *findings: Finding) -> Outcome:
    evidence = WHOLE
    for finding in findings:
        evidence = evidence.with_finding(finding)
    return decide(evidence, profile).outcome


def test_without_pictures_only_a_profile_that_says_so_approves() -> None:
    for check in (Check.ATTENTION, Check.ALONE):
        unseen = Finding(check, False, f"{check.value}_unavailable")
        assert outcome(STRICT, unseen) is Outcome.REFER
        assert decide(WHOLE.without(check), STRICT).reasons == (Reason(f"{check.value}_missing"),)
        assert outcome(DEMO, unseen) is Outcome.APPROVE


def test_who_hears_is_not_sent_to_the_clerk_for_it_but_still_has_to_be_alone() -> None:
    hears = Finding(Check.ATTENTION, False, "attention_not_used")
    assert outcome(STRICT, hears) is Outcome.APPROVE
    assert outcome(STRICT, hears, Finding(Check.ALONE, False, "alone_unavailable")) is Outcome.REFER


def test_what_was_seen_and_failed_refers_under_every_profile() -> None:
    for profile in (DEMO, STRICT):
        assert outcome(profile, Finding(Check.ATTENTION, False, "attention_failed")) is Outcome.REFER
        assert outcome(profile, Finding(Check.ALONE, False, "alone_failed")) is Outcome.REFER


def test_the_question_itself_is_never_optional() -> None:
    assert decide(WHOLE.without(Check.AWARENESS), DEMO).outcome is Outcome.REFER
