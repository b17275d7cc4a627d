"""Measures the injection checks on simulated cameras and writes their operating points.

``python -m calibration.camera.measure [--scenes ZIP] [--write] [--small]``: thresholds come from one set of simulated
cameras, the printed figures from another.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from calibration.camera import contents, times
from calibration.camera.contents import Scenes, film, sensors
from calibration.camera.simulation import Picture, SimulatedSensor, flat_scenes, jpeg, rescaled
from calibration.cues.rates import said, threshold_at, write_point
from kiosk.analysis.cues.frame_content import FrameContent, gray_of
from kiosk.analysis.cues.frame_timing import features_of
from kiosk.analysis.cues.operating_points import OperatingPoint
from kiosk.analysis.cues.sensor_noise import FEWEST_FRAMES, FingerprintEstimator, Plane, SensorNoise
from kiosk.analysis.cues.soft import worst

Scores = NDArray[np.float64]
Table = dict[str, Scores]
_BPCER = 0.01
_LEAST_SENSOR = 60.0**0.5
"""root of the peak-to-correlation energy that the literature decides at (Goljan, Fridrich, Filler, 2009: 50 to 60)"""


def timing_scores(first: int, count: int) -> tuple[Table, Table, Table]:
    """Give scores of bona fide sessions, attacks, and what times cannot show."""

    def scored(makers: tuple[Callable[..., times.Stream], ...]) -> Table:
        table: Table = {}
        for maker in makers:
            scores = []
            for seed in range(first, first + count):
                features = features_of(*maker(np.random.default_rng([seed, 12])), times.PERIOD)
                scores.append(0.0 if features is None else worst(features)[0])
            table[maker.__name__] = np.array(scores)
        return table

    return scored(times.BONA_FIDE), scored(times.ATTACKS), scored(times.BEYOND)


def content_scores(scenes: Scenes, first: int, cameras: int, frames: int) -> tuple[Table, Table, Table]:
    """Give the same for contents; each camera is calibrated first, in another scene."""
    bona: dict[str, list[float]] = {"even_light": [], "light_steps": []}
    attacks: dict[str, list[float]] = {}
    beyond: dict[str, list[float]] = {}
    for sensor in sensors(first, cameras):
        calibration = FrameContent()
        for frame in film(sensor, scenes.picture(sensor.seed, 1280, 720), frames, sensor.seed):
            calibration.see(frame)
        figures = calibration.measured()

        def score(pictures: list[Picture]) -> float:
            check = FrameContent("device", figures)  # noqa: B023
            for picture in pictures:
                check.see(picture)
            return worst(check.features())[0]

        for turn in range(2):
            seed = 1000 + 7 * sensor.seed + turn
            step = (1.0, 0.55, 1.7)[turn and 1 + sensor.seed % 2]
            live = list(film(sensor, scenes.picture(seed, 1280, 720), frames, seed, step))
            bona["light_steps" if turn else "even_light"].append(score(live))
            for name, attack in contents.ATTACKS.items() if turn == 0 else ():
                attacks.setdefault(name, []).append(score(attack(live)))
            for name, attack in contents.BEYOND.items() if turn == 0 else ():
                beyond.setdefault(name, []).append(score(attack(live)))
        progress(f"content: camera {sensor.seed}")
    return _arrays(bona), _arrays(attacks), _arrays(beyond)


def sensor_scores(scenes: Scenes, first: int, cameras: int, enrolled: int) -> tuple[Table, Table, Table]:
    """Give scores of the enrolled sensor, of others, and of the enrolled one's frames after changes."""
    same: dict[str, list[float]] = {"same_sensor": []}
    others: dict[str, list[float]] = {"other_sensor": []}
    changed: dict[str, list[float]] = {}
    made = sensors(first, cameras)
    patterns = [enrol(sensor, enrolled) for sensor in made]
    ways: dict[str, Callable[[Picture], Picture]] = {
        "coded_again_80": lambda picture: jpeg(picture, 80),
        "coded_again_60": lambda picture: jpeg(picture, 60),
        "scaled": lambda picture: rescaled(picture, 0.75),
        "scaled_by_half": lambda picture: rescaled(picture, 0.5),
        "moved_by_a_pixel": lambda picture: np.roll(picture, 1, axis=1),
    }
    for number, sensor in enumerate(made):
        for turn in range(2):
            seed = 3000 + 11 * sensor.seed + turn
            frames = list(film(sensor, scenes.picture(seed, 1280, 720), FEWEST_FRAMES, seed))
            same["same_sensor"].append(score_of(patterns[number], frames))
            for step in range(1, min(4, len(made))):
                others["other_sensor"].append(score_of(patterns[(number + step) % len(made)], frames))
            for name, way in ways.items() if turn == 0 else ():
                changed.setdefault(name, []).append(score_of(patterns[number], [way(frame) for frame in frames]))
            if turn == 0:
                changed.setdefault("film_codec", []).append(score_of(patterns[number], contents.h264(frames)))
        progress(f"sensor: camera {sensor.seed}")
    return _arrays(same), _arrays(others), _arrays(changed)


def enrol(sensor: SimulatedSensor, frames: int) -> Plane:
    """Give the pattern of a simulated sensor, from evenly lit frames."""
    estimator, random = FingerprintEstimator(), np.random.default_rng([sensor.seed, 2])
    for scene in flat_scenes(sensor.width, sensor.height, frames, sensor.seed):
        estimator.add(gray_of(sensor.shoot(scene, random)))
    return estimator.fingerprint()


def score_of(pattern: Plane, frames: list[Picture]) -> float:
    """Give the sensor score of a session's frames."""
    check = SensorNoise(pattern)
    for frame in frames:
        check.add(gray_of(frame))
    return check.score


def half_of_bona_fide(bona: Table, _attacks: Table) -> float:
    """Choose half of what all but one in a hundred reach: real cameras differ more than simulated ones."""
    return 0.5 * threshold_at(joined(bona), _BPCER)


def between(bona: Table, attacks: Table) -> float:
    """Choose the geometric middle between the best of the others and what all but one in a hundred reach."""
    lowest, highest = threshold_at(joined(bona), _BPCER), max(float(joined(attacks).max()), 1.0)
    return max(float(np.sqrt(max(lowest, highest) * highest)), _LEAST_SENSOR)


def joined(table: Table) -> Scores:
    """Give all scores of a table."""
    return np.concatenate(list(table.values()))


def point_of(threshold: float, bona: Table, attacks: Table, words: str) -> OperatingPoint:
    """Give the operating point with its rates on these scores."""
    accepted = {name: float(np.mean(scores >= threshold)) for name, scores in attacks.items()}
    refused = joined(bona) < threshold
    return OperatingPoint(
        threshold, float(refused.mean()), len(refused), max(accepted.values()), len(joined(attacks)), words
    )


def print_table(title: str, threshold: float, tables: tuple[Table, Table, Table]) -> None:
    """Print quantiles and rates with exact intervals."""
    print(f"\n{title}: passed from {threshold:.3g}")
    print(f"  {'':24}{'least':>8}{'1 %':>8}{'median':>8}{'99 %':>8}{'most':>8}   passed, % (95 % interval)")
    for kind, table in zip(("bona fide", "attack", "beside"), tables, strict=True):
        for name, scores in table.items():
            places = np.percentile(scores, (0, 1, 50, 99, 100))
            figures = "".join(f"{place:8.2f}" for place in places)
            print(f"  {name:24}{figures}   {said(int((scores >= threshold).sum()), len(scores))}  {kind}")


def progress(line: str) -> None:
    """Tell on stderr what was done."""
    print(line, file=sys.stderr, flush=True)


def _arrays(table: dict[str, list[float]]) -> Table:
    return {name: np.array(scores) for name, scores in table.items()}


def main() -> None:
    """Measure all three checks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=Path, help="ZIP of pictures that the cameras look at; default: drawn ones")
    parser.add_argument("--write", action="store_true", help="write the operating points")
    parser.add_argument("--small", action="store_true", help="a few cameras: for a first look")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    scenes = Scenes(given.scenes)
    cameras, sessions, frames = (3, 40, 48) if given.small else (12, 300, 48)

    words = f"{3 * sessions} simulated streams of sensors; no real camera"
    chosen = timing_scores(0, sessions)
    threshold = half_of_bona_fide(*chosen[:2])
    _finish("frame_timing", threshold, chosen, words, given.write)
    print_table("frame_timing, other streams", threshold, timing_scores(5000, sessions))

    words = f"{cameras} simulated cameras (JPEG 85-95 and raw, smoothing) looking at {scenes.words}; no real camera"
    chosen = content_scores(scenes, 1, cameras, frames)
    threshold = half_of_bona_fide(*chosen[:2])
    _finish("frame_content", threshold, chosen, words, given.write)
    print_table("frame_content, other cameras", threshold, content_scores(scenes, 501, cameras, frames))

    words = f"{cameras} simulated sensors (PRNU 0.5-2 %), {FEWEST_FRAMES} frames each of {scenes.words}; no real camera"
    enrolled = 40 if given.small else 100
    chosen = sensor_scores(scenes, 1, cameras, enrolled)
    threshold = between(*chosen[:2])
    _finish("sensor", threshold, chosen, words, given.write)
    print_table("sensor, other cameras", threshold, sensor_scores(scenes, 501, cameras, enrolled))


def _finish(cue: str, threshold: float, tables: tuple[Table, Table, Table], words: str, write: bool) -> None:
    print_table(f"{cue}, the set that chose it", threshold, tables)
    if write:
        write_point(cue, point_of(threshold, *tables[:2], words))


if __name__ == "__main__":
    main()
