"""The one narrow port behind which an inference engine stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[Any]
"""What goes into and comes out of a network: float32 or uint8, batch first."""
Pixels = NDArray[np.uint8]
"""A picture: height x width x 3, blue green red, 0..255."""


class Engine(Protocol):
    """A loaded network. Not shared between threads: the worker that made it owns it."""

    @property
    def name(self) -> str:
        """Give the engine's name as the settings spell it, for example ``open_vino``."""
        ...

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Run once; inputs and outputs by the names that the card gives. Raises ``ContractMismatch`` on a wrong shape."""
        ...

    def close(self) -> None:
        """Free the network; a later ``run`` raises ``EngineUnavailable``."""
        ...
