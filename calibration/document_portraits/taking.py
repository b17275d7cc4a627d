"""Templates of people as a camera sees them, and of their portraits as a document carries them: the kiosk's own way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from calibration.attack.making.plane import Picture, Random
from calibration.document_portraits.documents import Damage, Photograph, any_damage, photographed
from calibration.document_portraits.people import Person
from calibration.document_portraits.printing import laid_out
from edge_models.tasks.alignment import DENSE_TEMPLATE, align
from edge_models.tasks.face_detection import DetectedFace
from edge_models.tasks.face_embedding import Template
from kiosk.analysis.models import Models
from kiosk.document.facts import PortraitFound, Quad
from kiosk.document.portrait.finding import PortraitFinder

_FRONTAL = 20.0
"""degrees of yaw and pitch up to which a picture serves as portrait (ISO/IEC 19794-5 allows less) and as probe"""
_LIMIT = 0.5
"""operating point of the quality student's components"""
_OFF = 0.015
"""how far found corners lie from the true ones, in parts of the document's longer side (standard deviation)"""


@dataclass(frozen=True)
class Live:
    """A person before the camera."""

    who: str
    group: int
    template: Template = field(repr=False)
    aligned: Picture = field(repr=False)
    points: NDArray[np.float32] = field(repr=False)
    frontal: bool
    """near frontal, nothing before the face, of use: what a kiosk's capture asks for and an issuer of documents too"""


@dataclass(frozen=True)
class Portrait:
    """A document's portrait as the kiosk took it; ``templates`` is empty where none could be cut."""

    who: str
    group: int
    damage: Damage
    found: PortraitFound | None
    right: bool
    """the main portrait, the right way up"""
    templates: dict[str, Template] = field(repr=False, default_factory=dict)
    """by way of enhancing"""

    @property
    def comparable(self) -> bool:
        """Say whether the kiosk would compare it: found and without a problem. One that was cut wrongly is, as there."""
        return bool(self.templates) and self.found is not None and not self.found.problem


Enhancing = Callable[[Picture, DetectedFace], Picture]


def live(models: Models, person: Person) -> Live | None:
    """Take a person's template as from a camera; None where no face is found."""
    faces = models.detection(person.picture)
    if not faces:
        return None
    seen = models.landmarks(person.picture, faces[0].box, faces[0].points)
    said = models.quality(person.picture, faces[0].points)
    covered = max(said.eyes_covered, said.mouth_nose_covered, said.dark_glasses)
    frontal = max(abs(seen.yaw), abs(seen.pitch)) <= _FRONTAL and covered < _LIMIT <= said.utility
    aligned = align(person.picture, seen.points5, template=DENSE_TEMPLATE)
    return Live(person.who, person.group, models.embedding.of_aligned(aligned), aligned, seen.points5, frontal)


def photograph_of(person: Person, one: Live, rng: Random, eyes: tuple[float, float] = (24.0, 64.0)) -> Photograph:
    """Print a document with the person's portrait and photograph it."""
    damage = any_damage(rng, eyes)
    return photographed(laid_out(person.picture, one.points), damage, rng)


def seen_corners(photograph: Photograph, rng: Random) -> Quad:
    """Give the corners as a finder of documents would: a little off."""
    true = np.array(photograph.corners)
    off = true + rng.normal(0, _OFF, (4, 2)) * np.linalg.norm(true[1] - true[0])
    first, second, third, fourth = ((float(x), float(y)) for x, y in off)
    return (first, second, third, fourth)


def portrait(
    models: Models,
    finder: PortraitFinder,
    photograph: Photograph,
    corners: Quad | None,
    of: tuple[str, int],
    ways: dict[str, Enhancing],
) -> Portrait:
    """Take the portrait from a photograph: find, cut, enhance in each of the ways, template."""
    found = finder.find(photograph.picture, corners)
    taken = Portrait(of[0], of[1], photograph.damage, found, right=False)
    if found is None:
        return taken
    x, y, width, height = found.box
    middle = photograph.eyes.mean(0)
    placed = bool(x < middle[0] < x + width and y < middle[1] < y + height)
    taken = replace(taken, right=placed and found.turned == photograph.damage.turned)
    cut = finder.cut(photograph.picture, found)
    face = finder.face_in(cut)
    if face is None:
        return taken
    points = models.landmarks(cut, face.box, face.points).points5
    return replace(taken, templates={name: models.embedding(way(cut, face), points) for name, way in ways.items()})


def all_live(models: Models, people: Iterable[Person]) -> list[tuple[Person, Live]]:
    """Take everybody who is found."""
    taken = ((person, live(models, person)) for person in people)
    return [(person, one) for person, one in taken if one is not None]
