"""Single lines of print on a page, label and value apart. Classical: connected ink, chained along the line."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.document.printed.ink import Blobs, Numbers, Pixels, blobs_of, ink_of

_LETTER = (7.0, 80.0)
"""pixels on the page: heights of a letter"""
_GAP = 0.72
"""of the line's height: a wider gap parts two lines, as between label and value"""
_END_GAP = 0.45
"""of the line's height: a dot further off its end is no zero of the line"""
_REACH = 1.8
"""of the taller letter's height: as far as three zeros of Persian digits, which are dots, may part letters"""
_HEIGHTS = 3.0
"""times as high, at most, is a neighbour in one line"""
_ALIKE = 1.9
"""times as high, at most, is a neighbour further off than the gap of a line: a zero stands close, a picture does not"""
_AMONG = 120
_OVERLAP = 0.45
_MARK = 0.4
"""of the line's height: dots and breves stand so near above their letters"""
_DOT = 0.55
"""of the line's height: smaller ink is a dot, a zero of Persian digits, a hyphen, half of a colon"""
_SLOPE = 0.12
_MOST = 60
_LEAST_CONTRAST = 6.0
"""grey levels"""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of print on the page: the box tight round its ink, leaning by its slope."""

    left: float
    right: float
    top: float
    """of its upper edge in the middle"""
    bottom: float
    slope: float
    """pixels down per pixel to the right"""
    letters: int
    """blobs of the size of letters"""
    steady: float
    """0..1: how alike in height its letters are; digits and capitals are steady"""
    light: bool
    """light ink on a dark ground"""
    rise: float = 0.0
    """pixels by which dots and breves stand above the letters"""

    @property
    def height(self) -> float:
        """Give its height."""
        return self.bottom - self.top

    @property
    def width(self) -> float:
        """Give its width."""
        return self.right - self.left

    @property
    def middle(self) -> tuple[float, float]:
        """Give its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def corners(self, margin: float = 0.0) -> Numbers:
        """Give its corners (4 x 2: top left, top right, bottom right, bottom left), moved out by a share of its height."""
        out = margin * self.height
        left, right, half = self.left - out, self.right + out, (self.left + self.right) / 2
        up, down = self.top - max(out, margin and self.rise + out / 2), self.bottom + out
        rise, fall = self.slope * (left - half), self.slope * (right - half)
        return np.array([[left, up + rise], [right, up + fall], [right, down + fall], [left, down + rise]])


def joined(one: TextLine, other: TextLine) -> TextLine:
    """Give two parts of one line as one."""
    return TextLine(
        min(one.left, other.left),
        max(one.right, other.right),
        (one.top + other.top) / 2,
        (one.bottom + other.bottom) / 2,
        (one.slope + other.slope) / 2,
        one.letters + other.letters,
        min(one.steady, other.steady),
        one.light,
        max(one.rise, other.rise),
    )


def lines_of(grey: Pixels) -> list[TextLine]:
    """Find the lines of a page (grey) that stand roughly upright, those most like print first."""
    found = []
    for light in (False, True):
        mask = ink_of(grey, light=light)
        found += [(line, _contrast(grey, mask, line)) for line in _lines(blobs_of(mask), light)]
    kept: list[TextLine] = []
    # one blob is easily darker than a whole line: the inside of a zero of light digits
    for line, contrast in sorted(found, key=lambda pair: -pair[1] * min(pair[0].letters, 4)):
        if contrast >= _LEAST_CONTRAST and not any(one.light != line.light and _overlap(one, line) for one in kept):
            kept.append(line)
    kept.sort(key=lambda line: -line.steady * min(line.letters, 12))
    return kept[:_MOST]


def _contrast(grey: Pixels, mask: Pixels, line: TextLine) -> float:
    """Give the grey levels between a line's ink and its paper; 0 where what lies round it is as its ink.

    That is so of the paper between the letters of a line of the other kind.
    """
    height, width = grey.shape
    left, right = max(0, int(line.left) - 3), min(width, int(line.right) + 4)
    lean = abs(line.slope) * line.width / 2
    top, bottom = max(0, int(line.top - lean) - 3), min(height, int(line.bottom + lean) + 4)
    part, ink = grey[top:bottom, left:right], mask[top:bottom, left:right]
    of_ink = cv2.mean(part, ink)[0]
    of_paper = cv2.mean(part, cv2.bitwise_not(ink))[0]
    # rows of the edge weigh most: a long line has few pixels at its ends
    round_it = (cv2.mean(part[:2])[0] + cv2.mean(part[-2:])[0]) / 2
    return abs(of_ink - of_paper) if abs(round_it - of_paper) < abs(round_it - of_ink) else 0.0


def _overlap(one: TextLine, other: TextLine) -> bool:
    """Say whether most of the smaller line lies within the larger one."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    if across <= 0 or down <= 0:
        return False
    return across * down > 0.5 * min(one.width * one.height, other.width * other.height)


def _lines(blobs: Blobs, light: bool) -> list[TextLine]:
    tall = (blobs.height >= _LETTER[0]) & (blobs.height <= _LETTER[1])
    letters = blobs.only(tall)
    lines = []
    for chain in _chains(letters):
        lines += _parted(letters.only(chain), blobs, light)
    return lines


def _chains(letters: Blobs) -> list[NDArray[np.intp]]:
    """Link each letter to the next on its right in the same line; letters come from left to right."""
    if not len(letters):
        return []
    count = len(letters)
    height, width = letters.height, letters.width
    # letters come from left to right: the next one of a line is among those that follow soon
    after = np.arange(count)[:, None] + 1 + np.arange(min(_AMONG, count))[None]
    there = after < count
    after = np.minimum(after, count - 1)
    taller = np.maximum(height[:, None], height[after])
    lower = np.minimum(height[:, None], height[after])
    gap = letters.left[after] - letters.right[:, None]
    shared = np.minimum(letters.bottom[:, None], letters.bottom[after])
    shared -= np.maximum(letters.top[:, None], letters.top[after])
    near = there & (gap < _REACH * taller) & (gap > -0.5 * np.minimum(width[:, None], width[after]))
    alike = near & (shared > _OVERLAP * lower) & (taller < _HEIGHTS * lower)
    alike &= (taller < _ALIKE * lower) | (gap < _GAP * taller)
    distance = np.where(alike, gap + 0.5 * (taller - shared), np.inf)
    nearest = after[np.arange(count), distance.argmin(1)]
    following = np.where(alike.any(1), nearest, -1)
    root = np.arange(len(letters))
    for one in range(len(letters) - 1, -1, -1):
        if following[one] >= 0:
            root[one] = root[following[one]]
    order = np.argsort(root, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(root[order])) + 1)
    return [np.sort(part) for part in parts]


def _parted(letters: Blobs, blobs: Blobs, light: bool) -> list[TextLine]:
    """Part a chain at its wide gaps and colons, small ink of its band included. Plain numbers: chains are short."""
    height = _quantile(letters.height.tolist(), 0.75)
    slope = _slope(letters)
    band_top = _quantile((letters.top - slope * (letters.left + letters.right) / 2).tolist(), 0.3)
    band_bottom = _quantile((letters.bottom - slope * (letters.left + letters.right) / 2).tolist(), 0.7)
    small = letters.height < _DOT * height
    letters = letters.only(~small)
    dots = blobs.only(blobs.height < _DOT * height)
    level = dots.middle - slope * (dots.left + dots.right) / 2
    inside = (level > band_top - _MARK * height) & (level < band_bottom + 0.1 * height)
    inside &= dots.right > letters.left[0] - _GAP * height
    inside &= dots.left < letters.right.max() + _GAP * height
    inside &= np.maximum(dots.height, dots.width) >= 0.12 * height
    dots, level = dots.only(inside), level[inside]
    above = level < band_top - 0.1 * height
    marks = _boxes(dots.only(above))
    ink = [(*box, True) for box in _boxes(letters)] + [(*box, False) for box in _boxes(dots.only(~above))]
    ink.sort()
    colon = _colons(ink, height)
    parts: list[list[_Ink]] = [[]]
    reach = ink[0][0]
    for index, one in enumerate(ink):
        if colon[index] or one[0] - reach > _GAP * height:
            parts.append([])
        if not colon[index]:
            parts[-1].append(one)
        reach = max(reach, one[2])
    return [line for part in parts for line in _line(part, marks, slope, light)]


_Ink = tuple[float, float, float, float, bool]
"""left, top, right, bottom, whether it has a letter's size"""


def _boxes(blobs: Blobs) -> list[tuple[float, float, float, float]]:
    return list(zip(blobs.left.tolist(), blobs.top.tolist(), blobs.right.tolist(), blobs.bottom.tolist(), strict=True))


def _colons(ink: list[_Ink], height: float) -> list[bool]:
    """Say which small ink is one of two dots above each other with no letter there; ``ink`` from left to right."""
    found = [False] * len(ink)
    small = [index for index, one in enumerate(ink) if not one[4]]
    for place, index in enumerate(small):
        left, top, right, bottom, _ = ink[index]
        for other in small[place + 1 :]:
            beside = ink[other]
            if beside[0] > right:
                break
            apart = abs((top + bottom) - (beside[1] + beside[3])) / 2
            sizes = sorted([max(right - left, bottom - top), max(beside[2] - beside[0], beside[3] - beside[1])])
            if sizes[1] > 1.8 * sizes[0] or not 0.25 * height < apart < 0.9 * height:
                continue
            if not any(one[4] and one[0] < right and one[2] > left for one in ink):
                found[index] = found[other] = True
    return found


def _trimmed(ink: list[_Ink]) -> list[_Ink]:
    """Drop small ink that stands far before the first letter or behind the last: it is the paper's."""
    letters = [index for index, one in enumerate(ink) if one[4]]
    if not letters:
        return []
    height = _quantile([ink[index][3] - ink[index][1] for index in letters], 0.75)
    first, last = letters[0], letters[-1]
    while first > 0 and ink[first][0] - ink[first - 1][2] < _END_GAP * height:
        first -= 1
    while last + 1 < len(ink) and ink[last + 1][0] - ink[last][2] < _END_GAP * height:
        last += 1
    return ink[first : last + 1]


def _line(ink: list[_Ink], marks: list[tuple[float, float, float, float]], slope: float, light: bool) -> list[TextLine]:
    ink = _trimmed(ink)
    letters = [one for one in ink if one[4]]
    if not letters:
        return []
    tops = [one[1] - slope * (one[0] + one[2]) / 2 for one in letters]
    bottoms = [one[3] - slope * (one[0] + one[2]) / 2 for one in letters]
    heights = [one[3] - one[1] for one in letters]
    # one letter that runs into a pattern must not stretch the whole line
    height = _quantile(heights, 0.75)
    top = max(min(tops), _quantile(tops, 0.25) - 0.35 * height)
    bottom = min(max(bottoms), _quantile(bottoms, 0.75) + 0.35 * height)
    left, right = min(one[0] for one in ink), max(one[2] for one in ink)
    if right - left < 0.9 * (bottom - top):
        return []
    usual = _quantile(heights, 0.5)
    steady = sum(abs(one - usual) < 0.2 * usual for one in heights) / len(heights)
    fall = slope * (left + right) / 2
    high = [one[1] - slope * (one[0] + one[2]) / 2 for one in marks if one[0] >= left and one[2] <= right]
    rise = max(0.0, top - min(high)) if high else 0.0
    return [TextLine(left, right, top + fall, bottom + fall, slope, len(letters), steady, light, rise)]


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _slope(letters: Blobs) -> float:
    """Give the line's slope by the middles of its letters; 0 for a short one."""
    if len(letters) < 4:
        return 0.0
    x, y = ((letters.left + letters.right) / 2).tolist(), letters.middle.tolist()
    half = len(x) // 2
    ways = [
        (y[index + len(x) - half] - y[index]) / max(1.0, x[index + len(x) - half] - x[index]) for index in range(half)
    ]
    slope = _quantile(ways, 0.5)
    return slope if abs(slope) < _SLOPE else 0.0
