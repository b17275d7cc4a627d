"""``python -m kiosk.ui.shots FOLDER``: a picture of every screen in three languages and two sizes, from made-up states."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from kiosk.camera.frame import Frame
from kiosk.camera.mailbox import Mailbox
from kiosk.document.facts import DocumentReading, Field, Source
from kiosk.flow.answers import Outcome
from kiosk.flow.events import AnswerTouched, CameraState
from kiosk.flow.light_sequence import LightProgress, draw_light
from kiosk.flow.machine import advance, start
from kiosk.flow.progress import DocumentProgress, FaceProgress, IdentityEntry, LivenessProgress, SpokenProgress
from kiosk.flow.state import Gesture, Guidance, Session, Step, Transaction
from kiosk.flow.steps import awareness
from kiosk.profile.loading import load_profile
from kiosk.ui.app import Screens, main_qml, make_application
from kiosk.ui.catalogue import LANGUAGES
from kiosk.ui.port import Meters
from kiosk.ui.preview import PreviewFeed

SIZES = {"portrait": (1080, 1920), "landscape": (1280, 800)}


OUTLINE = ((0.27, 0.3), (0.74, 0.31), (0.73, 0.7), (0.26, 0.69))


def _documents(session: Session) -> dict[str, Session]:
    """Give the states of a document that is held before the camera."""
    number = Field("national_number", "0499370899", Source.PRINT, 0.9, check=True)
    reading = DocumentReading("ir_national_card", fields=(number,))
    typed = IdentityEntry("IR", national_number="0499378099", contradicted=(("national_number", (6, 7)),))
    held = DocumentProgress(outline=OUTLINE, progress=0.6)
    return {
        "document_held": replace(session, guidance=Guidance.CARD_STILL, document=held),
        "document_by_hand": replace(
            session, guidance=Guidance.CARD_GLARE, document=replace(held, progress=0.0, by_hand=True)
        ),
        "document_turn": replace(session, guidance=Guidance.TURN_CARD, document=DocumentProgress(phase="turn")),
        "document_tilt": replace(
            session, guidance=Guidance.TILT_CARD, document=replace(held, phase="tilt", progress=0.3)
        ),
        "document_differs": replace(
            session, identity=typed, document=DocumentProgress(phase="differs", reading=reading)
        ),
    }


def states(language: str) -> dict[str, Session]:
    """Give a made-up state for each screen."""
    profile = load_profile("demo")
    session = start(
        id="0" * 32,
        profile=profile,
        source="demo",
        transaction=Transaction(profile.transaction.reference, profile.transaction.facts),
        challenge=(Gesture.LOOK_LEFT, Gesture.OPEN_MOUTH, Gesture.LOOK_UP),
        now=0.0,
        language=language,
        reference_given=True,
    ).session
    session = replace(session, camera=CameraState.OK, deadline=90.0)
    wrong = IdentityEntry("IR", national_number="0499370898", problem="check_digit", bad_digit=9)
    lively = LivenessProgress(position=1, phase="gesture", phase_since=0.0, window_until=8.0)
    question = awareness.enter(replace(session, step=Step.AWARENESS)).session
    done = replace(session, step=Step.RESULT, closing="shown", entry="9f1c4be0a7d24c6c9b1e3a5f7d802e46")
    steps = draw_light(3, "shown")
    light = replace(session, step=Step.LIVENESS, now=3.0, liveness=replace(lively, position=3, phase="light"))
    coming = replace(light, guidance=Guidance.LIGHT_COMING, light=LightProgress(stage="notice"))
    shining = LightProgress(stage="shine", steps=steps, position=2, asked=3)
    return {
        "welcome": session,
        "out_of_service": replace(session, out_of_service="MODEL_DRIFT"),
        "consent": replace(session, step=Step.CONSENT),
        "transaction": replace(session, step=Step.TRANSACTION),
        "identity": replace(session, step=Step.IDENTITY, identity=wrong),
        "identity_doubtful": replace(
            session, step=Step.IDENTITY, identity=replace(wrong, doubtful=(5, 6), bad_field="national_number")
        ),
        "identity_contradicted": replace(
            session,
            step=Step.IDENTITY,
            identity=IdentityEntry(
                "IR", national_number="0499378099", complete=True, contradicted=(("national_number", (6, 7)),)
            ),
        ),
        "identity_passport": replace(
            session, step=Step.IDENTITY, identity=IdentityEntry("passport", passport_number="A1")
        ),
        "document": replace(session, step=Step.DOCUMENT, guidance=Guidance.SHOW_DOCUMENT),
        **_documents(replace(session, step=Step.DOCUMENT)),
        "face": replace(session, step=Step.FACE, guidance=Guidance.COME_CLOSER),
        "face_uncover_eyes": replace(session, step=Step.FACE, guidance=Guidance.UNCOVER_EYES),
        "face_glare": replace(session, step=Step.FACE, guidance=Guidance.GLARE),
        "face_unclear": replace(session, step=Step.FACE, guidance=Guidance.UNCLEAR),
        "face_good": replace(session, step=Step.FACE, guidance=Guidance.GOOD, face=FaceProgress(progress=0.6)),
        "liveness": replace(session, step=Step.LIVENESS, liveness=lively, guidance=Guidance.DO_GESTURE, now=3.0),
        **{
            f"liveness_{gesture.value}": replace(
                session,
                step=Step.LIVENESS,
                challenge=(gesture, Gesture.LOOK_LEFT, Gesture.BLINK),
                challenge_fixed=False,
                liveness=replace(lively, position=0),
                guidance=Guidance.DO_GESTURE,
                now=1.0,
            )
            for gesture in (Gesture.SMILE, Gesture.CLOSER, Gesture.HOLD_STILL)
        },
        "liveness_calm": replace(
            session,
            step=Step.LIVENESS,
            challenge_fixed=False,
            liveness=LivenessProgress(window_until=8.0),
            guidance=Guidance.RELAX_FACE,
        ),
        "liveness_left": replace(session, step=Step.LIVENESS, liveness=replace(lively, position=0), now=1.0),
        "light_coming": coming,
        "light_on": replace(light, guidance=Guidance.LIGHT_ON, light=shining),
        "camera_lost": replace(session, step=Step.FACE, camera=CameraState.LOST, guidance=Guidance.CAMERA_WAIT),
        "awareness": question,
        "awareness_chosen": advance(question, AnswerTouched(1, 1)).session,
        "spoken": replace(question, spoken=SpokenProgress(phase="say", microphone="on", digits=(4, 0, 7, 1))),
        "review": replace(
            session, step=Step.REVIEW, identity=replace(wrong, national_number="0499370899"), deadline=12.0
        ),
        "approved": replace(done, outcome=Outcome.APPROVE, shown=Outcome.APPROVE),
        "referred": replace(
            done, outcome=Outcome.REFER, shown=Outcome.REFER, reasons=("liveness_timed_out", "pad_too_few_frames")
        ),
        "rejected": replace(done, outcome=Outcome.REJECT, shown=Outcome.REJECT, reasons=("match_failed",)),
    }


def shoot(folder: Path, wanted: Callable[[str], bool] = lambda _name: True) -> list[Path]:
    """Write the pictures as PNG; gives their paths."""
    application = make_application()
    frames: Mailbox[Frame] = Mailbox()
    picture = _portrait()
    feed = PreviewFeed(frames)
    first = states("en")["welcome"]
    screens = Screens(first, lambda _event: None, feed, Meters)
    screens.register()
    engine = QQmlApplicationEngine()
    engine.load(main_qml())
    if not engine.rootObjects():
        return []
    window = engine.rootObjects()[0]
    assert isinstance(window, QQuickWindow)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for size, (width, height) in SIZES.items():
        window.resize(width, height)
        window.show()
        for language in LANGUAGES:
            for name, session in states(language).items():
                if not wanted(f"{name}-{language}-{size}"):
                    continue
                screens.show(session)
                for _ in range(2):
                    frames.put(Frame(picture, time.monotonic(), 0))
                    _wait(180)
                path = folder / f"{name}-{language}-{size}.png"
                window.grabWindow().save(str(path))
                written.append(path)
    window.close()
    del engine
    application.processEvents()
    return written


def _portrait() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    try:
        from kiosk.camera.demo.portrait import reference_portrait

        return reference_portrait()[:, 20:300]
    except ImportError:
        return np.full((480, 640, 3), 128, np.uint8)


def _wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: python -m kiosk.ui.shots FOLDER [PART OF A SCREEN'S NAME]")
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    for shot in shoot(Path(sys.argv[1]), lambda name: only in name):
        print(shot)
