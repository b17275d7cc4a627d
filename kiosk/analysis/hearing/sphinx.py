"""English digits by PocketSphinx (BSD; its model comes inside the wheel).

The grammar asks for exactly as many digits as were shown: a free loop of digits hears more of them in breath and
noise, and nothing is gained by it, since only the whole sequence counts. What is left to chance is stated by the flow.
"""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from pocketsphinx import Decoder, get_model_path

from kiosk.analysis.heard import HeardDigits
from kiosk.analysis.hearing.words import WORDS
from kiosk.sound.clip import Samples
from kiosk.sound.port import RATE

_BEAMS = {"beam": 1e-60, "wbeam": 1e-40, "pbeam": 1e-60}
"""wider than usual: a grammar is small, and a word lost early is never found again"""
_SILENCE = 0.5
"""how likely people are silent between two digits; they nearly always are"""
_LOUD = 0.3
_QUIET_ENDS = RATE // 4


class SphinxRecogniser:
    """Loads the acoustic model on first use, and makes a grammar for each number of digits."""

    def __init__(self) -> None:
        """Load nothing yet."""
        self._decoder: Decoder | None = None
        self._name = f"pocketsphinx {version('pocketsphinx')}"

    @property
    def languages(self) -> frozenset[str]:
        """Name the one language that comes with it."""
        return frozenset({"en"})

    def recognise(self, samples: Samples, count: int, language: str) -> HeardDigits:
        """Give the digits; none where nothing is heard that could be so many."""
        if language not in self.languages or not len(samples) or not np.abs(samples).max() > 0:
            return HeardDigits((), 0.0, self._name)
        decoder = self._ready(count)
        decoder.start_utt()
        decoder.process_raw(_prepared(samples), full_utt=True)
        decoder.end_utt()
        best = decoder.hyp()
        words = [] if best is None else best.hypstr.split()
        digits = tuple(WORDS["en"].index(word) for word in words if word in WORDS["en"])
        if len(digits) != count:
            return HeardDigits((), 0.0, self._name)
        return HeardDigits(digits, _confidence(decoder), self._name)

    def _ready(self, count: int) -> Decoder:
        if self._decoder is None:
            self._decoder = Decoder(
                hmm=get_model_path("en-us/en-us"),
                dict=get_model_path("en-us/cmudict-en-us.dict"),
                lm=None,
                samprate=RATE,
                loglevel="FATAL",
                silprob=_SILENCE,
                **_BEAMS,
            )
        name = f"digits{count}"
        one = f"({' | '.join(WORDS['en'])})"
        grammar = f"#JSGF V1.0;\ngrammar digits;\npublic <digits> = {' '.join([one] * count)};\n"
        self._decoder.add_jsgf_string(name, grammar)
        self._decoder.activate_search(name)
        return self._decoder


def _prepared(samples: Samples) -> bytes:
    """Give 16-bit samples of one loudness with a little silence round them, as the model was trained on."""
    loud = np.asarray(samples * (_LOUD / np.abs(samples).max()), np.float32)
    # Complete silence is like nothing that a microphone gives, and upsets the means that are taken off.
    ends = np.random.default_rng(0).normal(0, 5e-4, _QUIET_ENDS).astype(np.float32)
    whole = np.concatenate([ends, loud, ends])
    return (np.clip(whole, -1, 1) * 32767).astype(np.int16).tobytes()


def _confidence(decoder: Decoder) -> float:
    """Give the least posterior among the words, 0..1: the weakest digit."""
    posteriors = [segment.prob for segment in decoder.seg() if segment.word in WORDS["en"]]
    return min(1.0, *posteriors) if posteriors else 0.0
