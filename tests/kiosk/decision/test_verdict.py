"""The verdict: a table over evidence; only the whole and passed evidence approves."""

from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.decision.assurance import level_needed
from kiosk.decision.policy import POLICY, Consequence, light_left_out, policy_table, required_checks
from kiosk.decision.reasons import Reason
from kiosk.decision.verdict import decide
from kiosk.flow.answers import Outcome
from kiosk.flow.evidence import Check, Evidence, Finding
from kiosk.flow.state import Guidance
from kiosk.profile.format import Profile
from kiosk.profile.loading import load_profile

BANK = load_profile("bank_account")
DEMO = load_profile("demo")
SIM = load_profile("sim_card")
_FIGURES: dict[Check, dict[str, Any]] = {
    Check.PAD: {"score": 0.9, "threshold": 0.5, "rate": 0.05},
    Check.MATCH: {"score": 0.7, "threshold": 0.4, "rate": 1e-4},
    Check.CONSENT: {"detail": (("text_sha256", "ab"),)},
    Check.CAMERA: {"code": "device"},
    Check.REFERENCE: {"code": "portrait_file", "score": 60.0},
}
WHOLE = Evidence(tuple(Finding(check, True, **_FIGURES.get(check, {})) for check in Check))
APPROVED = (Outcome.APPROVE, Outcome.APPROVE_DEFERRED)


def test_whole_evidence_approves_without_a_reason() -> None:
    verdict = decide(WHOLE, BANK)
    assert (verdict.outcome, verdict.reasons) == (Outcome.APPROVE, ())


@pytest.mark.parametrize("check", sorted(required_checks(BANK, WHOLE)))
def test_each_missing_check_that_is_required_refers_by_its_name(check: Check) -> None:
    verdict = decide(WHOLE.without(check), BANK)
    assert verdict.outcome is Outcome.REFER
    assert verdict.reasons == (Reason(f"{check.value}_missing"),)


@pytest.mark.parametrize("check", [check for check in Check if check is not Check.DURESS])
def test_each_failed_check_has_the_consequence_of_its_row(check: Check) -> None:
    verdict = decide(WHOLE.with_finding(Finding(check, False)), BANK)
    rule = next(rule for rule in POLICY if rule.check is check)
    if rule.failed is Consequence.NOTE:
        assert (verdict.outcome, verdict.reasons) == (Outcome.APPROVE, ())
    else:
        assert verdict.outcome.value == rule.failed.value
        assert verdict.reasons == (Reason(f"{check.value}_failed"),)


@pytest.mark.parametrize("plain", [WHOLE, WHOLE.without(Check.REVIEW), WHOLE.with_finding(Finding(Check.PAD, False))])
def test_the_silent_sign_refers_in_the_record_and_shows_what_would_have_been_shown(plain: Evidence) -> None:
    verdict = decide(plain.with_finding(Finding(Check.DURESS, False, "duress")), BANK)
    without = decide(plain, BANK)
    assert verdict.outcome not in APPROVED
    assert verdict.shown is without.outcome
    assert verdict.reasons == (Reason.DURESS, *without.reasons)


def test_every_check_has_one_row_and_the_table_can_be_printed() -> None:
    assert sorted(rule.check for rule in POLICY) == sorted(Check)
    lines = policy_table().splitlines()
    assert len(lines) == len(Check) + 1
    assert any(line.split()[:3] == ["match", "reject", "refer"] for line in lines)
    assert any(line.split()[:3] == ["moire", "note", "refer"] for line in lines)


def test_a_rejection_outranks_a_referral_and_all_reasons_are_given() -> None:
    evidence = WHOLE.without(Check.REVIEW).with_finding(Finding(Check.MATCH, False, "match_failed"))
    verdict = decide(evidence, BANK)
    assert verdict.outcome is Outcome.REJECT
    assert verdict.reasons == (Reason.MATCH_FAILED, Reason.REVIEW_MISSING)


@pytest.mark.parametrize(
    ("check", "code"),
    [
        (Check.PAD, "pad_too_few_frames"),
        (Check.MATCH, "match_unavailable"),
        (Check.CONTINUITY, "face_lost"),
        (Check.LIVENESS, "liveness_given_up"),
    ],
)
def test_what_says_nothing_about_the_person_refers(check: Check, code: str) -> None:
    verdict = decide(WHOLE.with_finding(Finding(check, False, code)), BANK)
    assert (verdict.outcome, verdict.reasons) == (Outcome.REFER, (Reason(code),))


def test_an_unknown_code_falls_back_on_its_checks_failure() -> None:
    verdict = decide(WHOLE.with_finding(Finding(Check.PAD, False, "something_new")), BANK)
    assert (verdict.outcome, verdict.reasons) == (Outcome.REJECT, (Reason.PAD_FAILED,))


def test_an_early_end_refers_and_names_only_itself() -> None:
    verdict = decide(Evidence(stopped="clerk_asked"), BANK)
    assert (verdict.outcome, verdict.reasons) == (Outcome.REFER, (Reason.CLERK_ASKED,))
    assert decide(Evidence(stopped="what"), BANK).reasons == (Reason.STOPPED,)


def test_an_early_end_never_approves_even_with_whole_evidence() -> None:
    assert decide(replace(WHOLE, stopped="timed_out"), BANK).outcome is Outcome.REFER


def test_a_failed_liveness_is_named_once() -> None:
    evidence = Evidence((Finding(Check.LIVENESS, False, "liveness_timed_out"),), stopped="liveness_timed_out")
    verdict = decide(evidence, BANK)
    assert (verdict.outcome, verdict.reasons) == (Outcome.REJECT, (Reason.LIVENESS_TIMED_OUT,))


@pytest.mark.parametrize("source", ["demo", "replay"])
def test_demo_and_replay_approve_in_the_demonstration_only(source: str) -> None:
    evidence = WHOLE.with_finding(Finding(Check.CAMERA, True, source))
    assert decide(evidence, DEMO).outcome is Outcome.APPROVE
    verdict = decide(evidence, BANK)
    assert (verdict.outcome, verdict.reasons) == (Outcome.REFER, (Reason.SOURCE_NOT_DEVICE,))


def test_a_reference_from_where_the_profile_does_not_trust_it_refers() -> None:
    evidence = WHOLE.with_finding(Finding(Check.REFERENCE, True, "document_camera", score=40.0))
    assert decide(evidence, BANK).reasons == (Reason.REFERENCE_ORIGIN,)
    assert decide(evidence, DEMO).outcome is Outcome.APPROVE


def test_consent_without_its_text_refers() -> None:
    assert decide(WHOLE.with_finding(Finding(Check.CONSENT, True)), BANK).reasons == (Reason.CONSENT_TEXT_MISSING,)


def test_a_deferred_registry_approves_as_its_own_outcome() -> None:
    verdict = decide(WHOLE.without(Check.MATCH, Check.REFERENCE), SIM)
    assert (verdict.outcome, verdict.reasons) == (Outcome.APPROVE_DEFERRED, (Reason.MATCH_DEFERRED,))


def test_a_reference_that_is_there_must_match_though_the_registry_is_deferred() -> None:
    assert decide(WHOLE, SIM).outcome is Outcome.APPROVE
    assert decide(WHOLE.without(Check.MATCH), SIM).reasons == (Reason.MATCH_MISSING,)
    assert decide(WHOLE.with_finding(Finding(Check.MATCH, False)), SIM).outcome is Outcome.REJECT


def test_numbers_may_be_left_out_only_where_the_profile_says_so() -> None:
    assert Check.IDENTITY not in required_checks(DEMO, WHOLE)
    assert decide(WHOLE.without(Check.IDENTITY), DEMO).outcome is Outcome.APPROVE


@pytest.mark.parametrize(
    ("check", "change"),
    [
        (Check.MATCH, {"score": 0.3}),
        (Check.MATCH, {"score": nan}),
        (Check.MATCH, {"threshold": None}),
        (Check.MATCH, {"threshold": -inf}),
        (Check.MATCH, {"rate": 1e-3}),
        (Check.MATCH, {"rate": -1.0}),
        (Check.MATCH, {"rate": None}),
        (Check.PAD, {"score": 0.4}),
        (Check.PAD, {"score": None}),
        (Check.PAD, {"rate": nan}),
        (Check.CONTINUITY, {"score": 0.1, "threshold": 0.3}),
    ],
)
def test_figures_that_do_not_bear_out_a_pass_refer(check: Check, change: dict[str, Any]) -> None:
    finding = WHOLE.of(check)
    assert finding is not None
    verdict = decide(WHOLE.with_finding(replace(finding, **change)), BANK)
    assert (verdict.outcome, verdict.reasons) == (Outcome.REFER, (Reason.EVIDENCE_BROKEN,))


def test_every_guidance_of_the_face_has_a_reason() -> None:
    spoken = set(Guidance) - {
        Guidance.NONE,
        Guidance.GOOD,
        Guidance.CAMERA_WAIT,
        Guidance.BACK_TO_MIDDLE,
        Guidance.RELAX_FACE,
        Guidance.LIGHT_COMING,
        Guidance.LIGHT_ON,
        Guidance.DO_GESTURE,
        Guidance.WELL_DONE,
        Guidance.TRY_AGAIN,
        Guidance.SHOW_DOCUMENT,
        *(guidance for guidance in Guidance if "card" in guidance.value),
    }
    assert all(f"quality_{guidance.value}" in set(Reason) for guidance in spoken)


_FINDINGS = st.builds(
    Finding,
    st.sampled_from(Check),
    st.booleans(),
    st.sampled_from(["", "device", "demo", "portrait_file", "face_lost", "pad_failed", "light_not_used", "other"]),
    st.none() | st.floats(),
    st.none() | st.floats(),
    st.none() | st.floats(),
    st.sampled_from([(), (("text_sha256", "ab"),)]),
)


@given(
    st.lists(_FINDINGS, max_size=14),
    st.sets(st.sampled_from(Check)),
    st.sampled_from(["", "", "timed_out", "other"]),
    st.sampled_from([BANK, DEMO, SIM]),
)
def test_only_whole_and_passed_evidence_approves(
    changes: list[Finding], dropped: set[Check], stopped: str, profile: Profile
) -> None:
    evidence = replace(WHOLE.without(*dropped), stopped=stopped)
    for finding in changes:
        evidence = evidence.with_finding(finding)
    verdict = decide(evidence, profile)
    if verdict.outcome in APPROVED:
        assert stopped == ""
        for check in required_checks(profile, evidence):
            found = evidence.of(check)
            assert found is not None
            assert found.passed
        for rule in POLICY:
            found = evidence.of(rule.check)
            # What did not pass and still approves was only noted, or gave no answer where none was needed.
            if found is not None and not found.passed:
                assert rule.failed is Consequence.NOTE or Reason(found.code) in rule.not_judged
        assert verdict.assurance is not None
        assert verdict.assurance >= level_needed(profile, light_left_out=light_left_out(evidence))
    else:
        assert verdict.reasons
    if verdict.outcome is Outcome.APPROVE_DEFERRED:
        assert profile.reference == "deferred"
        assert evidence.of(Check.REFERENCE) is None
