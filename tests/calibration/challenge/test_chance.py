"""The simulation of films against the challenge: living people pass, films that nobody paced hardly do."""

import random
from itertools import pairwise

import pytest

from calibration.challenge.acting import film_of
from calibration.challenge.chance import ALL, Film, Fishing, Operator, Person, play, tally
from kiosk.flow.evidence import Check
from kiosk.flow.state import Gesture
from kiosk.profile.loading import load_profile

PROFILE = load_profile("bank_account")


def test_living_people_pass_and_so_do_clips_that_are_started_by_hand() -> None:
    # The second is why order is not enough: light, depth and continuity must speak too.
    assert tally(PROFILE, Person, 12).passed == 12
    assert tally(PROFILE, Operator, 12).passed == 12


@pytest.mark.parametrize("kind", [Film, Fishing])
def test_films_in_an_order_of_their_own_do_not(kind: type[Film]) -> None:
    result = tally(PROFILE, kind, 12)
    assert result.passed <= 1
    assert sum(result.reasons.values()) == 12 - result.passed


@pytest.mark.parametrize("declined", [(Gesture.SMILE,), (Gesture.LOOK_LEFT, Gesture.BLINK, Gesture.OPEN_MOUTH)])
def test_who_declines_beforehand_passes_a_challenge_as_strong(declined: tuple[Gesture, ...]) -> None:
    session = play(PROFILE, Person(random.Random(5)), 11, declined)
    finding = session.evidence.of(Check.LIVENESS)
    assert finding is not None
    assert finding.passed
    detail = dict(finding.detail)
    whole = dict(play(PROFILE, Person(random.Random(5)), 11).evidence.of(Check.LIVENESS).detail)  # type: ignore[union-attr]
    assert float(detail["entropy_bits"]) >= float(whole["entropy_bits"])
    assert detail["declined"] == ",".join(declined)
    assert not set(detail["challenge"].split(",")) & set(declined)


def test_a_film_plays_each_gesture_after_the_other() -> None:
    film = film_of(ALL, random.Random(1))
    assert [one.gesture for one in film] == list(ALL)
    assert all(one.ends < two.begins for one, two in pairwise(film))
