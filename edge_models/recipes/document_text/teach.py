"""Draw the glyph sheets of all fonts of the recipe: the training's and, apart from them, those of the report."""

from __future__ import annotations

import logging
from pathlib import Path

from edge_models.recipes.document_text.glyphs import Sheet, draw_sheet, faces, write_sheets
from edge_models.recipes.recipe import Workshop

log = logging.getLogger("recipes")


def run(workshop: Workshop) -> None:
    """Write ``sheets.zip`` and ``held_out.zip``."""
    settings = workshop.settings("teach")
    roots = [Path(root) for root in settings["roots"]]
    for part, name in (("fonts", "sheets.zip"), ("held_out", "held_out.zip")):
        sheets: list[Sheet] = []
        for face in faces(settings[part], roots):
            for script in face.scripts:
                sheet = draw_sheet(face, script)
                if sheet is None:
                    log.info("%s has not every character of %s", face.path.name, script)
                else:
                    sheets.append(sheet)
        missing = set(settings[part]) - {sheet.family for sheet in sheets}
        if missing:
            log.warning("no usable font of %s: install its package", ", ".join(sorted(missing)))
        write_sheets(workshop.work / name, sheets)
        log.info("%s: %d sheets of %d families", name, len(sheets), len({sheet.family for sheet in sheets}))
