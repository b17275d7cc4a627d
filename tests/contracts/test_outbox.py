"""What every outbox promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.errors import BadInput, StoreUnusable
from kiosk.outbox.life import LEASE, State
from kiosk.outbox.memory import MemoryOutbox
from kiosk.outbox.port import Outbox
from kiosk.outbox.sqlite import SqliteOutbox
from kiosk.record.manifest import Place


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "memory"])
def outbox(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Outbox]:
    if request.param == "sqlite":
        box = SqliteOutbox(tmp_path / "outbox", clock=clock)
        yield box
        box.close()
    else:
        yield MemoryOutbox(clock=clock)


def packet(content: bytes = b"sealed") -> Callable[[Place], bytes]:
    return lambda place: content + str(place).encode()


class TestOutboxContract:
    def test_what_was_put_is_listed_and_given_back(self, outbox: Outbox) -> None:
        entry = outbox.put("one", packet())
        assert outbox.entries() == [entry]
        assert entry.state is State.WAITING
        assert outbox.packet("one") == packet()(Place(1, ""))

    def test_places_have_no_gaps_and_chain_by_hash(self, outbox: Outbox) -> None:
        entries = [outbox.put(name, packet()) for name in ("a", "b", "c")]
        assert [entry.sequence for entry in entries] == [1, 2, 3]
        assert [entry.previous for entry in entries] == ["", entries[0].sha256, entries[1].sha256]

    def test_a_packet_that_cannot_be_made_takes_no_place(self, outbox: Outbox) -> None:
        def broken(_place: Place) -> bytes:
            raise RuntimeError("sealing failed")

        with pytest.raises(RuntimeError, match="sealing failed"):
            outbox.put("lost", broken)
        assert outbox.entries() == []
        assert outbox.put("next", packet()).sequence == 1

    def test_an_id_is_taken_once(self, outbox: Outbox) -> None:
        outbox.put("one", packet())
        with pytest.raises(StoreUnusable):
            outbox.put("one", packet(b"other"))
        assert outbox.packet("one") == packet()(Place(1, ""))

    def test_an_unknown_id_is_told(self, outbox: Outbox) -> None:
        with pytest.raises(BadInput, match="no entry nobody"):
            outbox.packet("nobody")
        with pytest.raises(BadInput, match="no entry nobody"):
            outbox.move("nobody", State.PARKED)

    def test_a_delivery_counts_tries_and_ends(self, outbox: Outbox) -> None:
        outbox.put("one", packet())
        outbox.move("one", State.SENDING)
        outbox.move("one", State.WAITING, code="network", due=5000.0)
        assert outbox.entries()[0].due == 5000.0
        outbox.move("one", State.SENDING)
        done = outbox.move("one", State.DELIVERED)
        assert (done.attempts, done.state) == (2, State.DELIVERED)

    def test_what_life_does_not_know_is_refused_and_changes_nothing(self, outbox: Outbox) -> None:
        outbox.put("one", packet())
        with pytest.raises(BadInput, match="cannot become delivered"):
            outbox.move("one", State.DELIVERED)
        assert outbox.entries()[0].state is State.WAITING

    def test_what_is_due_comes_by_sequence_and_not_before_its_time(self, outbox: Outbox, clock: Clock) -> None:
        for name in ("c", "a", "b"):
            outbox.put(name, packet())
        assert [entry.id for entry in outbox.due()] == ["c", "a", "b"]
        assert [entry.id for entry in outbox.due(2)] == ["c", "a"]
        outbox.move("c", State.SENDING)
        outbox.move("c", State.WAITING, code="network", due=clock.now + 100)
        outbox.move("a", State.PARKED, code="refused")
        assert [entry.id for entry in outbox.due()] == ["b"]
        clock.now += 100
        assert [entry.id for entry in outbox.due()] == ["c", "b"]

    def test_one_sender_gets_an_entry(self, outbox: Outbox) -> None:
        outbox.put("one", packet())
        outbox.move("one", State.SENDING)
        with pytest.raises(BadInput, match="cannot become sending"):
            outbox.move("one", State.SENDING)
        assert outbox.due() == []

    def test_an_entry_whose_sender_died_waits_again(self, outbox: Outbox, clock: Clock) -> None:
        outbox.put("one", packet())
        outbox.move("one", State.SENDING)
        clock.now += LEASE + 1
        assert [(entry.id, entry.code, entry.attempts) for entry in outbox.due()] == [("one", "interrupted", 1)]

    def test_a_code_is_never_a_text(self, outbox: Outbox) -> None:
        outbox.put("one", packet())
        with pytest.raises(BadInput, match="one word"):
            outbox.move("one", State.PARKED, code="a name and more")
        assert outbox.entries()[0].state is State.WAITING
