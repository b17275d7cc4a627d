"""Measures PAD joined over time: ``python -m calibration.cues.pad_over_time --data DIR``.

Films are made of still pictures of the packs (``pad/``): a hand's or a head's wandering, changing exposure, noise and
compression over 40 frames. Films of the data folder are not touched.
"""

from __future__ import annotations

import argparse
import csv
import io
import zipfile
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from calibration.cues.flats import Picture, camera_noise
from calibration.cues.rates import said
from calibration.cues.turning import pictures
from kiosk.analysis.cues.pad_over_time import PadOverTime, join
from kiosk.analysis.models import Models, load_models
from kiosk.settings import load_settings

_PACKS = ("replay_attack", "nuaa", "phone_screens", "samples")
_FRAMES = 40
_STAYS = 0.9
"""how alike neighbouring frames' wandering is (correlation)"""


def main() -> None:
    """Print, by source and label, how often the joined score and its interval accept, refuse or stay undecided."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="the data folder: pad/")
    options.add_argument("--each", type=int, default=24, help="stills of each source and label")
    options.add_argument("--bpcer", type=float, default=0.05, help="BPCER of the threshold")
    given = options.parse_args()
    cv2.setNumThreads(1)
    models = load_models(load_settings(None))
    threshold = models.pad_table.threshold_for_fnmr(given.bpcer)
    rng = np.random.default_rng(3)
    print(f"threshold {threshold:.3f}")
    print("| source | label | films | passed | undecided | refused | width | worth | passed by the score alone |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for source in _PACKS:
        for label, stills in _stills(given.data / f"pad/{source}.zip", given.each, rng).items():
            films = (join(_scores(models, still, rng)) for still in stills)
            print(_row(source, label, [film for film in films if film is not None], threshold), flush=True)


def _row(source: str, label: str, films: list[PadOverTime], threshold: float) -> str:
    of = len(films)
    passed, refused = sum(film.low >= threshold for film in films), sum(film.high < threshold for film in films)
    alone = sum(film.score >= threshold for film in films)
    width = np.median([film.high - film.low for film in films]) if films else 0.0
    worth = np.median([film.effective for film in films]) if films else 0.0
    words = " | ".join(said(count, of) for count in (passed, of - passed - refused, refused))
    return f"| {source} | {label} | {of} | {words} | {width:.2f} | {worth:.0f} | {said(alone, of)} |"


def _stills(pack: Path, each: int, rng: np.random.Generator) -> dict[str, list[Picture]]:
    with zipfile.ZipFile(pack) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("labels.csv").decode())))
    labels = {row["file"]: row["label"] for row in rows}
    names: dict[str, list[str]] = defaultdict(list)
    for name in sorted(labels):
        names[labels[name]].append(name)
    chosen = {str(name) for of in names.values() for name in rng.permutation(of)[:each]}
    stills: dict[str, list[Picture]] = defaultdict(list)
    for name, picture in pictures(pack):
        if name in chosen:
            stills[labels[name]].append(picture)
    return stills


def _scores(models: Models, still: Picture, rng: np.random.Generator) -> list[float]:
    """Give the PAD score of each frame of a film made of this still; frames without a face are left out."""
    height, width = still.shape[:2]
    wander, scores = np.zeros(5), []
    noise, quality = rng.uniform(1, 4), int(rng.uniform(60, 95))
    for _ in range(_FRAMES):
        wander = _STAYS * wander + np.sqrt(1 - _STAYS**2) * rng.normal(0, 1, 5)
        right, down, larger, turn, light = wander * (0.02, 0.02, 0.03, 2.0, 0.06)
        move = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1 + larger)
        move[:, 2] += (right * width, down * height)
        view = cv2.warpAffine(still, move, (width, height), borderMode=cv2.BORDER_REFLECT)
        view = np.clip(view * (1 + light), 0, 255).astype(np.uint8)
        view = camera_noise(view, rng, noise, quality)
        faces = models.detection(view)
        if faces:
            scores.append(models.pad(view, faces[0].box).bona_fide)
    return scores


if __name__ == "__main__":
    main()
