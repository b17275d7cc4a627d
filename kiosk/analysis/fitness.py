"""Whether this machine still computes each model as it was released."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from edge_models.runtime.errors import ModelDrift
from edge_models.runtime.golden import TOLERANCE, Golden, drift_line, largest_difference
from edge_models.runtime.port import Engine


@dataclass(frozen=True)
class Fitness:
    """How far one model's results in one engine are from its golden vectors."""

    model: str
    """name and version"""
    engine: str
    difference: float
    """mean deviation in parts of the outputs' spread"""

    @property
    def fit(self) -> bool:
        """Tell whether that is within the tolerance (what is no number is not)."""
        return self.difference <= TOLERANCE


def measure_fitness(model: str, engine: Engine, golden: list[Golden]) -> Fitness:
    """Run a loaded model on its golden vectors. Raises ``ContractMismatch``.

    On all of them: sums that saturate may leave one input alone and spoil another.
    """
    return Fitness(model, engine.name, largest_difference(engine, golden))


def require_fitness(measured: Iterable[Fitness]) -> None:
    """Raise ``ModelDrift`` that names every model that is not fit, its engine and by how much."""
    drifted = [drift_line(item.model, item.engine, item.difference) for item in measured if not item.fit]
    if drifted:
        raise ModelDrift("; ".join(drifted))
