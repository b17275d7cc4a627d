"""The document reader of a kiosk's students."""

from __future__ import annotations

from edge_models.tasks.document_text import LineReader
from kiosk.analysis.models import Models
from kiosk.document.capture.finding import OutlineFinder
from kiosk.document.reading import DocumentReader


def make_reader(models: Models, persian: LineReader | None = None) -> DocumentReader:
    """Give what reads documents with these students; ``persian`` reads names in Persian letters, which no student does."""
    return DocumentReader(models.text, models.detection, models.quality, OutlineFinder(models.corners), persian)
