"""Read one line of text from its picture: machine-readable zones, digits of three scripts, capitals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.card import Card
from edge_models.runtime.errors import CardInvalid, ContractMismatch
from edge_models.runtime.port import Engine
from edge_models.tasks.text_lines import straightened

Pixels = NDArray[np.uint8]
Logits = NDArray[np.float32]
Logits64 = NDArray[np.float64]

MRZ = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
LATIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZÇĞİÑÖŞÜ-./: "
PERSIAN_DIGITS = "۰۱۲۳۴۵۶۷۸۹"
ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"
"""their 0-3 and 7-9 look like the Persian ones and are read as those; 4, 5 and 6 are letters of their own"""
CLASSES = LATIN + "<" + PERSIAN_DIGITS + "٤٥٦"
BLANK = len(CLASSES)
"""the network's last output: no character here"""
HEIGHT = 32
WINDOW = 320
"""rows and columns of the network's input"""
STEP = 4
"""columns of the input for each column of the output"""


class Alphabet(StrEnum):
    """What a line can hold; what it cannot hold is not read."""

    MRZ = "mrz"
    DIGITS = "digits"
    """digits of three scripts and ``/-.: ``"""
    LATIN = "latin"
    """capitals, also Turkish and Spanish ones, digits, ``-./: ``"""
    ANY = "any"


@dataclass(frozen=True, slots=True)
class ReadCharacter:
    """One character of a line."""

    text: str
    confidence: float
    """probability, 0..1"""
    others: tuple[tuple[str, float], ...]
    """the next likely ones with their probabilities, best first"""
    place: float
    """middle of the character: share of the line's width, 0..1"""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line as read."""

    characters: tuple[ReadCharacter, ...]

    @property
    def text(self) -> str:
        """Give the line as text, left to right as it stands in the picture."""
        return "".join(one.text for one in self.characters)

    @property
    def confidence(self) -> float:
        """Give the mean confidence of its characters, 0 for an empty line."""
        return sum(one.confidence for one in self.characters) / len(self.characters) if self.characters else 0.0


class LineReader(Protocol):
    """Reads pictures of lines; the student, or another reader in its place."""

    def read(self, lines: list[Pixels], alphabet: Alphabet) -> list[ReadLine]:
        """Read each line: height x width (grey) of one upright, straight line with a little margin round it."""
        ...


_SCRIPTS = tuple(
    np.array([character in digits + "/-.: " for character in CLASSES])
    for digits in ("0123456789", PERSIAN_DIGITS + "٤٥٦")
)
_OVERLAP = 64
"""columns that neighbouring windows share: half of it at each edge is not read"""
_LEAST_SPREAD = 3.0
"""standard deviation of grey values below which nothing is made stronger"""
_LONGEST = 1600
_SURE = 0.5
"""a column belongs to a character when this much of its probability is not the blank's"""
_SHOWN = 4
"""other characters that are named at most"""


def allowed(alphabet: Alphabet) -> NDArray[np.bool_]:
    """Give for each class (without the blank) whether the alphabet holds it."""
    digits = "0123456789" + PERSIAN_DIGITS + "٤٥٦/-.: "
    held = {Alphabet.MRZ: MRZ, Alphabet.DIGITS: digits, Alphabet.LATIN: LATIN, Alphabet.ANY: CLASSES}[alphabet]
    return np.array([character in held for character in CLASSES])


def normalised(window: Pixels) -> NDArray[np.float32]:
    """Bring a grey picture to mean 0 and spread 1, -4..4."""
    values = window.astype(np.float32)
    spread = max(float(values.std()), _LEAST_SPREAD)
    return np.clip((values - values.mean()) / spread, -4, 4).astype(np.float32)


def framed(line: Pixels, width: int) -> NDArray[np.float32]:
    """Bring a grey picture of at most ``width`` columns to the network's form; its right edge goes on as far as needed."""
    return np.pad(normalised(line), ((0, 0), (0, width - line.shape[1])), "edge")


def decode(logits: Logits, alphabet: Alphabet, columns: int | None = None) -> tuple[ReadCharacter, ...]:
    """Read logits (classes x columns): CTC, the best path, with what each character might be instead.

    ``columns``: the line's width in columns, for the places of its characters; all of them when None.
    """
    held = allowed(alphabet)
    scores = logits.astype(np.float64)
    likely = np.exp(scores - scores.max(0))
    if alphabet is Alphabet.DIGITS:
        held = held & _one_script(likely)
    likely[:-1][~held] = 0
    likely /= np.maximum(likely.sum(0), 1e-30)
    shares = likely[:-1]
    ink = 1 - likely[-1]
    best = shares.argmax(0)
    width = columns or logits.shape[1]
    found: list[ReadCharacter] = []
    at, count = 0, logits.shape[1]
    while at < count:
        if ink[at] <= _SURE:
            at += 1
            continue
        end = at + 1
        while end < count and ink[end] > _SURE and _goes_on(shares, best, end):
            end += 1
        found.append(_character(shares[:, at:end], ink[at:end], at, width))
        at = end
    return tuple(found)


def _one_script(likely: Logits64) -> NDArray[np.bool_]:
    """Give the classes of the script that a line of digits is most likely written in: no number mixes Latin with the others.

    Persian and Arabic-Indic shapes are not told apart here: many fonts mix them.
    """
    seen = likely / np.maximum(likely.sum(0), 1e-30)
    strength = seen[:-1].max(0)
    # Each column counts as far as it shows a character; one that fits no script must not decide alone.
    fits = [float((strength * np.log(seen[:-1][script].sum(0) + seen[-1] + 0.01)).sum()) for script in _SCRIPTS]
    return _SCRIPTS[int(np.argmax(fits))]


def _goes_on(shares: NDArray[np.float64], best: NDArray[np.intp], at: int) -> bool:
    """Whether a column shows the same character as the one before it: two that look alike may take turns within one."""
    one, other = int(best[at - 1]), int(best[at])
    return one == other or bool(
        shares[one, at] > 0.25 * shares[other, at] or shares[other, at - 1] > 0.25 * shares[one, at - 1]
    )


def _character(shares: NDArray[np.float64], ink: NDArray[np.float64], at: int, width: int) -> ReadCharacter:
    mass = shares.sum(1)
    mass = mass / mass.sum()
    order = np.argsort(mass)[::-1][: _SHOWN + 1]
    sure = float(ink.max())
    middle = at + float((ink * np.arange(len(ink))).sum() / ink.sum()) + 0.5
    others = tuple((CLASSES[k], float(mass[k]) * sure) for k in order[1:] if mass[k] > 1e-3)
    return ReadCharacter(CLASSES[order[0]], float(mass[order[0]]) * sure, others, min(middle / width, 1.0))


class DocumentText:
    """The student ``document_text``: a ``LineReader``. Not shared between threads."""

    def __init__(self, card: Card, engine: Engine) -> None:
        """Take a verified card and its loaded network. Raises ``CardInvalid`` when the network is not of this shape."""
        if card.inputs[0].shape != (1, 1, HEIGHT, WINDOW) or card.outputs[0].shape != (1, BLANK + 1, WINDOW // STEP):
            raise CardInvalid(f"{card.name} must take {HEIGHT} x {WINDOW} pixels and give {BLANK + 1} classes")
        if card.parameters.get("classes", CLASSES) != CLASSES:
            raise CardInvalid(f"{card.name} names other characters than this software")
        self._input, self._output = card.inputs[0].name, card.outputs[0].name
        self._engine = engine

    def read(self, lines: list[Pixels], alphabet: Alphabet) -> list[ReadLine]:
        """Read each line (height x width, grey). Raises ``ContractMismatch`` when the network gives no finite values."""
        return [self._read(line, alphabet) for line in lines]

    def _read(self, line: Pixels, alphabet: Alphabet) -> ReadLine:
        if line.ndim != 2 or min(line.shape) < 4:
            return ReadLine(())
        line = straightened(line)
        width = round(line.shape[1] * HEIGHT / line.shape[0])
        width = min(max(width, 16), _LONGEST)
        shrinks = line.shape[0] > HEIGHT
        picture = cv2.resize(line, (width, HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
        logits = self._logits(np.asarray(picture, np.uint8))
        return ReadLine(decode(logits, alphabet, max(1, width // STEP)))

    def _logits(self, picture: Pixels) -> Logits:
        """Run over a picture of the right height in windows that overlap; give classes x columns."""
        width = picture.shape[1]
        if width <= WINDOW:
            return self._run(picture)[:, : -(-width // STEP)]
        count = -(-(width - _OVERLAP) // (WINDOW - _OVERLAP))
        starts = np.linspace(0, width - WINDOW, count).round().astype(int) // STEP * STEP
        whole = np.zeros((BLANK + 1, -(-width // STEP)), np.float32)
        for number, start in enumerate(starts):
            found = self._run(picture[:, start : start + WINDOW])
            shared = 0 if number == 0 else (starts[number - 1] + WINDOW - start) // 2 // STEP
            begin = start // STEP
            stop = min(whole.shape[1], begin + found.shape[1])
            whole[:, begin + shared : stop] = found[:, shared : stop - begin]
        if (rest := starts[-1] // STEP + WINDOW // STEP) < whole.shape[1]:
            whole = whole[:, :rest]
        return whole

    def _run(self, window: Pixels) -> Logits:
        found = self._engine.run({self._input: framed(window, WINDOW)[None, None]})[self._output][0]
        if not np.isfinite(found).all():
            raise ContractMismatch("document_text gave values that are not finite")
        return np.asarray(found, np.float32)
