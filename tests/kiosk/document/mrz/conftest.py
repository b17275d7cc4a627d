from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from calibration.document.drawn import DrawnDocument, draw_document
from calibration.document.rephotographed import Shot, photograph
from edge_models.tasks.document_text import Alphabet, ReadCharacter, ReadLine

Picture = NDArray[np.uint8]
Points = NDArray[np.float32]
_TEMPLATE = (14, 300)
_LEAST = 0.55


class MatchingReader:
    """Knows what lines a document has and reads a strip as the one that it looks like: only what is cut right is read."""

    def __init__(
        self, document: DrawnDocument, says: Callable[[int, int], str] | None = None, confidence: float = 0.98
    ) -> None:
        """``says``: what is read of a line by its row and by how often it was read before; what it holds when None."""
        self._says = says or (lambda row, _: document.lines[row])
        self._confidence = confidence
        self._times = [0] * len(document.lines)
        self._templates = [_template(document, row) for row in range(len(document.lines))]
        self.seen: list[Picture] = []

    def read(self, lines: list[Picture], alphabet: Alphabet) -> list[ReadLine]:
        assert alphabet is Alphabet.MRZ
        self.seen += lines
        return [self._read(line) for line in lines]

    def likeness(self, strip: Picture) -> tuple[int, float]:
        """Give which line a strip shows and how well, -1..1."""
        alike = [_likeness(strip, template) for template in self._templates]
        best = int(np.argmax(alike))
        return best, alike[best]

    def _read(self, strip: Picture) -> ReadLine:
        row, alike = self.likeness(strip)
        if alike < _LEAST:
            return _line("7K<2X" * 6, 0.2)
        self._times[row] += 1
        return _line(self._says(row, self._times[row] - 1), self._confidence)


def _line(text: str, confidence: float) -> ReadLine:
    count = max(len(text), 1)
    return ReadLine(tuple(ReadCharacter(c, confidence, (), (i + 0.5) / count) for i, c in enumerate(text)))


def _template(document: DrawnDocument, row: int) -> Picture:
    left, top = document.zone[0]
    right, bottom = document.zone[2]
    count = len(document.lines)
    capital = (bottom - top) / (1 + (count - 1) * 6.35 / 2.4)
    middle = top + capital / 2 + row * (bottom - top - capital) / max(1, count - 1)
    high = capital * 0.6
    piece = document.picture[int(middle - high) : int(middle + high), int(left) : int(right)]
    return np.asarray(
        cv2.resize(cv2.cvtColor(piece, cv2.COLOR_BGR2GRAY), _TEMPLATE[::-1], interpolation=cv2.INTER_AREA)
    )


def _likeness(strip: Picture, template: Picture) -> float:
    """Slide the template over the strip at a few widths; give the best correlation."""
    rows, columns = template.shape
    best = -1.0
    for scale in np.linspace(0.95, 1.19, 9):
        size = (int(columns * scale), int(rows * 1.35))
        resized = cv2.GaussianBlur(cv2.resize(strip, size, interpolation=cv2.INTER_AREA), (0, 0), 0.8)
        if resized.shape[1] < columns:
            continue
        soft = cv2.GaussianBlur(template, (0, 0), 0.8)
        best = max(best, float(cv2.matchTemplate(resized, soft, cv2.TM_CCOEFF_NORMED).max()))
    return best


@pytest.fixture
def draw() -> Callable[..., DrawnDocument]:
    def make(kind: str, seed: int = 1, *, zone: bool = True) -> DrawnDocument:
        return draw_document(np.random.default_rng(seed), kind, zone=zone)

    return make


@pytest.fixture
def shoot() -> Callable[..., tuple[Picture, Points]]:
    def take(document: DrawnDocument, shot: Shot, seed: int = 2) -> tuple[Picture, Points]:
        return photograph(document.picture, document.zone, shot, np.random.default_rng(seed))

    return take


@pytest.fixture
def matching() -> type[MatchingReader]:
    return MatchingReader
