"""One font for three scripts, chosen from what the machine has."""

from __future__ import annotations

import logging

from PySide6.QtGui import QFontDatabase

log = logging.getLogger(__name__)

PREFERRED = (
    "Vazirmatn",
    "Vazir",
    "Noto Sans Arabic",
    "Noto Naskh Arabic",
    "Noto Sans Arabic UI",
    "FreeFarsi",
    "DejaVu Sans",
)


def choose_font() -> str:
    """Give the first preferred family that can write Persian, else any that can; "" when none can."""
    able = QFontDatabase.families(QFontDatabase.WritingSystem.Arabic)
    for family in PREFERRED:
        if family in able:
            return family
    if able:
        return able[0]
    log.warning("no font can write Persian: install fonts-noto-core (Debian) or Vazirmatn")
    return ""
