from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import pytest

pytest.importorskip("torch", reason="training needs torch, which a kiosk does not have")

from edge_models.recipes.feeding import Feeder


def slow(count: int, seconds: float) -> Iterator[int]:
    for number in range(count):
        time.sleep(seconds)
        yield number


def test_batches_arrive_whole_and_in_order() -> None:
    assert list(Feeder(iter(range(50)))) == list(range(50))


def test_an_error_while_making_a_batch_reaches_the_trainer() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("a crop does not decode")

    feeder = Feeder(broken())
    assert next(feeder) == 1
    with pytest.raises(ValueError, match="does not decode"):
        next(feeder)


def test_a_trainer_that_waits_for_data_is_told_so() -> None:
    feeder = Feeder(slow(20, 0.02))
    for _ in feeder:
        pass
    assert feeder.starved > 0.6


def test_a_trainer_that_is_slower_than_its_data_does_not_wait() -> None:
    feeder = Feeder(iter(range(10)))
    for _ in feeder:
        time.sleep(0.02)
    assert feeder.starved < 0.4


def test_an_endless_source_can_be_closed() -> None:
    feeder = Feeder(itertools.count())
    assert next(feeder) == 0
    feeder.close()
    assert not feeder._thread.is_alive()
