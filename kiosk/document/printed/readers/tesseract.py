"""Tesseract (Apache-2.0) as a reader of lines: the system's binary, pictures through its standard input, no file."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
from itertools import pairwise

import cv2
import numpy as np

from edge_models.tasks.document_text import Alphabet, Pixels, ReadCharacter, ReadLine
from kiosk.document.printed.readers.allowed import CHARACTERS, kept
from kiosk.document.printed.readers.missing import ReaderMissing

_HINT = "install tesseract-ocr with the languages eng, tur and fas, or leave the reader out of the settings"
_WANTED = {
    Alphabet.MRZ: ("eng",),
    Alphabet.DIGITS: ("fas", "eng"),
    Alphabet.LATIN: ("tur", "eng"),
    Alphabet.ANY: ("fas", "tur", "eng"),
}
_SECONDS = 10.0
_MARGIN = 10
"""pixels of white round a line: with less Tesseract finds no line"""
_PIECE = re.compile(
    r"ocrx_word|<span class='ocrx_cinfo' title='x_bboxes (\d+) \d+ (\d+) \d+; x_conf ([\d.]+)'>(.*?)</span>"
)


class TesseractReader:
    """Reads each line with one run of the binary. Knows Persian letters where the language data are installed."""

    def __init__(self, binary: str = "tesseract") -> None:
        """Find the binary and its languages. Raises ``ReaderMissing``."""
        found = shutil.which(binary)
        if found is None:
            raise ReaderMissing("Tesseract is not installed", hint=_HINT)
        self._binary = found
        self._languages = frozenset(self._run(["--list-langs"], b"").split())
        if "eng" not in self._languages:
            raise ReaderMissing("Tesseract's language eng is not installed", hint=_HINT)

    @property
    def persian(self) -> bool:
        """Say whether it reads Persian letters."""
        return "fas" in self._languages

    def read(self, lines: list[Pixels], alphabet: Alphabet) -> list[ReadLine]:
        """Read each line (height x width, grey). A line on which the binary fails is empty."""
        return [self._line(line, alphabet) for line in lines]

    def _line(self, line: Pixels, alphabet: Alphabet) -> ReadLine:
        width = line.shape[1]
        grown = np.pad(line, _MARGIN, constant_values=int(np.median(line)))
        coded, picture = cv2.imencode(".pgm", grown)
        if not coded:
            return ReadLine(())
        wanted = [language for language in _WANTED[alphabet] if language in self._languages]
        options = ["-l", "+".join(wanted), "--psm", "7", "-c", "hocr_char_boxes=1"]
        if alphabet in CHARACTERS:
            options += ["-c", f"tessedit_char_whitelist={CHARACTERS[alphabet]}"]
        answer = self._run(["stdin", "stdout", *options, "hocr"], picture.tobytes())
        return kept(_characters(answer, width), alphabet)

    def _run(self, arguments: list[str], given: bytes) -> str:
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        try:
            done = subprocess.run(
                [self._binary, *arguments],
                input=given,
                capture_output=True,
                timeout=_SECONDS,
                env=environment,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _characters(answer: str, width: int) -> list[ReadCharacter]:
    """Give the characters of an hOCR answer with character boxes, a space between words."""
    words: list[list[tuple[float, float, ReadCharacter]]] = []
    for match in _PIECE.finditer(answer):
        if match.group(4) is None:
            words.append([])
            continue
        left, right = float(match.group(1)) - _MARGIN, float(match.group(2)) - _MARGIN
        place = min(1.0, max(0.0, (left + right) / 2 / max(width, 1)))
        sure = min(1.0, float(match.group(3)) / 100)
        if not words:
            words.append([])
        words[-1].append((left, right, ReadCharacter(html.unescape(match.group(4)), sure, (), place)))
    words = sorted((word for word in words if word), key=lambda word: min(one[0] for one in word))
    characters = [one[2] for word in words for one in word]
    for before, after in pairwise(words):
        end, begin = max(one[1] for one in before), min(one[0] for one in after)
        place = min(1.0, max(0.0, (end + begin) / 2 / max(width, 1)))
        sure = min(before[-1][2].confidence, after[0][2].confidence)
        characters.append(ReadCharacter(" ", sure, (), place))
    return characters
