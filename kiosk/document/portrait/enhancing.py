"""Steps that make a portrait plainer and keep whose it is.

Of fourteen that were measured on printed portraits (levels, gamma, white balance, grey, local contrast, low-passes of three
widths, median and combinations; ``calibration/document_portraits/ways.py``) one raised mated scores and did not raise
non-mated ones: smoothing that stops at edges. It takes the grain of engraving and screen away; clean portraits it leaves as
they are. The others are not done.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

_WINDOW, _TONE, _REACH = 5, 25.0, 1.5
"""pixels; steps of 255 within which pixels are of one tone; pixels (standard deviations)"""


def enhanced(portrait_bgr: Picture) -> Picture:
    """Smooth the grain of a cut portrait for its template (bilateral filter, Tomasi and Manduchi 1998).

    The record keeps the portrait as it was cut, and landmarks are looked for in that.
    """
    return np.asarray(cv2.bilateralFilter(portrait_bgr, _WINDOW, _TONE, _REACH), np.uint8)


def even_light(picture_bgr: Picture) -> Picture:
    """Even the light of a whole document by parts (CLAHE on luminance), so that a face in the dark can be found.

    For finding alone: it lowers mated scores.
    """
    lab = cv2.cvtColor(picture_bgr, cv2.COLOR_BGR2LAB)
    lab[..., 0] = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(4, 4)).apply(lab[..., 0])
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2BGR), np.uint8)
