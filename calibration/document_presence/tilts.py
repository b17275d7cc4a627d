"""Documents and pictures of documents that a hand tilts before a camera: what shines, and what stays behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from calibration.attack.making.plane import Floats, Hand, Lie, Picture, Random, joined
from calibration.attack.making.printed import print_of
from calibration.attack.making.screened import panel_of
from calibration.document_presence.cards import DrawnCard, draw_card
from calibration.document_presence.stills import screen_grid
from calibration.document_presence.taking import (
    Camera,
    any_camera,
    corners_of,
    laid,
    surroundings,
    taken,
    way_of,
)
from kiosk.document.facts import DocumentView

DEVICE, PLAIN = "document with a hologram", "document without a hologram"
MATTE, GLOSSY, ON_SHEET = "print, cut out, matte", "print, cut out, glossy", "print on its sheet"
TABLET = "screen tilted"
BONA_FIDE = (DEVICE, PLAIN)
ATTACKS = (MATTE, GLOSSY, ON_SHEET, TABLET)
FRAMES, RATE = 18, 8.0
_WIDTH = 640


@dataclass(frozen=True, slots=True, eq=False)
class TiltedFrame:
    """One frame of a tilt, and how the document stands in it as a finder tells it."""

    picture: Picture
    view: DocumentView
    time: float


def tilt(kind: str, rng: Random) -> Iterator[TiltedFrame]:
    """Make a tilt of this kind, frame by frame."""
    card = draw_card(rng)
    camera = replace(any_camera(rng), size=(_WIDTH, int(0.7 * _WIDTH)), fine=1)
    room = surroundings(rng, camera.scene)
    thing = _Thing(kind, card, camera, rng)
    hand = Hand(rng, degrees=3.0, share=0.02)
    reach = float(rng.uniform(14, 28)) * (1 if rng.random() < 0.5 else -1)
    level = bool(rng.random() < 0.5)
    scale = float(rng.uniform(0.55, 0.72))
    for number in range(FRAMES):
        time = number / RATE
        turn = reach * float(np.sin(2 * np.pi * number / FRAMES))
        asked = Lie(pitch=turn, scale=scale) if level else Lie(yaw=turn, scale=scale)
        lie = joined(asked, hand.at(time))
        way = way_of(card.size, camera, lie)
        # Cameras set their light anew as the scene changes, within limits.
        seen = replace(camera, gain=camera.gain * float(1 + 0.06 * np.sin(time + reach)))
        picture = taken(thing.over(room, way, lie), seen, rng)
        yield TiltedFrame(picture, _view(card, way, camera, rng), time)


def _view(card: DrawnCard, way: Floats, camera: Camera, rng: Random) -> DocumentView:
    corners = corners_of(card.size, way, camera, rng)
    width, height = camera.size
    area = abs(cv2.contourArea(np.array(corners, np.float32))) / (width * height)
    inside = all(0 <= x < width and 0 <= y < height for x, y in corners)
    return DocumentView(corners, 0.9, float(area), inside, 0.8, 0.5, 0.0, 0.1, 0.0, 0.1)


class _Thing:
    """What is held: a document, its print or a screen, and how it answers the light as it turns."""

    def __init__(self, kind: str, card: DrawnCard, camera: Camera, rng: Random) -> None:
        self._kind = kind
        self._camera = camera
        self._rng = rng
        self._card = card
        self._border = 0
        shape = card.shape
        if kind in (MATTE, GLOSSY, ON_SHEET):
            sheet = cv2.resize(print_of(card.picture, rng), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            self._border = max(0, (sheet.shape[1] - card.size[0]) // 2)
            if kind == ON_SHEET:
                wide = int(rng.uniform(0.1, 0.3) * card.size[0])
                sheet = cv2.copyMakeBorder(sheet, *(wide,) * 4, cv2.BORDER_CONSTANT, value=[232.0, 236.0, 238.0])
                self._border += wide
                # A sheet is not blank: letters of the page it was printed on, creases.
                _smudges(sheet, self._border, rng)
            shape = np.ones(sheet.shape[:2], np.float32)
            if kind != ON_SHEET:
                shape[:] = 0
                inner = self._border
                shape[inner : inner + card.size[1], inner : inner + card.size[0]] = 1
            self._flat = sheet.astype(np.float32)
        elif kind == TABLET:
            self._panel = panel_of(rng, bezel=True)
            around = surroundings(rng, (card.size[0] // 2, card.size[1] // 2))
            self._border = int(rng.uniform(0.15, 0.35) * card.size[0])
            size = (card.size[0] + 2 * self._border, card.size[1] + 2 * self._border)
            shown = np.asarray(cv2.resize(around, size), np.float32)
            inner = self._border
            there = shown[inner : inner + card.size[1], inner : inner + card.size[0]]
            there += card.shape[..., None] * (card.picture.astype(np.float32) - there)
            self._flat = 255 * (shown / 255) ** np.float32(self._panel.gamma) * self._panel.white
            self._pitch = float(np.exp(rng.uniform(np.log(0.5), np.log(2.0))))
            shape = np.ones(self._flat.shape[:2], np.float32)
        else:
            self._flat = card.picture.astype(np.float32)
        self._shape = shape
        self._gloss = {MATTE: 0.0, ON_SHEET: 0.0}.get(kind, float(rng.uniform(20, 170)))
        if kind in BONA_FIDE and rng.random() < 0.2:
            self._gloss = 0.0
        self._device = float(rng.uniform(12, 110)) if kind == DEVICE else 0.0
        self._hue = rng.uniform(0, 2 * np.pi, 3)
        self._order = float(rng.uniform(0.6, 2.5))
        self._lamp = rng.uniform(-12, 12, 2)
        # Half a metre of light answers a turn of some degrees by moving far across the card.
        self._broad = float(rng.uniform(0.1, 0.35))

    def over(self, room: Floats, way: Floats, lie: Lie) -> Floats:
        """Give the scene with the thing in it."""
        flat = self._flat
        height, width = flat.shape[:2]
        rows, columns = np.mgrid[0:height:6, 0:width:6].astype(np.float32)
        if self._gloss > 0:
            x = width * (0.5 + 0.06 * (lie.yaw - self._lamp[0]))
            y = height * (0.5 + 0.09 * (lie.pitch - self._lamp[1]))
            spot = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / np.float32(2 * (self._broad * width) ** 2))
            flat = flat + self._gloss * cv2.resize(spot.astype(np.float32), (width, height))[..., None]
        if self._device > 0:
            angle = 0.35 * self._order * (lie.yaw + 0.7 * lie.pitch)
            phase = 0.02 * self._order * (columns + 0.5 * rows) + np.float32(angle)
            light = np.stack([np.clip(np.sin(phase + np.float32(h)), 0, 1) for h in (0.0, 2.1, 4.2)], 2)
            shown = cv2.resize(light.astype(np.float32), (width, height))
            flat = flat + self._device * self._card.device[..., None] * shown
        shift = np.array([[1, 0, -self._border], [0, 1, -self._border], [0, 0, 1]], np.float32)
        placed = np.asarray(way @ shift, np.float32)
        mask = laid(self._shape, placed, self._camera.scene)
        scene = laid(flat, placed, self._camera.scene, replicate=True)
        # Paper and plastic send less back as they turn away; a screen shines on.
        if self._kind == TABLET:
            scale = float(np.sqrt(abs(np.linalg.det(way[:2, :2]))))
            scene = scene * screen_grid(self._camera.scene, placed, self._pitch / scale)
        else:
            scene = scene * np.float32(1 + 0.008 * (lie.pitch + lie.yaw) * np.sign(self._lamp[0]))
        return room * (1 - mask)[..., None] + scene * mask[..., None]


def _smudges(sheet: Picture, border: int, rng: Random) -> None:
    height, width = sheet.shape[:2]
    inner = np.s_[border : height - border, border : width - border]
    kept = sheet[inner].copy()
    for _ in range(60):
        words = "".join("abcdefghij klmnop"[int(i)] for i in rng.integers(0, 17, 9))
        at = (int(rng.uniform(0, width)), int(rng.uniform(0, height)))
        cv2.putText(sheet, words, at, cv2.FONT_HERSHEY_SIMPLEX, 1.0, (60.0, 60.0, 60.0), 2)
    sheet[inner] = kept
