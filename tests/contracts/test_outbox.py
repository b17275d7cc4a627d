"""What every outbox promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.errors import BadInput, StoreUnusable
from kiosk.outbox.life import State
from kiosk.outbox.memory import MemoryOutbox
from kiosk.outbox.port import Outbox
from kiosk.outbox.sqlite import SqliteOutbox
from kiosk.record.manifest import Place


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture(params=["sqlite", "memory"])
def outbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Outbox]:
    if request.param == "sqlite":
        box = SqliteOutbox(tmp_path / "outbox", clock=Clock())
        yield box
        box.close()
    else:
        yield MemoryOutbox(clock=Clock())


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
