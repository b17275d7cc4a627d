"""The reader that the settings name."""

from __future__ import annotations

from typing import Literal

from edge_models.tasks.document_text import LineReader
from kiosk.document.printed.readers.rapid import RapidReader
from kiosk.document.printed.readers.tesseract import TesseractReader

ReaderName = Literal["", "tesseract", "rapidocr"]


def other_reader(name: ReaderName) -> LineReader | None:
    """Give the reader of this name, None for the empty one.

    Raises ``ReaderMissing`` where it is not installed: what was asked for is not left out in silence.
    """
    if not name:
        return None
    return TesseractReader() if name == "tesseract" else RapidReader()
