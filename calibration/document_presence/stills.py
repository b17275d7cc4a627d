"""Single pictures of documents and of pictures of documents: screens, colour prints, photocopies, cut out or not."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from calibration.attack.making.plane import Floats, Picture, Random, as_picture
from calibration.attack.making.printed import print_of
from calibration.attack.making.screened import panel_of
from calibration.document_presence.cards import DrawnCard, draw_card
from calibration.document_presence.taking import (
    Camera,
    any_camera,
    any_lie,
    corners_of,
    laid,
    surroundings,
    taken,
    under,
    way_of,
)
from kiosk.document.facts import Quad

DOCUMENT = "document"
GREY_CAMERA = "document, grey camera"
COARSE, MIDDLE, FINEST = "screen, coarse pixels", "screen, middle pixels", "screen, fine pixels"
PRINT, CUT_PRINT = "colour print", "colour print, cut out"
COPY, CUT_COPY = "grey photocopy", "grey photocopy, cut out"
_PITCH = {COARSE: (1.3, 2.8), MIDDLE: (0.8, 1.3), FINEST: (0.45, 0.8)}
"""pixels of the picture from one screen pixel to the next: a monitor, a laptop or tablet, a telephone"""
BONA_FIDE = (DOCUMENT, GREY_CAMERA)
ATTACKS = (COARSE, MIDDLE, FINEST, PRINT, CUT_PRINT, COPY, CUT_COPY)


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """A picture, and the document's corners as a finder tells them."""

    kind: str
    picture: Picture
    corners: Quad
    card: bool
    """ID-1; else a page"""


def still(kind: str, rng: Random) -> Still:
    """Make one picture of this kind."""
    card = draw_card(rng)
    camera = any_camera(rng, grey=kind == GREY_CAMERA)
    if kind in BONA_FIDE:
        picture, corners = photograph(card, camera, rng)
    elif kind in _PITCH:
        picture, corners = _on_screen(card, camera, rng, _PITCH[kind])
    else:
        picture, corners = _on_paper(
            card, camera, rng, grey=kind in (COPY, CUT_COPY), cut=kind in (CUT_PRINT, CUT_COPY)
        )
    return Still(kind, picture, corners, card.rounded)


def photograph(card: DrawnCard, camera: Camera, rng: Random) -> tuple[Picture, Quad]:
    """Photograph the document itself."""
    way = way_of(card.size, camera, any_lie(rng))
    scene = _lying(card.picture.astype(np.float32), card.shape, way, camera, rng)
    return taken(_with_glare(scene, camera, rng), camera, rng), corners_of(card.size, way, camera, rng)


def _lying(flat: Floats, shape: Floats, way: Floats, camera: Camera, rng: Random) -> Floats:
    fine = camera.scene
    mask = laid(shape, way, fine)
    room = under(surroundings(rng, fine), mask, rng)
    return room * (1 - mask)[..., None] + laid(flat, way, fine, replicate=True) * mask[..., None]


def _with_glare(scene: Floats, camera: Camera, rng: Random) -> Floats:
    if rng.random() < 0.3:
        width, height = camera.scene
        rows, columns = np.mgrid[0:height:8, 0:width:8].astype(np.float32)
        x, y, reach = rng.uniform(0.2, 0.8) * width, rng.uniform(0.2, 0.8) * height, rng.uniform(0.02, 0.09) * width
        spot = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / np.float32(2 * reach**2)).astype(np.float32)
        scene = scene + np.float32(rng.uniform(60, 250)) * cv2.resize(spot, (width, height))[..., None]
    return scene


def _shown(card: DrawnCard, rng: Random) -> Floats:
    """Give a photograph or scan of the card, square on, as an attacker has it on a screen or prints it."""
    ground = np.float32(rng.uniform(0, 255)) * np.ones(3, np.float32)
    picture = card.picture.astype(np.float32)
    if card.rounded and rng.random() < 0.6:
        picture = picture * card.shape[..., None] + ground * (1 - card.shape)[..., None]
    return cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.5, 2.0))).astype(np.float32)


def _on_screen(card: DrawnCard, camera: Camera, rng: Random, pitches: tuple[float, float]) -> tuple[Picture, Quad]:
    """Photograph a screen that shows the card: stripes of three colours in each of its pixels, seen through a mosaic."""
    panel = panel_of(rng, bezel=True)
    shown = _shown(card, rng)
    height, width = shown.shape[:2]
    # What the screen shows round the card, and the frame of the device.
    margin = (int(rng.uniform(0.0, 0.25) * height), int(rng.uniform(0.0, 0.2) * width))
    around = rng.uniform(0, 255, 3) if rng.random() < 0.5 else np.full(3, float(rng.choice([0.0, 30.0, 255.0])))
    full = cv2.copyMakeBorder(
        shown, margin[0], margin[0], margin[1], margin[1], cv2.BORDER_CONSTANT, value=around.tolist()
    )
    light = (full / 255) ** np.float32(panel.gamma)
    light = 255 * (panel.black + (1 - panel.black) * light) * panel.white
    light = (1 - panel.glow) * light + panel.glow * cv2.GaussianBlur(light, (0, 0), 12)
    shift = np.array([[1, 0, -margin[1]], [0, 1, -margin[0]], [0, 0, 1]], np.float32)
    way = way_of((width, height), camera, any_lie(rng))
    lit = np.asarray(way @ shift, np.float32)
    fine = camera.scene
    mask = laid(np.ones(full.shape[:2], np.float32), lit, fine)
    bezel = float(rng.uniform(0.02, 0.09) * width)
    frame = np.ones((round(full.shape[0] + 2 * bezel), round(full.shape[1] + 2 * bezel)), np.float32)
    outer = np.asarray(lit @ np.array([[1, 0, -bezel], [0, 1, -bezel], [0, 0, 1]], np.float32), np.float32)
    device = laid(frame, outer, fine)
    room = under(surroundings(rng, fine), device, rng)
    room = room * (1 - device)[..., None] + np.float32(rng.uniform(8, 30)) * device[..., None]
    scale = float(np.sqrt(abs(np.linalg.det(way[:2, :2])))) / camera.fine
    grid = screen_grid(fine, lit, float(rng.uniform(*pitches)) / scale)
    scene = (
        room * (1 - mask)[..., None]
        + laid(light.astype(np.float32), lit, fine, replicate=True) * grid * mask[..., None]
    )
    return taken(_with_glare(scene, camera, rng), camera, rng), corners_of((width, height), way, camera, rng)


def screen_grid(size: tuple[int, int], way: Floats, pitch: float) -> Floats:
    """Give how much of each colour the screen's pixels let out at each point of the fine scene; 1 on average.

    ``pitch``: of screen pixels, in pixels of the flat picture that ``way`` lays.
    """
    back = np.linalg.inv(way.astype(np.float64)).astype(np.float32)
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    far = back[2, 0] * columns + back[2, 1] * rows + back[2, 2]
    x = (back[0, 0] * columns + back[0, 1] * rows + back[0, 2]) / far
    y = (back[1, 0] * columns + back[1, 1] * rows + back[1, 2]) / far
    turn = np.float32(2 * np.pi / pitch)
    # A point of the scene is a small square: it averages waves that are shorter than itself.
    kept = np.sinc(1 / (pitch * np.sqrt(abs(np.linalg.det(way[:2, :2])))))
    gaps = 1 + np.float32(0.35 * kept) * np.cos(turn * y)
    # Stripes of a third of a pixel: their first harmonic is all that a camera can still tell.
    stripes = [1 + np.float32(0.8 * kept) * np.cos(turn * x + np.float32(third * 2.0944)) for third in range(3)]
    return np.stack([stripe * gaps for stripe in stripes], 2)


def _on_paper(card: DrawnCard, camera: Camera, rng: Random, *, grey: bool, cut: bool) -> tuple[Picture, Quad]:
    """Photograph a print of the card: on its sheet, or cut out with scissors."""
    shown = _shown(card, rng)
    if grey:
        sheet = _copy_of(as_picture(shown), rng)
        border = int(rng.uniform(0.03, 0.3) * card.size[0])
        paper = float(rng.uniform(225, 248))
        whole = cv2.copyMakeBorder(sheet, *(border,) * 4, cv2.BORDER_CONSTANT, value=[paper] * 3)
        scale = 1.0
    else:
        whole = print_of(as_picture(shown), rng)
        scale = 2.0
        border = (whole.shape[1] - int(scale * card.size[0])) // 2
    flat = whole.astype(np.float32)
    height, width = round(scale * card.size[1]), round(scale * card.size[0])
    lie = any_lie(rng)
    way = way_of((width, height), camera, lie)
    placed = np.asarray(way @ np.array([[1, 0, -border], [0, 1, -border], [0, 0, 1]], np.float32), np.float32)
    shape = np.zeros(flat.shape[:2], np.float32)
    if cut:
        edge = np.array([[0, 0], [width, 0], [width, height], [0, height]]) + border
        shaky = edge + rng.normal(0, 0.004 * width, edge.shape)
        cv2.fillConvexPoly(shape, shaky.astype(np.int32), 1.0, cv2.LINE_AA)
    else:
        shape[:] = 1.0
    scene = _lying(flat, shape, placed, camera, rng)
    return taken(scene, camera, rng), corners_of((width, height), way, camera, rng)


def _copy_of(picture: Picture, rng: Random) -> Floats:
    """Give a photocopy: grey, hard, with toner's grain."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32) / 255
    hard = 0.5 + (grey - 0.5) * np.float32(rng.uniform(1.0, 1.7))
    toner = cv2.GaussianBlur(rng.normal(0, 1, grey.shape).astype(np.float32), (0, 0), 1.0)
    copy = np.clip(hard, 0.08, 0.97) + np.float32(rng.uniform(0.01, 0.08)) * toner
    return np.repeat(np.clip(255 * copy, 0, 255)[..., None], 3, 2).astype(np.float32)
