"""The mailbox: newest wins, drops are counted, closing wakes."""

from __future__ import annotations

import threading
import time

from kiosk.camera.mailbox import Mailbox


def test_the_newest_wins_and_the_others_are_counted() -> None:
    mailbox: Mailbox[int] = Mailbox()
    for number in range(5):
        mailbox.put(number)
    assert mailbox.take(0.0) == 4
    assert mailbox.dropped == 4
    assert mailbox.take(0.0) is None


def test_what_waits_survives_closing() -> None:
    mailbox: Mailbox[int] = Mailbox()
    mailbox.put(7)
    mailbox.close()
    assert not mailbox.closed
    assert mailbox.take() == 7
    assert mailbox.closed
    assert mailbox.take() is None
    mailbox.put(8)
    assert mailbox.take() is None


def test_clearing_leaves_nothing() -> None:
    mailbox: Mailbox[str] = Mailbox()
    mailbox.put("picture")
    mailbox.clear()
    assert mailbox.take(0.0) is None


def test_closing_wakes_who_waits() -> None:
    mailbox: Mailbox[int] = Mailbox()
    taken: list[int | None] = []
    waiting = threading.Thread(target=lambda: taken.append(mailbox.take()))
    waiting.start()
    mailbox.close()
    waiting.join(2.0)
    assert not waiting.is_alive()
    assert taken == [None]


def test_nothing_is_lost_or_doubled_between_threads() -> None:
    mailbox: Mailbox[int] = Mailbox()
    taken: list[int] = []

    def fetch() -> None:
        while not mailbox.closed:
            item = mailbox.take(1.0)
            if item is not None:
                taken.append(item)

    fetching = threading.Thread(target=fetch)
    fetching.start()
    for number in range(2000):
        mailbox.put(number)
        if number % 100 == 0:
            time.sleep(0.001)
    mailbox.close()
    fetching.join(3.0)
    assert taken == sorted(set(taken))
    assert len(taken) + mailbox.dropped == 2000
    assert taken[-1] == 1999
