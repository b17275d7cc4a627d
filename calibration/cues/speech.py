"""Measures lips and sound in time on simulated speakers: ``python -m calibration.cues.speech`` writes the operating point.

No set of films with sound and known truth may be used for choosing, so both sides are simulated; what real people's
films give is reported beside it (docs/spoken.md).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np

from calibration.cues.rates import said, threshold_at, write_point
from calibration.cues.voices import (
    clips_of,
    draw_speaker,
    draw_words,
    lips_of,
    shifted,
    still_lips,
    voice_of,
    with_noise,
)
from kiosk.analysis.cues.operating_points import OperatingPoint
from kiosk.analysis.cues.speech import CUE, lip_timing
from kiosk.analysis.heard import LipTiming
from kiosk.analysis.hearing.loudness import Loudness
from kiosk.sound.clip import Clip

SECONDS = 9.0
BPCER = 0.05
_MICROPHONE_LATE = 0.08

Presentation = tuple[tuple[tuple[float, float], ...], list[Clip]]


def bona_fide(rng: np.random.Generator, later: float = 0.0) -> Presentation:
    """Give somebody who says four digits; ``later`` shifts the sound, as a dub does."""
    speaker = draw_speaker(rng)
    words = draw_words(rng, 4, begins=rng.uniform(1.0, 2.5), pause=rng.uniform(0.15, 0.6))
    sound = voice_of(shifted(words, rng.uniform(0, _MICROPHONE_LATE) + later), speaker, SECONDS, rng)
    return lips_of(words, speaker, SECONDS, rng), clips_of(with_noise(sound, rng.uniform(8, 35), rng))


def other_sound(rng: np.random.Generator) -> Presentation:
    """Give lips that say four digits, and the sound of four others said in a time of its own."""
    return bona_fide(rng)[0], bona_fide(rng)[1]


def silent_lips(rng: np.random.Generator) -> Presentation:
    """Give a mouth that is still, and four digits from elsewhere."""
    return still_lips(draw_speaker(rng), SECONDS, rng), bona_fide(rng)[1]


def television(rng: np.random.Generator) -> Presentation:
    """Give lips that say four digits without a voice, and a stream of words from a loudspeaker."""
    lips = bona_fide(rng)[0]
    words = draw_words(rng, 22, begins=0.1, pause=0.1)
    sound = voice_of(words, draw_speaker(rng), SECONDS, rng)
    return lips, clips_of(with_noise(sound, rng.uniform(8, 35), rng))


def no_sound(rng: np.random.Generator) -> Presentation:
    """Give lips that say four digits, and the noise of a hall."""
    return bona_fide(rng)[0], clips_of(with_noise(np.zeros(int(SECONDS * 16_000)), 0.0, rng))


def _dub(later: float) -> Callable[[np.random.Generator], Presentation]:
    return lambda rng: bona_fide(rng, later)


ATTACKS: dict[str, Callable[[np.random.Generator], Presentation]] = {
    "other_sound": other_sound,
    "silent_lips": silent_lips,
    "television": television,
    "no_sound": no_sound,
    "dub_-700": _dub(-0.7),
    "dub_-300": _dub(-0.3),
    "dub_+200": _dub(0.2),
    "dub_+400": _dub(0.4),
    "dub_+600": _dub(0.6),
    "dub_+1000": _dub(1.0),
}
_COUNTED = frozenset(ATTACKS) - {"dub_+200", "dub_-300"}
"""a dub nearer than the lag that people and devices have is no attack that this cue can see"""


def judged(presentation: Presentation) -> LipTiming | None:
    """Judge one presentation as the kiosk does."""
    lips, clips = presentation
    loudness = Loudness()
    for clip in clips:
        loudness.hear(clip)
    track = loudness.track()
    return None if track is None else lip_timing(lips, track, 0.1, SECONDS - 0.1)


def scores(make: Callable[[np.random.Generator], Presentation], count: int, seed: int) -> np.ndarray:
    """Give the scores of many presentations; one that could not be judged does not pass (-1)."""
    rng = np.random.default_rng(seed)
    timings = [judged(make(rng)) for _ in range(count)]
    return np.array([-1.0 if timing is None else timing.score for timing in timings])


def main() -> None:
    """Choose the threshold on one set of speakers, measure on another, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=600, help="presentations of each kind")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    given = parser.parse_args()
    threshold = max(0.0, threshold_at(scores(bona_fide, given.count, 1), BPCER))
    person = scores(bona_fide, given.count, 2)
    refused = int((person < threshold).sum())
    print(f"threshold {threshold:.3f}  BPCER {said(refused, len(person))}")
    worst = 0.0
    for number, (species, make) in enumerate(ATTACKS.items()):
        attack = scores(make, given.count, 100 + number)
        accepted = int((attack >= threshold).sum())
        worst = max(worst, accepted / len(attack)) if species in _COUNTED else worst
        print(f"{species:12} APCER {said(accepted, len(attack))}{'' if species in _COUNTED else '  (not counted)'}")
    if not given.dry:
        words = "simulated speakers: four digits, 12-30 frames a second, noise 8-35 dB below; another set than it was chosen on"
        attacks = given.count * len(_COUNTED)
        write_point(CUE, OperatingPoint(threshold, refused / len(person), len(person), worst, attacks, words))


if __name__ == "__main__":
    main()
