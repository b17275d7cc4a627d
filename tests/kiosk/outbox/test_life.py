from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.outbox.life import State, may_move, retry_after


def test_delivered_is_the_end_and_only_sending_leads_there() -> None:
    assert not any(may_move(State.DELIVERED, state) for state in State)
    assert [state for state in State if may_move(state, State.DELIVERED)] == [State.SENDING]


def test_every_state_but_the_end_has_a_way_to_delivery() -> None:
    for start in set(State) - {State.DELIVERED}:
        reached, found = {start}, True
        while found:
            more = {after for before in reached for after in State if may_move(before, after)} - reached
            reached |= more
            found = bool(more)
        assert State.DELIVERED in reached


@given(st.integers(0, 10_000), st.floats(0, 4e9))
def test_pauses_grow_and_stay_within_six_hours(attempts: int, now: float) -> None:
    pause = retry_after(now, attempts).moment - now
    assert 29 <= pause <= 6 * 3600 + 1
    assert retry_after(now, attempts + 1).moment >= retry_after(now, attempts).moment
