"""One picture of a recording, before it becomes a frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that is only made when somebody wants it."""

    time: float
    """seconds from the start of the recording"""
    until: float
    """seconds at which the next picture takes its place; always after ``time``"""
    picture: Callable[[], NDArray[np.uint8]]
    """gives height x width x 3, blue green red"""
