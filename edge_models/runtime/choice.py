"""Choose an engine for each model by measuring, never by belief: which one is faster depends on chip and network."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence

import numpy as np

from edge_models.runtime.card import Card
from edge_models.runtime.errors import EngineUnavailable
from edge_models.runtime.port import Engine, Tensor
from edge_models.runtime.registry import ENGINES, EngineName, open_engine


def blank_inputs(card: Card) -> dict[str, Tensor]:
    """Give inputs of the card's shapes, filled with a fixed pattern (time does not depend on what they hold)."""
    filled: dict[str, Tensor] = {}
    for contract in card.inputs:
        shape = [size if size > 0 else 1 for size in contract.shape]
        pattern = np.linspace(0, 1, int(np.prod(shape))).reshape(shape)
        filled[contract.name] = (pattern * 255).astype(np.uint8) if contract.dtype == "uint8" else pattern.astype("f4")
    return filled


def milliseconds(engine: Engine, inputs: dict[str, Tensor], *, runs: int = 20) -> float:
    """Give the median time of one run in milliseconds, after a warm-up."""
    for _ in range(3):
        engine.run(inputs)
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        engine.run(inputs)
        times.append(time.perf_counter() - begun)
    return 1000 * statistics.median(times)


def measure_engines(
    card: Card, content: bytes, *, threads: int = 1, engines: Sequence[EngineName] = ENGINES
) -> dict[EngineName, float]:
    """Give the milliseconds of one run for each usable engine. Raises ``EngineUnavailable`` when none is."""
    measured: dict[EngineName, float] = {}
    inputs = blank_inputs(card)
    for name in engines:
        try:
            engine = open_engine(card, content, engine=name, threads=threads)
        except EngineUnavailable:
            continue
        measured[name] = milliseconds(engine, inputs)
        engine.close()
    if not measured:
        raise EngineUnavailable(f"no inference engine can run {card.name}")
    return measured
