"""Which camera was opened: the newest counts before anybody begins; later, another one stays noted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.analysis.facts import NOT_PINNED, CueJudgement
from kiosk.flow.events import CameraIdentified, Continued
from kiosk.flow.evidence import Check
from kiosk.flow.machine import advance, start
from kiosk.flow.state import Session, Step, Transaction
from kiosk.profile.loading import load_profile

SAME = CueJudgement("camera_pin", 1.0, 1.0, 0.0)
OTHER = CueJudgement("camera_pin", 0.0, 1.0, 0.0, detail=(("differs", "camera_replaced"),))


def begun(pin: CueJudgement) -> Session:
    return start(
        id="s",
        profile=load_profile("demo"),
        source="device",
        transaction=Transaction("t"),
        now=0.0,
        language="en",
        reference_given=False,
        pin=pin,
    ).session


def code(session: Session) -> str:
    finding = session.evidence.of(Check.CAMERA_PIN)
    assert finding is not None
    assert finding.passed is (finding.code == "passed")
    return finding.code


def opened(session: Session, *pins: CueJudgement) -> Session:
    for pin in pins:
        session = advance(session, CameraIdentified(pin)).session
    return session


def test_a_camera_that_comes_up_late_is_noted_at_welcome() -> None:
    session = begun(NOT_PINNED)
    assert code(session) == "camera_pin_not_enrolled"
    assert code(opened(session, OTHER)) == "camera_pin_failed"
    assert code(opened(session, OTHER, SAME)) == "passed"


def test_an_exchange_during_the_session_stays_noted() -> None:
    session = advance(begun(SAME), Continued()).session
    assert session.step is not Step.WELCOME
    swapped = opened(session, OTHER, SAME)
    assert code(swapped) == "camera_pin_failed"
    finding = swapped.evidence.of(Check.CAMERA_PIN)
    assert finding is not None
    assert ("differs", "camera_replaced") in finding.detail


@pytest.mark.parametrize("before", [SAME, OTHER])
def test_what_was_decided_is_not_changed(before: CueJudgement) -> None:
    session = replace(begun(before), step=Step.RESULT, closing="queueing")
    assert opened(session, OTHER, SAME).evidence == session.evidence


def test_figures_that_are_none_never_pass() -> None:
    broken = CueJudgement("camera_pin", float("nan"), 1.0, 0.0)
    assert code(opened(begun(SAME), broken)) == "camera_pin_unavailable"
