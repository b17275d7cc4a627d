"""The analysing thread with a small fake for its analyst."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest

from kiosk.analysis.facts import FrameFacts
from kiosk.analysis.models import ModelInUse
from kiosk.analysis.pipeline import Analyst, Closeness
from kiosk.analysis.worker import AnalysisWorker
from kiosk.camera.frame import Frame
from kiosk.camera.mailbox import Mailbox
from kiosk.errors import CameraLost


@dataclass
class FakeModels:
    in_use: tuple[ModelInUse, ...] = (ModelInUse("a", "1", "0", "open_vino"), ModelInUse("b", "1", "0", "onnx_runtime"))


class FakeAnalyst:
    """Writes down what it is asked, in order."""

    def __init__(self) -> None:
        self.models = FakeModels()
        self.done: list[str] = []
        self.breaks: Exception | None = None

    def look(self, frame: Frame, closeness: Closeness) -> FrameFacts:
        self.done.append(f"look {frame.index} {closeness}")
        if self.breaks is not None:
            raise self.breaks
        return FrameFacts(frame.time, frame.index, 2, 2)

    def milliseconds(self) -> dict[str, float]:
        return {"detection": 1.0}

    def wipe(self) -> None:
        self.done.append("wipe")


class Bench:
    """A worker with its surroundings."""

    def __init__(self) -> None:
        self.analyst = FakeAnalyst()
        self.frames: Mailbox[Frame] = Mailbox()
        self.told: queue.Queue[FrameFacts] = queue.Queue()
        self.failed: queue.Queue[str] = queue.Queue()
        self.make: Callable[[], Analyst] = lambda: cast("Analyst", self.analyst)
        self.worker = AnalysisWorker(lambda: self.make(), self.frames, self.told.put, self.failed.put)

    def frame(self, index: int) -> None:
        self.frames.put(Frame(np.zeros((2, 2, 3), np.uint8), float(index), index))

    def answered(self) -> None:
        """Wait until all questions so far were answered."""
        done = threading.Event()
        self.worker.ask(lambda _analyst: done.set())
        assert done.wait(5)


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    if bench.worker._thread.ident is not None:
        assert bench.worker.stop()


def test_frames_are_looked_at_as_closely_as_said(bench: Bench) -> None:
    bench.worker.look_at(Closeness.FACE)
    bench.worker.start()
    bench.frame(4)
    assert bench.told.get(timeout=5).index == 4
    bench.worker.look_at(Closeness.DOCUMENT)
    bench.frame(5)
    assert bench.told.get(timeout=5).index == 5
    assert bench.analyst.done == ["look 4 face", "look 5 document"]
    assert bench.worker.frames_analysed == 2
    assert bench.worker.engines == "onnx_runtime, open_vino"


def test_nothing_is_looked_at_unasked(bench: Bench) -> None:
    bench.worker.start()
    bench.frame(1)
    while bench.frames._item is not None:
        bench.answered()
    bench.answered()
    assert bench.analyst.done == []
    assert bench.told.empty()


def test_questions_are_answered_before_the_next_frame(bench: Bench) -> None:
    bench.worker.look_at(Closeness.FACE)
    bench.frame(1)
    for name in ("one", "two"):
        bench.worker.ask(lambda analyst, name=name: cast("Any", analyst).done.append(name))  # type: ignore[misc]
    bench.worker.start()
    bench.told.get(timeout=5)
    assert bench.analyst.done == ["one", "two", "look 1 face"]


def test_questions_are_answered_without_any_frame_and_after_the_camera_ended(bench: Bench) -> None:
    bench.worker.start()
    bench.answered()
    bench.frames.close()
    bench.answered()


def test_milliseconds_come_now_and_then(bench: Bench) -> None:
    bench.worker.look_at(Closeness.FACE)
    bench.worker.start()
    for index in range(10):
        bench.frame(index)
        bench.told.get(timeout=5)
    assert bench.worker.milliseconds == {"detection": 1.0}


@pytest.mark.parametrize(("error", "code"), [(CameraLost("gone"), "CAMERA_LOST"), (ZeroDivisionError(), "DEFECT")])
def test_a_crash_reaches_who_waits(bench: Bench, error: Exception, code: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    bench.analyst.breaks = error
    bench.worker.look_at(Closeness.FACE)
    bench.worker.start()
    bench.frame(1)
    assert bench.failed.get(timeout=5) == code
    assert bench.worker.stop()
    assert bench.analyst.done[-1] == "wipe"


def test_a_question_that_crashes_reaches_who_waits(bench: Bench) -> None:
    def broken(_analyst: Analyst) -> None:
        raise ValueError

    bench.worker.start()
    bench.worker.ask(broken)
    assert bench.failed.get(timeout=5) == "DEFECT"


def test_students_that_cannot_be_loaded_reach_who_waits(bench: Bench) -> None:
    def make() -> Analyst:
        raise CameraLost

    bench.make = make
    bench.worker.start()
    assert bench.failed.get(timeout=5) == "CAMERA_LOST"


def test_stopping_wipes(bench: Bench) -> None:
    bench.worker.start()
    bench.answered()
    assert bench.worker.stop()
    assert bench.analyst.done == ["wipe"]
    assert bench.failed.empty()
