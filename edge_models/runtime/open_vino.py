"""OpenVINO behind the engine port."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from typing import Any

import openvino

from edge_models.runtime.card import Card
from edge_models.runtime.compiled import CompiledCache
from edge_models.runtime.errors import ContractMismatch, EngineUnavailable
from edge_models.runtime.port import Tensor

log = logging.getLogger(__name__)


class OpenVinoEngine:
    """One network compiled for the CPU by OpenVINO."""

    name = "open_vino"

    def __init__(self, card: Card, content: bytes, *, threads: int = 1, cache: CompiledCache | None = None) -> None:
        """Compile the network from memory, or take what was compiled of it before.

        Raises ``EngineUnavailable`` when the engine refuses it.
        """
        core = openvino.Core()
        config = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
        try:
            compiled = _compiled(core, config, card.name, content, cache)
        except RuntimeError as error:
            raise EngineUnavailable(f"OpenVINO refuses {card.name}") from error
        self._request: openvino.InferRequest | None = compiled.create_infer_request()
        self._card = card
        have = {name for port in compiled.outputs for name in port.get_names()}
        wanted = [output.name for output in card.outputs]
        if not have.issuperset(wanted):
            raise ContractMismatch(f"{card.name} lacks the outputs {sorted(set(wanted) - have)}")
        self._wanted = wanted

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Run once. Raises ``ContractMismatch`` when shape or type is not the network's."""
        if self._request is None:
            raise EngineUnavailable(f"{self._card.name} was closed")
        try:
            self._request.infer(dict(inputs), share_inputs=True)
        except (RuntimeError, TypeError, ValueError) as error:
            raise ContractMismatch(f"{self._card.name} refused its input") from error
        return {name: self._request.get_tensor(name).data.copy() for name in self._wanted}

    def close(self) -> None:
        """Free the compiled network."""
        self._request = None


def _compiled(
    core: openvino.Core, config: dict[str, Any], name: str, content: bytes, cache: CompiledCache | None
) -> openvino.CompiledModel:
    if cache is None:
        return core.compile_model(core.read_model(content), "CPU", config)
    processor = core.get_property("CPU", "FULL_DEVICE_NAME"), core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    network = hashlib.sha256(content).hexdigest()
    identity = json.dumps([network, "openvino", openvino.__version__, *processor, sorted(config.items())])
    kept = cache.get(name, identity)
    if kept is not None:
        try:
            return core.import_model(kept, "CPU", config)
        except RuntimeError:
            log.warning("the compiled network of %s is not one for this engine; it is compiled again", name)
    compiled = core.compile_model(core.read_model(content), "CPU", config)
    exported = compiled.export_model()
    cache.put(name, identity, exported if isinstance(exported, bytes) else exported.getvalue())
    return compiled
