"""The attacks by name: what each makes of its material."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from calibration.attack.making.camera import Change, HeldPicture, MadeCamera, Picture
from calibration.attack.making.faces import Finder
from calibration.attack.making.plane import Random
from calibration.attack.making.printed import HeldPrint
from calibration.attack.making.screened import Recaptured
from calibration.attack.making.spliced import Piece, SplicedStream
from calibration.attack.making.still import StillInMotion
from calibration.attack.making.swapped import SwappedFace
from kiosk.camera.port import Camera

_HELD_SECONDS = 24.0


@dataclass(frozen=True)
class Needs:
    """What attacks are made of."""

    film: Callable[[], Camera]
    """opens the bona fide camera anew"""
    still: Callable[[], Picture]
    """gives a picture of the person"""
    other: Callable[[], Picture]
    """gives a picture of another person, to swap in"""
    find: Finder
    pieces: dict[str, Piece]
    seed: int


class _Unchanged:
    """A perfect copy."""

    def __call__(self, image: Picture, time: float) -> Picture:  # noqa: ARG002
        return image.copy()


def make_attack(name: str, needs: Needs) -> Camera:
    """Give the camera of an attack, not opened. Raises ``KeyError`` for an unknown name, ``ValueError`` for bad material."""
    return ATTACKS[name](needs, np.random.default_rng(needs.seed))


def _print(needs: Needs, rng: Random) -> Camera:
    return _of_still(needs, HeldPrint(rng), "print")


def _still(needs: Needs, rng: Random) -> Camera:
    return _of_still(needs, StillInMotion(rng, needs.find), "still")


def _screen_bezel(needs: Needs, rng: Random) -> Camera:
    return MadeCamera(needs.film(), Recaptured(rng, bezel=True), "screen_bezel")


def _screen_close(needs: Needs, rng: Random) -> Camera:
    return MadeCamera(needs.film(), Recaptured(rng, bezel=False, steady=True), "screen_close")


def _replay(needs: Needs, rng: Random) -> Camera:  # noqa: ARG001
    return MadeCamera(needs.film(), _Unchanged(), "replay")


def _spliced(needs: Needs, rng: Random) -> Camera:  # noqa: ARG001
    pieces = dict(needs.pieces)
    if "rest" not in pieces:
        raise ValueError("a spliced stream needs the piece 'rest'")
    return SplicedStream(needs.film, pieces.pop("rest"), pieces)


def _swap(needs: Needs, rng: Random) -> Camera:  # noqa: ARG001
    return MadeCamera(needs.film(), SwappedFace(needs.other(), needs.find), "swap")


def _of_still(needs: Needs, change: Change, name: str) -> Camera:
    return MadeCamera(HeldPicture(needs.still(), _HELD_SECONDS), change, name)


ATTACKS: dict[str, Callable[[Needs, Random], Camera]] = {
    "print": _print,
    "screen_bezel": _screen_bezel,
    "screen_close": _screen_close,
    "still": _still,
    "old_session": _replay,
    "spliced": _spliced,
    "swap": _swap,
    "relightless": _replay,
}
"""``old_session`` and ``relightless`` show the same frames: the first is asked another challenge, the second its own"""
