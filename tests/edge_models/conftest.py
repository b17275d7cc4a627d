"""Tiny releases that are signed by a key of the test's own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge_models.recipes.publishing import publish
from edge_models.recipes.signing import root_of, root_text
from edge_models.runtime.golden import Golden, write_golden
from edge_models.runtime.manifest import AcceptedRefusal, SampleCounts
from edge_models.runtime.registry import Source, built
from edge_models.runtime.release import Release, open_release
from edge_models.runtime.store import Store
from edge_models.runtime.trust import TrustRoots


def tiny_network(factor: float) -> bytes:
    """The ONNX of ``y = x * factor`` for four numbers, written by hand: no training package is needed to test."""

    def number(tag: int, value: int) -> bytes:
        return bytes([tag << 3]) + varint(value)

    def varint(value: int) -> bytes:
        parts = []
        while True:
            value, low = value >> 7, value & 127
            parts.append(low | (128 if value else 0))
            if not value:
                return bytes(parts)

    def part(tag: int, content: bytes | str) -> bytes:
        raw = content.encode() if isinstance(content, str) else content
        return bytes([tag << 3 | 2]) + varint(len(raw)) + raw

    def value_info(name: str) -> bytes:
        shape = b"".join(part(1, number(1, size)) for size in (1, 4))
        return part(1, name) + part(2, part(1, number(1, 1) + part(2, shape)))

    weight = number(1, 1) + number(2, 1) + part(8, "w") + part(9, np.float32(factor).tobytes())
    node = part(1, "x") + part(1, "w") + part(2, "y") + part(4, "Mul")
    graph = part(1, node) + part(2, "tiny") + part(5, weight) + part(11, value_info("x")) + part(12, value_info("y"))
    return number(1, 8) + part(7, graph) + part(8, part(1, "") + number(2, 17))


def card_text(network: bytes, **change: Any) -> str:
    """The card of a tiny network."""
    fields: dict[str, Any] = {
        "name": "face_tiny",
        "version": "1.0.0",
        "task": "face_tiny",
        "summary": "four numbers times one",
        "sha256": hashlib.sha256(network).hexdigest(),
        "bytes": len(network),
        "licence": "Apache-2.0",
        "terms": "made for tests",
        "recipe": "edge_models/recipes/face_tiny/recipe.toml",
        "recipe_sha256": "0" * 64,
        "seed": 1,
    } | change
    lines = [f"{name} = {value!r}" for name, value in fields.items() if value is not None]
    for side, tensor in (("inputs", "x"), ("outputs", "y")):
        lines += [f"[[{side}]]", f"name = '{tensor}'", "shape = [1, 4]", "meaning = 'four numbers'"]
    for role in ("training", "calibration", "evaluation"):
        lines += ["[[data]]", f"name = 'numbers for {role}'", f"role = '{role}'", "terms = 'free'"]
    return "\n".join(lines) + "\n"


def golden_bytes(factor: float, folder: Path) -> bytes:
    """Golden vectors of a tiny network."""
    x = np.linspace(-1, 1, 4, dtype=np.float32).reshape(1, 4)
    write_golden(folder / "golden.npz", [Golden({"x": x}, {"y": x * np.float32(factor)})])
    return (folder / "golden.npz").read_bytes()


def tiny_files(folder: Path, factor: float = 2.0, **card: Any) -> dict[str, bytes]:
    """All files of a tiny release."""
    network = tiny_network(factor)
    return {
        "model.onnx": network,
        "card.toml": card_text(network, **card).encode(),
        "golden.npz": golden_bytes(factor, folder),
        "accuracy.toml": f"model_sha256 = '{hashlib.sha256(network).hexdigest()}'\n".encode(),
        "README.md": b"# face_tiny\n",
    }


@dataclass
class Forge:
    """Signs tiny releases at a fixed time with a key that is valid around it."""

    folder: Path
    now: datetime
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def __post_init__(self) -> None:
        """Write the key's root where ``--trust-roots`` finds it."""
        self.root = root_of(self.key, holder="a test", purpose="tests", begins=self.now - timedelta(days=30), days=400)
        self.roots = TrustRoots([self.root])
        self.roots_folder = self.folder / "roots"
        self.roots_folder.mkdir()
        (self.roots_folder / "test.toml").write_text(root_text(self.root), encoding="utf-8")

    def release(
        self,
        name: str = "face_tiny",
        version: str = "1.0.0",
        *,
        factor: float = 2.0,
        at: Path | None = None,
        created: datetime | None = None,
        valid_until: datetime | None = None,
        files: dict[str, bytes] | None = None,
        samples: SampleCounts | None = None,
        accepted: tuple[AcceptedRefusal, ...] = (),
    ) -> Path:
        """Write a signed release and give its folder."""
        folder = at or self.folder / "released" / name
        publish(
            files or tiny_files(self.folder, factor, name=name, version=version),
            folder,
            name=name,
            version=version,
            key=self.key,
            roots=self.roots,
            now=created or self.now,
            valid_until=valid_until,
            samples=samples,
            accepted=accepted,
        )
        return folder

    def open(self, folder: Path, **given: Any) -> Release:
        """Open a release as a kiosk does."""
        how: dict[str, Any] = {"roots": self.roots, "now": self.now, "name": folder.name} | given
        return open_release(folder, **how)

    def source(self, *, store: bool = False) -> Source:
        """The releases of this forge, with a store beside them."""
        (self.folder / "released").mkdir(exist_ok=True)
        return Source(self.folder / "released", self.roots, Store(self.folder / "data" / "models") if store else None)


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    """A forge whose time lies behind every shipped release."""
    return Forge(tmp_path, max(datetime.now(UTC), built()).replace(microsecond=0))
