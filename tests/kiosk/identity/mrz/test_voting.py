"""Several frames say more than one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.identity.mrz.characters import Character, line_of, text_of
from kiosk.identity.mrz.voting import agreement, vote, vote_line


def test_most_frames_win_over_one_that_is_a_little_surer() -> None:
    right, wrong = Character("8", 0.7, (("B", 0.3),)), Character("B", 0.75, (("8", 0.25),))
    assert text_of(vote_line(((right,), (right,), (wrong,)))) == "8"


def test_one_sure_frame_wins_over_two_that_guess() -> None:
    sure, guess = Character("5", 0.99, (("S", 0.01),)), Character("S", 0.5, (("5", 0.45),))
    assert text_of(vote_line(((sure,), (guess,), (guess,)))) == "5"


def test_the_same_doubt_in_every_frame_stays_a_doubt() -> None:
    voted = vote_line(((Character("0", 0.55, (("O", 0.45),)),),) * 9)[0]
    assert voted.best == "0"
    assert voted.confidence < 0.8
    assert voted.others[0][0] == "O"


def test_a_frame_that_lost_a_character_votes_with_what_it_has() -> None:
    whole = line_of("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", 0.6)
    short = line_of("P<UTOERIKSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", 0.9)
    assert text_of(vote_line((whole, short))) == text_of(whole)


def test_frames_with_other_lines_are_left_out() -> None:
    one, two = line_of("AAA", 0.9), line_of("BBB", 0.9)
    assert vote(((one, two), (one, two), (one,))) == (vote_line((one, one)), vote_line((two, two)))
    assert vote(()) == ()
    assert vote(((),)) == ()


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<", min_size=1, max_size=44), st.integers(1, 5))
def test_frames_that_agree_give_what_they_say_no_less_surely(text: str, frames: int) -> None:
    voted = vote_line((line_of(text, 0.9),) * frames)
    assert text_of(voted) == text
    assert all(0.89 < character.confidence <= 1.0 for character in voted)


def test_agreement_says_when_frames_say_the_same() -> None:
    one, two = (line_of("AB"),), (line_of("AC"),)
    assert agreement((one, one, two, one)) == 0.75
    assert agreement(()) == 0.0
