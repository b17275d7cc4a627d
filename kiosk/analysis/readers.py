"""The document reader of a kiosk's students."""

from __future__ import annotations

from kiosk.analysis.models import Models
from kiosk.document.capture.finding import OutlineFinder
from kiosk.document.reading import DocumentReader


def make_reader(models: Models) -> DocumentReader:
    """Give what reads documents with these students."""
    return DocumentReader(models.text, models.detection, models.quality, OutlineFinder(models.corners))
