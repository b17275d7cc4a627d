"""RapidOCR (Apache-2.0; its PP-OCR models too) as a reader of lines: ``pip install gishe[ocr]``. Knows no Persian."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from edge_models.tasks.document_text import Alphabet, Pixels, ReadCharacter, ReadLine
from kiosk.document.printed.readers.allowed import kept
from kiosk.document.printed.readers.missing import ReaderMissing


class RapidReader:
    """Reads each line with the recogniser that RapidOCR's wheel holds; nothing is fetched."""

    persian = False

    def __init__(self) -> None:
        """Load the recogniser, one thread. Raises ``ReaderMissing``."""
        try:
            rapidocr = importlib.import_module("rapidocr")
        except ImportError as missing:
            raise ReaderMissing(
                "RapidOCR is not installed",
                hint="run 'pip install gishe[ocr]', or leave the reader out of the settings",
            ) from missing
        threads = "EngineConfig.onnxruntime.intra_op_num_threads"
        self._engine: Any = rapidocr.RapidOCR(params={"Global.log_level": "error", threads: 1})

    def read(self, lines: list[Pixels], alphabet: Alphabet) -> list[ReadLine]:
        """Read each line (height x width, grey)."""
        return [self._line(line, alphabet) for line in lines]

    def _line(self, line: Pixels, alphabet: Alphabet) -> ReadLine:
        picture = np.repeat(line[..., None], 3, axis=2)
        answer = self._engine(picture, use_det=False, use_cls=False, use_rec=True, return_word_box=True)
        characters: list[ReadCharacter] = []
        for words in answer.word_results or ():
            length = max(float(words.line_txt_len), 1.0)
            sure = iter(words.confs)
            end = None
            for word, columns in zip(words.words, words.word_cols, strict=True):
                if end is not None:
                    characters.append(ReadCharacter(" ", 1.0, (), (end + columns[0] + 1) / 2 / length))
                for text, column in zip(word, columns, strict=True):
                    characters.append(ReadCharacter(text, float(next(sure)), (), (column + 0.5) / length))
                end = columns[-1]
        return kept(characters, alphabet)
