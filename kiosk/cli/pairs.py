"""Accuracy over a list of pairs in LFW's format: by fold, TAR at FARs, failures to acquire."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from edge_models.tasks.face_embedding import comparison_score
from kiosk.analysis.pictures import PICTURES, read_picture
from kiosk.analysis.pipeline import Analyst
from kiosk.cli.speech import err, out
from kiosk.errors import BadInput

FARS = (0.01, 0.001)
Template = NDArray[np.float32]


@dataclass(frozen=True)
class Pair:
    """Two pictures, by ``Name/Name_0001``, and whether they show one person."""

    a: str
    b: str
    mated: bool
    fold: int


def read_pairs(path: Path) -> list[Pair]:
    """Read a pairs file: ``name i j`` mated, ``name i other j`` non-mated; a first line ``folds n`` or ``n`` sets the folds.

    Raises ``BadInput`` with the line that is wrong.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read ({type(error).__name__})") from error
    rows = [(number, line.split()) for number, line in enumerate(lines, 1) if line.strip()]
    size = 0
    if rows and len(rows[0][1]) in (1, 2) and all(word.isdecimal() for word in rows[0][1]):
        _, head = rows.pop(0)
        size = 2 * int(head[-1])
    pairs: list[Pair] = []
    for number, row in rows:
        fold = len(pairs) // size if size else 0
        if len(row) == 3 and row[1].isdecimal() and row[2].isdecimal():
            pairs.append(Pair(_name(row[0], row[1]), _name(row[0], row[2]), True, fold))
        elif len(row) == 4 and row[1].isdecimal() and row[3].isdecimal():
            pairs.append(Pair(_name(row[0], row[1]), _name(row[2], row[3]), False, fold))
        else:
            raise BadInput(f"{path}: line {number} is not a pair in LFW's format")
    if not pairs:
        raise BadInput(f"{path} holds no pairs")
    return pairs if size else _folded_by_change(pairs)


def _folded_by_change(pairs: list[Pair]) -> list[Pair]:
    """Give lists without a head their folds: LFW writes mated then non-mated pairs in each fold."""
    fold, folded, before = 0, [], True
    for pair in pairs:
        if pair.mated and not before:
            fold += 1
        before = pair.mated
        folded.append(Pair(pair.a, pair.b, pair.mated, fold))
    return folded


def _name(person: str, number: str) -> str:
    return f"{person}/{person}_{int(number):04d}"


def picture_reader(root: Path) -> Callable[[str], NDArray[np.uint8]]:
    """Give a function that reads ``Name/Name_0001`` from a folder or ZIP, whatever its suffix. Raises ``BadInput``."""
    if root.is_dir():
        return lambda name: read_picture(_in_folder(root, name))
    try:
        archive = zipfile.ZipFile(root)
    except (OSError, zipfile.BadZipFile) as error:
        raise BadInput(f"{root} is neither a folder nor a ZIP file") from error
    places = {_key(member): member for member in archive.namelist() if Path(member).suffix.lower() in PICTURES}

    def read(name: str) -> NDArray[np.uint8]:
        if name not in places:
            raise BadInput(f"{root.name} holds no picture {name}")
        try:
            content = archive.read(places[name])
        except (OSError, zipfile.BadZipFile) as error:
            raise BadInput(f"{places[name]} in {root.name} cannot be read") from error
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
        if picture is None:
            raise BadInput(f"{places[name]} in {root.name} does not decode")
        return np.asarray(picture, np.uint8)

    return read


def _key(member: str) -> str:
    path = Path(member)
    return f"{path.parent.name}/{path.stem}"


def _in_folder(root: Path, name: str) -> Path:
    for suffix in sorted(PICTURES):
        for folder in (root, root / "lfw"):
            path = folder / f"{name}{suffix}"
            if path.is_file():
                return path
    raise BadInput(f"{root} holds no picture {name}")


def compare_pairs(analyst: Analyst, pairs_file: Path, root: Path) -> dict[str, Any]:
    """Compare all pairs; a picture without a face is a failure to acquire, and its pairs count as errors of accuracy."""
    pairs = read_pairs(pairs_file)
    read = picture_reader(root)
    begun = time.monotonic()
    names = sorted({name for pair in pairs for name in (pair.a, pair.b)})
    templates: dict[str, Template] = {}
    for name in track(names, "templates", console=err(), transient=True):
        face = analyst.keep_portrait(read(name))
        if face is not None:
            templates[name] = face.template
    seconds = time.monotonic() - begun
    scores = np.array(
        [
            comparison_score(templates[p.a], templates[p.b]) if p.a in templates and p.b in templates else np.nan
            for p in pairs
        ]
    )
    mated = np.array([p.mated for p in pairs])
    folds = np.array([p.fold for p in pairs])
    by_fold = accuracy_by_fold(scores, mated, folds)
    return {
        "pairs": len(pairs),
        "pictures": len(names),
        "accuracy": float(np.mean(by_fold)),
        "accuracy_by_fold": by_fold,
        "tar": {f"{far:g}": tar_at(scores, mated, far) for far in FARS},
        "failures_to_acquire": len(names) - len(templates),
        "seconds": round(seconds, 2),
        "ms_per_picture": round(1000 * seconds / len(names), 2),
    }


def accuracy_by_fold(scores: NDArray[np.float64], mated: NDArray[np.bool_], folds: NDArray[np.int_]) -> list[float]:
    """Give each fold's accuracy at the threshold that is best on the other folds (with one fold: on itself)."""
    numbers = sorted(set(folds.tolist()))
    result = []
    for fold in numbers:
        inside = folds == fold
        others = ~inside if len(numbers) > 1 else inside
        threshold = _best_threshold(scores[others], mated[others])
        result.append(float(np.mean(_right(scores[inside], mated[inside], threshold))))
    return result


def _right(scores: NDArray[np.float64], mated: NDArray[np.bool_], threshold: float) -> NDArray[np.bool_]:
    # What could not be compared is wrong whichever way it should have gone.
    return np.where(np.isnan(scores), False, (scores >= threshold) == mated)


def _best_threshold(scores: NDArray[np.float64], mated: NDArray[np.bool_]) -> float:
    seen = ~np.isnan(scores)
    if not seen.any():
        return 0.0
    order = np.sort(scores[seen])
    between = np.concatenate([order[:1] - 1e-6, (order[1:] + order[:-1]) / 2, order[-1:] + 1e-6])
    # Right at threshold t: mated scores >= t and non-mated scores < t; counted for all t at once.
    positive, negative = np.sort(scores[seen & mated]), np.sort(scores[seen & ~mated])
    right = (len(positive) - np.searchsorted(positive, between)) + np.searchsorted(negative, between)
    return float(between[int(np.argmax(right))])


def tar_at(scores: NDArray[np.float64], mated: NDArray[np.bool_], far: float) -> float:
    """Give the share of mated pairs accepted where this share of the non-mated ones is falsely accepted at most."""
    seen = ~np.isnan(scores)
    negative = np.sort(scores[seen & ~mated])[::-1]
    if len(negative) == 0:
        return 0.0
    allowed = int(np.floor(far * len(negative)))
    threshold = negative[allowed] if allowed < len(negative) else -np.inf
    accepted = np.nan_to_num(scores, nan=-np.inf)[mated] > threshold
    return float(np.mean(accepted)) if accepted.size else 0.0


def print_result(result: dict[str, Any]) -> None:
    """Say it for people."""
    folds = ", ".join(f"{value:.2%}" for value in result["accuracy_by_fold"])
    out().print(f"{result['pairs']} pairs of {result['pictures']} pictures in {result['seconds']} s")
    out().print(f"accuracy {result['accuracy']:.2%} (folds: {folds})")
    out().print("TAR " + ", ".join(f"{tar:.2%} at FAR {far}" for far, tar in result["tar"].items()))
    out().print(f"failures to acquire: {result['failures_to_acquire']}")
