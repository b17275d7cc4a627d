"""What a session is started with, and what moves the demonstration."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.analysis.cues.camera_pin import judge_pin_of
from kiosk.analysis.facts import Colour
from kiosk.analysis.pictures import read_picture
from kiosk.analysis.pipeline import Analyst, Picture, ReferenceUnusable
from kiosk.camera.address import (
    Address,
    DemoAddress,
    Variant,
)
from kiosk.camera.port import Camera, Illuminated, Performer
from kiosk.errors import SettingsInvalid
from kiosk.flow.answers import DocumentRead, ReferenceFailed, ReferenceReady
from kiosk.flow.events import Event
from kiosk.flow.state import Gesture, Transaction
from kiosk.profile.format import Profile
from kiosk.session.driver import document_read
from kiosk.session.ports import Order
from kiosk.settings import Settings

SEED_BITS = 256
"""of the system's generator, for each session: the key that its challenges are drawn with"""


def make_order(
    settings: Settings,
    profile: Profile,
    camera: Camera,
    given: Given,
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
        reference_given=given.portrait is not None or bool(given.document),
        document_given=bool(given.document),
        pin=judge_pin_of(camera),
        portrait=given.reader(),
    )


@dataclass(frozen=True, eq=False)
class Given:
    """What a person brings along: a portrait, or pictures of a document, one for each side."""

    portrait: Picture | None = None
    document: tuple[Picture, ...] = ()

    def reader(self) -> Callable[[Analyst], Event] | None:
        """Give what reads it once the analyst is there."""
        portrait, document = self.portrait, self.document
        if document:
            return lambda analyst: _read_document(analyst, document)
        return None if portrait is None else lambda analyst: _read_portrait(analyst, portrait)


def check_given(portrait: Path | None, document: Sequence[Path]) -> None:
    """Raise ``SettingsInvalid`` for a portrait and a document together: there is one reference."""
    if portrait is not None and document:
        raise SettingsInvalid("a portrait and a document exclude each other", hint="give --portrait or --document")


def what_is_given(portrait: Path | None, document: Sequence[Path], address: Address) -> Given:
    """Read what was given with the session; the demonstration brings its own portrait. Raises ``BadInput``."""
    if document:
        return Given(document=tuple(read_picture(path) for path in document))
    if portrait is not None:
        return Given(read_picture(portrait))
    if isinstance(address, DemoAddress) and address.variant is not Variant.DOCUMENT:
        from kiosk.camera.demo.portrait import reference_portrait

        return Given(reference_portrait())
    return Given()


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


def _read_portrait(analyst: Analyst, picture: Picture) -> Event:
    try:
        return ReferenceReady("portrait_file", analyst.reference_from(picture))
    except ReferenceUnusable as error:
        return ReferenceFailed(error.code)


def _read_document(analyst: Analyst, sides: Sequence[Picture]) -> Event:
    """Read all sides; the last reading holds the ones before."""
    events = [document_read(analyst, [side], "document_file") for side in sides]
    return next((event for event in reversed(events) if isinstance(event, DocumentRead)), events[-1])
