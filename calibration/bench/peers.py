"""Which of others' work is measured beside ours."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from calibration.bench.children import peer_child
from calibration.bench.turns import Competitor
from edge_models.runtime.registry import ENGINES

_WHOLE = (
    ("MediaPipe face mesh, following the face", {"kind": "mediapipe", "tracking": True}),
    ("MediaPipe face mesh, finding it each time", {"kind": "mediapipe", "tracking": False}),
    ("dlib, face only", {"kind": "dlib", "stage": "detect"}),
    ("dlib, face, points and descriptor", {"kind": "dlib", "stage": "describe"}),
)


def peers_of(
    folder: Path | None, python: Path | None, frames: str, cpus: list[int]
) -> tuple[list[Competitor], list[Competitor]]:
    """List the peers that take whole frames, and the networks of a folder in both engines; one core each."""
    whole = [
        Competitor(
            label={"name": name},
            start=partial(peer_child, python),
            question={"ask": "peer", "frames": frames, "cpus": cpus, **what},
        )
        for name, what in _WHOLE
    ]
    networks = [
        Competitor(
            label={"name": path.stem, "engine": engine, "bytes": path.stat().st_size},
            start=peer_child,
            question={"ask": "peer", "kind": "network", "path": str(path.absolute()), "engine": engine, "cpus": cpus},
        )
        for path in (sorted(folder.glob("*.onnx")) if folder else ())
        for engine in ENGINES
    ]
    return whole, networks
