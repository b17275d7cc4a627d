"""Which releases are measured."""

from __future__ import annotations

from pathlib import Path

from edge_models.runtime.registry import Source
from edge_models.runtime.trust import shipped_roots
from kiosk.analysis.models import model_source
from kiosk.settings import Settings


def source_of(settings: Settings, root: Path | None) -> Source:
    """Give the releases that the kiosk uses, or with ``root`` those of this folder alone. Raises ``TrustRootInvalid``."""
    if root is None:
        return model_source(settings)
    return Source(root, shipped_roots().with_more(settings.trust_roots))
