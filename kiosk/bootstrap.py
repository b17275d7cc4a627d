"""The composition root: here, and only here, the parts are chosen and put together."""

from __future__ import annotations

import logging
import os
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from kiosk import __version__
from kiosk.analysis.cues.camera_pin import judge_pin, judge_pin_of
from kiosk.analysis.cues.stream import StreamCues
from kiosk.analysis.facts import Colour, FrameFacts
from kiosk.analysis.hearing.listener import Listener
from kiosk.analysis.hearing.recogniser import find_recogniser
from kiosk.analysis.models import load_models
from kiosk.analysis.pictures import read_picture
from kiosk.analysis.pipeline import Analyst, Picture, ReferenceUnusable
from kiosk.analysis.worker import AnalysisWorker
from kiosk.camera.address import (
    Address,
    DemoAddress,
    DeviceAddress,
    Pace,
    PipelineAddress,
    ReplayAddress,
    parse_address,
)
from kiosk.camera.frame import Frame
from kiosk.camera.mailbox import Mailbox
from kiosk.camera.opening import make_camera
from kiosk.camera.pinned import PinnedCamera
from kiosk.camera.port import Camera, Illuminated, Performer
from kiosk.camera.reader import CameraReader, CameraReport
from kiosk.camera.site.store import Site, load_site
from kiosk.camera.v4l2 import list_cameras
from kiosk.errors import SettingsInvalid
from kiosk.flow.answers import ReferenceFailed, ReferenceReady, WorkerFailed
from kiosk.flow.events import CameraChanged, CameraEnded, CameraIdentified, CameraState, Event, FrameAnalysed
from kiosk.flow.state import Gesture, Session, Transaction
from kiosk.keys.back_office import demonstration_key, read_public
from kiosk.keys.files import FileKeys
from kiosk.keys.port import DeviceKeys
from kiosk.outbox.sqlite import SqliteOutbox
from kiosk.profile.format import Profile
from kiosk.profile.loading import load_profile
from kiosk.record.manifest import Place, RecordFacts, build_manifest, padded
from kiosk.record.seal import seal
from kiosk.session.diary import Diary, DiaryFile
from kiosk.session.driver import SessionDriver
from kiosk.session.ears import ThreadedEars
from kiosk.session.headless import Answering, HeadlessResult, run_headless
from kiosk.session.ports import Order, RecordRequest
from kiosk.session.threads import ThreadedEyes
from kiosk.settings import Settings
from kiosk.sound.address import NoMicrophone, SoundAddress, SoundFileAddress, parse_sound_address
from kiosk.sound.opening import make_microphone

log = logging.getLogger(__name__)
Note = Callable[[str], None]
_SEED_BITS = 256
"""of the system's generator, for each session: the key that its challenges are drawn with"""


def display_available() -> bool:
    """Tell whether there is a display that Qt could use (or a platform that was named)."""
    return any(os.environ.get(name) for name in ("WAYLAND_DISPLAY", "DISPLAY", "QT_QPA_PLATFORM"))


def open_session_keys(settings: Settings) -> DeviceKeys:
    """Open the device's key, made on first use. Raises ``KeyUnusable``."""
    return FileKeys(settings.data / "keys" / "device.pem")


def open_outbox(settings: Settings) -> SqliteOutbox:
    """Open the outbox. Raises ``StoreUnusable``."""
    return SqliteOutbox(settings.data / "outbox", clock=time.time)


def open_diary(settings: Settings) -> DiaryFile:
    """Give the file of the session log, ``logs/sessions.jsonl`` in the data folder; the caller closes it."""
    return DiaryFile(settings.data / "logs" / "sessions.jsonl")


def choose_camera(settings: Settings, note: Note) -> Address:
    """Give the camera's address: the one that was set, else the first device, else the demonstration."""
    if settings.camera:
        return parse_address(settings.camera)
    found = list_cameras()
    if found:
        note(f"camera: {found[0].name} ({found[0].path})")
        return DeviceAddress(found[0].path)
    note("no camera was found: the demonstration (demo:) stands in for one; choose another with --camera")
    return DemoAddress()


def choose_microphone(settings: Settings, address: Address) -> SoundAddress:
    """Give the microphone's address: the one that was set, else what belongs to the camera; nothing is opened."""
    if settings.microphone:
        return parse_sound_address(settings.microphone)
    if isinstance(address, ReplayAddress) and address.path.is_file():
        return SoundFileAddress(address.path)
    if isinstance(address, DeviceAddress | PipelineAddress):
        from kiosk.sound.alsa import list_microphones

        found = list_microphones()
        return parse_sound_address(found[0]) if found else NoMicrophone()
    return NoMicrophone()


def make_listener(address: SoundAddress) -> Listener:
    """Give what hears, with the recogniser that is installed."""
    return Listener(make_microphone(address), find_recogniser())


class Registry:
    """Seals records with the device's key and queues them."""

    def __init__(self, settings: Settings) -> None:
        """Open keys and outbox, so that what is wrong with them shows before a person is asked for anything."""
        self._keys = open_session_keys(settings)
        self._outbox = open_outbox(settings)
        self._demo_key = settings.back_office_key is None
        self._recipient = read_public(settings.back_office_key or demonstration_key(settings.data / "back-office-demo"))
        self._started = time.time()

    def __call__(self, request: RecordRequest) -> str:
        """Seal and queue; give the entry's id. Raises ``StoreUnusable``, ``KeyUnusable``."""
        record = uuid.uuid4().hex
        session = request.session
        ended = time.time()
        facts = RecordFacts(
            record=record,
            session=session.id,
            source=session.source,
            camera=request.camera,
            profile=session.profile.name,
            production=session.profile.production,
            language=session.language,
            assistance=tuple(sorted(help.value for help in session.helps)),
            transaction=session.transaction.reference,
            transaction_facts=session.transaction.facts if session.evidence.findings else (),
            started=_utc(ended - (session.now - session.started)),
            ended=_utc(ended),
            retention_days=session.profile.retention.days,
            models=tuple((model.name, model.version, model.sha256, model.engine) for model in request.models),
            software=__version__,
            assurance=session.assurance,
            demo_key=self._demo_key,
        )

        def make(place: Place) -> bytes:
            manifest = build_manifest(
                facts,
                session.evidence,
                request.outcome,
                request.reasons,
                request.pictures,
                place,
                self._keys.key_id,
            )
            return seal(padded(manifest), request.pictures, self._keys, self._recipient)

        return self._outbox.put(record, make).id


def headless_session(
    settings: Settings,
    *,
    portrait: Path | None = None,
    document: Path | None = None,
    challenge: tuple[Gesture, ...] = (),
    numbers: dict[str, str] | None = None,
    answering: Answering = Answering.RIGHT,
    declined: tuple[Gesture, ...] = (),
    seed: int | None = None,
    progress: Callable[[Session, FrameFacts], None] = lambda _session, _facts: None,
    note: Note = lambda _line: None,
    shipped: Path | None = None,
    source: Camera | None = None,
    reference: Picture | None = None,
) -> HeadlessResult:
    """Lead a session without a screen; ``shipped`` is another folder of releases.

    ``source`` stands in the place of the camera that is set, ``reference`` in the place of a portrait's file: a test
    bench makes both in memory.

    Raises the errors of settings, files, models, keys, outbox and camera.
    """
    profile = load_profile(settings.profile)
    site = load_site(settings.data)
    if source is None:
        address = choose_camera(settings, note)
        camera = pin_camera(make_camera(address), address, site, profile)
        picture = _reference_picture(portrait or document, address)
        heard = choose_microphone(settings, address)
    else:
        camera, picture = source, reference
        heard = parse_sound_address(settings.microphone) if settings.microphone else NoMicrophone()
    registry = Registry(settings)
    order = make_order(
        settings, profile, camera, picture, "document_file" if document is not None else "portrait_file", challenge
    )
    # Without a window only the demonstration has a light.
    order = replace(order, screen=isinstance(camera, Illuminated))
    analyst = make_analyst(settings, profile, shipped, StreamCues(camera.kind.value, site))
    diary = open_diary(settings)
    try:
        return run_headless(
            order,
            analyst,
            camera,
            registry,
            new_id=_new_id,
            new_seed=lambda: seed if seed is not None else secrets.randbits(_SEED_BITS),
            numbers=numbers,
            answering=answering,
            declined=declined,
            cue=_cue_for(camera),
            progress=progress,
            watch=Diary(diary.write).saw,
            listener=make_listener(heard),
            shine=_light_for(camera),
        )
    finally:
        diary.close()


def run_app(settings: Settings, *, windowed: bool, size: str, note: Note) -> int:
    """Run the screens until they are closed; what took the machine out of service is the exit status.

    Raises the errors of settings, files, keys, outbox, and ``ScreenUnavailable``.
    """
    started = time.monotonic()
    width_height = _parsed_size(size)
    profile = load_profile(settings.profile)
    address = choose_camera(settings, note)
    site = load_site(settings.data)
    camera = pin_camera(make_camera(address, pace=Pace.REAL), address, site, profile)
    picture = _reference_picture(settings.portrait, address)
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
    light = _light_for(camera) or (lambda _colour: None)
    driver = SessionDriver(
        replace(make_order(settings, profile, camera, picture), screen=True),
        ThreadedEyes(worker, bridge.post),
        registry,
        clock=time.monotonic,
        new_id=_new_id,
        new_seed=lambda: secrets.randbits(_SEED_BITS),
        cue=_cue_for(camera),
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


def pin_camera(camera: Camera, address: Address, site: Site | None, profile: Profile) -> Camera:
    """Give the camera behind its pin where it is a device; recordings and the demonstration are as they are."""
    if not isinstance(address, DeviceAddress | PipelineAddress):
        return camera
    calibrated = site.camera if site is not None else None
    return PinnedCamera(camera, address, calibrated, production=profile.production)


def make_analyst(
    settings: Settings, profile: Profile, shipped: Path | None = None, stream: StreamCues | None = None
) -> Analyst:
    """Load the models, and look up the profile's rates in them before a person stands there.

    Raises ``ModelError`` branches, ``EngineUnavailable``, ``RateUnsupported``.
    """
    models = load_models(settings, shipped)
    models.comparison_table.threshold_for_fmr(profile.match_fmr)
    models.pad_table.threshold_for_fnmr(profile.pad.bpcer)
    return Analyst(models, stream)


def make_order(
    settings: Settings,
    profile: Profile,
    camera: Camera,
    picture: Picture | None,
    origin: str = "portrait_file",
    challenge: tuple[Gesture, ...] = (),
) -> Order:
    """Give what a session is started with."""
    return Order(
        profile=profile,
        source=camera.kind.value,
        camera=camera.uri,
        transaction=Transaction(profile.transaction.reference, profile.transaction.facts),
        language=settings.language,
        challenge=challenge,
        reference_given=picture is not None,
        pin=judge_pin_of(camera),
        portrait=None if picture is None else lambda analyst: _read_reference(analyst, picture, origin),
    )


def _read_reference(analyst: Analyst, picture: Picture, origin: str) -> Event:
    try:
        return ReferenceReady(origin, analyst.reference_from(picture))
    except ReferenceUnusable as error:
        return ReferenceFailed(error.code)


def _reference_picture(path: Path | None, address: Address) -> Picture | None:
    """Read the reference's picture; the demonstration brings its own. Raises ``BadInput``."""
    if path is not None:
        return read_picture(path)
    if isinstance(address, DemoAddress):
        from kiosk.camera.demo.portrait import reference_portrait

        return reference_portrait()
    return None


def _cue_for(camera: Camera) -> Callable[[str | None], None]:
    return camera.perform if isinstance(camera, Performer) else lambda _gesture: None


def _light_for(camera: Camera) -> Callable[[Colour | None], None] | None:
    """Give how the demonstration's scene is lit; None for real cameras, whose scene the screen itself lights."""
    if not isinstance(camera, Illuminated):
        return None
    return lambda colour: camera.illuminate(*(colour or (0.0, 0.0, 0.0)))


def _new_id() -> str:
    return uuid.uuid4().hex


def _utc(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


def _parsed_size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and 320 <= int(width) <= 7680 and 320 <= int(height) <= 7680):
        raise SettingsInvalid(f"--size {text}: not a size such as 1280x800", hint="give WIDTHxHEIGHT in pixels")
    return int(width), int(height)
