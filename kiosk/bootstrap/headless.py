"""A session without a screen, put together."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from kiosk.analysis.cues.stream import StreamCues
from kiosk.analysis.facts import FrameFacts
from kiosk.analysis.pipeline import Picture
from kiosk.bootstrap.orders import SEED_BITS, Given, check_given, cue_for, light_for, make_order, new_id, what_is_given
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
from kiosk.camera.opening import make_camera
from kiosk.camera.port import Camera, Illuminated
from kiosk.camera.site.store import load_site
from kiosk.flow.state import Gesture, Session
from kiosk.profile.loading import load_profile
from kiosk.session.diary import Diary
from kiosk.session.headless import Answering, HeadlessResult, run_headless
from kiosk.settings import Settings
from kiosk.sound.address import NoMicrophone, parse_sound_address


def headless_session(
    settings: Settings,
    *,
    portrait: Path | None = None,
    document: Sequence[Path] = (),
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
    check_given(portrait, document)
    profile = load_profile(settings.profile)
    site = load_site(settings.data)
    if source is None:
        address = choose_camera(settings, note)
        camera = pin_camera(make_camera(address), address, site, profile)
        given = what_is_given(portrait, document, address)
        heard = choose_microphone(settings, address)
    else:
        camera, given = source, Given(reference)
        heard = parse_sound_address(settings.microphone) if settings.microphone else NoMicrophone()
    registry = Registry(settings)
    order = make_order(settings, profile, camera, given, challenge)
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
            new_id=new_id,
            new_seed=lambda: seed if seed is not None else secrets.randbits(SEED_BITS),
            numbers=numbers,
            answering=answering,
            declined=declined,
            cue=cue_for(camera),
            progress=progress,
            watch=Diary(diary.write).saw,
            listener=make_listener(heard),
            shine=light_for(camera),
        )
    finally:
        diary.close()
