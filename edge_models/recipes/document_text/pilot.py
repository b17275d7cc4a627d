"""A student that is still being trained, for trying what is built upon it: never shipped, never signed."""

from __future__ import annotations

from pathlib import Path

from edge_models.runtime.card import read_verified
from edge_models.runtime.registry import EngineName, open_engine
from edge_models.tasks.document_text import DocumentText

PLACE = Path(__file__).parents[3] / ".recipes" / "document_text" / "pilot"


def load_pilot(folder: Path = PLACE, *, engine: EngineName = "onnx_runtime") -> DocumentText:
    """Open the candidate in a folder. Raises ``ModelMissing``, ``CardInvalid``, ``HashMismatch``, ``EngineUnavailable``."""
    card, content = read_verified(folder)
    return DocumentText(card, open_engine(card, content, engine=engine))
