"""The parts of a kiosk, each chosen and opened from the settings."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.analysis.cues.stream import StreamCues
from kiosk.analysis.hearing.listener import Listener
from kiosk.analysis.hearing.recogniser import find_recogniser
from kiosk.analysis.models import load_models
from kiosk.analysis.pipeline import Analyst
from kiosk.camera.address import (
    Address,
    DemoAddress,
    DeviceAddress,
    PipelineAddress,
    ReplayAddress,
    parse_address,
)
from kiosk.camera.pinned import PinnedCamera
from kiosk.camera.port import Camera
from kiosk.camera.site.store import Site
from kiosk.camera.v4l2 import list_cameras
from kiosk.keys.files import FileKeys
from kiosk.keys.port import DeviceKeys
from kiosk.outbox.sqlite import SqliteOutbox
from kiosk.profile.format import Profile
from kiosk.session.diary import DiaryFile
from kiosk.settings import Settings
from kiosk.sound.address import NoMicrophone, SoundAddress, SoundFileAddress, parse_sound_address
from kiosk.sound.opening import make_microphone

Note = Callable[[str], None]


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
    models.document_table.threshold_for_fmr(profile.match_fmr)
    models.pad_table.threshold_for_fnmr(profile.pad.bpcer)
    return Analyst(models, stream)
