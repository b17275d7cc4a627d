"""The app, put together: camera, analysis and ears in threads of their own, the session in that of the screens."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace

from kiosk.analysis.cues.camera_pin import judge_pin
from kiosk.analysis.cues.stream import StreamCues
from kiosk.analysis.worker import AnalysisWorker
from kiosk.bootstrap.orders import SEED_BITS, check_given, cue_for, light_for, make_order, new_id, what_is_given
from kiosk.bootstrap.parts import (
    Note,
    choose_camera,
    choose_microphone,
    make_analyst,
    make_listener,
    open_diary,
    pin_camera,
)
from kiosk.bootstrap.registry import Registry
from kiosk.camera.address import (
    Pace,
)
from kiosk.camera.frame import Frame
from kiosk.camera.mailbox import Mailbox
from kiosk.camera.opening import make_camera
from kiosk.camera.pinned import PinnedCamera
from kiosk.camera.reader import CameraReader, CameraReport
from kiosk.camera.site.store import load_site
from kiosk.errors import SettingsInvalid
from kiosk.flow.answers import WorkerFailed
from kiosk.flow.events import CameraChanged, CameraEnded, CameraIdentified, CameraState, FrameAnalysed
from kiosk.profile.loading import load_profile
from kiosk.session.diary import Diary
from kiosk.session.driver import SessionDriver
from kiosk.session.ears import ThreadedEars
from kiosk.session.threads import ThreadedEyes
from kiosk.settings import Settings
from kiosk.sound.address import NoMicrophone, SoundFileAddress


def run_app(settings: Settings, *, windowed: bool, size: str, note: Note) -> int:
    """Run the screens until they are closed; what took the machine out of service is the exit status.

    Raises the errors of settings, files, keys, outbox, and ``ScreenUnavailable``.
    """
    started = time.monotonic()
    width_height = _parsed_size(size)
    check_given(settings.portrait, settings.document)
    profile = load_profile(settings.profile)
    address = choose_camera(settings, note)
    site = load_site(settings.data)
    camera = pin_camera(make_camera(address, pace=Pace.REAL), address, site, profile)
    given = what_is_given(settings.portrait, settings.document, address)
    registry = Registry(settings)

    from kiosk.ui.app import Look, make_application
    from kiosk.ui.app import run_app as show
    from kiosk.ui.bridge import Bridge
    from kiosk.ui.port import Meters
    from kiosk.ui.preview import PreviewFeed

    make_application()
    bridge = Bridge()
    analysed: Mailbox[Frame] = Mailbox()
    shown: Mailbox[Frame] = Mailbox()
    reports: list[CameraReport] = []

    def told(report: CameraReport) -> None:
        reports[:] = [report]
        bridge.post(CameraChanged(CameraState(report.state.value)))
        if report.ended:
            bridge.post(CameraEnded())

    if isinstance(camera, PinnedCamera):
        camera.told = lambda state: bridge.post(CameraIdentified(judge_pin(state)))
    reader = CameraReader(camera, [shown, analysed], told)
    heard = choose_microphone(settings, address)
    if isinstance(heard, SoundFileAddress):
        # A recording has its own time; beside a screen in real time there is nothing that it could be held against.
        heard = NoMicrophone()
    ears = ThreadedEars(lambda: make_listener(heard), bridge.post)
    worker = AnalysisWorker(
        lambda: make_analyst(settings, profile, stream=StreamCues(camera.kind.value, site)),
        analysed,
        lambda facts: bridge.post(FrameAnalysed(facts)),
        lambda code: bridge.post(WorkerFailed(code)),
    )
    light = light_for(camera) or (lambda _colour: None)
    driver = SessionDriver(
        replace(make_order(settings, profile, camera, given), screen=True),
        ThreadedEyes(worker, bridge.post),
        registry,
        clock=time.monotonic,
        new_id=new_id,
        new_seed=lambda: secrets.randbits(SEED_BITS),
        cue=cue_for(camera),
        ears=ears,
        shine=lambda _number, colour: light(colour),
    )

    diary = open_diary(settings)
    driver.on_change(Diary(diary.write).saw)

    def meters() -> Meters:
        report = reports[0] if reports else None
        return Meters(
            camera=camera.uri,
            camera_state=report.state.value if report else "",
            camera_fps=report.rate if report else 0.0,
            analysed=worker.frames_analysed,
            dropped=analysed.dropped,
            preview_dropped=shown.dropped,
            engines=worker.engines,
            milliseconds=worker.milliseconds,
            failure=worker.failure.line() if worker.failure is not None else "",
        )

    reader.start()
    worker.start()
    ears.begin()
    try:
        status = show(driver, bridge, PreviewFeed(shown), meters, Look(windowed, width_height, started), note)
    finally:
        worker.stop()
        reader.stop()
        ears.end()
        diary.close()
    if worker.failure is not None:
        note(worker.failure.line())
        return worker.failure.exit_status
    return status


def _parsed_size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and 320 <= int(width) <= 7680 and 320 <= int(height) <= 7680):
        raise SettingsInvalid(f"--size {text}: not a size such as 1280x800", hint="give WIDTHxHEIGHT in pixels")
    return int(width), int(height)
