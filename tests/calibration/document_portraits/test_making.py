"""Made documents carry the portrait where they say, and look as their printers and cameras do."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from calibration.document_portraits.documents import Damage, any_damage, photographed
from calibration.document_portraits.printing import EYES, HEIGHT, WIDTH, Printer, laid_out, overprinted, printed

EYES_AT = np.array([[108, 172], [204, 172]])


def face() -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Draw a face with its five points; the eyes are white discs on a dark head, turned a little."""
    picture = np.full((200, 180, 3), (90, 110, 150), np.uint8)
    points = np.array([[60, 80], [118, 88], [88, 115], [62, 140], [108, 146]], np.float64)
    for x, y in points[:2]:
        cv2.circle(picture, (int(x), int(y)), 7, (255, 255, 255), -1)
    return picture, points


def portrait() -> NDArray[np.uint8]:
    return laid_out(*face())


def test_a_portrait_has_level_eyes_at_the_printed_distance() -> None:
    laid = portrait()
    assert laid.shape == (HEIGHT, WIDTH, 3)
    assert EYES_AT[1, 0] - EYES_AT[0, 0] == EYES
    for x, y in EYES_AT:
        around = laid[y - 12 : y + 13, x - 12 : x + 13].min(2).astype(int)
        rows, columns = np.nonzero(around > 200)
        assert abs(rows.mean() - 12) < 4
        assert abs(columns.mean() - 12) < 4


@pytest.mark.parametrize("printer", list(Printer))
def test_a_print_keeps_the_picture_and_changes_it(printer: Printer) -> None:
    laid = portrait()
    sheet = printed(laid, printer, np.random.default_rng(3))
    assert sheet.shape == laid.shape
    one, other = (cv2.GaussianBlur(p, (0, 0), 6).astype(float).mean(2).ravel() for p in (laid, sheet))
    assert np.corrcoef(one, other)[0, 1] > 0.8
    assert np.abs(sheet.astype(int) - laid.astype(int)).mean() > 2
    saturation = float(sheet.astype(float).std(axis=2).mean())
    if printer is Printer.LASER:
        assert saturation < float(laid.astype(float).std(axis=2).mean())


def test_overprint_grows_with_its_strength() -> None:
    laid = portrait()
    changed = [
        float(np.abs(overprinted(laid, np.random.default_rng(5), s).astype(int) - laid).mean()) for s in (0.0, 0.3, 0.9)
    ]
    assert changed[0] < 1 < changed[1] < changed[2]


@pytest.mark.parametrize("turned", [0, 1, 2, 3])
def test_a_photograph_says_where_the_eyes_and_corners_are(turned: int) -> None:
    plain = Damage(Printer.DYE, eyes=40.0, turned=turned, skew=12.0, perspective=0.05, noise=1.0)
    photo = photographed(portrait(), plain, np.random.default_rng(8))
    across = photo.eyes[1] - photo.eyes[0]
    assert np.linalg.norm(across) == pytest.approx(40, rel=0.2)
    # clockwise turns mend it: a document that needs one quarter lies with its left eye below its right one
    angle = np.degrees(np.arctan2(across[1], across[0]))
    assert (angle - (12 - 90 * turned) + 180) % 360 - 180 == pytest.approx(0, abs=6)
    corners = np.array(photo.corners, np.float32)
    for eye in photo.eyes:
        assert cv2.pointPolygonTest(corners, (float(eye[0]), float(eye[1])), measureDist=False) > 0
        x, y = eye.astype(int)
        near = photo.picture[y - 2 : y + 3, x - 2 : x + 3].mean()
        assert near > photo.picture[y - 10 : y + 11, x - 10 : x + 11].mean()


def test_damage_damages() -> None:
    plain = Damage(Printer.DYE, eyes=40.0, noise=0.5)
    pictures = {
        name: photographed(portrait(), damage, np.random.default_rng(2)).picture.astype(float)
        for name, damage in {
            "plain": plain,
            "dark": replace(plain, gain=0.4),
            "blurred": replace(plain, blur=3.0),
            "infrared": replace(plain, infrared=True),
            "glare": replace(plain, glare=0.9),
        }.items()
    }
    assert pictures["dark"].mean() < 0.6 * pictures["plain"].mean()
    assert (
        cv2.Laplacian(pictures["blurred"], cv2.CV_64F).std() < 0.5 * cv2.Laplacian(pictures["plain"], cv2.CV_64F).std()
    )
    assert pictures["infrared"].std(axis=2).mean() < 0.5 * pictures["plain"].std(axis=2).mean()
    assert (pictures["glare"] - pictures["plain"]).max() > 20


def test_the_same_chance_makes_the_same_photograph() -> None:
    def made(seed: int) -> NDArray[np.uint8]:
        rng = np.random.default_rng(seed)
        return photographed(portrait(), any_damage(rng), rng).picture

    assert np.array_equal(made(4), made(4))
    assert made(4).shape != made(5).shape or not np.array_equal(made(4), made(5))


def test_a_document_may_have_no_portrait() -> None:
    photo = photographed(None, Damage(Printer.DYE, eyes=30.0), np.random.default_rng(1))
    assert photo.picture.size > 0
