"""Five points to an upright face of fixed size (the 112-pixel template that recognition networks share)."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.errors import ContractMismatch
from edge_models.runtime.port import Pixels

TEMPLATE_SIDE = 112
TEMPLATE: NDArray[np.float64] = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)
"""eyes, nose, mouth corners, the image's left first, pixels of a 112 x 112 picture (Deng et al., ArcFace, 2019)"""

DENSE_TEMPLATE: NDArray[np.float64] = np.array(
    [[37.60, 53.56], [74.40, 53.56], [56.00, 73.95], [39.68, 92.22], [72.32, 92.22]]
)
"""where five points that come from dense landmarks (eye middles, nose tip, mouth corners) lie when their face is aligned:
their medians over 1,500 training crops that were aligned by a detector's points, made symmetric"""


def similarity(source: NDArray[np.floating], target: NDArray[np.floating]) -> NDArray[np.float64]:
    """Give the 2 x 3 matrix of the least-squares similarity from points to points (Umeyama 1991).

    Raises ``ContractMismatch`` when they do not pair, are not finite or all fall together.
    """
    source, target = np.asarray(source, np.float64), np.asarray(target, np.float64)
    if source.shape != target.shape or not np.isfinite(source).all():
        raise ContractMismatch(f"points of shape {source.shape} cannot be aligned")
    mean_source, mean_target = source.mean(0), target.mean(0)
    from_, to = source - mean_source, target - mean_target
    spread = float((from_**2).sum(1).mean())
    if spread < 1e-6:
        raise ContractMismatch("points that all fall together cannot be aligned")
    u, singular, vt = np.linalg.svd(to.T @ from_ / len(source))
    sign = np.array([1.0, np.sign(np.linalg.det(u @ vt)) or 1.0])
    rotation = u @ np.diag(sign) @ vt
    scaled = rotation * float((singular * sign).sum()) / spread
    return np.hstack([scaled, (mean_target - scaled @ mean_source)[:, None]])


def align(
    picture: Pixels,
    points5: NDArray[np.floating],
    side: int = TEMPLATE_SIDE,
    template: NDArray[np.float64] = TEMPLATE,
) -> Pixels:
    """Cut the face upright, ``side`` x ``side`` pixels; what lies outside the picture is black.

    ``template`` says where the five points come to lie in 112 x 112 pixels. Raises ``ContractMismatch``.
    """
    matrix = similarity(points5, template * (side / TEMPLATE_SIDE))
    picture, matrix = _shrunk(picture, matrix, side)
    return cast("Pixels", cv2.warpAffine(picture, matrix, (side, side), flags=cv2.INTER_LINEAR, borderValue=(0, 0, 0)))


def _shrunk(picture: Pixels, matrix: NDArray[np.float64], side: int) -> tuple[Pixels, NDArray[np.float64]]:
    """Shrink large faces by area first: a bilinear warp that shrinks by two or more skips pixels, which is aliasing."""
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    factor = int(1 / scale) if scale < 0.5 else 1
    corners = np.array([[0.0, 0.0], [side, 0.0], [side, side], [0.0, side]])
    outline = (corners - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    height, width = picture.shape[:2]
    left, top = (int(v) for v in np.clip(np.floor(outline.min(0)) - factor, 0, [width, height]))
    right, bottom = (int(v) for v in np.clip(np.ceil(outline.max(0)) + factor, 0, [width, height]))
    columns, rows = (right - left) // factor, (bottom - top) // factor
    if factor < 2 or columns < 1 or rows < 1:
        return picture, matrix
    part = picture[top : top + rows * factor, left : left + columns * factor]
    small = np.asarray(cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    # pixel centres: x of the picture = (u + 1/2) * factor - 1/2 + left, u being that of the small one
    moved = matrix.copy()
    moved[:, :2] *= factor
    moved[:, 2] += matrix[:, :2] @ np.array([left + (factor - 1) / 2, top + (factor - 1) / 2])
    return small, moved
