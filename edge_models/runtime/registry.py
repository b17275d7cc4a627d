"""Find released models, choose an engine, load."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Literal

from edge_models.runtime.card import Card, read_card, read_verified
from edge_models.runtime.errors import EngineUnavailable, ModelMissing
from edge_models.runtime.port import Engine

EngineName = Literal["onnx_runtime", "open_vino"]
ENGINES: tuple[EngineName, ...] = ("open_vino", "onnx_runtime")


def released_root() -> Path:
    """Give the folder of the models that ship with this installation."""
    return Path(str(files("edge_models"))) / "released"


def released(root: Path | None = None) -> list[Card]:
    """List the cards of all released models, by name. Raises ``CardInvalid``."""
    root = root or released_root()
    return [read_card(folder) for folder in sorted(root.iterdir()) if (folder / "card.toml").is_file()]


def load(name: str, *, engine: EngineName, threads: int = 1, root: Path | None = None) -> tuple[Card, Engine]:
    """Verify and load one released model.

    Raises ``ModelMissing``, ``CardInvalid``, ``HashMismatch``, ``EngineUnavailable``, ``ContractMismatch``.
    """
    folder = (root or released_root()) / name
    if not folder.is_dir():
        raise ModelMissing(f"no released model named {name}")
    card, content = read_verified(folder)
    return card, open_engine(card, content, engine=engine, threads=threads)


def open_engine(card: Card, content: bytes, *, engine: EngineName, threads: int = 1) -> Engine:
    """Load verified bytes into the wanted engine; the engine's package is imported only here."""
    try:
        if engine == "open_vino":
            from edge_models.runtime.open_vino import OpenVinoEngine

            return OpenVinoEngine(card, content, threads=threads)
        from edge_models.runtime.onnx_runtime import OnnxRuntimeEngine

        return OnnxRuntimeEngine(card, content, threads=threads)
    except ImportError as error:
        raise EngineUnavailable(f"the engine {engine} is not installed") from error
