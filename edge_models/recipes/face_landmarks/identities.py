"""The identities of taught crops, for the lists of what calibrated and what measured a candidate."""

from __future__ import annotations

import numpy as np

from edge_models.recipes.evidence import identity
from edge_models.recipes.recipe import Workshop


def identities(workshop: Workshop) -> list[str]:
    """Give one identity per crop with a face, in the order of ``Taught``; an opened mouth is the picture it was made of."""
    sources = workshop.settings("teach")["sources"]
    with np.load(workshop.work / "targets.npz") as stored, np.load(workshop.work / "opened.npz") as added:
        pairs = zip(stored["source"].tolist(), stored["name"].tolist(), strict=True)
        names = [identity(sources[number][0], name) for number, name in pairs]
        return names + [names[row] for row in added["row"].tolist()]
