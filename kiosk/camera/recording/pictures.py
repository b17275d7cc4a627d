"""Pictures as a recording: a folder in natural order, or one that is held still."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.camera.recording.shot import Shot
from kiosk.errors import BadInput, CameraLost

PICTURE_SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"})
HELD_SECONDS = 30.0
PICTURE_RATE = 10.0


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Give the key that sorts ``2.png`` before ``10.png``, whatever the length of the digits."""
    # isdecimal digits of any script count; the name itself settles '01' against '1'.
    parts = re.split(r"(\d+)", name.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part] + [(2, 0, name)]


def list_pictures(folder: Path) -> list[Path]:
    """Give the pictures of a folder in natural order. Raises ``BadInput`` when there are none."""
    try:
        paths = [path for path in folder.iterdir() if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file()]
    except OSError as error:
        raise BadInput(f"the folder '{folder}' cannot be read: {error.strerror}") from error
    pictures = [path for path in paths if not path.name.startswith(".")]
    if not pictures:
        raise BadInput(f"the folder '{folder}' holds no pictures", hint="give a folder of PNG, JPEG or WebP pictures")
    return sorted(pictures, key=lambda path: natural_key(path.name))


def read_picture(path: Path) -> NDArray[np.uint8] | None:
    """Give a picture upright (as its orientation tag says), or None when it cannot be decoded."""
    try:
        stored = np.fromfile(path, dtype=np.uint8)
        image = cv2.imdecode(stored, cv2.IMREAD_COLOR) if stored.size else None
    except (OSError, cv2.error):
        return None
    return None if image is None else cast("NDArray[np.uint8]", image)


def folder_shots(folder: Path, fps: float | None) -> Iterator[Shot]:
    """Give the folder's pictures one after another. Raises ``BadInput`` at the first, ``CameraLost`` at later ones."""
    rate = fps or PICTURE_RATE
    for index, path in enumerate(list_pictures(folder)):
        image = read_picture(path)
        if image is None:
            message = f"picture {index} of the folder, '{path.name}', cannot be decoded"
            raise BadInput(message) if index == 0 else CameraLost(message, hint="mend or remove that picture")
        yield Shot(index / rate, (index + 1) / rate, lambda image=image: image)  # type: ignore[misc]


def held_shots(image: NDArray[np.uint8], fps: float | None, seconds: float | None) -> Iterator[Shot]:
    """Give one picture again and again, for that many seconds or without end."""
    rate = fps or PICTURE_RATE
    for index in count():
        if seconds is not None and index / rate >= seconds:
            return
        yield Shot(index / rate, (index + 1) / rate, lambda: image)
