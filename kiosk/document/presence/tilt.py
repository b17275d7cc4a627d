"""How far a document is tilted, from its four corners alone. Pure."""

from __future__ import annotations

from math import asin, atan2, copysign, cos, degrees, dist, sin, sqrt

from kiosk.document.facts import Quad

FOCAL = 1.2
"""focal length in the frame's longer sides where the camera is not known: lenses of 45 degrees; phones have 0.8"""
_USUAL_SHARE = 0.55
"""of the frame's longer side that a document's longer side takes, where the frame is not known either"""


def tilt_of(
    corners: Quad, aspect: float | None = None, frame: tuple[int, int] | None = None
) -> tuple[float, float] | None:
    """Give the tilt in degrees about the document's level and about its upright axis; None: no document's corners.

    Positive: the bottom, the right side is nearer to the camera, as the corners are ordered. Its top tilted towards
    the camera is a negative first angle. ``frame`` (width, height): angles come from how parallel sides run together
    (Hartley and Zisserman 2004, chapter 8); right to a third, as the lens is assumed, and steady near zero.
    Without it ``aspect`` (width by height of the document) is used: how much shorter it looks than it is. That needs
    no lens but cannot tell small tilts from none. With neither a usual distance is assumed.
    """
    square = _from_square(corners)
    if square is None:
        return None
    (a, b, _), (d, e, _), (g, h) = square
    if frame is None and aspect is not None:
        return _by_foreshortening(corners, aspect, g, h)
    if frame is not None:
        focal, middle = FOCAL * max(frame), (frame[0] / 2, frame[1] / 2)
    else:
        longest = max(dist(corners[side], corners[(side + 1) % 4]) for side in range(4))
        focal = FOCAL * longest / _USUAL_SHARE
        middle = (sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4)
    along, down = (
        degrees(asin(-way[2] / sqrt(way[0] ** 2 + way[1] ** 2 + way[2] ** 2)))
        for way in (
            ((a - middle[0] * g) / focal, (d - middle[1] * g) / focal, g),
            ((b - middle[0] * h) / focal, (e - middle[1] * h) / focal, h),
        )
    )
    return down, along


def _from_square(
    corners: Quad,
) -> tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float]] | None:
    """Give the rows of the homography from the unit square (Heckbert 1989), None unless the corners are convex."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    turns = [
        (corners[(i + 1) % 4][0] - corners[i][0]) * (corners[(i + 2) % 4][1] - corners[(i + 1) % 4][1])
        - (corners[(i + 1) % 4][1] - corners[i][1]) * (corners[(i + 2) % 4][0] - corners[(i + 1) % 4][0])
        for i in range(4)
    ]
    if min(abs(turn) for turn in turns) < 1e-9 or len({turn > 0 for turn in turns}) != 1:
        return None
    along, down = (x1 - x2, y1 - y2), (x3 - x2, y3 - y2)
    rest = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3)
    size = along[0] * down[1] - down[0] * along[1]
    g = (rest[0] * down[1] - down[0] * rest[1]) / size
    h = (along[0] * rest[1] - rest[0] * along[1]) / size
    return (x1 - x0 + g * x1, x3 - x0 + h * x3, x0), (y1 - y0 + g * y1, y3 - y0 + h * y3, y0), (g, h)


def _by_foreshortening(corners: Quad, aspect: float, g: float, h: float) -> tuple[float, float]:
    """Give the tilt from the lengths and the angle of the middle lines, seen from afar.

    Lengths seen are s times (1 - depth squared): of the matrix of their products the larger eigenvalue is s squared.
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    across = ((x1 - x0 + x2 - x3) / (2 * aspect), (y1 - y0 + y2 - y3) / (2 * aspect))
    down = ((x3 - x0 + x2 - x1) / 2, (y3 - y0 + y2 - y1) / 2)
    one, two = across[0] ** 2 + across[1] ** 2, down[0] ** 2 + down[1] ** 2
    both = across[0] * down[0] + across[1] * down[1]
    spread = sqrt((one - two) ** 2 + 4 * both**2)
    largest, smallest = (one + two + spread) / 2, (one + two - spread) / 2
    depth = sqrt(max(0.0, 1 - smallest / largest))
    # The direction of depth within the document; which end is nearer, only perspective tells.
    angle = 0.5 * atan2(-2 * both, two - one)
    away = (depth * cos(angle), depth * sin(angle))
    if g / aspect * away[0] + h * away[1] < 0:
        away = (-away[0], -away[1])
    return degrees(asin(copysign(min(1.0, abs(away[1])), -away[1]))), degrees(asin(-max(-1.0, min(1.0, away[0]))))
