"""``python -m calibration.light``: chooses the light cue's threshold on simulated sessions, measures it on others.

Writes the operating point and prints the table of docs/light.md. Takes about a quarter of an hour of one core.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import numpy as np

from calibration.cues.rates import POINTS, said, write_point
from calibration.light.chance import computed, simulated
from calibration.light.simulation import SKINS, Scene, any_site, session
from calibration.rates import rate
from kiosk.analysis.cues.light import Answer, answer_of, verdict_of
from kiosk.analysis.cues.operating_points import OperatingPoint
from kiosk.flow.light_sequence import colour_bits, length_bits

_CHOSEN_ON, _REPORTED_ON = 51, 52
_UNKNOWING = (Scene.SCREEN, Scene.GLARE, Scene.REPLAY, Scene.INJECTED)
"""attacks that this cue is there for"""


def main() -> int:
    """Choose, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m calibration.light", description=__doc__)
    parser.add_argument("--sessions", type=int, default=400, help="bona fide sessions; attacks: half as many each")
    parser.add_argument("--films", type=int, default=100, help="films that meet 2000 sequences each")
    parser.add_argument("--keep", action="store_true", help="write the operating point")
    given = parser.parse_args()
    threshold = _choose(given.sessions, given.films)
    print(f"threshold {threshold:.2f} standard deviations\n")
    bona_fide = list(_answers(Scene.FACE, given.sessions, _REPORTED_ON))
    refused = sum(_outcome(answer, threshold) != "passed" for answer in bona_fide)
    worst, attacks = 0.0, 0
    print(
        "| before the camera | sessions | passed % (95 %) | failed | too bright | not judged |\n|---|---|---|---|---|---|"
    )
    _row("face, 50-1000 lux", bona_fide, threshold)
    for skin in SKINS:
        _row(
            f"face, {skin} skin",
            list(_answers(Scene.FACE, given.sessions // 4, _REPORTED_ON + 1, skin=skin)),
            threshold,
        )
    for lux in (1000.0, 3000.0, 10_000.0, 50_000.0):
        sunny = list(_answers(Scene.FACE, given.sessions // 8, _REPORTED_ON + 2, ambient=lux))
        _row(f"face, {lux:.0f} lux", sunny, threshold)
    for scene in _UNKNOWING:
        answers = list(_answers(scene, given.sessions // 2, _REPORTED_ON + 3))
        passed = _row(scene.replace("_", " "), answers, threshold)
        worst, attacks = max(worst, passed / len(answers)), attacks + len(answers)
    for relay in (0.0, 0.1, 0.2, 0.3, 0.5):
        answers = list(_answers(Scene.RELAY, given.sessions // 4, _REPORTED_ON + 4, relay=relay))
        _row(f"relay, {1000 * relay:.0f} ms beside its two cameras", answers, threshold)
    for scene in (Scene.PRINT, Scene.PRINT_ALL, Scene.MASK):
        _row(scene.replace("_", " "), list(_answers(scene, given.sessions // 4, _REPORTED_ON + 5)), threshold)
    print(f"\nsequence: {colour_bits():.1f} bits of colour, {length_bits():.1f} bits of length")
    chance, needed = simulated(threshold, given.films, 2000, _REPORTED_ON, _told)
    share = rate(chance.passed, chance.pairs)
    print(
        f"a film of another light session: {chance.passed} of {chance.pairs} pairs pass ({share.low:.1e}-{share.high:.1e}); "
        f"clearest {chance.clearest:.1f}; in step and with the same lengths (computed): {computed(needed, 10, _REPORTED_ON):.1e}"
    )
    if given.keep:
        words = "simulated sessions (calibration.light): 4 skin tones, 50-1000 lux; others than it was chosen on"
        point = OperatingPoint(threshold, refused / len(bona_fide), len(bona_fide), worst, attacks, words)
        write_point("light", point)
        print(f"written to {POINTS}")
    return 0


def _choose(sessions: int, films: int) -> float:
    """Give the middle between what a film made for another sequence reaches and what 99 of 100 faces reach."""
    answers = [answer for answer in _answers(Scene.FACE, sessions, _CHOSEN_ON) if answer is not None]
    faces = np.quantile([answer.clear for answer in answers], 0.01)
    chance, _ = simulated(1e9, films, 1000, _CHOSEN_ON, _told)
    print(f"chosen between {chance.clearest:.2f} (best of {chance.pairs} films) and {faces:.2f} (1 of 100 faces)")
    return float(chance.clearest + faces) / 2


def _answers(scene: Scene, count: int, seed: int, **fixed: object) -> Iterator[Answer | None]:
    random = np.random.default_rng([seed, list(Scene).index(scene)])
    for _ in range(count):
        gathered = session(scene, any_site(random, **fixed), random)
        yield answer_of(gathered.light_slots, gathered.light)


def _outcome(answer: Answer | None, threshold: float) -> str:
    if answer is None:
        return "unavailable"
    score, code = verdict_of(answer, threshold)
    return code or ("passed" if score >= threshold else "failed")


def _row(name: str, answers: list[Answer | None], threshold: float) -> int:
    outcomes = [_outcome(answer, threshold) for answer in answers]
    passed = outcomes.count("passed")
    counts = " | ".join(str(outcomes.count(code)) for code in ("failed", "too_bright", "unavailable"))
    print(f"| {name} | {len(answers)} | {said(passed, len(answers))} | {counts} |", flush=True)
    return passed


def _told(done: int) -> None:
    print(f"\r{done} films", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
