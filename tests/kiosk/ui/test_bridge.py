"""The bridge: events of other threads arrive in the Qt thread, each after its moment."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.flow.events import CameraEnded, Continued, Event, Tick
from kiosk.ui.bridge import Bridge
from kiosk.ui.shots import states

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from kiosk.flow.state import Session


class Recorded:
    """A session that notes what is posted and in which thread."""

    def __init__(self) -> None:
        self.state = states("en")["welcome"]
        self.posted: list[tuple[Event, int]] = []
        self.begun = self.restarted = 0

    def post(self, event: Event) -> None:
        self.posted.append((event, threading.get_ident()))

    def begin(self) -> None:
        self.begun += 1

    def restart(self) -> None:
        self.restarted += 1
        self.state = replace(self.state, ended=False)

    def on_change(self, callback: Callable[[Session], None]) -> None:
        raise AssertionError(callback)


def test_an_event_of_another_thread_arrives_in_the_qt_thread_after_a_tick(qtbot: QtBot) -> None:
    session, bridge = Recorded(), Bridge(clock=lambda: 7.0)
    bridge.start(session)
    thread = threading.Thread(target=bridge.post, args=(CameraEnded(),))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: any(event == CameraEnded() for event, _ in session.posted))
    bridge.stop()
    at = [event for event, _ in session.posted].index(CameraEnded())
    assert session.posted[at - 1][0] == Tick(7.0)
    assert {thread for _, thread in session.posted} == {threading.get_ident()}


def test_taps_are_posted_at_once(qtbot: QtBot) -> None:
    session, bridge = Recorded(), Bridge(clock=lambda: 3.0)
    bridge.start(session)
    bridge.tap(Continued())
    assert [event for event, _ in session.posted][-2:] == [Tick(3.0), Continued()]
    bridge.stop()


def test_time_passes_and_an_ended_session_is_followed_by_a_new_one(qtbot: QtBot) -> None:
    session, bridge = Recorded(), Bridge(clock=lambda: 1.0)
    session.state = replace(session.state, ended=True)
    bridge.start(session)
    qtbot.waitUntil(lambda: session.restarted == 1)
    bridge.stop()
    assert session.begun == 1
    assert (Tick(1.0), threading.get_ident()) in session.posted


def test_nothing_is_posted_after_stopping(qtbot: QtBot) -> None:
    session, bridge = Recorded(), Bridge()
    bridge.start(session)
    bridge.stop()
    session.posted.clear()
    bridge.tap(Continued())
    qtbot.wait(150)
    assert session.posted == []
