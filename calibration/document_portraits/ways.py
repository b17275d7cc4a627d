"""Compares ways of enhancing a cut portrait: ``python -m calibration.document_portraits.ways --data DIR``.

On named people whom the embedding was trained on, so that those kept apart stay unseen for the match table. A way is worth
doing when it raises mated scores and does not raise non-mated ones.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from calibration.attack.making.plane import Picture
from calibration.document_portraits import people
from calibration.document_portraits.measure import Kit
from calibration.document_portraits.scoring import score
from calibration.document_portraits.taking import Enhancing
from edge_models.tasks.face_detection import DetectedFace
from kiosk.analysis.models import load_models
from kiosk.document.portrait.enhancing import enhanced, even_light
from kiosk.document.portrait.grading import eye_distance
from kiosk.settings import load_settings

_FMRS = (1e-2, 1e-3)


def _low_pass(share: float) -> Enhancing:
    def way(cut: Picture, face: DetectedFace) -> Picture:
        return np.asarray(cv2.GaussianBlur(cut, (0, 0), max(0.3, share * eye_distance(face.points))), np.uint8)

    return way


def _levels(cut: Picture, face: DetectedFace) -> Picture:
    tones = _skin(cut, face).astype(np.float32) @ np.array([0.114, 0.587, 0.299], np.float32)
    low, high = np.percentile(tones, (2, 98))
    factor = float(np.clip(200 / max(high - low, 1), 1.0, 2.5))
    return np.clip((cut.astype(np.float32) - (low + high) / 2) * factor + 125, 0, 255).astype(np.uint8)


def _gamma(cut: Picture, face: DetectedFace) -> Picture:
    mean = max(2.0, float(_skin(cut, face).mean()))
    power = float(np.clip(np.log(120 / 255) / np.log(mean / 255), 0.4, 1.6))
    return (255 * (cut / 255.0) ** power).astype(np.uint8)


def _white_balance(cut: Picture, face: DetectedFace) -> Picture:
    mean = _skin(cut, face).reshape(-1, 3).mean(0)
    wanted = np.array([0.8, 0.95, 1.25]) * mean.mean()
    return np.clip(cut * (wanted / np.maximum(mean, 1)), 0, 255).astype(np.uint8)


def _grey(cut: Picture, _: DetectedFace) -> Picture:
    return np.asarray(cv2.cvtColor(cv2.cvtColor(cut, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR), np.uint8)


def _skin(cut: Picture, face: DetectedFace) -> Picture:
    x, y, width, height = (int(value) for value in face.box)
    return cut[max(0, y) : y + height, max(0, x) : x + width]


def _then(first: Enhancing, second: Enhancing) -> Enhancing:
    return lambda cut, face: second(first(cut, face), face)


WAYS: dict[str, Enhancing] = {
    "none": lambda cut, _: cut,
    "edge-keeping smoothing (the kiosk's)": lambda cut, _: enhanced(cut),
    "low-pass 0.015 of the eyes' distance": _low_pass(0.015),
    "low-pass 0.025": _low_pass(0.025),
    "low-pass 0.035": _low_pass(0.035),
    "median of 3": lambda cut, _: np.asarray(cv2.medianBlur(cut, 3), np.uint8),
    "levels": _levels,
    "gamma": _gamma,
    "white balance": _white_balance,
    "grey": _grey,
    "local contrast": lambda cut, _: even_light(cut),
    "gamma, levels": _then(_gamma, _levels),
    "gamma, low-pass 0.025": _then(_gamma, _low_pass(0.025)),
    "levels, low-pass 0.025": _then(_levels, _low_pass(0.025)),
    "white balance, gamma": _then(_white_balance, _gamma),
}


def main() -> None:
    """Print, for each way, mean scores and FNMR at two FMRs; every way has thresholds of its own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="the data folder: faces/")
    options.add_argument("--each", type=int, default=7, help="pictures of each person")
    options.add_argument("--seed", type=int, default=3)
    given = options.parse_args()
    cv2.setNumThreads(1)
    kit = Kit(load_models(load_settings(None)), given.seed, WAYS)
    taken = kit.taken(people.named(given.data, apart=False, each=given.each))
    portraits = [(place, one) for place, one in taken.portraits if one.templates and one.right]
    print(f"{len(portraits)} portraits")
    print("| way | mated mean | non-mated mean | FNMR at FMR 1e-2 | at 1e-3 |")
    print("|---|---|---|---|---|")
    for way in WAYS:
        pairs = score(portraits, taken.lives, way)
        rates = [(pairs.mated < np.quantile(pairs.nonmated, 1 - fmr)).mean() for fmr in _FMRS]
        words = " | ".join(f"{100 * rate:.1f} %" for rate in rates)
        print(f"| {way} | {pairs.mated.mean():.3f} | {pairs.nonmated.mean():.4f} | {words} |", flush=True)


if __name__ == "__main__":
    main()
