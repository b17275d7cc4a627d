"""Choose an engine for each model by measuring, never by belief: which one is faster depends on chip and network."""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Mapping, Sequence

import numpy as np

from edge_models.runtime.card import Card
from edge_models.runtime.errors import EngineUnavailable, ModelDrift
from edge_models.runtime.golden import Golden, require_golden
from edge_models.runtime.port import Engine, Tensor
from edge_models.runtime.registry import ENGINES, EngineName, open_engine

log = logging.getLogger(__name__)


def blank_inputs(card: Card) -> dict[str, Tensor]:
    """Give inputs of the card's shapes, filled with a fixed pattern (time does not depend on what they hold)."""
    filled: dict[str, Tensor] = {}
    for contract in card.inputs:
        shape = [size if size > 0 else 1 for size in contract.shape]
        pattern = np.linspace(0, 1, int(np.prod(shape))).reshape(shape)
        filled[contract.name] = (pattern * 255).astype(np.uint8) if contract.dtype == "uint8" else pattern.astype("f4")
    return filled


def time_runs(engine: Engine, inputs: Mapping[str, Tensor], *, runs: int) -> list[float]:
    """Give the milliseconds of each of some runs."""
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        engine.run(inputs)
        times.append(1000 * (time.perf_counter() - begun))
    return times


def milliseconds(engine: Engine, inputs: dict[str, Tensor], *, runs: int = 20) -> float:
    """Give the median time of one run in milliseconds, after a warm-up."""
    time_runs(engine, inputs, runs=3)
    return statistics.median(time_runs(engine, inputs, runs=runs))


def measure_engines(
    card: Card,
    content: bytes,
    *,
    threads: int = 1,
    engines: Sequence[EngineName] = ENGINES,
    golden: Sequence[Golden] = (),
    runs: int = 20,
) -> dict[EngineName, float]:
    """Give the milliseconds of one run for each usable engine; one that fails the golden vectors is not usable.

    The engines take turns, so that whatever else the machine does hits them alike.
    Raises ``EngineUnavailable`` when none can run the network, ``ModelDrift`` when those that can compute it wrongly.
    """
    opened: dict[EngineName, Engine] = {}
    drifted: ModelDrift | None = None
    for name in engines:
        try:
            engine = open_engine(card, content, engine=name, threads=threads)
        except EngineUnavailable:
            continue
        try:
            require_golden(engine, list(golden), of=f"{card.name} {card.version}")
        except ModelDrift as error:
            log.warning("%s; this engine is not used for it", error.message)
            drifted = error
            engine.close()
            continue
        opened[name] = engine
    if not opened:
        raise drifted or EngineUnavailable(f"no inference engine can run {card.name}")
    inputs = blank_inputs(card)
    times: dict[EngineName, list[float]] = {name: [] for name in opened}
    for engine in opened.values():
        time_runs(engine, inputs, runs=3)
    for _ in range(max(1, runs // 5)):
        for name, engine in opened.items():
            times[name] += time_runs(engine, inputs, runs=5)
    for engine in opened.values():
        engine.close()
    return {name: statistics.median(values) for name, values in times.items()}
