"""Measures the match table of document portraits: ``python -m calibration.document_portraits.measure --data DIR``.

Reference portraits are printed on made documents and photographed; the kiosk's own code finds, cuts and grades them, and
those that it would compare are scored against live probes. ``--write`` puts the table where the kiosk reads it and
draws the DET curve. LFW (folds 1 to 3) is reported at the table's thresholds and decides nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from calibration.document_portraits import people
from calibration.document_portraits.account import account_of, write_account
from calibration.document_portraits.plot import Line, write_det
from calibration.document_portraits.scoring import Pairs, live_table, perhaps_one_person, score, table_of
from calibration.document_portraits.taking import (
    Enhancing,
    Live,
    Portrait,
    all_live,
    photograph_of,
    portrait,
    seen_corners,
)
from calibration.document_portraits.telling import tell_lfw, tell_portraits, tell_rates
from edge_models.tasks.score_tables import ScoreTable
from kiosk.analysis.models import Models, load_models
from kiosk.document.portrait.finding import PortraitFinder
from kiosk.document.portrait.scores import ACCOUNT, FOLDER, SCORES
from kiosk.settings import load_settings

_TEACHER = "teachers/mobilefacenet_foamliu.onnx"
WAYS: dict[str, Enhancing] = {"as taken": lambda cut, _: cut}
"""as the kiosk does it"""


def main() -> None:
    """Measure, print, and write when asked to."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="the data folder: faces/, teachers/")
    options.add_argument("--each", type=int, default=40, help="pictures of each named person")
    options.add_argument("--adults", type=int, default=None, help="pictures of UTKFace adults; default: all")
    options.add_argument("--portraits", type=int, default=700, help="portraits of adults that are printed")
    options.add_argument("--seed", type=int, default=11)
    options.add_argument(
        "--write", action="store_true", help="write table and account into the kiosk, curve into --plot"
    )
    options.add_argument("--plot", type=Path, default=Path("docs/document-portraits-det.svg"))
    given = options.parse_args()
    cv2.setNumThreads(1)
    models = load_models(load_settings(None))
    kit = _Kit(models, given.seed)

    named = all_live(models, people.named(given.data, apart=True, each=given.each))
    mine = kit.portraits(named)
    tell_portraits("named people", [one for _, one in mine])
    adults = all_live(models, people.adults(given.data, given.adults))
    theirs = kit.portraits(adults, given.portraits)
    tell_portraits("adults", [one for _, one in theirs])
    probes = [one for _, one in adults]
    doubtful = perhaps_one_person(probes, given.data / _TEACHER)
    ours = score(_compared(mine), [one for _, one in named], "as taken")
    pairs = ours.joined(score(_compared(theirs), probes, "as taken", doubtful))
    arrays = table_of(pairs)
    content = write_account(None, arrays)
    table = ScoreTable.from_bytes(content, of="document portraits")
    tell_rates(table, live_table(pairs), models.comparison_table)

    pictures_of, lfw_pairs, lfw_lives = _lfw(given.data, models)
    firsts = {a for a, _, mated in lfw_pairs if mated}
    printed = kit.portraits(pictures_of, only=firsts, frontal=False)
    tell_portraits("LFW", [one for _, one in printed])
    told = tell_lfw(table, models.comparison_table, lfw_pairs, printed, lfw_lives)
    if given.write:
        embedding = next(one for one in models.in_use if one.name == "face_embedding")
        said = account_of(embedding, table, pairs, mine, theirs, ours, told, given.seed)
        write_account(FOLDER, arrays, said)
        write_det(given.plot, "Document portraits against live probes", _lines(pairs, ours, mine))
        print(f"wrote {FOLDER / SCORES}, {FOLDER / ACCOUNT}, {given.plot}")


class _Kit:
    """Prints, photographs and takes portraits with the kiosk's finder."""

    def __init__(self, models: Models, seed: int) -> None:
        self._models, self._seed = models, seed
        self._finder = PortraitFinder(models.detection, models.quality)

    def portraits(
        self,
        taken: Sequence[tuple[people.Person, Live]],
        most: int | None = None,
        only: set[str] | None = None,
        *,
        frontal: bool = True,
    ) -> list[tuple[int, Portrait]]:
        """Give the portrait of each picture that could stand on a document, with the picture's place."""
        places = [
            place
            for place, (_, one) in enumerate(taken)
            if (one.frontal or not frontal) and (only is None or one.who in only)
        ]
        if most and len(places) > most:
            places = [places[int(p)] for p in np.linspace(0, len(places) - 1, most)]
        result = []
        for place in places:
            person, one = taken[place]
            rng = np.random.default_rng([self._seed, place, len(taken)])
            photograph = photograph_of(person, one, rng)
            corners = seen_corners(photograph, rng) if rng.random() < 0.7 else None
            result.append(
                (place, portrait(self._models, self._finder, photograph, corners, (one.who, one.group), WAYS))
            )
        return result


def _compared(portraits: Sequence[tuple[int, Portrait]]) -> list[tuple[int, Portrait]]:
    """Give those that the kiosk would compare: found and without a problem. Wrongly cut ones stay in, as there."""
    return [(place, one) for place, one in portraits if one.templates and one.found and not one.found.problem]


def _lfw(
    data: Path, models: Models
) -> tuple[list[tuple[people.Person, Live]], list[tuple[str, str, bool]], dict[str, Live]]:
    pairs, pictures = people.lfw(data)
    taken = all_live(models, pictures)
    return taken, pairs, {one.who: one for _, one in taken}


def _lines(pairs: Pairs, ours: Pairs, mine: Sequence[tuple[int, Portrait]]) -> list[Line]:
    printers = np.array([one.damage.printer.value for _, one in _compared(mine)])
    lines = [
        Line("document portraits", pairs.mated, pairs.nonmated),
        Line("the live pictures they were made of", pairs.mated_live, pairs.nonmated_live),
    ]
    for printer in ("dye", "offset", "laser", "photo"):
        which = printers[ours.portraits] == printer
        if which.sum() > 100:
            lines.append(Line(f"printed by: {printer}", ours.mated[which], pairs.nonmated))
    return lines


if __name__ == "__main__":
    main()
