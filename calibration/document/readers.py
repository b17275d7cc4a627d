"""Who is asked: our reader of documents, our reader of zones alone, and two others when they are installed."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import cv2
import numpy as np

from calibration.document.specimens import Picture
from edge_models.tasks.document_text import Alphabet, LineReader, Pixels, ReadCharacter, ReadLine
from kiosk.document.mrz.reading import MrzReader
from kiosk.document.reading import DocumentReader
from kiosk.identity.mrz.characters import line_of
from kiosk.identity.mrz.parsing import parse

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader says of a picture."""

    kind: str = ""
    """"" without a zone"""
    lines: tuple[str, ...] = ()
    checks: tuple[tuple[str, bool], ...] = ()
    portrait: bool | None = None
    """None: the reader does not look for one"""


Ask = Callable[[Picture], Answer]


def whole_reader(reader: DocumentReader, today: date) -> Ask:
    """Ask for all that the kiosk reads: zone, print, portrait, presence."""

    def ask(picture: Picture) -> Answer:
        reading = reader.read([picture], today).reading
        zone = reading.mrz
        found = reading.portrait is not None
        return Answer(portrait=found) if zone is None else Answer(zone.kind, zone.lines, zone.checks, found)

    return ask


def zone_reader(lines: LineReader, today: date) -> Ask:
    """Ask for the zone alone."""
    reader = MrzReader(lines)

    def ask(picture: Picture) -> Answer:
        zone = reader.read(picture, today=today)
        return Answer() if zone is None else Answer(zone.kind, zone.lines, zone.checks)

    return ask


class TesseractLines:
    """Debian's Tesseract as the reader of our lines: the same finder and cuts, another reader behind them."""

    def __init__(self, program: str) -> None:
        """Take the program's path."""
        self._program = program

    def read(self, lines: list[Pixels], alphabet: Alphabet) -> list[ReadLine]:
        """Read each line; its confidence is that of the whole line, its characters stand evenly."""
        del alphabet
        return [self._read(line) for line in lines]

    def _read(self, line: Pixels) -> ReadLine:
        large = cv2.resize(line, None, fx=48 / line.shape[0], fy=48 / line.shape[0], interpolation=cv2.INTER_CUBIC)
        _, packed = cv2.imencode(".png", cv2.copyMakeBorder(large, 12, 12, 12, 12, cv2.BORDER_REPLICATE))
        command = [self._program, "stdin", "stdout", "--psm", "7", "-c", f"tessedit_char_whitelist={LETTERS}", "tsv"]
        told = subprocess.run(
            command, input=packed.tobytes(), capture_output=True, check=True, env={"OMP_THREAD_LIMIT": "1"}
        )
        words = [row.split("\t") for row in told.stdout.decode().splitlines()[1:]]
        found = [(word[11].strip(), float(word[10]) / 100) for word in words if len(word) > 11 and word[11].strip()]
        text = "".join(word for word, _ in found)
        sure = float(np.mean([confidence for _, confidence in found])) if found else 0.0
        return ReadLine(tuple(ReadCharacter(c, max(0.0, sure), (), (i + 0.5) / len(text)) for i, c in enumerate(text)))


def tesseract(today: date) -> tuple[Ask | None, str]:
    """Give Tesseract behind our finder, and its name; None and why when it is not installed."""
    program = shutil.which("tesseract")
    if program is None:
        return None, "tesseract is not installed (Debian: tesseract-ocr)"
    told = subprocess.run([program, "--version"], capture_output=True, check=True, text=True).stdout
    return zone_reader(TesseractLines(program), today), told.split("\n", 1)[0]


def rapidocr(today: date) -> tuple[Ask | None, str]:
    """Give RapidOCR with its own detector, and its name; None and why when it is not installed.

    It is asked as a careful user would: at all four turns until its lines are a zone; ``«`` and spaces are put right.
    """
    if importlib.util.find_spec("rapidocr") is None:
        return None, "rapidocr is not installed (PyPI: rapidocr)"
    module: Any = importlib.import_module("rapidocr")
    engine = module.RapidOCR(params={"Global.log_level": "error"})

    def ask(picture: Picture) -> Answer:
        best = Answer()
        for turn in range(4):
            told = engine(np.ascontiguousarray(np.rot90(picture, turn)))
            texts = [_cleaned(text) for text in (told.txts or ())]
            lines = tuple(line_of(text, 0.9) for text in texts if len(text) >= 24)
            parsed = parse(lines, today)
            if parsed.kind != "unknown":
                answer = Answer(parsed.kind, parsed.lines, parsed.checks)
                if parsed.passed:
                    return answer
                best = best if best.kind else answer
        return best

    return ask, f"rapidocr {importlib.metadata.version('rapidocr')}"


def _cleaned(text: str) -> str:
    return re.sub(r"[^A-Z0-9<Ñ]", "", text.upper().replace("«", "<<").replace("‹", "<").replace("(", "<"))
