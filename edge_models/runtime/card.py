"""The model card: what a release promises, checked before its network is loaded."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edge_models.runtime.errors import CardInvalid, HashMismatch, ModelMissing


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TensorContract(_Part):
    """Name, shape and meaning of one input or output. A dimension of -1 is free."""

    name: str
    shape: tuple[int, ...]
    dtype: Literal["float32", "uint8"] = "float32"
    meaning: str = Field(description="what it holds, with units and ranges")


class DataSource(_Part):
    """One source of training, calibration or evaluation data, with its terms."""

    name: str
    role: Literal["teacher", "training", "calibration", "evaluation"]
    terms: str


class Card(_Part):
    """Everything that the runtime must know of a model before it trusts it (``card.toml``)."""

    format: Literal[1] = 1
    name: str
    version: str
    task: str
    summary: str
    file: str = "model.onnx"
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(gt=0)
    precision: Literal["int8", "fp32"] = "int8"
    licence: str
    terms: str = Field(description="what an operator must know before using a model trained on this data")
    recipe: str = Field(description="recipe file inside the repository")
    recipe_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    seed: int
    inputs: tuple[TensorContract, ...] = Field(min_length=1)
    outputs: tuple[TensorContract, ...] = Field(min_length=1)
    data: tuple[DataSource, ...] = Field(min_length=1)
    parameters: dict[str, float | int | str | list[float]] = Field(
        default_factory=dict, description="constants that the task needs: crop scale, operating thresholds"
    )


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_card(folder: Path) -> Card:
    """Read ``card.toml`` of a folder that need not be signed (a candidate). Raises ``ModelMissing``, ``CardInvalid``."""
    path = folder / "card.toml"
    return parse_card(path.read_bytes() if path.is_file() else None, of=folder.name)


def parse_card(content: bytes | None, *, of: str) -> Card:
    """Read a card's bytes; None: there are none. Raises ``ModelMissing``, ``CardInvalid``."""
    if content is None:
        raise ModelMissing(f"no card.toml in {of}")
    try:
        return Card.model_validate(tomllib.loads(content.decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CardInvalid(f"card.toml of {of} is not TOML ({error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CardInvalid(f"card.toml of {of}: {where}: {first['msg']}") from error


def read_verified(folder: Path) -> tuple[Card, bytes]:
    """Give card and network of an unsigned candidate, hashed in memory so that what is checked is what is loaded.

    For recipes alone: what a kiosk loads goes through ``release.open_release``.
    Raises ``ModelMissing``, ``CardInvalid``, ``HashMismatch``.
    """
    card = read_card(folder)
    path = folder / card.file
    if path.parent != folder or not path.is_file():
        raise ModelMissing(f"{card.name} lacks its file {card.file}")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != card.sha256:
        raise HashMismatch(f"{card.name}/{card.file} is not the file that its card names")
    return card, content
