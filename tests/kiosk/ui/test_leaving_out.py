"""Leaving out a movement: offered before and while gestures are asked, in every language, by large touch targets."""

from dataclasses import replace

import pytest

from kiosk.flow.events import Event, GestureDeclined
from kiosk.flow.state import Gesture, Session, Step
from kiosk.ui.catalogue import LANGUAGES, Catalogue
from kiosk.ui.shots import states
from kiosk.ui.viewmodels.liveness import LivenessModel

pytestmark = pytest.mark.usefixtures("qapp")


def drawn(language: str = "en") -> Session:
    return replace(states(language)["liveness_left"], challenge_fixed=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_gesture_of_the_profile_can_be_left_out_in_words(language: str) -> None:
    session = replace(drawn(language), declined=(Gesture.SMILE,))
    choices = LivenessModel(session, Catalogue(language), print).property("choices")
    assert [choice["name"] for choice in choices] == list(session.profile.liveness.gestures)
    assert [choice["name"] for choice in choices if choice["declined"]] == ["smile"]
    assert all(choice["words"] == Catalogue(language)(f"gesture.{choice['name']}") for choice in choices)


def test_a_touch_declines() -> None:
    tapped: list[Event] = []
    LivenessModel(drawn(), Catalogue("en"), tapped.append).decline("smile")
    assert tapped == [GestureDeclined("smile")]


def test_it_is_offered_before_and_while_gestures_are_asked_and_no_longer() -> None:
    def offered(session: Session) -> bool:
        return bool(LivenessModel(session, Catalogue("en"), print).property("may_decline"))

    session = drawn()
    assert offered(session)
    assert offered(replace(session, step=Step.FACE))
    assert not offered(replace(session, challenge_fixed=True))
    assert not offered(replace(session, liveness=replace(session.liveness, phase="light")))
    assert not offered(replace(session, declined=tuple(Gesture)[: session.profile.liveness.declines]))
