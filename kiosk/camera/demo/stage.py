"""Puts the layers together: the willing person, and what an attacker would hold before the camera."""

from __future__ import annotations

import math
from typing import cast

import cv2
import numpy as np

from kiosk.camera.address import Variant
from kiosk.camera.demo.acting import Pose
from kiosk.camera.demo.card import held_card
from kiosk.camera.demo.face import Face
from kiosk.camera.demo.head import Head
from kiosk.camera.demo.portrait import HEIGHT, WIDTH, Field, Picture, Portrait, place

Light = tuple[float, float, float]
_NOISE_MARGIN = 64
# How much brighter a full screen makes what is near it and what is behind.
_NEAR, _FAR = 0.22, 0.05
SECOND_FACE_SECONDS = 4.0


class Stage:
    """Draws one picture for a pose and a time."""

    def __init__(self, portrait: Portrait, variant: Variant) -> None:
        """Take the layers and what is to be seen."""
        self._variant = variant
        self._portrait = portrait
        self._face = Face(portrait.whole)
        self._head = Head()
        self._facing = self._head.facing()
        rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
        self._rows, self._columns = rows, columns
        self._alpha = np.round(portrait.alpha * 255).astype(np.uint8)
        random = np.random.default_rng(11)
        shape = (HEIGHT + _NOISE_MARGIN, WIDTH + _NOISE_MARGIN, 3)
        strength = 5.0 if variant is Variant.DARK else 1.8
        noise = random.normal(0.0, strength, shape)
        self._brighter = np.clip(np.round(noise), 0, 255).astype(np.uint8)
        self._darker = np.clip(np.round(-noise), 0, 255).astype(np.uint8)
        self._second = _second_face(portrait) if variant is Variant.SECOND_FACE else None
        self._paper = _paper(portrait) if variant is Variant.PHOTO else None
        self._card = held_card() if variant is Variant.DOCUMENT else None
        self._glass = _glass() if variant is Variant.SCREEN else None
        levels = np.arange(256.0)[:, None, None]
        self._glow = np.clip((0.86 * levels + 26.0) * (1.06, 1.0, 0.93), 0, 255).astype(np.uint8)
        self._beats = [_beat(rows, columns, part / 6.0) for part in range(6)] if self._glass is not None else []

    def draw(
        self, pose: Pose, time: float, index: int, light: Light = (0.0, 0.0, 0.0), *, card: bool = False
    ) -> Picture:
        """Give what the camera sees while the kiosk's screen gives that light (blue green red, 0..1).

        ``card``: the person holds the card up, where this person has one.
        """
        variant = self._variant
        if variant is Variant.BLACK:
            return self._noisy(np.zeros((HEIGHT, WIDTH, 3), np.uint8), index)
        if variant is Variant.ABSENT:
            return self._noisy(self._portrait.backdrop, index)
        if variant is Variant.PHOTO and self._paper is not None:
            return self._noisy(self._hold(self._paper, time, self._portrait.backdrop, light), index)
        if card and self._card is not None:
            return self._noisy(self._hold(self._card, time, self._person(pose, light), light), index)
        image = self._person(pose, (0.0, 0.0, 0.0) if variant is Variant.SCREEN else light)
        if variant is Variant.SCREEN and self._glass is not None:
            image = self._hold(self._on_screen(image, self._glass, time), time, self._portrait.backdrop)
        elif variant is Variant.DARK:
            image = np.asarray(cv2.convertScaleAbs(image, alpha=0.10), np.uint8)
        elif self._second is not None and time > SECOND_FACE_SECONDS:
            image = self._beside(image, self._second, time)
        return self._noisy(image, index)

    def _person(self, pose: Pose, light: Light) -> Picture:
        scene = _lit(self._scene(pose), light, _FAR)
        x, y, box = self._head.source(pose)
        face = self._face.draw(pose.blink, pose.mouth, pose.smile)
        colour = np.asarray(cv2.remap(face, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)
        alpha = cv2.remap(self._alpha, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
        if any(light):
            colour = self._lit_face(colour, x, y, light)
        _blend(scene[box], colour, np.asarray(alpha, np.uint8))
        return scene

    def _lit_face(self, colour: Picture, x: Field, y: Field, light: Light) -> Picture:
        """Let the face take the light, more of it where it looks at the screen: a head is no plane."""
        facing = cv2.remap(self._facing, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[:, :, None]
        gain = 1.0 + facing**2 * (_NEAR * np.asarray(light, np.float32))
        return np.asarray(np.clip(colour * gain, 0, 255), np.uint8)

    def _scene(self, pose: Pose) -> Picture:
        """Move the body with the head, but less; the backdrop stays."""
        across, down, grow = 0.6 * pose.across, 0.6 * pose.down, 0.8 * (pose.size - 1.0)
        weight = self._portrait.body
        x = self._columns - weight * (across + grow * (self._columns - WIDTH / 2) / (1.0 + grow))
        y = self._rows - weight * (down + grow * (self._rows - HEIGHT / 2) / (1.0 + grow))
        scene = cv2.remap(self._portrait.scene, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return cast("Picture", scene)

    def _hold(self, flat: Picture, time: float, behind: Picture, light: Light = (0.0, 0.0, 0.0)) -> Picture:
        """Show a flat thing (blue green red cover) in a hand that is not quite still, before what is behind it."""

        def wave(period: float, phase: float) -> float:
            return math.sin(2.0 * math.pi * (time / period + phase))

        lean = 0.03 + 0.010 * wave(3.3, 0.1)
        turn = math.radians(-2.0 + 0.7 * wave(4.7, 0.3))
        shift = (2.2 * wave(2.9, 0.0) + 0.8 * wave(0.31, 0.2), 1.8 * wave(3.7, 0.6) + 0.7 * wave(0.27, 0.4))
        middle = np.array([[1, 0, -WIDTH / 2], [0, 1, -HEIGHT / 2], [0, 0, 1]])
        tilt = np.array([[1, 0, 0], [0, 1, 0], [lean / WIDTH, -lean / HEIGHT, 1]])
        spin = np.array([[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [0, 0, 1]])
        back = np.array([[1, 0, WIDTH / 2 + shift[0]], [0, 1, HEIGHT / 2 + shift[1]], [0, 0, 1]])
        seen = cv2.warpPerspective(flat, back @ spin @ tilt @ middle, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
        image = _lit(behind, light, _FAR).copy()
        _blend(image, _lit(np.ascontiguousarray(seen[:, :, :3]), light, _NEAR), np.ascontiguousarray(seen[:, :, 3]))
        return image

    def _on_screen(self, film: Picture, glass: Picture, time: float) -> Picture:
        """Show a film on a tablet: cold, glowing, with the beat of its pixels against the camera's."""
        content = cv2.LUT(film, self._glow)
        content = cv2.add(content, self._beats[int(time * 25.0) % len(self._beats)])
        inner = cv2.resize(content, (WIDTH - 80, HEIGHT - 60), interpolation=cv2.INTER_LINEAR)
        tablet = glass.copy()
        screen = tablet[30 : HEIGHT - 30, 40 : WIDTH - 40]
        screen[:, :, :3] = cv2.add(inner, screen[:, :, :3])
        return tablet

    def _beside(self, image: Picture, second: Picture, time: float) -> Picture:
        """Let another head come in from the right edge."""
        inward = min((time - SECOND_FACE_SECONDS) / 1.2, 1.0)
        inward = inward * inward * (3.0 - 2.0 * inward)
        rows, columns = second.shape[:2]
        left = round(WIDTH - inward * (columns + 4) + 2.0 * math.sin(1.1 * time))
        top = round(150 + 2.0 * math.sin(0.9 * time))
        # Both edges of the picture cut the head off, the right one and, as it sways, the lower one.
        seen = second[: HEIGHT - top, : max(min(columns, WIDTH - left), 0)]
        if seen.size == 0:
            return image
        place_in = image[top : top + rows, left : left + seen.shape[1]]
        _blend(place_in, np.ascontiguousarray(seen[:, :, :3]), np.ascontiguousarray(seen[:, :, 3]))
        return image

    def _noisy(self, image: Picture, index: int) -> Picture:
        """Add the sensor's noise, another piece of it for each picture."""
        across, down = (index * 37) % _NOISE_MARGIN, (index * 23 + index // _NOISE_MARGIN) % _NOISE_MARGIN
        window = (slice(down, down + HEIGHT), slice(across, across + WIDTH))
        return cast("Picture", cv2.subtract(cv2.add(image, self._brighter[window]), self._darker[window]))


def _lit(picture: Picture, light: Light, share: float) -> Picture:
    """Brighten a picture evenly."""
    if not any(light):
        return picture
    levels = np.arange(256.0)[:, None, None] * (1.0 + share * np.asarray(light))
    return np.asarray(cv2.LUT(picture, np.clip(levels, 0, 255).astype(np.uint8)), np.uint8)


def _blend(under: Picture, over: Picture, alpha: Picture) -> None:
    """Lay a picture over another in place, by its cover of 0..255."""
    cover = cv2.merge((alpha, alpha, alpha))
    mixed = cv2.add(
        cv2.multiply(over, cover, scale=1.0 / 255.0), cv2.multiply(under, cv2.bitwise_not(cover), scale=1.0 / 255.0)
    )
    under[:] = mixed


def _cut_out(portrait: Portrait, points: Field) -> tuple[Picture, Picture]:
    (left, top), (right, bottom) = np.round(points).astype(int)
    return portrait.whole[top:bottom, left:right], np.round(portrait.alpha[top:bottom, left:right] * 255).astype(
        np.uint8
    )


def _second_face(portrait: Portrait) -> Picture:
    """Give another head: mirrored, narrower, other hair and skin."""
    colour, alpha = _cut_out(portrait, place(((150, 12), (304, 190))))
    size = (165, 196)
    colour = np.asarray(cv2.resize(colour[:, ::-1], size, interpolation=cv2.INTER_AREA), np.uint8)
    alpha = np.asarray(cv2.resize(alpha[:, ::-1], size, interpolation=cv2.INTER_AREA), np.uint8)
    other = np.clip(255.0 * (colour / 255.0) ** (1.7, 1.55, 1.35) * (0.85, 0.85, 0.9), 0, 255)
    person = np.zeros((330, size[0], 4), np.float32)
    cv2.ellipse(person, (90, 315), (110, 128), 0, 0, 360, (62, 44, 38, 255), -1, cv2.LINE_AA)
    cover = alpha[:, :, None] / 255.0
    top = person[: size[1]]
    top[:, :, :3] = top[:, :, :3] * (1.0 - cover) + other * cover
    top[:, :, 3] = np.maximum(top[:, :, 3], alpha)
    return np.clip(person, 0, 255).astype(np.uint8)


def _paper(portrait: Portrait) -> Picture:
    """Give a print of the portrait on white paper, with the fingers that hold it."""
    print_width, print_height, border = 430, 420, 14
    middle = int(place(((226, 0),))[0, 0])
    inner = portrait.whole[18 : 18 + print_height, middle - print_width // 2 : middle + print_width // 2]
    faded = np.clip(inner.astype(np.float32) * (0.74, 0.78, 0.80) + (40, 42, 44), 0, 255)
    rows, columns = np.mgrid[0 : inner.shape[0], 0 : inner.shape[1]]
    faded += 5.0 * np.sin(columns * 1.9)[:, :, None] * np.sin(rows * 1.9)[:, :, None]
    paper = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    left, top = (WIDTH - print_width) // 2, (HEIGHT - print_height) // 2
    paper[top - border : top + print_height + border, left - border : left + print_width + border] = (
        226,
        232,
        236,
        255,
    )
    paper[top : top + print_height, left : left + print_width, :3] = np.clip(faded, 0, 255).astype(np.uint8)
    for x, lean in ((left - 2, 20), (left + print_width + 2, -20)):
        cv2.ellipse(paper, (x, HEIGHT - 70), (34, 17), lean, 0, 360, (118, 150, 196, 255), -1, cv2.LINE_AA)
    return paper


def _beat(rows: Field, columns: Field, part: float) -> Picture:
    """Give the light that a screen's pixels make with the camera's, at a part of its cycle."""
    turn = 2.0 * math.pi * part
    beat = np.sin(columns * 1.93 + rows * 0.11 + turn) * np.sin(rows * 2.05 - turn)
    return np.repeat((6.0 + 6.0 * beat).astype(np.uint8)[:, :, None], 3, axis=2)


def _glass() -> Picture:
    """Give a tablet whose screen is still black but for what it mirrors."""
    tablet = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    cv2.rectangle(tablet, (14, 6), (WIDTH - 14, HEIGHT - 6), (24, 22, 22, 255), -1)
    cv2.rectangle(tablet, (14, 6), (WIDTH - 14, HEIGHT - 6), (70, 68, 66, 255), 2, cv2.LINE_AA)
    stripe = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.fillPoly(stripe, [np.array([(430, 0), (520, 0), (330, HEIGHT), (240, HEIGHT)], np.int32)], 26.0)
    glare = np.asarray(cv2.GaussianBlur(stripe, (0, 0), 18.0), np.float32)
    screen = tablet[30 : HEIGHT - 30, 40 : WIDTH - 40]
    screen[:, :, :3] = glare[30 : HEIGHT - 30, 40 : WIDTH - 40, None].astype(np.uint8)
    return tablet
