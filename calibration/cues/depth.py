"""Measures depth from parallax: ``python -m calibration.cues.depth --data DIR``.

The mean head comes from real heads that turn (kp68, training people). The threshold is chosen on people of the training
halves; people of the test halves, films and the demonstration are reported only.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from calibration.cues.heads import mean_depth
from calibration.cues.plot import Line, write_roc
from calibration.cues.rates import said, threshold_at, write_point
from calibration.cues.turning import Turning, demo, film, made_sessions, real_heads
from edge_models.tasks.face_landmarks import EYE_LEFT, EYE_RIGHT
from kiosk.analysis.cues.depth import CHECK, MEAN_HEAD, POINTS, Parallax, mean_head, parallax
from kiosk.analysis.cues.operating_points import OperatingPoint
from kiosk.analysis.models import load_models
from kiosk.camera.address import Variant
from kiosk.settings import load_settings

_BPCER = 0.05
"""of real heads; each of these has a single neutral frame, so a session is refused less often"""
_FILMS: tuple[str, ...] = (
    *("live01", "live03", "live06", "live08", "live09", "live10", "live11", "seq1", "seq2"),
    *("attack01", "attack03", "attack05", "attack06", "attack07", "attack10", "attack13"),
    *("seq3", "seq4", "seq5", "seq6"),
)
_DEMOS = (Variant.BONA_FIDE, Variant.PHOTO, Variant.SCREEN)
_REAL = "head, real"
Found = list[tuple[Turning, Parallax | None]]


def main() -> None:
    """Measure, write the mean head, the operating point and the plot, and print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="the data folder: faces/, films/")
    options.add_argument("--people", type=int, default=60, help="portraits of each half that heads are made of")
    options.add_argument("--docs", type=Path, default=Path("docs"), help="where the plot is written")
    options.add_argument("--films", action="store_true", help="report on films and the demonstration too")
    given = options.parse_args()
    cv2.setNumThreads(1)
    models = load_models(load_settings(None))
    landmarks, portraits = given.data / "faces/landmarks.zip", given.data / "faces/utkface_6k.zip"
    real, points, poses = real_heads(models, landmarks, "train")
    mean = mean_depth(points, poses)
    mean /= np.linalg.norm(mean[list(EYE_RIGHT)].mean(0) - mean[list(EYE_LEFT)].mean(0))
    _write_mean_head(mean, len(points))
    mean_head.cache_clear()
    chosen = _judged([*real, *made_sessions(models, portraits, "utkface/train", given.people, mean, 7)])
    heads = np.array([found.share for turning, found in chosen if found and turning.kind == _REAL])
    threshold = threshold_at(heads, _BPCER)
    apart_real, _, _ = real_heads(models, landmarks, "test")
    apart = _judged([*apart_real, *made_sessions(models, portraits, "utkface/test", given.people, mean, 8)])
    for title, found in (("chosen on", chosen), ("kept apart", apart)):
        _print_table(title, found, threshold)
    _write_point(apart, threshold)
    _plot(apart, given.docs / "depth-roc.svg")
    if given.films:
        shown = [Turning(f"demo {v.value}", v.value, demo(models, v)) for v in _DEMOS]
        for name in _FILMS:
            path = next(iter(sorted((given.data / "films").glob(f"{name}_*"))), None)
            if path is not None:
                shown.append(Turning(name, name, film(models, path)))
        _print_films(_judged(shown), threshold)


def _judged(turnings: list[Turning]) -> Found:
    return [(turning, _judge(turning)) for turning in turnings]


def _judge(turning: Turning) -> Parallax | None:
    """Judge as a session is judged; real heads have five frames each, one of them taken as neutral."""
    if turning.kind == _REAL:
        return parallax(turning.shapes, fewest=1, neutral_least=1)
    return parallax(turning.shapes)


def _write_mean_head(mean: np.ndarray, frames: int) -> None:
    lines = [
        f"# Written by `python -m calibration.cues.depth`: the mean of real heads that turn ({frames} frames of kp68's",
        "# training people), by landmark: right, down, away, in eye distances.\n\n[points]",
    ]
    lines += [f"{index} = [{', '.join(f'{value:.4f}' for value in mean[index])}]" for index in POINTS]
    MEAN_HEAD.write_text("\n".join(lines) + "\n", "utf-8")


def _by_kind(found: Found) -> dict[str, list[Parallax | None]]:
    kinds: dict[str, list[Parallax | None]] = defaultdict(list)
    for turning, parallax_ in found:
        kinds[turning.kind].append(parallax_)
    return kinds


def _print_table(title: str, found: Found, threshold: float) -> None:
    print(
        f"\n{title}; threshold {threshold:.3f}\n| kind | sessions | judged | score 1 % | median | 99 % | below the threshold |"
    )
    print("|---|---|---|---|---|---|---|")
    for kind, values in _by_kind(found).items():
        scores = np.array([value.share for value in values if value is not None])
        if not len(scores):
            print(f"| {kind} | {len(values)} | 0 | - | - | - | - |")
            continue
        low, middle, high = np.percentile(scores, [1, 50, 99])
        below = said(int((scores < threshold).sum()), len(scores))
        print(f"| {kind} | {len(values)} | {len(scores)} | {low:.2f} | {middle:.2f} | {high:.2f} | {below} |")


def _print_films(found: Found, threshold: float) -> None:
    print("\n| film | share | 95 % over time | frames | turn | passes |\n|---|---|---|---|---|---|")
    for turning, value in found:
        if value is None:
            print(f"| {turning.kind} | - | - | - | - | too few |")
        else:
            passes = "yes" if value.share >= threshold else "no"
            print(
                f"| {turning.kind} | {value.share:.2f} | {value.low:.2f} to {value.high:.2f} | {value.frames} |"
                f" {value.turn:.0f} | {passes} |"
            )


def _write_point(apart: Found, threshold: float) -> None:
    kinds = _by_kind(apart)
    heads = [v.share for kind in (_REAL, "head, made") for v in kinds[kind] if v is not None]
    flats = {kind: [v.share for v in kinds[kind] if v is not None] for kind in ("picture", "bent picture")}
    worst = max(float(np.mean(np.array(scores) >= threshold)) for scores in flats.values() if scores)
    write_point(
        CHECK,
        OperatingPoint(
            threshold=threshold,
            bpcer=float(np.mean(np.array(heads) < threshold)),
            bona_fide=len(heads),
            apcer=worst,
            attacks=sum(map(len, flats.values())),
            measured_on="people kept apart: real heads that turn (kp68) and made ones against portraits moved as flat"
            " and as bent sheets; sessions that turned far enough to be judged",
        ),
    )


def _plot(apart: Found, path: Path) -> None:
    kinds = {kind: [v.share for v in values if v is not None] for kind, values in _by_kind(apart).items()}
    lines = [
        Line(f"{head} against {flat}", kinds[head], kinds[flat])
        for head in (_REAL, "head, made")
        for flat in ("picture", "bent picture")
        if kinds.get(head) and kinds.get(flat)
    ]
    write_roc(path, "Depth from parallax: people kept apart", lines)


if __name__ == "__main__":
    main()
