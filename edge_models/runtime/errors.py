"""The root of Gishe's typed errors, and those of models.

GisheError
├── ModelError            anything wrong with a model (exit 5)
│   ├── ModelMissing      the release folder or one of its files is not there
│   ├── CardInvalid       card.toml cannot be read or lacks a field
│   ├── HashMismatch      the file is not the one that the card names
│   └── ContractMismatch  the network's inputs or outputs are not those of the card
└── EngineUnavailable     the wanted engine is not installed or refuses the model (exit 4)

``kiosk.errors`` adds the kiosk's own branches to the same root.
"""

from __future__ import annotations

from typing import ClassVar


class GisheError(Exception):
    """Something went wrong in Gishe."""

    code: ClassVar[str] = "GISHE"
    exit_status: ClassVar[int] = 70
    hint: ClassVar[str] = "report it with the log of this run"

    def __init__(self, message: str = "", *, hint: str | None = None) -> None:
        """Take what happened (for the person) and, if better than the class's own, what to do (for the technician)."""
        self.message = message or (type(self).__doc__ or "").splitlines()[0].rstrip(".")
        self.what_to_do = hint or self.hint
        super().__init__(self.message)

    def line(self) -> str:
        """Give the one line that a command prints: ``error[CODE]: what happened; what to do``."""
        return f"error[{self.code}]: {self.message}; {self.what_to_do}"


class ModelError(GisheError):
    """A model cannot be used."""

    code = "MODEL"
    exit_status = 5
    hint = "install the model release again, then run 'edge-models verify'"


class ModelMissing(ModelError):
    """A model's release folder is incomplete."""

    code = "MODEL_MISSING"


class CardInvalid(ModelError):
    """A model's card cannot be read."""

    code = "CARD_INVALID"


class HashMismatch(ModelError):
    """A model's file is not the one that its card names."""

    code = "MODEL_HASH"


class ContractMismatch(ModelError):
    """A network's inputs or outputs are not those that its card promises."""

    code = "MODEL_CONTRACT"


class EngineUnavailable(GisheError):
    """The wanted inference engine is not usable here."""

    code = "ENGINE"
    exit_status = 4
    hint = "install it or set GISHE_ENGINE to the other one (onnx_runtime, open_vino)"
