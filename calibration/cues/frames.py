"""Measures the cues that score each frame: ``python -m calibration.cues.frames --data DIR``.

Surroundings: short films are made of people before real rooms (``faces/nonface_scenes.zip``), with the camera still and the
person moving, and of the same pictures on a sheet or behind a bezel, held and moving before other rooms. Moire: single
frames of the packs (``pad/``), for a film of them needs cameras. Films of the data folder are not touched.
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

from calibration.cues.flats import Floats, Picture, camera_noise
from calibration.cues.rates import said, threshold_at, write_point
from calibration.cues.turning import pictures
from kiosk.analysis.cues import moire, surroundings
from kiosk.analysis.cues.moire import moire_score
from kiosk.analysis.cues.operating_points import OperatingPoint
from kiosk.analysis.cues.surroundings import EVERY, SurroundingsWatch
from kiosk.analysis.models import Models, load_models
from kiosk.settings import load_settings

_WIDE, _HIGH = 480, 360
_LOOKS = 14
_BPCER = 0.02
Rng = np.random.Generator


def main() -> None:
    """Measure both cues, write their operating points and print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="the data folder: faces/, pad/")
    options.add_argument("--films", type=int, default=50, help="made films of each kind")
    options.add_argument("--only", choices=(moire.CHECK, surroundings.CHECK), help="measure one of the cues")
    given = options.parse_args()
    cv2.setNumThreads(1)
    models = load_models(load_settings(None))
    if given.only != surroundings.CHECK:
        _moire(models, given.data)
    if given.only != moire.CHECK:
        _surroundings(models, given.data, given.films)


def _moire(models: Models, data: Path) -> None:
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for source in ("replay_attack", "nuaa", "phone_screens", "samples"):
        with zipfile.ZipFile(data / f"pad/{source}.zip") as archive:
            rows = list(csv.DictReader(io.StringIO(archive.read("labels.csv").decode())))
        labels = {row["file"]: row["label"] for row in rows}
        for name, picture in pictures(data / f"pad/{source}.zip"):
            faces = models.detection(picture)
            score = moire_score(picture, faces[0].box) if faces else None
            if score is not None:
                found[source, labels[name]].append(score)
    bona_fide = np.concatenate([np.array(scores) for (_, label), scores in found.items() if label == "live"])
    attacks = {key: np.array(scores) for key, scores in found.items() if key[1] != "live"}
    _finish(
        moire.CHECK,
        found,
        threshold_at(bona_fide, _BPCER),
        bona_fide,
        attacks,
        "single frames of Replay-Attack, NUAA, phone screens and mixed samples; compressed, most of them resized",
    )


def _surroundings(models: Models, data: Path, count: int) -> None:
    rng = np.random.default_rng(4)
    rooms = [room for _, room in zip(range(400), _rooms(data), strict=False)]
    faces = _faces(data, count)
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for face in faces:
        for kind in ("person", "sheet", "screen", "fixed screen"):
            score = _film(models, kind, face, rooms, rng)
            if score is not None:
                found["made", "live" if kind == "person" else kind].append(score)
    bona_fide = np.array(found["made", "live"])
    attacks = {key: np.array(scores) for key, scores in found.items() if key[1] != "live"}
    words = "made films: people before 400 real rooms with the camera still; the same on held sheets, held and fixed screens"
    _finish(surroundings.CHECK, found, threshold_at(bona_fide, _BPCER), bona_fide, attacks, words)


def _finish(
    check: str,
    found: dict[tuple[str, str], list[float]],
    threshold: float,
    bona_fide: Floats,
    attacks: dict[tuple[str, str], Floats],
    measured_on: str,
) -> None:
    print(f"\n{check}: threshold {threshold:.3f}\n| source | kind | median | below the threshold |\n|---|---|---|---|")
    for (source, kind), scores in found.items():
        below = int((np.array(scores) < threshold).sum())
        print(f"| {source} | {kind} | {np.median(scores):.2f} | {said(below, len(scores))} |")
    sizable = {key: scores for key, scores in attacks.items() if len(scores) >= 20}
    write_point(
        check,
        OperatingPoint(
            threshold=threshold,
            bpcer=float((bona_fide < threshold).mean()),
            bona_fide=len(bona_fide),
            apcer=max(float((scores >= threshold).mean()) for scores in sizable.values()),
            attacks=sum(map(len, attacks.values())),
            measured_on=measured_on,
        ),
    )


def _rooms(data: Path) -> list[Picture]:
    return [
        np.asarray(cv2.resize(room, (_WIDE, _HIGH), interpolation=cv2.INTER_AREA), np.uint8)
        for _, room in pictures(data / "faces/nonface_scenes.zip")
    ]


def _faces(data: Path, count: int) -> list[Picture]:
    rng, pack = np.random.default_rng(5), data / "faces/utkface_6k.zip"
    with zipfile.ZipFile(pack) as archive:
        names = [name for name in sorted(archive.namelist()) if name.startswith("utkface/train")]
        grown = [name for name in names if int(Path(name).name.split("_")[0]) >= 14]
        chosen = rng.permutation(grown)[:count]
        coded = [np.frombuffer(archive.read(str(name)), np.uint8) for name in chosen]
    return [np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR), np.uint8) for code in coded]


def _person(room: Picture, face: Picture, at: tuple[float, float], shirt: tuple[int, ...]) -> Picture:
    """Draw a person before a room: a body of one colour with the face above it, the room hidden behind."""
    view, side = room.copy(), face.shape[0]
    x, y = round(at[0] * _WIDE - side / 2), round(at[1] * _HIGH - side / 2)
    middle = (x + side // 2, y + round(1.9 * side))
    cv2.ellipse(view, middle, (round(side * 1.05), round(side * 1.25)), 0, 0, 360, shirt, -1, cv2.LINE_AA)
    mask = np.zeros((side, side), np.uint8)
    cv2.ellipse(mask, (side // 2, side // 2), (round(side * 0.40), round(side * 0.49)), 0, 0, 360, 255, -1)
    soft = cv2.GaussianBlur(mask, (0, 0), 2.0)[:, :, None] / 255.0
    left, top, right, bottom = max(0, x), max(0, y), min(_WIDE, x + side), min(_HIGH, y + side)
    inside = (slice(top - y, bottom - y), slice(left - x, right - x))
    part = view[top:bottom, left:right]
    part[:] = np.clip(part * (1 - soft[inside]) + face[inside] * soft[inside], 0, 255).astype(np.uint8)
    return view


def _film(models: Models, kind: str, face: Picture, rooms: list[Picture], rng: Rng) -> float | None:
    """Give the mean score of a made film; None where too few frames show a face."""
    watch, scores = SurroundingsWatch(), []
    room, behind = rooms[rng.integers(len(rooms))], rooms[rng.integers(len(rooms))]
    shirt = tuple(int(value) for value in rng.integers(20, 235, 3))
    wander, noise, quality = np.zeros(6), rng.uniform(1, 4), int(rng.uniform(65, 95))
    border = 14 if kind == "sheet" else int(rng.uniform(10, 30))
    colour = (232, 234, 236) if kind == "sheet" else tuple([int(rng.uniform(10, 60))] * 3)
    for frame in range(_LOOKS * EVERY):
        wander = 0.93 * wander + np.sqrt(1 - 0.93**2) * rng.normal(0, 1, 6)
        if frame % EVERY:
            watch.see(room, (0, 0, 30, 30))
            continue
        moving = 0.0 if kind == "sheet" else 0.05
        view = _person(room, face, (0.5 + moving * wander[0], 0.45 + moving * wander[1]), shirt)
        if kind != "person":
            view = _held(view, behind, border, colour, np.zeros(6) if kind == "fixed screen" else wander)
        view = camera_noise(view, rng, noise, quality)
        seen = models.detection(view)
        score = watch.see(view, seen[0].box) if seen else watch.see(view, (0, 0, 1, 1))
        if score is not None:
            scores.append(score)
    return float(np.mean(scores)) if len(scores) >= 5 else None


def _held(picture: Picture, behind: Picture, border: int, colour: tuple[int, ...], wander: Floats) -> Picture:
    """Hold the middle of a picture, in a border, before a room."""
    cut = picture[20 : _HIGH - 20, _WIDE // 2 - 130 : _WIDE // 2 + 130]
    framed = cv2.copyMakeBorder(cut, border, border, border, border, cv2.BORDER_CONSTANT, value=colour)
    height, width = framed.shape[:2]
    scale = min(0.95 * _HIGH / height, 0.8 * _WIDE / width)
    move = cv2.getRotationMatrix2D((width / 2, height / 2), float(2.5 * wander[2]), scale * float(1 + 0.03 * wander[3]))
    move[:, 2] += (_WIDE / 2 - width / 2 + 16 * wander[4], _HIGH / 2 - height / 2 + 12 * wander[5])
    laid = cv2.warpAffine(framed, move, (_WIDE, _HIGH))
    cover = cv2.warpAffine(np.full((height, width), 255, np.uint8), move, (_WIDE, _HIGH))[:, :, None] / 255.0
    return np.clip(behind * (1 - cover) + laid * cover, 0, 255).astype(np.uint8)


if __name__ == "__main__":
    main()
