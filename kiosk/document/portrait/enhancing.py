"""Steps that make a portrait plainer and keep whose it is."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


def even_light(picture_bgr: Picture) -> Picture:
    """Even the light of a whole document by parts (CLAHE on luminance), so that a face in the dark can be found."""
    lab = cv2.cvtColor(picture_bgr, cv2.COLOR_BGR2LAB)
    lab[..., 0] = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(4, 4)).apply(lab[..., 0])
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2BGR), np.uint8)
