"""Barcodes in a picture are read: PDF417, QR, Data Matrix, Aztec, Code 128; cheapest way first."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from kiosk.document.barcode.licence import licence_fields, licence_of
from kiosk.document.barcode.places import Corners, Grey, Place, places
from kiosk.document.barcode.squaring import Matrix, evened, sharpened, squared
from kiosk.document.facts import BarcodeReading, Quad
from kiosk.document.geometry import mapped

Picture = NDArray[np.uint8]
"""height x width x 3, BGR"""

_KINDS = zxingcpp.BarcodeFormat
_NAMES = {
    _KINDS.PDF417: "PDF417",
    _KINDS.QRCode: "QRCode",
    _KINDS.DataMatrix: "DataMatrix",
    _KINDS.Aztec: "Aztec",
    _KINDS.Code128: "Code128",
}
_FORMATS = zxingcpp.barcode_formats_from_str("PDF417,QRCode,DataMatrix,Aztec,Code128")
_SHORTEST_LINEAR = 4
"""characters; a shorter Code 128 has one check character against chance, and fine print makes many trials"""

_QUICK_LONGEST, _THOROUGH_LONGEST = 1000, 1600
"""pixels of the longer side at which the whole is looked at"""
_SMALL = 700
"""pixels of the longer side below which bars of one pixel are worth enlarging"""
_OUTLINE_MARGIN = 0.04
"""round the document's outline, which may be a little off"""
_QUICK_PLACES, _THOROUGH_PLACES = 2, 3
_PLACE_SIDE, _LARGE_PLACE_SIDE = 800, 1300
_PLACE_MARGIN, _WIDE_MARGIN = 0.03, 0.12


def read_barcodes(
    picture_bgr: Picture, corners: Quad | None = None, *, thorough: bool = False
) -> tuple[BarcodeReading, ...]:
    """Read the barcodes of a document; ``corners`` is its outline, None where it fills the picture or is not known.

    Quick: the whole once and the two likeliest places, squared. ``thorough``: turned, inverted, enlarged, evened and
    sharpened as well, where it costs up to some tenths of a second. Texts are given as encoded, never interpreted;
    a licence after AAMVA has its fields too.
    """
    source = np.asarray(cv2.cvtColor(picture_bgr, cv2.COLOR_BGR2GRAY) if picture_bgr.ndim == 3 else picture_bgr)
    found: dict[tuple[str, str], BarcodeReading] = {}
    longest = _THOROUGH_LONGEST if thorough else _QUICK_LONGEST
    whole, way = _whole(source, corners, longest)
    _take(found, whole, way, rotate=thorough, wide=thorough)
    if thorough and not found and max(whole.shape) < _SMALL:
        larger, more = _scaled(whole, 2.0)
        _take(found, larger, more @ way, rotate=True)
    for place in places(whole, _THOROUGH_PLACES if thorough else _QUICK_PLACES):
        # In the source's own pixels: what the whole lost to its scale is still there.
        there = mapped(place.corners, _back(way)).astype(np.float32)
        if not any(_covers(there, reading) for reading in found.values()):
            # Once something was read, only what is as plain to see is still looked for.
            _read_place(found, source, Place(there, place.weight), thorough=thorough and not found)
    if thorough and corners is not None and not found:
        whole, way = _whole(source, None, longest)
        _take(found, whole, way, rotate=True, wide=True)
    return tuple(found.values())


def _whole(source: Grey, corners: Quad | None, longest: int) -> tuple[Grey, Matrix]:
    """Give the document squared, or the picture, no longer than this."""
    if corners is None:
        return _scaled(source, min(1.0, longest / max(source.shape)))
    outline = np.asarray(corners, np.float32)
    sides = np.linalg.norm(np.roll(outline, -1, 0) - outline, axis=1)
    return squared(source, outline, int(min(longest, max(64.0, float(sides.max())))), _OUTLINE_MARGIN)


def _scaled(grey: Grey, scale: float) -> tuple[Grey, Matrix]:
    way = np.diag([scale, scale, 1.0])
    if scale == 1.0:
        return np.ascontiguousarray(grey), way
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=how), np.uint8), way


def _read_place(found: dict[tuple[str, str], BarcodeReading], source: Grey, place: Place, *, thorough: bool) -> None:
    """Try a place in ever dearer ways until one of them reads something."""
    before = len(found)
    for picture, way, turned in _ways(source, place, thorough=thorough):
        _take(found, picture, way, rotate=turned)
        if len(found) > before:
            return


def _ways(source: Grey, place: Place, *, thorough: bool) -> Iterator[tuple[Grey, Matrix, bool]]:
    """Give pictures of the place, with the way to each from the source, and whether it may lie on its side."""
    plain, way = squared(source, place.corners, _PLACE_SIDE, _PLACE_MARGIN)
    yield plain, way, thorough
    if not thorough:
        return
    even = evened(plain)
    yield even, way, False
    # The finder may have cut off the outermost bars.
    yield *squared(source, place.corners, _PLACE_SIDE, _WIDE_MARGIN), False
    # One pixel of blur at the source's scale is so many here.
    yield evened(sharpened(plain, _PLACE_SIDE / 500, 2.0)), way, False
    yield evened(np.asarray(cv2.GaussianBlur(plain, (0, 0), 1.2), np.uint8)), way, False
    large, way = squared(source, place.corners, _LARGE_PLACE_SIDE, _PLACE_MARGIN)
    yield evened(large), way, False


def _take(
    found: dict[tuple[str, str], BarcodeReading], grey: Grey, way: Matrix, *, rotate: bool, wide: bool = False
) -> None:
    """Read what is there, corners in pixels of the picture that ``way`` comes from."""
    back = _back(way)
    read = zxingcpp.read_barcodes(
        grey,
        formats=_FORMATS,
        try_rotate=rotate,
        try_downscale=wide,
        try_invert=wide,
        text_mode=zxingcpp.TextMode.Plain,
    )
    for code in read:
        name = _NAMES.get(code.format)
        linear = code.format == _KINDS.Code128
        if name is None or not code.text or (linear and len(code.text) < _SHORTEST_LINEAR):
            continue
        at = code.position
        seen = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        corners = mapped(np.array(seen, np.float64), back)
        one, two, three, four = ((float(x), float(y)) for x, y in corners)
        if (name, code.text) in found:
            continue
        licence = licence_of(name, code.text)
        found[name, code.text] = BarcodeReading(
            name,
            code.text,
            (one, two, three, four),
            fields=licence_fields(licence) if licence is not None else (),
            problems=licence.problems if licence is not None else (),
        )


def _back(way: Matrix) -> Matrix:
    return np.asarray(np.linalg.inv(way), np.float64)


def _covers(place: Corners, reading: BarcodeReading) -> bool:
    """Say whether the middle of this place lies within a code that was read."""
    if reading.corners is None:
        return False
    middle = place.mean(0)
    outline = np.asarray(reading.corners, np.float32)
    return bool(cv2.pointPolygonTest(outline, (float(middle[0]), float(middle[1])), measureDist=False) >= 0)
