"""Error versus discard on LFW (ISO/IEC 29794-1): what FNMR is left when the poorest pictures are sent away. Report only."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_quality.damage import damage
from edge_models.recipes.face_quality.occluders import occlude
from edge_models.recipes.packs import pictures
from edge_models.runtime.port import Pixels
from edge_models.runtime.registry import load
from edge_models.tasks.alignment import align
from edge_models.tasks.face_detection import DetectedFace, FaceDetection
from edge_models.tasks.face_embedding import FaceEmbedding
from edge_models.tasks.face_landmarks import FaceLandmarks
from edge_models.tasks.face_quality import FaceQuality

Values = NDArray[np.float64]
PACK = "lfw_folds_1_to_3.zip"
FMR = 1e-3
WORKING_SIDE = 160
"""pixels of the face's surroundings on which damage is done, as in training"""


@dataclass
class Pictures:
    """One row a picture: who it is, its template, its qualities."""

    persons: list[str] = field(default_factory=list)
    templates: list[NDArray[np.float32]] = field(default_factory=list)
    qualities: list[dict[str, float]] = field(default_factory=list)
    lost: int = 0
    """pictures in which no face was found (any more)"""

    def quality(self, name: str) -> Values:
        """Give one quality of every picture."""
        return np.array([row[name] for row in self.qualities])


def sharpness(aligned: Pixels) -> float:
    """Give the variance of the Laplacian over the face's own contrast: the plain statistic that the kiosk has."""
    grey = cv2.cvtColor(aligned[16:-8, 20:-20], cv2.COLOR_BGR2GRAY)
    variance = float(cv2.Laplacian(grey, cv2.CV_32F).var())
    return 1.0 - float(np.exp(-variance * (40.0 / max(float(grey.std()), 8.0)) ** 2 / 90.0))


class Camera:
    """All students that a picture passes before it is compared."""

    def __init__(self, quality: FaceQuality) -> None:
        """Take the quality student; the others are the released ones."""
        self.quality = quality
        self.detection = FaceDetection(*load("face_detection", engine="open_vino"))
        self.landmarks = FaceLandmarks(*load("face_landmarks", engine="open_vino"))
        self.embedding = FaceEmbedding(*load("face_embedding", engine="open_vino"))

    def find(self, picture: Pixels) -> DetectedFace | None:
        """Give the largest face."""
        faces = self.detection(picture)
        return faces[0] if faces else None

    def take(self, into: Pictures, person: str, picture: Pixels) -> None:
        """Add a picture with its template and qualities."""
        face = self.find(picture)
        if face is None:
            into.lost += 1
            return
        seen = self.landmarks(picture, face.box, face.points)
        aligned = align(picture, face.points)
        frontal = float(np.cos(np.radians(min(90.0, float(np.hypot(seen.yaw, seen.pitch))))))
        plain = sharpness(aligned)
        into.persons.append(person)
        into.templates.append(self.embedding.of_aligned(aligned))
        into.qualities.append(
            {
                "utility": self.quality(picture, face.points).utility,
                "sharpness": plain,
                "pose": frontal,
                "sharpness_and_pose": plain * frontal,
            }
        )

    def damaged(self, picture: Pixels, other: Pixels, chance: np.random.Generator) -> Pixels:
        """Damage a picture about its face (a third: not at all; a sixth: something before the face)."""
        face = self.find(picture)
        draw = chance.random()
        if face is None or draw < 1 / 3:
            return picture
        size = picture.shape[0]
        ratio = WORKING_SIDE / size
        work = np.asarray(cv2.resize(picture, (WORKING_SIDE, WORKING_SIDE), interpolation=cv2.INTER_AREA), np.uint8)
        if draw < 0.5:
            seen = self.landmarks(picture, face.box, face.points)
            work = occlude(work, seen.points * ratio, cv2.resize(other, (WORKING_SIDE, WORKING_SIDE)), chance).picture
        if draw > 0.4:
            work = damage(work, chance)[0]
        return np.asarray(cv2.resize(work, (size, size), interpolation=cv2.INTER_CUBIC), np.uint8)


def curve(scores: Values, qualities: Values, threshold: float, discards: Values) -> Values:
    """Give the FNMR of the mated scores that are left after each share of the poorest is discarded."""
    order = np.argsort(qualities, kind="stable")
    missed = (scores[order] < threshold).astype(np.float64)
    left = np.cumsum(missed[::-1])[::-1]
    starts = np.minimum((discards * len(scores)).astype(int), len(scores) - 1)
    return np.asarray(left[starts] / (len(scores) - starts))


def best_possible(fnmr: float, discards: Values) -> Values:
    """Give the curve of an oracle that discards exactly what fails."""
    return np.asarray(np.clip(fnmr - discards, 0, None) / (1 - discards))


def measure(references: Pictures, probes: Pictures, same_pictures: bool) -> dict[str, Any]:
    """Compare all references with all probes at FMR 1e-3 and give curves and areas for each quality.

    A pair's quality is the lower one of its two pictures.
    """
    scores = np.stack(references.templates) @ np.stack(probes.templates).T
    alike = np.array(references.persons)[:, None] == np.array(probes.persons)[None]
    if same_pictures:
        alike = np.triu(alike, 1)
        others = np.triu(np.array(references.persons)[:, None] != np.array(probes.persons)[None], 1)
    else:
        others = ~alike & (np.array(probes.persons) != "")[None]
        np.fill_diagonal(alike, val=False)
    nonmated = scores[others]
    threshold = float(np.quantile(nonmated, 1 - FMR))
    rows, columns = np.nonzero(alike)
    mated = scores[rows, columns].astype(np.float64)
    discards = np.linspace(0, 0.5, 101)
    fnmr = float((mated < threshold).mean())
    curves = {
        name: curve(
            mated, np.minimum(references.quality(name)[rows], probes.quality(name)[columns]), threshold, discards
        )
        for name in ("utility", "sharpness", "pose", "sharpness_and_pose")
    }
    curves["best_possible"] = best_possible(fnmr, discards)
    return {
        "mated": len(mated), "nonmated": len(nonmated), "threshold": threshold, "fnmr": fnmr, "discards": discards, "curves": curves,
    }  # fmt: skip


def lfw(data: Path, camera: Camera, seed: int) -> dict[str, dict[str, Any]]:
    """Measure plain pictures against each other, and damaged probes against plain references."""
    chance = np.random.default_rng(seed)
    plain, damaged = Pictures(), Pictures()
    before: Pixels | None = None
    for member, picture in pictures(data / "faces" / PACK):
        person = Path(member).stem.rsplit("_", 1)[0]
        count = len(plain.persons)
        camera.take(plain, person, picture)
        if len(plain.persons) > count:
            hurt = camera.damaged(picture, picture if before is None else before, chance)
            found = len(damaged.persons)
            camera.take(damaged, person, hurt)
            if len(damaged.persons) == found:  # keep the two lists in step; lost probes are told apart below
                damaged.persons.append("")
                damaged.templates.append(np.zeros_like(plain.templates[-1]))
                damaged.qualities.append(dict.fromkeys(plain.qualities[-1], 0.0))
        before = picture
    return {
        "plain": measure(plain, plain, same_pictures=True) | {"without_face": plain.lost},
        "damaged_probes": measure(plain, damaged, same_pictures=False) | {"without_face": damaged.lost},
    }


def figures(measured: dict[str, Any]) -> dict[str, Any]:
    """Give what goes into the accuracy file: areas under the curves and FNMR at some shares of discard."""
    discards, curves = measured["discards"], measured["curves"]
    shown = {}
    for name, values in curves.items():
        fifth = discards <= 0.2 + 1e-9
        shown[name] = {
            "area_to_20_percent": float(np.trapezoid(values[fifth], discards[fifth])),
            "area_to_50_percent": float(np.trapezoid(values, discards)),
            **{f"fnmr_at_{round(100 * d)}_percent": float(values[np.argmin(np.abs(discards - d))]) for d in (0.05, 0.1, 0.2, 0.3)},
        }  # fmt: skip
    kept = ("mated", "nonmated", "threshold", "fnmr", "without_face")
    return {name: measured[name] for name in kept} | {"by": shown}


def plot(measured: dict[str, dict[str, Any]], path: Path) -> None:
    """Draw the curves."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, len(measured), figsize=(10, 4.2), dpi=110)
    titles = {"plain": "plain pictures", "damaged_probes": "damaged probes, plain references"}
    styles = {
        "utility": ("utility (face_quality)", "C0", "-", 2.2),
        "sharpness": ("sharpness alone", "C1", "--", 1.4),
        "pose": ("pose alone", "C2", "-.", 1.4),
        "sharpness_and_pose": ("sharpness and pose", "C3", ":", 1.8),
        "best_possible": ("best possible", "0.6", "-", 1.0),
    }
    for axis, (name, result) in zip(np.atleast_1d(axes), measured.items(), strict=True):
        for key, (label, colour, line, width) in styles.items():
            axis.plot(100 * result["discards"], 100 * result["curves"][key], line, color=colour, lw=width, label=label)
        axis.set_title(titles[name], fontsize=10)
        axis.set_xlabel("discarded (% of comparisons, poorest first)")
        axis.set_ylabel("FNMR (%) at FMR 1e-3")
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
    np.atleast_1d(axes)[0].legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)
