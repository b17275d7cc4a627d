"""The released detector and quality student find the demonstration's portrait on made documents."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from calibration.document_portraits.documents import Damage, Photograph, photographed
from calibration.document_portraits.printing import Printer, laid_out
from edge_models.runtime.registry import load
from edge_models.tasks.face_detection import FaceDetection
from edge_models.tasks.face_quality import FaceQuality
from kiosk.camera.demo.portrait import load_portrait
from kiosk.document.facts import PortraitFound
from kiosk.document.portrait.finding import PortraitFinder

PLAIN = Damage(Printer.DYE, eyes=40.0)


@cache
def detection() -> FaceDetection:
    return FaceDetection(*load("face_detection", engine="onnx_runtime"))


@cache
def finder() -> PortraitFinder:
    return PortraitFinder(detection(), FaceQuality(*load("face_quality", engine="onnx_runtime")))


@cache
def portrait() -> NDArray[np.uint8]:
    person = load_portrait().whole
    return laid_out(person, detection()(person)[0].points)


def photo(damage: Damage, seed: int = 6) -> Photograph:
    return photographed(portrait(), damage, np.random.default_rng(seed))


def lies_on_the_portrait(found: PortraitFound, photograph: Photograph) -> bool:
    x, y, width, height = found.box
    return all(x < eye[0] < x + width and y < eye[1] < y + height for eye in photograph.eyes)


@pytest.mark.parametrize("printer", list(Printer))
@pytest.mark.parametrize("turned", [0, 1, 2, 3])
def test_each_print_is_found_in_each_turn(printer: Printer, turned: int) -> None:
    taken = photo(replace(PLAIN, printer=printer, turned=turned, skew=8.0, ghost=True, overprint=0.2))
    found = finder().find(taken.picture)
    assert found is not None
    assert lies_on_the_portrait(found, taken)
    assert found.turned == turned
    assert found.eye_distance == pytest.approx(40, rel=0.25)


@pytest.mark.parametrize("printer", [Printer.DYE, Printer.OFFSET, Printer.PHOTO])
def test_a_clear_print_has_no_problem(printer: Printer) -> None:
    found = finder().find(photo(replace(PLAIN, printer=printer)).picture)
    assert found is not None
    assert found.problem == ""
    assert found.quality > 0.5


@pytest.mark.parametrize(
    "damage",
    [
        replace(PLAIN, skew=-20.0, perspective=0.1),
        replace(PLAIN, gain=0.35, noise=5.0),
        replace(PLAIN, infrared=True),
        replace(PLAIN, eyes=20.0),
        replace(PLAIN, blur=1.6, motion=2.0, jpeg=60),
        replace(PLAIN, turned=2, overprint=0.6, slope=0.3),
    ],
)
def test_damaged_documents_keep_their_portrait(damage: Damage) -> None:
    taken = photo(damage)
    for corners in (taken.corners, None):
        found = finder().find(taken.picture, corners)
        assert found is not None
        assert lies_on_the_portrait(found, taken)
        assert found.turned == damage.turned
        assert finder().face_in(finder().cut(taken.picture, found)) is not None


def test_a_cut_shows_the_face_upright() -> None:
    taken = photo(replace(PLAIN, turned=3))
    found = finder().find(taken.picture, taken.corners)
    assert found is not None
    face = finder().face_in(finder().cut(taken.picture, found))
    assert face is not None
    across = face.points[1] - face.points[0]
    assert abs(np.degrees(np.arctan2(across[1], across[0]))) < 12


def test_a_worse_picture_has_a_lower_grade() -> None:
    good, poor = (photo(one) for one in (PLAIN, replace(PLAIN, eyes=22.0, blur=1.3, noise=6.0)))
    best, worst = finder().find(good.picture), finder().find(poor.picture)
    assert best is not None
    assert worst is not None
    assert worst.quality < best.quality


@pytest.mark.parametrize("seed", range(6))
def test_a_document_without_a_portrait_has_none(seed: int) -> None:
    taken = photographed(None, replace(PLAIN, turned=seed % 4), np.random.default_rng(seed))
    assert finder().find(taken.picture, taken.corners) is None
