"""Dark strokes on light paper, whatever the light: local contrast instead of grey values."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Map = NDArray[np.float32]

_DARK = 14.0
"""grey values added to the paper's brightness, so that noise in the dark does not count as print"""


def grey_of(picture: Grey) -> Grey:
    """Give a grey picture of a grey or BGR one."""
    if picture.ndim == 2:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def strokes(grey: Grey, widest: int) -> Map:
    """Give how much darker each pixel is than the paper round it, 0..1; strokes up to ``widest`` pixels count."""
    kernel = np.ones((widest, widest), np.uint8)
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, kernel)
    dark = cv2.subtract(paper, grey)
    return np.asarray(dark.astype(np.float32) / (paper.astype(np.float32) + _DARK))
