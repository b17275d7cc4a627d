"""A model without a network: a card that holds, and an engine that gives what it was told to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_models.runtime.card import Card

Tensor = NDArray[Any]


class Echo:
    """An engine that gives fixed outputs and remembers what it was fed."""

    name = "echo"

    def __init__(self, **outputs: Tensor) -> None:
        self.outputs = {name: np.asarray(output) for name, output in outputs.items()}
        self.fed: dict[str, Tensor] = {}

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        self.fed = dict(inputs)
        return dict(self.outputs)

    def close(self) -> None:
        return None


def tensor(name: str, shape: list[int], **more: str) -> dict[str, Any]:
    """One input or output of a card."""
    return {"name": name, "shape": shape, "meaning": "m", **more}


def card_of(name: str, **parts: Any) -> Card:
    """A card of a student of this name; ``inputs`` and ``outputs`` are among its parts."""
    return Card.model_validate(
        {
            "name": name,
            "version": "0",
            "task": name,
            "summary": "s",
            "sha256": "0" * 64,
            "bytes": 1,
            "licence": "l",
            "terms": "t",
            "recipe": "r",
            "recipe_sha256": "0" * 64,
            "seed": 1,
            "data": [{"name": "d", "role": "training", "terms": "t"}],
            **parts,
        }
    )
