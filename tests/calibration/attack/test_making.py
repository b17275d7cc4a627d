"""Attacks made by software: the same seed gives the same frames, and each does what its name says."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from calibration.attack.making.attacks import ATTACKS, Needs, make_attack
from calibration.attack.making.camera import HeldPicture, MadeCamera, Picture
from calibration.attack.making.faces import FaceAt
from calibration.attack.making.plane import Hand, Lie, homography, lay
from calibration.attack.making.printed import HeldPrint, print_of
from calibration.attack.making.screened import Recaptured
from calibration.attack.making.spliced import SplicedStream
from calibration.attack.making.still import StillInMotion, eyes_shut, mouth_opened
from calibration.attack.making.swapped import SwappedFace, triangles_of
from edge_models.tasks.face_landmarks import LIPS_OUTER
from kiosk.camera.frame import Frame, SourceKind
from kiosk.camera.port import Camera, Performer
from kiosk.errors import CameraLost

SIZE = (120, 160)


def picture(shade: int = 0) -> Picture:
    """A drawn head before a wall: no person."""
    rows, columns = np.mgrid[0 : SIZE[0], 0 : SIZE[1]]
    image = np.full((*SIZE, 3), (90, 110, 120 - shade // 2), np.uint8)
    head = ((columns - 80) / 32) ** 2 + ((rows - 60) / 42) ** 2 < 1
    image[head] = (120, 150, 200 - shade)
    image[(np.abs(rows - 50) < 4) & (np.abs(np.abs(columns - 80) - 14) < 6)] = (40, 40, 40)
    image[(np.abs(rows - 80) < 3) & (np.abs(columns - 80) < 12)] = (60, 60, 150)
    return image


def face_of(image: Picture) -> FaceAt:
    """Points where the drawn head has them."""
    rng = np.random.default_rng(0)
    angles = rng.uniform(0, 2 * np.pi, 478)
    reach = np.sqrt(rng.uniform(0.02, 1, 478))
    points = np.stack([80 + 30 * reach * np.cos(angles), 60 + 40 * reach * np.sin(angles)], 1).astype(np.float32)
    turn = np.linspace(0, 2 * np.pi, len(LIPS_OUTER), endpoint=False)
    points[list(LIPS_OUTER)] = np.stack([80 + 12 * np.cos(turn), 80 + 4 * np.sin(turn)], 1)
    return FaceAt((48, 18, 64, 84), points)


@dataclass
class Film:
    """Numbered pictures at 10 a second: the red of the first pixel is the number."""

    length: int = 40
    opened: int = 0
    told: str | None = ""

    kind = SourceKind.REPLAY
    uri = "test:film"

    def open(self) -> None:
        self.next: int | None = 0
        self.opened += 1

    def read(self) -> Frame | None:
        if self.next is None:
            raise CameraLost("closed")
        number, self.next = self.next, self.next + 1
        if number >= self.length:
            return None
        image = picture()
        image[0, 0, 2] = number
        image.setflags(write=False)
        return Frame(image, number / 10, number)

    def close(self) -> None:
        self.next = None

    def perform(self, gesture: str | None) -> None:
        self.told = gesture


def needs(seed: int = 3) -> Needs:
    pieces = {"rest": (0.0, 0.5), "look_left": (1.0, 1.5)}
    return Needs(Film, picture, lambda: picture(60), face_of, pieces, seed)


def frames(camera: Camera, count: int = 8) -> list[NDArray[np.uint8]]:
    camera.open()
    given = []
    for _ in range(count):
        frame = camera.read()
        assert frame is not None
        given.append(frame.image)
    camera.close()
    return given


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_every_attack_keeps_the_cameras_port(name: str) -> None:
    camera = make_attack(name, needs())
    assert camera.kind is SourceKind.REPLAY
    assert camera.uri.startswith("made:")
    camera.open()
    last = -1.0
    for index in range(12):
        frame = camera.read()
        assert frame is not None
        assert frame.index == index
        assert frame.time > last
        assert frame.image.shape == (*SIZE, 3)
        assert frame.image.dtype == np.uint8
        assert not frame.image.flags.writeable
        last = frame.time
    camera.close()
    camera.close()
    with pytest.raises(CameraLost):
        camera.read()


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_the_same_seed_makes_the_same_attack(name: str) -> None:
    first, again = frames(make_attack(name, needs())), frames(make_attack(name, needs()))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


@pytest.mark.parametrize("name", ["print", "screen_bezel", "screen_close", "still"])
def test_another_seed_makes_another(name: str) -> None:
    assert not np.array_equal(frames(make_attack(name, needs(3)))[-1], frames(make_attack(name, needs(4)))[-1])


def test_an_unknown_attack_and_material_that_lacks_something_are_errors() -> None:
    with pytest.raises(KeyError):
        make_attack("hologram", needs())
    with pytest.raises(ValueError, match="rest"):
        make_attack("spliced", Needs(Film, picture, picture, face_of, {}, 1))
    with pytest.raises(ValueError, match="no face"):
        make_attack("swap", Needs(Film, picture, picture, lambda _image: None, {}, 1))


# --- a plane


@given(
    st.floats(-50, 50),
    st.floats(-50, 50),
    st.floats(-20, 20),
    st.floats(-0.2, 0.2),
    st.floats(-0.2, 0.2),
    st.floats(0.4, 1.3),
)
@settings(max_examples=60, deadline=None)
def test_a_planes_middle_goes_where_the_hand_puts_it(
    yaw: float, pitch: float, roll: float, x: float, y: float, scale: float
) -> None:
    matrix = homography((320, 240), (640, 480), Lie(yaw, pitch, roll, x, y, scale))
    middle = matrix @ np.array([160.0, 120.0, 1.0])
    assert middle[:2] / middle[2] == pytest.approx([640 * (0.5 + x), 480 * (0.5 + y)])
    assert abs(np.linalg.det(matrix)) > 0


def test_a_plane_that_is_not_turned_is_scaled() -> None:
    matrix = homography((320, 240), (640, 480), Lie(scale=0.5))
    corner = matrix @ np.array([0.0, 0.0, 1.0])
    assert corner[:2] / corner[2] == pytest.approx([320 - 80, 240 - 60])


def test_a_turned_plane_is_narrower_on_the_side_that_goes_away() -> None:
    matrix = homography((320, 240), (640, 480), Lie(yaw=40))
    corners = np.array([[0, 0, 1], [320, 0, 1], [320, 240, 1], [0, 240, 1]], np.float64) @ matrix.T
    at = corners[:, :2] / corners[:, 2:]
    left, right = at[3, 1] - at[0, 1], at[2, 1] - at[1, 1]
    assert left != pytest.approx(right, rel=0.02)


def test_where_the_plane_is_not_the_room_stays() -> None:
    room = np.full((100, 100, 3), 7, np.uint8)
    seen = lay(np.full((100, 100, 3), 200, np.uint8), room, Lie(scale=0.4))
    assert (seen[0, 0] == 7).all()
    assert (seen[50, 50] == 200).all()


def test_a_hand_moves_a_little_and_without_jumps() -> None:
    hand = Hand(np.random.default_rng(1), degrees=2.0, share=0.01)
    lies = [hand.at(t / 25) for t in range(200)]
    assert max(abs(lie.yaw) for lie in lies) <= 2.0
    assert len({round(lie.yaw, 6) for lie in lies}) > 100
    assert max(abs(b.yaw - a.yaw) for a, b in itertools.pairwise(lies)) < 1.0


# --- print and screen


def test_a_print_has_paper_round_it_and_no_deep_black() -> None:
    sheet = print_of(picture(), np.random.default_rng(2))
    assert sheet.shape[0] > 2 * SIZE[0]
    assert (sheet[0].min(), int(sheet.min())) >= (200, 15)


def test_a_print_answers_the_screens_light_and_its_room_does_not() -> None:
    paper = HeldPrint(np.random.default_rng(2))
    paper(picture(), 0.0)
    dark = paper(picture(), 1.0).astype(float)
    paper.lit((1.0, 0.0, 0.0))
    red = paper(picture(), 1.0).astype(float)
    middle = (slice(50, 70), slice(70, 90))
    assert red[(*middle, 2)].mean() > 1.15 * dark[(*middle, 2)].mean()
    assert red[(*middle, 0)].mean() == pytest.approx(dark[(*middle, 0)].mean(), abs=4)
    assert red[2:8, 2:8, 2].mean() == pytest.approx(dark[2:8, 2:8, 2].mean(), abs=4)


def test_a_screen_does_not_answer_the_light() -> None:
    camera = MadeCamera(Film(), Recaptured(np.random.default_rng(2), bezel=True), "s")
    camera.open()
    camera.illuminate(1.0, 1.0, 1.0)
    lit = frames(camera)
    unlit = frames(MadeCamera(Film(), Recaptured(np.random.default_rng(2), bezel=True), "s"))
    assert all(np.array_equal(a, b) for a, b in zip(lit, unlit, strict=True))


def test_a_bezel_is_dark_and_in_view() -> None:
    with_bezel = Recaptured(np.random.default_rng(2), bezel=True, steady=True)(picture(), 0.0)
    close = Recaptured(np.random.default_rng(2), bezel=False, steady=True)(picture(), 0.0)
    darkest: Callable[[Picture], float] = lambda image: float(image.mean(2)[20:100].min(0).min())  # noqa: E731
    assert darkest(with_bezel) < 30 < darkest(close) + 20


# --- a still that obeys


def test_a_still_turns_when_it_is_told_and_comes_back() -> None:
    still = StillInMotion(np.random.default_rng(1), face_of)
    image = picture()
    at = {t: still(image, t / 10) for t in range(10)}
    still.told("look_left")
    for t in range(10, 25):
        at[t] = still(image, t / 10)
    still.told(None)
    for t in range(25, 40):
        at[t] = still(image, t / 10)
    turned, back = (float(np.abs(at[9].astype(float) - at[t]).mean()) for t in (24, 39))
    assert turned > 2 * back


def test_a_painted_mouth_is_dark_and_eyes_are_covered() -> None:
    image = picture()
    opened = mouth_opened(image, face_of(image), 1.0)
    assert opened[83:88, 76:84].mean() < 0.6 * image[83:88, 76:84].mean()
    assert not np.array_equal(eyes_shut(image, face_of(image)), image)
    assert np.array_equal(mouth_opened(image, face_of(image), 1.0)[:40], image[:40])


def test_a_still_without_a_face_still_moves() -> None:
    still = StillInMotion(np.random.default_rng(1), lambda _image: None)
    still(picture(), 0.0)
    still.told("open_mouth")
    assert still(picture(), 1.0).shape == (*SIZE, 3)


# --- splices and swaps


def numbers(camera: SplicedStream, count: int, told: dict[int, str | None]) -> list[int]:
    given = []
    for index in range(count):
        if index in told:
            camera.perform(told[index])
        frame = camera.read()
        assert frame is not None
        given.append(int(frame.image[0, 0, 2]))
    return given


def test_a_splice_rests_in_a_loop_and_cuts_to_what_is_asked() -> None:
    camera = SplicedStream(Film, (0.0, 0.5), {"look_left": (1.0, 1.5)}, reacts=0.3)
    camera.open()
    shown = numbers(camera, 24, {8: "look_left"})
    assert shown[:8] == [0, 1, 2, 3, 4, 5, 0, 1]
    asked = shown.index(10)
    assert 10 <= asked <= 13
    assert shown[asked : asked + 7] == [10, 11, 12, 13, 14, 15, 0]


def test_a_splice_cannot_show_what_it_has_not() -> None:
    camera = SplicedStream(Film, (0.0, 0.5), {"look_left": (1.0, 1.5)})
    camera.open()
    assert max(numbers(camera, 30, {2: "open_mouth"})) <= 5


def test_a_swap_changes_the_face_and_leaves_the_rest() -> None:
    image = picture()
    seen = SwappedFace(picture(60), face_of)(image, 0.0)
    assert np.array_equal(seen[:8], image[:8])
    assert np.array_equal(seen[:, :30], image[:, :30])
    assert seen.shape == image.shape


def test_triangles_cover_the_points_once() -> None:
    triangles = triangles_of(face_of(picture()).points)
    assert len(triangles) > 400
    assert all(len(set(triangle)) == 3 for triangle in triangles)


def test_gestures_reach_whoever_can_make_them() -> None:
    film = Film()
    MadeCamera(film, Recaptured(np.random.default_rng(1), bezel=True), "s").perform("blink")
    assert film.told == "blink"
    held = MadeCamera(HeldPicture(picture(), 1.0), HeldPrint(np.random.default_rng(1)), "p")
    assert isinstance(held, Performer)
    held.perform("blink")
