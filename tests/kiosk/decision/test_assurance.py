"""Levels of assurance: each holds the one below, and the record never names a level that was not reached."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.decision.assurance import Assurance, groups_of, level_needed, reached
from kiosk.decision.reasons import Reason
from kiosk.decision.verdict import decide
from kiosk.flow.answers import Outcome
from kiosk.flow.evidence import Check, Evidence, Finding
from kiosk.profile.format import Profile
from kiosk.profile.loading import load_profile

_FIGURES: dict[Check, dict[str, Any]] = {
    Check.PAD: {"score": 0.9, "threshold": 0.5, "rate": 0.05},
    Check.MATCH: {"score": 0.7, "threshold": 0.4, "rate": 1e-4},
    Check.CONSENT: {"detail": (("text_sha256", "ab"),)},
    Check.CAMERA: {"code": "device"},
    Check.REFERENCE: {"code": "portrait_file", "score": 60.0},
}
WHOLE = Evidence(tuple(Finding(check, True, **_FIGURES.get(check, {})) for check in Check))
NO_LIGHT = WHOLE.with_finding(Finding(Check.LIGHT, False, "light_not_used"))


def _profile(assurance: str, without_light: str = "low") -> Profile:
    demo = load_profile("demo")
    return demo.model_copy(update={"assurance": assurance, "assurance_without_light": without_light})


@given(st.sets(st.sampled_from(Check)))
def test_a_level_is_reached_by_all_of_its_checks_and_no_less(passed: set[Check]) -> None:
    level = reached(passed)
    for each in Assurance:
        whole = all(group & passed for group in groups_of(each))
        assert (level is not None and level >= each) == whole


def test_each_level_asks_more_than_the_one_below() -> None:
    sizes = [len(groups_of(level)) for level in Assurance]
    assert sizes == sorted(set(sizes))


def test_a_session_below_the_profiles_level_refers_and_says_what_it_lacks() -> None:
    verdict = decide(WHOLE.without(Check.SENSOR), _profile("high"))
    assert (verdict.outcome, verdict.reasons) == (Outcome.REFER, (Reason.SENSOR_MISSING,))
    assert verdict.assurance is Assurance.SUBSTANTIAL
    assert decide(WHOLE.without(Check.SENSOR), _profile("substantial")).outcome is Outcome.APPROVE


def test_a_camera_that_was_never_calibrated_approves_at_the_lowest_level_only() -> None:
    evidence = WHOLE.with_finding(Finding(Check.CAMERA_PIN, False, "camera_pin_not_enrolled"))
    assert decide(evidence, _profile("low")).assurance is Assurance.LOW
    verdict = decide(evidence, _profile("substantial"))
    assert (verdict.outcome, verdict.reasons) == (Outcome.REFER, (Reason.CAMERA_PIN_NOT_ENROLLED,))


def test_depth_and_light_stand_in_for_each_other_below_the_highest_level() -> None:
    profile = _profile("substantial", "substantial")
    flat = WHOLE.with_finding(Finding(Check.DEPTH, False, "depth_too_few"))
    assert decide(flat, profile).outcome is Outcome.APPROVE
    assert decide(NO_LIGHT, profile).outcome is Outcome.APPROVE
    neither = NO_LIGHT.with_finding(Finding(Check.DEPTH, False, "depth_too_few"))
    verdict = decide(neither, profile)
    assert verdict.outcome is Outcome.REFER
    assert set(verdict.reasons) == {Reason.DEPTH_TOO_FEW, Reason.LIGHT_NOT_USED}


def test_what_fails_is_not_made_good_by_what_could_stand_in_for_it() -> None:
    verdict = decide(WHOLE.with_finding(Finding(Check.DEPTH, False, "depth_failed")), _profile("substantial"))
    assert (verdict.outcome, verdict.reasons) == (Outcome.REJECT, (Reason.DEPTH_FAILED,))


@pytest.mark.parametrize("code", ["light_not_used", "light_too_bright"])
def test_without_the_screens_light_the_profile_names_the_level_and_the_verdict_labels_it(code: str) -> None:
    evidence = NO_LIGHT.with_finding(Finding(Check.LIGHT, False, code))
    verdict = decide(evidence, _profile("high", "substantial"))
    assert (verdict.outcome, verdict.assurance) == (Outcome.APPROVE, Assurance.SUBSTANTIAL)
    strict = decide(evidence, _profile("high", "high"))
    assert (strict.outcome, strict.reasons) == (Outcome.REFER, (Reason(code),))


@pytest.mark.parametrize("code", ["light_failed", "light_unavailable", "", "anything"])
def test_light_that_was_tried_and_gave_nothing_is_not_light_left_out(code: str) -> None:
    evidence = replace(WHOLE).with_finding(Finding(Check.LIGHT, False, code))
    assert decide(evidence, _profile("high", "low")).outcome is not Outcome.APPROVE


def test_levels_are_named_in_profiles_as_in_records() -> None:
    assert [level.word for level in Assurance] == ["low", "substantial", "high"]
    assert level_needed(_profile("high", "low"), light_left_out=True) is Assurance.LOW


@pytest.mark.parametrize("level", ["low", "substantial"])
def test_a_light_that_was_shown_and_not_seen_to_its_end_refers_at_every_level(level: str) -> None:
    evidence = WHOLE.with_finding(Finding(Check.LIGHT, False, "light_unavailable"))
    verdict = decide(evidence, _profile(level, "low"))
    assert (verdict.outcome, verdict.reasons) == (Outcome.REFER, (Reason.LIGHT_UNAVAILABLE,))


def test_a_shape_that_changed_without_a_turn_refers_and_never_rejects() -> None:
    evidence = WHOLE.with_finding(Finding(Check.DEPTH, False, "depth_unsure", 0.3, 0.33, 0.01))
    verdict = decide(evidence, _profile("low"))
    assert (verdict.outcome, verdict.reasons) == (Outcome.REFER, (Reason.DEPTH_UNSURE,))
