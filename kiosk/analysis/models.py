"""The students that a kiosk loads: verified, each in the engine that is right for this machine."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from edge_models.runtime.card import Card
from edge_models.runtime.port import Engine
from edge_models.runtime.registry import Source, open_engine, released_root, warnings_of
from edge_models.runtime.release import Release
from edge_models.runtime.store import Store
from edge_models.runtime.trust import shipped_roots
from edge_models.tasks.document_corners import DocumentCorners
from edge_models.tasks.document_text import DocumentText
from edge_models.tasks.face_detection import FaceDetection
from edge_models.tasks.face_embedding import FaceEmbedding
from edge_models.tasks.face_landmarks import FaceLandmarks
from edge_models.tasks.face_pad import FacePad
from edge_models.tasks.face_quality import FaceQuality
from edge_models.tasks.score_tables import ScoreTable
from kiosk.analysis.engines import choose_engine, compiled_cache, engines_file
from kiosk.analysis.fitness import Fitness, measure_fitness, require_fitness
from kiosk.document.portrait.scores import load_document_table
from kiosk.settings import Settings

log = logging.getLogger(__name__)


STUDENTS = (
    "face_detection",
    "face_landmarks",
    "face_embedding",
    "face_pad",
    "face_quality",
    "document_corners",
    "document_text",
)
"""what a kiosk loads, in this order"""


@dataclass(frozen=True)
class ModelInUse:
    """A loaded model, for the record and the technician."""

    name: str
    version: str
    sha256: str
    engine: str


@dataclass(frozen=True)
class Models:
    """All students, loaded. Owned by the thread that analyses."""

    detection: FaceDetection
    landmarks: FaceLandmarks
    embedding: FaceEmbedding
    pad: FacePad
    quality: FaceQuality
    corners: DocumentCorners
    text: DocumentText
    comparison_table: ScoreTable
    """the embedding's score distributions: which FMR a threshold stands for"""
    document_table: ScoreTable
    """the same for references that were cut from a document"""
    pad_table: ScoreTable
    """the PAD score distributions: which BPCER a threshold stands for"""
    in_use: tuple[ModelInUse, ...]


def model_source(settings: Settings, shipped: Path | None = None) -> Source:
    """Give where this kiosk's models come from: shipped, or switched to by ``edge-models``. Raises ``TrustRootInvalid``."""
    return Source(
        shipped=shipped or released_root(),
        roots=shipped_roots().with_more(settings.trust_roots),
        store=Store(settings.models),
    )


def load_models(settings: Settings, root: Path | None = None, *, now: datetime | None = None) -> Models:
    """Verify and load every student that is in use, and have each prove itself on its golden vectors.

    Raises ``ModelError`` branches (``ModelDrift``: this machine computes it wrongly) and ``EngineUnavailable``.
    """
    source, moment = model_source(settings, root), now or datetime.now(UTC)
    in_use: list[ModelInUse] = []
    opened: dict[str, Release] = {}
    proven: list[Fitness] = []
    cache = compiled_cache(settings)

    def load(name: str) -> tuple[Card, Engine]:
        release = opened[name] = source.open(name, moment)
        card, content = release.card, release.network
        golden, kept = release.golden(), engines_file(settings)
        chosen = choose_engine(
            card, content, wanted=settings.engine, threads=settings.threads, kept=kept, golden=golden
        )
        engine = open_engine(card, content, engine=chosen, threads=settings.threads, cache=cache)
        proven.append(measure_fitness(f"{card.name} {card.version}", engine, golden))
        in_use.append(ModelInUse(card.name, card.version, card.sha256, engine.name))
        return card, engine

    def table(name: str) -> ScoreTable:
        return ScoreTable.from_bytes(opened[name].file("det.npz"), of=name)

    models = Models(
        detection=FaceDetection(*load("face_detection")),
        landmarks=FaceLandmarks(*load("face_landmarks")),
        embedding=FaceEmbedding(*load("face_embedding")),
        pad=FacePad(*load("face_pad")),
        quality=FaceQuality(*load("face_quality")),
        corners=DocumentCorners(*load("document_corners")),
        text=DocumentText(*load("document_text")),
        comparison_table=table("face_embedding"),
        document_table=load_document_table(opened["face_embedding"].card.sha256),
        pad_table=table("face_pad"),
        in_use=tuple(in_use),
    )
    require_fitness(proven)
    for line in warnings_of(opened.values(), moment):
        log.warning("%s", line)
    return models
