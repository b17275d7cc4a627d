"""Is the document itself before the camera? Cues, each with the rate at which it is wrong about real documents."""

from __future__ import annotations

from math import exp

import numpy as np
from numpy.typing import NDArray

from kiosk.document.facts import DocumentView, PresenceCue, Quad
from kiosk.document.presence.colour import colour_spread
from kiosk.document.presence.colour_grain import colour_grain
from kiosk.document.presence.moving import Sample, aligned, colours_moved, ground_moved, sample_of
from kiosk.document.presence.operating_points import presence_points
from kiosk.document.presence.outline import corner_roundness, is_card, sides_enclosed
from kiosk.document.presence.tilt import tilt_of

Picture = NDArray[np.uint8]
"""height x width x 3, BGR"""

_GRAIN_MIDDLE, _GRAIN_WIDTH = 2.5, 1.0
"""colour grain at which ``screen`` is 0.5, and for which it changes by about a quarter"""
_COLOUR_HALF = 0.12
"""spread of hues at which ``photocopy`` is 0.5"""
_COLOURLESS = 0.05
"""spread of hues below which a picture, surroundings included, may come from a grey or infrared camera"""
_SHINE_HALF = 0.008
"""change of colour, as a share of brightness, at which ``shine`` is 0.5"""
_KEPT = 20
"""frames of a tilt that are judged"""
_APART = 0.06
"""seconds between them, at least"""
_FEWEST = 5
_LEAST_TILT = 6.0
"""degrees without which the document was not tilted"""


def judge_still(picture_bgr: Picture, corners: Quad | None = None) -> tuple[PresenceCue, ...]:
    """Judge one picture; ``corners`` None: it shows nothing but the document, whose surroundings are not known.

    ``screen``: a grain of colour lies all over it. ``photocopy``: it has no colour. ``edges``: a card's corners are round, and
    no sheet or screen reaches beyond it. What cannot be judged says why.
    """
    picture = picture_bgr if picture_bgr.ndim == 3 else np.repeat(picture_bgr[..., None], 3, 2)
    height, width = picture.shape[:2]
    whole: Quad = ((0.0, 0.0), (width - 1.0, 0.0), (width - 1.0, height - 1.0), (0.0, height - 1.0))
    outline = corners or whole
    return (
        _screen(picture, outline),
        _photocopy(picture, outline),
        _edges(picture, corners),
    )


def _screen(picture: Picture, corners: Quad) -> PresenceCue:
    grain = colour_grain(picture, corners)
    if grain is None:
        return _cue("screen", None, "too_small")
    return _cue("screen", 1 / (1 + exp((grain - _GRAIN_MIDDLE) / _GRAIN_WIDTH)))


def _photocopy(picture: Picture, corners: Quad) -> PresenceCue:
    spread = colour_spread(picture, corners)
    if spread is None:
        return _cue("photocopy", None, "too_dark_or_bright")
    if spread.everywhere < _COLOURLESS:
        return _cue("photocopy", None, "no_colour")
    return _cue("photocopy", spread.document / (spread.document + _COLOUR_HALF))


def _edges(picture: Picture, corners: Quad | None) -> PresenceCue:
    if corners is None:
        return _cue("edges", None, "no_surroundings")
    enclosed = sides_enclosed(picture, corners)
    round_ = corner_roundness(picture, corners) if is_card(corners) else None
    scores = [score for score in (round_, None if enclosed is None else 1 - enclosed) if score is not None]
    if not scores:
        return _cue("edges", None, "no_surroundings" if enclosed is None else "no_contrast")
    return _cue("edges", min(scores))


class TiltWatch:
    """Watches a document while it is tilted. Keeps small pictures of it until ``forget``; used by one thread."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._samples: list[tuple[Sample, tuple[float, float]]] = []
        self._last: float | None = None
        self._apart = _APART
        self._upright: bool | None = None

    def see(self, picture: Picture, view: DocumentView, time: float) -> None:
        """Take a frame (BGR) and how the document stands in it; ``time`` in seconds."""
        if not view.complete or (self._last is not None and 0 <= time - self._last < self._apart):
            return
        tilt = tilt_of(view.corners, frame=(picture.shape[1], picture.shape[0]))
        if tilt is None:
            return
        if self._upright is None:
            self._upright = _is_upright(view.corners)
        self._samples.append((sample_of(picture, view.corners, upright=self._upright), tilt))
        self._last = time
        if len(self._samples) > _KEPT:
            # Half as many, twice as far apart: a long tilt is seen from its beginning to its end.
            del self._samples[1::2]
            self._apart *= 2

    def judge(self) -> tuple[PresenceCue, ...]:
        """Judge what was seen since ``forget``: ``parallax``, the ground stays behind; ``shine``, colours change."""
        if len(self._samples) < _FEWEST:
            return _cue("parallax", None, "too_few_frames"), _cue("shine", None, "too_few_frames")
        tilts = np.array([tilt for _, tilt in self._samples])
        low, high = np.percentile(tilts, (5, 95), axis=0)
        if float((high - low).max()) < _LEAST_TILT:
            return _cue("parallax", None, "not_tilted"), _cue("shine", None, "not_tilted")
        # The middle tilt is the reference: nothing is then far from it.
        axis = int(np.argmax(high - low))
        order = np.argsort(tilts[:, axis])
        samples = aligned([self._samples[int(index)][0] for index in order])
        if len(samples) < _FEWEST:
            return _cue("parallax", None, "not_followed"), _cue("shine", None, "not_followed")
        ground, why = ground_moved(samples)
        moved = colours_moved(samples)
        return (
            _cue("parallax", ground, why),
            _cue(
                "shine", None if moved is None else moved / (moved + _SHINE_HALF), "" if moved is not None else "unlit"
            ),
        )

    def forget(self) -> None:
        """Forget what was seen."""
        for sample, _ in self._samples:
            sample.picture.fill(0)
        self._samples.clear()
        self._last = None
        self._apart = _APART
        self._upright = None


def _is_upright(corners: Quad) -> bool:
    quad = np.array(corners)
    along = np.linalg.norm(quad[1] - quad[0]) + np.linalg.norm(quad[2] - quad[3])
    return bool(along < np.linalg.norm(quad[2] - quad[1]) + np.linalg.norm(quad[3] - quad[0]))


def _cue(name: str, score: float | None, code: str = "") -> PresenceCue:
    point = presence_points()[name]
    return PresenceCue(name, None if score is None else float(score), point.threshold, point.rate, code)
