"""Fillers are counted by their room; nothing else is put in or left out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge_models.tasks.document_text import ReadCharacter
from kiosk.document.mrz.spacing import Room, spaced
from kiosk.identity.mrz.characters import text_of

LINE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"


def read(text: str, kept: list[int], pitch: float = 0.021) -> tuple[ReadCharacter, ...]:
    return tuple(ReadCharacter(text[i], 0.9, (), 0.03 + pitch * i) for i in kept)


@given(st.sets(st.integers(26, 42), max_size=4))
def test_lost_fillers_come_back(lost: set[int]) -> None:
    kept = [i for i in range(len(LINE)) if i not in lost]
    assert text_of(spaced(read(LINE, kept), Room(pitch=0.021))) == LINE


@given(st.integers(25, 43))
def test_a_filler_seen_twice_counts_once(at: int) -> None:
    characters = list(read(LINE, list(range(len(LINE)))))
    characters.insert(at + 1, ReadCharacter("<", 0.5, (), characters[at].place + 0.007))
    assert text_of(spaced(tuple(characters), Room())) == LINE


@given(st.sets(st.integers(5, 24), min_size=1, max_size=3))
def test_letters_are_never_put_in(lost: set[int]) -> None:
    kept = [i for i in range(len(LINE)) if i not in lost]
    given_back = text_of(spaced(read(LINE, kept), Room(pitch=0.021)))
    assert given_back.replace("<", "") == "".join(LINE[i] for i in kept).replace("<", "")


def test_fillers_cut_off_at_the_end_come_back_when_the_line_is_then_a_zones() -> None:
    kept = list(range(41))
    end = 0.03 + 0.021 * 43 + 0.007
    assert text_of(spaced(read(LINE, kept), Room(pitch=0.021, end=end))) == LINE
    assert text_of(spaced(read(LINE, kept), Room(pitch=0.021, end=end - 0.021))) == LINE[:41]


def test_perspective_changes_the_step_along_the_line() -> None:
    places, at = [], 0.02
    for i in range(44):
        places.append(at)
        at += 0.018 + 0.0002 * i
    kept = [i for i in range(44) if i not in (30, 37)]
    characters = tuple(ReadCharacter(LINE[i], 0.9, (), places[i]) for i in kept)
    assert text_of(spaced(characters, Room())) == LINE


def test_few_characters_are_left_as_they_are() -> None:
    assert text_of(spaced(read("A<<B", [0, 1, 3]), Room())) == "A<B"


def test_what_lies_beyond_a_gap_is_no_part_of_the_line() -> None:
    before = tuple(ReadCharacter("W", 0.4, (), -0.01 * i) for i in range(4, 2, -1))
    line = read(LINE, list(range(44)))
    after = tuple(ReadCharacter("7", 0.4, (), line[-1].place + 0.05 + 0.01 * i) for i in range(3))
    assert text_of(spaced((*before, *line, *after), Room(pitch=0.021))) == LINE


def test_both_sides_of_a_washed_out_middle_stay() -> None:
    text = "L898902C36UTO7408122F1204159ZE184226B1234510"
    kept = [*range(20), *range(26, 44)]
    assert text_of(spaced(read(text, kept), Room(pitch=0.021))) == text[:20] + text[26:]
