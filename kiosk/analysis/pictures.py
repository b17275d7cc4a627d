"""Still pictures from files."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.errors import BadInput

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})


def read_picture(path: Path) -> NDArray[np.uint8]:
    """Read a picture as BGR, turned as its EXIF says. Raises ``BadInput``."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise BadInput(f"there is no file {path}") from error
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror})") from error
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
    if picture is None:
        raise BadInput(f"{path} is not a picture that can be read", hint="give a JPEG, PNG or WebP file")
    return np.asarray(picture, np.uint8)


def write_picture(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write a BGR picture in the format of the path's ending. Raises ``BadInput``."""
    done, encoded = cv2.imencode(path.suffix, picture)
    if not done:
        raise BadInput(f"{path} cannot be written as a picture", hint="name a .png or .jpg file")
    try:
        path.write_bytes(encoded.tobytes())
    except OSError as error:
        raise BadInput(f"{path} cannot be written ({error.strerror})") from error
