"""A window without a display. Types of QML are registered once in a process, so that all tests share the window."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickItem, QQuickWindow

from kiosk.camera.frame import Frame
from kiosk.camera.mailbox import Mailbox
from kiosk.flow.events import Event
from kiosk.flow.state import Session
from kiosk.ui.app import Screens, main_qml, make_application
from kiosk.ui.port import Meters
from kiosk.ui.preview import PreviewFeed
from kiosk.ui.shots import states

SIZES = {"portrait": (1080, 1920), "landscape": (1280, 800)}


@dataclass
class Stage:
    """The window, what QML complained of, and what was tapped."""

    window: QQuickWindow
    screens: Screens
    frames: Mailbox[Frame]
    feed: PreviewFeed
    warnings: list[str] = field(default_factory=list)
    taps: list[Event] = field(default_factory=list)

    def show(self, session: Session, size: str = "portrait") -> None:
        """Show a state in a window of one of the two sizes."""
        self.taps.clear()
        self.window.resize(*SIZES[size])
        self.frames.put(Frame(np.full((480, 640, 3), 90, np.uint8), 0.0, 0))
        self.screens.show(session)
        self.wait(60)

    def wait(self, milliseconds: int) -> None:
        """Let Qt work for a while."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def items(self, wanted: Callable[[QQuickItem], bool]) -> list[QQuickItem]:
        """Give the items that can be seen, in the order of drawing."""
        found: list[QQuickItem] = []

        def walk(item: QQuickItem) -> None:
            if not item.isVisible() or item.opacity() == 0:
                return
            if wanted(item):
                found.append(item)
            for child in item.childItems():
                walk(child)

        walk(self.window.contentItem())
        return found


@pytest.fixture(scope="session")
def shared_stage() -> Iterator[Stage]:
    make_application()
    frames: Mailbox[Frame] = Mailbox()
    feed = PreviewFeed(frames)
    taps: list[Event] = []
    screens = Screens(states("en")["welcome"], taps.append, feed, Meters)
    screens.register()
    engine = QQmlApplicationEngine()
    warnings: list[str] = []
    engine.warnings.connect(lambda some: warnings.extend(one.toString() for one in some))
    engine.load(main_qml())
    assert engine.rootObjects(), warnings
    window = engine.rootObjects()[0]
    assert isinstance(window, QQuickWindow)
    window.show()
    yield Stage(window, screens, frames, feed, warnings, taps)
    window.close()
    feed.look(False)
    del engine


@pytest.fixture
def stage(shared_stage: Stage) -> Stage:
    shared_stage.taps.clear()
    shared_stage.warnings.clear()
    return shared_stage
