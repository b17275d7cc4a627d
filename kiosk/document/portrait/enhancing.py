"""Steps that make a portrait plainer and keep whose it is.

Of fourteen that were measured on printed portraits (levels, gamma, white balance, grey, local contrast, low-passes of three
widths, median and combinations; ``calibration/document_portraits/ways.py``) one did no harm and some good: smoothing that
stops at edges. Over 1,630 mated pairs FNMR at an FMR of 1e-3 went from 32.4 to 31.5 % by it (engraved portraits 44.8 to
40.8, screened 32.5 to 29.8, the others as before), mated scores from 0.467 to 0.468, non-mated from 0.038 to 0.037. On a
second, smaller draw (99 mated pairs) FNMR fell by a point too while mated scores fell by 0.002: the gain is small and not sure.
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
