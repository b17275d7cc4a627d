"""``kiosk face inspect`` on the demonstration's face, bare and with a mask and dark glasses painted on."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.camera.opening import open_camera
from kiosk.cli.app import app
from kiosk.cli.speech import run

Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def portrait() -> Picture:
    camera = open_camera("demo:")
    try:
        frames = [camera.read() for _ in range(3)]
    finally:
        camera.close()
    return next(frame.image.copy() for frame in reversed(frames) if frame is not None)


def inspected(picture: Picture, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, float]]:
    path = folder / "face.png"
    cv2.imwrite(str(path), picture)
    assert run(app, ["face", "inspect", str(path), "--json"]) == 0
    (item,) = json.loads(capsys.readouterr().out)["items"]
    face: dict[str, dict[str, float]] = item["faces"][0]
    return face


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GISHE_DATA", str(tmp_path))
    return tmp_path


def test_a_bare_face_has_nothing_before_it(
    portrait: Picture, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quality = inspected(portrait, tmp_path, capsys)["quality"]
    assert {"sharpness", "luminance", "utility", "neutral_expression", "face_covered"} <= set(quality)
    assert max(quality[name] for name in ("mouth_nose_covered", "eyes_covered", "dark_glasses", "glare")) < 0.5
    assert quality["utility"] > 0.5


def test_a_mask_and_dark_glasses_are_seen(
    portrait: Picture, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points = np.array(inspected(portrait, tmp_path, capsys)["points"], np.float64)
    left, right, nose, mouth_left, mouth_right = points
    apart = np.linalg.norm(right - left)
    mouth = (mouth_left + mouth_right) / 2
    down = (mouth - (left + right) / 2) / np.linalg.norm(mouth - (left + right) / 2)
    across = (right - left) / apart
    bridge = nose - 0.35 * (nose - (left + right) / 2)
    mask = [
        bridge,
        left - 0.45 * across * apart + 0.55 * down * apart,
        mouth - 0.6 * across * apart + 0.5 * down * apart,
        mouth + 0.8 * down * apart,
        mouth + 0.6 * across * apart + 0.5 * down * apart,
        right + 0.45 * across * apart + 0.55 * down * apart,
    ]
    masked = portrait.copy()
    cv2.fillPoly(masked, [np.array(mask).round().astype(np.int32)], (225, 200, 160))
    assert inspected(masked, tmp_path, capsys)["quality"]["mouth_nose_covered"] > 0.5
    shaded = portrait.copy()
    for eye in (left, right):
        axes = (round(0.42 * apart), round(0.32 * apart))
        cv2.ellipse(shaded, (round(eye[0]), round(eye[1])), axes, 0, 0, 360, (15, 15, 15), -1, cv2.LINE_AA)
    said = inspected(shaded, tmp_path, capsys)["quality"]
    assert max(said["eyes_covered"], said["dark_glasses"]) > 0.5
    assert said["mouth_nose_covered"] < 0.5
