"""A made document with a portrait, and the photograph that is taken of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from calibration.attack.making.plane import Picture, Random
from calibration.document_portraits.printing import EYES, HEIGHT, WIDTH, Printer, overprinted, printed
from kiosk.document.facts import Quad

_CARD_LONG, _CARD_SHORT = 1170, 738
"""pixels of print: a card of 85.6 x 54 mm whose portrait is 23 mm wide"""
_INK = (60, 50, 45)


@dataclass(frozen=True)
class Damage:
    """How a document is printed and photographed."""

    printer: Printer
    eyes: float
    """pixels between the eyes in the photograph"""
    turned: int = 0
    """quarter turns clockwise in which it lies"""
    skew: float = 0.0
    """degrees beyond these"""
    perspective: float = 0.0
    """share by which sides differ"""
    overprint: float = 0.0
    blur: float = 0.4
    """standard deviation in pixels of the photograph"""
    motion: float = 0.0
    gain: float = 1.0
    slope: float = 0.0
    """of the light across the document"""
    cast: tuple[float, float, float] = (1.0, 1.0, 1.0)
    glare: float = 0.0
    noise: float = 2.0
    jpeg: int = 90
    infrared: bool = False
    ghost: bool = False


@dataclass(frozen=True)
class Photograph:
    """A picture of a document, with what is true of it."""

    picture: Picture = field(repr=False)
    corners: Quad
    """as a reader of the upright text orders them"""
    eyes: NDArray[np.float64] = field(repr=False)
    """of the main portrait, image's left of the upright document first; 2 x 2 pixels"""
    damage: Damage


def any_damage(rng: Random, eyes: tuple[float, float] = (24.0, 64.0)) -> Damage:
    """Draw how a document may come before a kiosk's camera."""
    cast = rng.uniform(0.88, 1.12, 3)
    return Damage(
        printer=list(Printer)[int(rng.choice(4, p=(0.35, 0.25, 0.25, 0.15)))],
        eyes=float(np.exp(rng.uniform(np.log(eyes[0]), np.log(eyes[1])))),
        turned=int(rng.integers(4)),
        skew=float(np.clip(rng.normal(0, 8), -20, 20)),
        perspective=float(rng.uniform(0, 0.12)),
        overprint=float(rng.uniform(0, 0.6)),
        blur=float(rng.uniform(0.3, 1.1)),
        motion=float(max(0.0, rng.normal(0, 1.2))),
        gain=float(rng.uniform(0.45, 1.1)),
        slope=float(rng.uniform(-0.3, 0.3)),
        cast=(float(cast[0]), float(cast[1]), float(cast[2])),
        glare=float(rng.uniform(0.2, 0.9)) if rng.random() < 0.25 else 0.0,
        noise=float(rng.uniform(1, 6)),
        jpeg=int(rng.integers(60, 96)),
        infrared=bool(rng.random() < 0.04),
        ghost=bool(rng.random() < 0.3),
    )


def _card(
    portrait: Picture | None, printer: Printer, rng: Random, overprint: float, *, ghost: bool
) -> tuple[Picture, tuple[int, int]]:
    """Print a card with a portrait (None: without) and made-up text; give it with the portrait's left top corner."""
    card = _background(rng)
    right = bool(rng.random() < 0.25)
    x = _CARD_LONG - WIDTH - 45 if right else 45
    y = int(rng.integers(150, _CARD_SHORT - HEIGHT - 60))
    _write(card, rng, (60, _CARD_LONG - WIDTH - 120) if right else (WIDTH + 100, _CARD_LONG - 60))
    if portrait is not None:
        mine = printed(portrait, printer, rng)
        card[y : y + HEIGHT, x : x + WIDTH] = overprinted(mine, rng, overprint) if overprint > 0 else mine
        if ghost:
            _lay_ghost(card, portrait, rng, right=right)
    return card, (x, y)


def photographed(portrait: Picture | None, damage: Damage, rng: Random) -> Photograph:
    """Print a document with this portrait (312 x 402, ``printing.laid_out``) and photograph it."""
    card, (x, y) = _card(portrait, damage.printer, rng, damage.overprint, ghost=damage.ghost)
    scale = damage.eyes / EYES
    # near the photograph's scale by averaging, as a lens does; the warp then does the rest
    step = min(1.0, 1.5 * scale)
    card = np.asarray(cv2.resize(card, None, fx=step, fy=step, interpolation=cv2.INTER_AREA), np.uint8)
    height, width = card.shape[:2]
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    seen, size = _lie(flat * (scale / step), damage, rng)
    way = cv2.getPerspectiveTransform(flat.astype(np.float32), seen.astype(np.float32))
    room = _room(size, rng)
    laid = cv2.warpPerspective(card, way, size, flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), way, size, flags=cv2.INTER_LINEAR)
    share = mask.astype(np.float32)[..., None] / 255
    picture = laid * share + room * (1 - share)
    eyes = np.array([[x + WIDTH / 2 - EYES / 2, y + 172.0], [x + WIDTH / 2 + EYES / 2, y + 172.0]]) * step
    mapped = cv2.perspectiveTransform(eyes[None].astype(np.float32), way)[0].astype(np.float64)
    corners = tuple((float(u), float(v)) for u, v in seen)
    return Photograph(
        _taken(picture, seen, damage, rng), (corners[0], corners[1], corners[2], corners[3]), mapped, damage
    )


def _lie(flat: NDArray[np.float64], damage: Damage, rng: Random) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Give where the card's corners lie in the photograph, and the photograph's size."""
    angle = np.radians(90 * damage.turned * -1 + damage.skew)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centred = flat - flat.mean(0)
    tilt = rng.uniform(-1, 1, 2)
    depth = 1 + damage.perspective * (centred / np.abs(centred).max(0)) @ (tilt / max(1e-6, np.abs(tilt).sum()))
    lying = (centred / depth[:, None]) @ turn.T
    low, high = lying.min(0), lying.max(0)
    room = rng.uniform(0.03, 0.3, 2) * (high - low)
    return lying - low + room * rng.uniform(0.2, 0.8, 2), (
        int(np.ceil(high[0] - low[0] + room[0])),
        int(np.ceil(high[1] - low[1] + room[1])),
    )


def _taken(picture: NDArray[np.floating], corners: NDArray[np.float64], damage: Damage, rng: Random) -> Picture:
    height, width = picture.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    light = damage.gain * (1 + damage.slope * (columns / width - 0.5) + 0.5 * damage.slope * (rows / height - 0.5))
    picture = picture.astype(np.float32)
    if damage.infrared:
        grey = picture.max(2, keepdims=True)
        picture = 60 + 0.7 * np.repeat(grey, 3, 2)
    picture = picture * light[..., None] * np.array(damage.cast, np.float32)
    if damage.glare > 0:
        low, high = corners.min(0), corners.max(0)
        centre, reach = rng.uniform(low, high), rng.uniform(0.04, 0.15) * (high - low).max()
        wide = rng.uniform(0.5, 2.5)
        spot = np.exp(-(((columns - centre[0]) / wide) ** 2 + (rows - centre[1]) ** 2) / (2 * reach**2))
        picture = picture + 255 * damage.glare * spot[..., None]
    picture = cv2.GaussianBlur(picture, (0, 0), damage.blur)
    length = round(damage.motion)
    if length >= 1:
        kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
        direction = rng.uniform(0, np.pi)
        end = np.array([np.cos(direction), np.sin(direction)]) * length / 2
        first, last = np.round(length - end).astype(int), np.round(length + end).astype(int)
        cv2.line(kernel, (int(first[0]), int(first[1])), (int(last[0]), int(last[1])), 1.0)
        picture = cv2.filter2D(picture, -1, kernel / kernel.sum())
    grain = cv2.GaussianBlur(rng.standard_normal(picture.shape, dtype=np.float32), (0, 0), 0.6) * 1.8
    pixels = np.clip(np.round(picture + damage.noise * grain), 0, 255).astype(np.uint8)
    _, stored = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, damage.jpeg])
    return np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR), np.uint8)


def _background(rng: Random) -> Picture:
    """Pastel paper with fine line patterns; drawn at half size, for time."""
    width, height = _CARD_LONG // 2, _CARD_SHORT // 2
    small = rng.uniform(165, 245, (2, 3, 3)).astype(np.float32)
    card = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    rows, columns = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)
    for _ in range(2):
        period, wave = np.float32(rng.uniform(3.5, 9)), rng.uniform(40, 200)
        bent = rows + (rng.uniform(-1, 1) * columns + rng.uniform(2, 20) * np.sin(columns / wave * 6.28)).astype(
            np.float32
        )
        card += rng.uniform(-40, 10, 3).astype(np.float32) * (bent % period < rng.uniform(0.7, 1.5))[..., None]
    large = cv2.resize(card, (_CARD_LONG, _CARD_SHORT), interpolation=cv2.INTER_LINEAR)
    return np.clip(large, 0, 255).astype(np.uint8)


def _write(card: Picture, rng: Random, across: tuple[int, int]) -> None:
    """Write a heading and a few lines of random letters."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"

    def line(length: int) -> str:
        return "".join(letters[int(i)] for i in rng.integers(0, len(letters), length))

    cv2.putText(card, line(int(rng.integers(12, 26))), (60, 90), cv2.FONT_HERSHEY_DUPLEX, 1.4, _INK, 3, cv2.LINE_AA)
    for row in range(170, _CARD_SHORT - 50, int(rng.integers(55, 90))):
        longest = max(4, (across[1] - across[0]) // 26)
        words = line(int(rng.integers(4, longest + 1)))
        cv2.putText(card, words, (across[0], row), cv2.FONT_HERSHEY_SIMPLEX, 1.0, _INK, 2, cv2.LINE_AA)


def _lay_ghost(card: Picture, portrait: Picture, rng: Random, *, right: bool) -> None:
    """Print the portrait again, small, grey and pale."""
    share = rng.uniform(0.35, 0.6)
    size = (round(WIDTH * share), round(HEIGHT * share))
    grey = cv2.cvtColor(cv2.resize(portrait, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    x = 60 if right else _CARD_LONG - size[0] - 60
    y = int(rng.integers(120, _CARD_SHORT - size[1] - 40))
    under = card[y : y + size[1], x : x + size[0]].astype(np.float32)
    pale = under * (1 - rng.uniform(0.3, 0.7) * (1 - grey.astype(np.float32)[..., None] / 255))
    card[y : y + size[1], x : x + size[0]] = np.clip(pale, 0, 255).astype(np.uint8)


def _room(size: tuple[int, int], rng: Random) -> NDArray[np.float32]:
    """Give a desk: a few soft patches and grain."""
    patches = rng.uniform(20, 220) + rng.normal(0, 25, (3, 4, 3))
    desk = cv2.resize(patches.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    return np.asarray(
        np.clip(desk + 4 * rng.standard_normal((size[1], size[0], 1), dtype=np.float32), 0, 255), np.float32
    )
