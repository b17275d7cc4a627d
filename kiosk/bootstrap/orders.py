"""What a session is started with, and what moves the demonstration."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from kiosk.analysis.cues.camera_pin import judge_pin_of
from kiosk.analysis.facts import Colour
from kiosk.analysis.pictures import read_picture
from kiosk.analysis.pipeline import Analyst, Picture, ReferenceUnusable
from kiosk.camera.address import (
    Address,
    DemoAddress,
)
from kiosk.camera.port import Camera, Illuminated, Performer
from kiosk.flow.answers import ReferenceFailed, ReferenceReady
from kiosk.flow.events import Event
from kiosk.flow.state import Gesture, Transaction
from kiosk.profile.format import Profile
from kiosk.session.ports import Order
from kiosk.settings import Settings

SEED_BITS = 256
"""of the system's generator, for each session: the key that its challenges are drawn with"""


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


def reference_picture(path: Path | None, address: Address) -> Picture | None:
    """Read the reference's picture; the demonstration brings its own. Raises ``BadInput``."""
    if path is not None:
        return read_picture(path)
    if isinstance(address, DemoAddress):
        from kiosk.camera.demo.portrait import reference_portrait

        return reference_portrait()
    return None


def cue_for(camera: Camera) -> Callable[[str | None], None]:
    """Give how the demonstration's person is told a gesture; nobody is told before other cameras."""
    return camera.perform if isinstance(camera, Performer) else lambda _gesture: None


def light_for(camera: Camera) -> Callable[[Colour | None], None] | None:
    """Give how the demonstration's scene is lit; None for real cameras, whose scene the screen itself lights."""
    if not isinstance(camera, Illuminated):
        return None
    return lambda colour: camera.illuminate(*(colour or (0.0, 0.0, 0.0)))


def new_id() -> str:
    """Give a random name, of a session for example."""
    return uuid.uuid4().hex


def _read_reference(analyst: Analyst, picture: Picture, origin: str) -> Event:
    try:
        return ReferenceReady(origin, analyst.reference_from(picture))
    except ReferenceUnusable as error:
        return ReferenceFailed(error.code)
