"""The application: view models, registered types, the window."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine, QQmlComponent, qmlRegisterSingletonInstance, qmlRegisterType
from PySide6.QtQuick import QQuickWindow

from kiosk.errors import ScreenUnavailable
from kiosk.flow.events import Event
from kiosk.flow.state import Session
from kiosk.ui.bridge import Bridge
from kiosk.ui.catalogue import LANGUAGES, Catalogue
from kiosk.ui.fonts import choose_font
from kiosk.ui.port import Meters, SessionPort
from kiosk.ui.preview import PreviewFeed, PreviewItem
from kiosk.ui.viewmodels.awareness import AwarenessModel
from kiosk.ui.viewmodels.consent import ConsentModel
from kiosk.ui.viewmodels.document import DocumentModel
from kiosk.ui.viewmodels.face import FaceModel
from kiosk.ui.viewmodels.identity import IdentityModel
from kiosk.ui.viewmodels.light import LightModel
from kiosk.ui.viewmodels.liveness import LivenessModel
from kiosk.ui.viewmodels.model import StepModel
from kiosk.ui.viewmodels.result import ResultModel
from kiosk.ui.viewmodels.review import ReviewModel
from kiosk.ui.viewmodels.shell import ShellModel
from kiosk.ui.viewmodels.transaction import TransactionModel
from kiosk.ui.viewmodels.welcome import WelcomeModel

MODELS: dict[str, type[StepModel]] = {
    "Welcome": WelcomeModel,
    "Consent": ConsentModel,
    "Transaction": TransactionModel,
    "Identity": IdentityModel,
    "Document": DocumentModel,
    "Face": FaceModel,
    "Liveness": LivenessModel,
    "Light": LightModel,
    "Awareness": AwarenessModel,
    "Review": ReviewModel,
    "Result": ResultModel,
}


class Screens:
    """The view models of one window, kept in step with the session."""

    def __init__(
        self, session: Session, tap: Callable[[Event], None], feed: PreviewFeed | None, meters: Callable[[], Meters]
    ) -> None:
        """Make them in the Qt thread, after the application."""
        self._catalogues = {language: Catalogue(language) for language in LANGUAGES}
        words = self._catalogues[session.language]
        self.shell = ShellModel(session, words, tap, feed, meters, choose_font())
        self.models = {name: model(session, words, tap) for name, model in MODELS.items()}

    def register(self) -> None:
        """Make the types and singletons of ``import Gishe`` known to QML."""
        qmlRegisterType(PreviewItem, "Gishe", 1, 0, "Preview")  # type: ignore[call-overload,arg-type,unused-ignore]
        for name, instance in {"Shell": self.shell, **self.models}.items():
            qmlRegisterSingletonInstance(type(instance), "Gishe", 1, 0, name, instance)  # type: ignore[call-overload,arg-type,unused-ignore]

    def show(self, session: Session) -> None:
        """Show a new state."""
        words = self._catalogues[session.language]
        for model in self.models.values():
            model.show(session, words)
        self.shell.show(session, words)


def main_qml() -> QUrl:
    """Give the address of the window's QML."""
    return QUrl.fromLocalFile(str(Path(str(files("kiosk.ui"))) / "screens" / "Main.qml"))


def make_application() -> QGuiApplication:
    """Give the running Qt application, made when there is none."""
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QGuiApplication(sys.argv[:1])
    application.setApplicationName("gishe")
    return application


@dataclass(frozen=True)
class Look:
    """How the window is shown."""

    windowed: bool
    size: tuple[int, int]
    started: float
    """monotonic seconds of the program's start, for the time to the first preview frame"""


def run_app(
    session: SessionPort,
    bridge: Bridge,
    feed: PreviewFeed,
    meters: Callable[[], Meters],
    look: Look,
    note: Callable[[str], None],
) -> int:
    """Show the window until it is closed; the application must exist. Raises ``ScreenUnavailable``."""
    application = make_application()
    screens = Screens(session.state, bridge.tap, feed, meters)
    screens.register()
    session.on_change(screens.show)
    engine = QQmlApplicationEngine()
    engine.load(main_qml())
    if not engine.rootObjects():
        raise ScreenUnavailable(
            "the screens could not be loaded", hint="run 'kiosk selftest' and install the release again"
        )
    window = engine.rootObjects()[0]
    assert isinstance(window, QQuickWindow)
    if look.windowed:
        window.resize(*_fitting(application, look.size))
        window.show()
    else:
        window.showFullScreen()

    def first() -> None:
        if feed.first_shown is not None:
            note(f"first preview frame {feed.first_shown - look.started:.2f} s after the start")
            feed.came.disconnect(first)

    feed.came.connect(first)
    # Python hears Ctrl-C only when it runs now and then.
    signal.signal(signal.SIGINT, lambda *_: application.quit())
    signal.signal(signal.SIGTERM, lambda *_: application.quit())
    waker = QTimer()
    waker.timeout.connect(lambda: None)
    waker.start(200)
    bridge.start(session)
    status = application.exec()
    bridge.stop()
    window.close()
    del engine
    return status


def _fitting(application: QGuiApplication, size: tuple[int, int]) -> tuple[int, int]:
    """Give the wanted size, shrunk with its aspect ratio to the screen there is."""
    room = application.primaryScreen().availableGeometry()
    scale = min(1.0, room.width() / size[0], room.height() / size[1])
    return int(size[0] * scale), int(size[1] * scale)


def component_errors(engine: QQmlApplicationEngine, parent: QObject | None = None) -> list[str]:
    """Load the window once and give what QML complains of (for the tests)."""
    component = QQmlComponent(engine, main_qml(), parent)
    return [error.toString() for error in component.errors()]


def now() -> float:
    """Give monotonic seconds."""
    return time.monotonic()
