"""Still pictures from files."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.analysis.pictures import read_picture
from kiosk.errors import BadInput


def drawing() -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    picture = np.zeros((20, 30, 3), np.uint8)
    picture[:, :15] = (255, 0, 0)
    return picture


def test_a_picture_comes_as_blue_green_red(tmp_path: Path) -> None:
    path = tmp_path / "Öğrenci کارت.png"
    path.write_bytes(cv2.imencode(".png", drawing())[1].tobytes())
    np.testing.assert_array_equal(read_picture(path), drawing())


def test_a_grey_picture_gets_three_channels(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    path.write_bytes(cv2.imencode(".png", drawing()[:, :, 0])[1].tobytes())
    assert read_picture(path).shape == (20, 30, 3)


def test_a_picture_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    jpeg = cv2.imencode(".jpg", drawing())[1].tobytes()
    # One IFD entry: orientation (0x0112) is 6, a quarter turn clockwise.
    tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
    exif = b"Exif\x00\x00" + tiff
    path = tmp_path / "turned.jpg"
    path.write_bytes(jpeg[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + jpeg[2:])
    picture = read_picture(path)
    assert picture.shape == (30, 20, 3)
    assert picture[2, 10, 0] > 200
    assert picture[27, 10, 0] < 50


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff"], ids=["empty", "text", "cut"])
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="not a picture"):
        read_picture(path)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no file"):
        read_picture(tmp_path / "gone.jpg")
    with pytest.raises(BadInput, match="cannot be read"):
        read_picture(tmp_path)
