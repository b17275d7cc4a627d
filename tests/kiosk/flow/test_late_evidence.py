"""Under a profile that asks for more than the challenge: evidence that is missing, late or broken never approves."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.analysis.facts import CueJudgement
from kiosk.decision.assurance import Assurance, groups_of
from kiosk.flow.answers import CuesFailed, CuesJudged, Outcome
from kiosk.flow.effects import CompareProbe, Decide, FusePad, JudgeCues, QueueRecord
from kiosk.flow.events import Event
from kiosk.flow.evidence import Check
from kiosk.flow.weighing import CUES
from kiosk.profile.format import Profile
from kiosk.profile.loading import load_profile

APPROVED = (Outcome.APPROVE, Outcome.APPROVE_DEFERRED)
PINNED = CueJudgement("camera_pin", 1.0, 1.0, 0.0)
_WANTED = {check for group in groups_of(Assurance.HIGH) for check in group} & set(CUES)


def _profile(level: str) -> Profile:
    update = {"assurance": level, "assurance_without_light": level}
    return load_profile("demo").model_copy(update=update)


def _judged(**changes: CueJudgement | None) -> Callable[[Any], Event]:
    good = {check.value: CueJudgement(check.value, 0.9, 0.5, 0.02, 40) for check in CUES}
    kept = {**good, **changes}
    return lambda _: CuesJudged(tuple(judgement for judgement in kept.values() if judgement is not None))


def _end(script: Any, level: str, answer: Callable[[Any], Event | None], **given: Any) -> Any:
    person = script(_profile(level), **{"pin": PINNED, **given})
    person.answers[JudgeCues] = answer
    person.whole_way()
    for _ in range(400):
        if person.session.outcome is not None and person.session.closing == "shown":
            break
        person.wait(1.0)
    return person


def test_whole_evidence_approves_at_the_highest_level_and_is_named(script: Any) -> None:
    person = _end(script, "high", _judged())
    assert person.session.outcome is Outcome.APPROVE
    decisions = [effect for effect in person.effects if isinstance(effect, Decide)]
    passed = {finding.check for finding in decisions[0].evidence.findings if finding.passed}
    assert passed >= _WANTED


@pytest.mark.parametrize("answer", [lambda _: None, lambda _: CuesFailed("x"), lambda _: CuesJudged(())])
@pytest.mark.parametrize("level", ["substantial", "high"])
def test_cues_that_never_come_do_not_approve(script: Any, level: str, answer: Any) -> None:
    person = _end(script, level, answer)
    assert person.session.outcome is Outcome.REFER
    assert any(reason.endswith("_unavailable") for reason in person.session.reasons)


@pytest.mark.parametrize("check", sorted(_WANTED))
@pytest.mark.parametrize("broken", [None, "score", "threshold", "nan", "inf", "below", "too_few"])
def test_one_cue_that_is_missing_or_broken_does_not_approve(script: Any, check: Check, broken: str | None) -> None:
    name = check.value
    judgement = {
        None: None,
        "score": CueJudgement(name, None, 0.5, 0.02, 40),
        "threshold": CueJudgement(name, 0.9, None, 0.02, 40),
        "nan": CueJudgement(name, nan, 0.5, 0.02, 40),
        "inf": CueJudgement(name, 0.9, -inf, 0.02, 40),
        "below": CueJudgement(name, 0.4, 0.5, 0.02, 40),
        "too_few": CueJudgement(name, 0.9, 0.5, 0.02, 40, code="too_few"),
    }[broken]
    assert _end(script, "high", _judged(**{name: judgement})).session.outcome not in APPROVED


@pytest.mark.parametrize(
    "pin",
    [
        CueJudgement("camera_pin", code="not_enrolled"),
        CueJudgement("camera_pin", code="unavailable"),
        CueJudgement("camera_pin", 0.0, 1.0, 0.0),
        CueJudgement("camera_pin", nan, 1.0, 0.0),
        CueJudgement("camera_pin"),
    ],
)
def test_a_camera_that_is_not_the_calibrated_one_does_not_approve(script: Any, pin: CueJudgement) -> None:
    assert _end(script, "substantial", _judged(), pin=pin).session.outcome is Outcome.REFER


_FIGURE = st.none() | st.sampled_from([0.0, 0.4, 0.5, 0.9, nan, inf, -inf])
_JUDGEMENTS = st.lists(
    st.builds(
        CueJudgement,
        st.sampled_from([check.value for check in CUES] + ["other"]),
        _FIGURE,
        _FIGURE,
        _FIGURE,
        st.integers(0, 50),
        st.sampled_from(["", "", "too_few", "unavailable", "not_enrolled", "what"]),
    ),
    max_size=12,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(_JUDGEMENTS, st.sampled_from(["low", "substantial", "high"]), st.sampled_from([FusePad, CompareProbe, None]))
def test_whatever_the_analyst_answers_only_sound_passes_approve(
    script: Any, judgements: list[CueJudgement], level: str, silent: type | None
) -> None:
    person = script(_profile(level), pin=PINNED)
    person.answers[JudgeCues] = lambda _: CuesJudged(tuple(judgements))
    if silent is not None:
        person.answers[silent] = lambda _: None
    person.whole_way()
    for _ in range(60):
        person.wait(1.0)
    records = [effect for effect in person.effects if isinstance(effect, QueueRecord)]
    for record in records:
        if record.outcome in APPROVED:
            assert silent is None
            passed = {finding.check for finding in record.evidence.findings if finding.passed}
            assert all(group & passed for group in groups_of(Assurance[level.upper()]))
