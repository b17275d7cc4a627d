"""Painted occluders say what they hide; damage grows with its grade; curves discard the poorest first."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torch")

from edge_models.recipes.face_quality.damage import FAMILIES, damage
from edge_models.recipes.face_quality.edc import best_possible, curve
from edge_models.recipes.face_quality.glasses import clear_glasses, dark_glasses
from edge_models.recipes.face_quality.labels import labels_of, lens_darkness, neutrality
from edge_models.recipes.face_quality.occluders import nothing, occlude
from edge_models.recipes.face_quality.painting import Painted, Scene
from edge_models.recipes.face_quality.worn import headscarf, mask
from edge_models.tasks.face_landmarks import EYE_LEFT, EYE_RIGHT, LIPS_OUTER, OVAL

SIZE = 160
EYES, LOWER, FACE, DARK, GLARE = range(5)


@pytest.fixture
def points() -> NDArray[np.float64]:
    """A schematic face: an oval, eyes, lips, and everything else in its middle."""
    found = np.full((478, 2), 80.0)
    for indices, (x, y), (wide, tall) in (
        (OVAL, (80, 80), (34, 46)),
        (EYE_LEFT, (66, 70), (6, 3)),
        (EYE_RIGHT, (94, 70), (6, 3)),
        (LIPS_OUTER, (80, 104), (11, 4)),
    ):
        angle = np.linspace(0, 2 * np.pi, len(indices), endpoint=False) - np.pi / 2
        found[list(indices)] = np.stack([x + wide * np.cos(angle), y + tall * np.sin(angle)], 1)
    for index, place in {
        6: (80, 70), 195: (80, 80), 4: (80, 88), 1: (80, 90), 2: (80, 93), 0: (80, 100), 13: (80, 104), 50: (62, 88),
        280: (98, 88), 205: (64, 95), 425: (96, 95), 151: (80, 45), 5: (80, 85), 105: (66, 62), 334: (94, 62),
    }.items():  # fmt: skip
        found[index] = place
    return found


@pytest.fixture
def picture(points: NDArray[np.float64]) -> NDArray[np.uint8]:
    canvas = np.full((SIZE, SIZE, 3), 60, np.uint8)
    cv2.fillPoly(canvas, [points[list(OVAL)].astype(np.int32)], (130, 160, 200))
    for eye in (EYE_LEFT, EYE_RIGHT):
        cv2.fillPoly(canvas, [points[list(eye)].astype(np.int32)], (235, 235, 235))
    return canvas


def scene(points: NDArray[np.float64], seed: int) -> Scene:
    return Scene(points, np.full((SIZE, SIZE, 3), 90, np.uint8), np.random.default_rng(seed))


def test_a_bare_face_hides_nothing(picture: NDArray[np.uint8], points: NDArray[np.float64]) -> None:
    assert labels_of(nothing(picture), points).tolist() == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("seed", range(12))
def test_each_thing_hides_its_part(picture: NDArray[np.uint8], points: NDArray[np.float64], seed: int) -> None:
    masked = labels_of(mask(nothing(picture), scene(points, seed)), points)
    assert masked[LOWER] > 0.9
    assert masked[EYES] < 0.2
    assert 0.15 < masked[FACE] < 0.8
    dark = labels_of(dark_glasses(nothing(picture), scene(points, seed)), points)
    assert dark[DARK] > 0
    assert dark[EYES] >= dark[DARK]
    assert dark[LOWER] == 0
    scarf = labels_of(headscarf(nothing(picture), scene(points, seed)), points)
    assert scarf[EYES] == scarf[LOWER] == scarf[DARK] == 0


@pytest.mark.parametrize("seed", range(12))
def test_clear_glasses_hide_eyes_by_glare_alone(
    picture: NDArray[np.uint8], points: NDArray[np.float64], seed: int
) -> None:
    painted = clear_glasses(nothing(picture), scene(points, seed))
    labels = labels_of(painted, points)
    assert labels[DARK] == 0
    assert labels[EYES] == 0 or labels[GLARE] > 0.9


def test_occluders_follow_chance_alone(picture: NDArray[np.uint8], points: NDArray[np.float64]) -> None:
    def drawn(seed: int) -> Painted:
        return occlude(picture, points, picture, np.random.default_rng(seed))

    for seed in range(10):
        one, other = drawn(seed), drawn(seed)
        assert np.array_equal(one.picture, other.picture)
        assert one.kinds == other.kinds
        assert 0 <= one.hidden.min() <= one.hidden.max() <= 1


def test_dark_lenses_are_told_from_eyes(picture: NDArray[np.uint8], points: NDArray[np.float64]) -> None:
    dark = picture.copy()
    for eye in (EYE_LEFT, EYE_RIGHT):
        x, y = points[list(eye)].mean(0).astype(int)
        dark[y - 8 : y + 9, x - 10 : x + 11] = 15
    assert lens_darkness(dark, points) < 0.45
    assert lens_darkness(picture, points) > 0.62


@pytest.mark.parametrize("name", FAMILIES)
def test_damage_grows_with_its_grade(name: str) -> None:
    picture = np.random.default_rng(2).integers(40, 215, (SIZE, SIZE, 3)).astype(np.float32)
    picture = cv2.GaussianBlur(picture, (0, 0), 1.5)
    away = [
        float(np.abs(np.clip(FAMILIES[name](picture.copy(), grade, np.random.default_rng(5)), 0, 255) - picture).mean())
        for grade in (0.0, 0.4, 1.0)
    ]
    assert away[0] < away[1] < away[2]


def test_damage_says_what_it_did(picture: NDArray[np.uint8]) -> None:
    hurt, grade, ways = damage(picture, np.random.default_rng(1))
    assert hurt.shape == picture.shape
    assert hurt.dtype == np.uint8
    assert 0 < grade <= 3
    assert ways


def test_a_smile_is_not_neutral() -> None:
    still, smiling = np.zeros((1, 52), np.float32), np.zeros((1, 52), np.float32)
    smiling[0, [44, 45]] = 0.9
    assert neutrality(still)[0] == 1
    assert neutrality(smiling)[0] < 0.3


def test_a_good_quality_discards_errors_first_and_a_bad_one_last() -> None:
    scores = np.array([0.1] * 10 + [0.9] * 90)
    discards = np.array([0.0, 0.05, 0.1, 0.5])
    good, bad = curve(scores, scores, 0.5, discards), curve(scores, -scores, 0.5, discards)
    assert good == pytest.approx([0.1, 5 / 95, 0, 0])
    assert good == pytest.approx(best_possible(0.1, discards))
    assert bad == pytest.approx([0.1, 10 / 95, 10 / 90, 0.2])
