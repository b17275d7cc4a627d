"""ONNX Runtime behind the engine port."""

from __future__ import annotations

from collections.abc import Mapping

import onnxruntime as ort

from edge_models.runtime.card import Card
from edge_models.runtime.errors import ContractMismatch, EngineUnavailable
from edge_models.runtime.port import Tensor


class OnnxRuntimeEngine:
    """One network in ONNX Runtime's CPU provider."""

    name = "onnx_runtime"

    def __init__(self, card: Card, content: bytes, *, threads: int = 1) -> None:
        """Load the network from memory. Raises ``EngineUnavailable`` when the engine refuses it."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session: ort.InferenceSession | None = ort.InferenceSession(
                content, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the binding raises classes of its own that share no public root
            raise EngineUnavailable(f"ONNX Runtime refuses {card.name} ({type(error).__name__})") from error
        self._card = card
        self._outputs = [output.name for output in card.outputs]
        have = {node.name for node in self._session.get_outputs()}
        if not have.issuperset(self._outputs):
            raise ContractMismatch(f"{card.name} lacks the outputs {sorted(set(self._outputs) - have)}")

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Run once. Raises ``ContractMismatch`` when shape or type is not the network's."""
        if self._session is None:
            raise EngineUnavailable(f"{self._card.name} was closed")
        try:
            values = self._session.run(self._outputs, dict(inputs))
        except Exception as error:  # as above
            raise ContractMismatch(f"{self._card.name} refused its input ({type(error).__name__})") from error
        return dict(zip(self._outputs, values, strict=True))

    def close(self) -> None:
        """Free the session."""
        self._session = None
