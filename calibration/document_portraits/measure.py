"""Measures the match table of document portraits: ``python -m calibration.document_portraits.measure --data DIR``.

Reference portraits are printed on made documents and photographed; the kiosk's own code finds, cuts and grades them, and
those that it would compare are scored against live probes. ``--write`` puts the table where the kiosk reads it and
draws the DET curve. LFW (folds 1 to 3) is reported at the table's thresholds and decides nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
from kiosk.document.portrait.enhancing import enhanced
from kiosk.document.portrait.finding import PortraitFinder
from kiosk.document.portrait.scores import ACCOUNT, FOLDER, SCORES
from kiosk.settings import load_settings

_CORNERS_KNOWN = 0.7
"""share of photographs of which the document's corners are known to the finder"""
_TEACHER = "teachers/mobilefacenet_foamliu.onnx"
KIOSK = "kiosk"
WAYS: dict[str, Enhancing] = {KIOSK: lambda cut, _: enhanced(cut)}
"""how a cut portrait is enhanced: as the kiosk does it"""


def main() -> None:
    """Measure, print, and write when asked to."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="the data folder: faces/, teachers/")
    options.add_argument("--each", type=int, default=26, help="pictures of each named person")
    options.add_argument("--portraits", type=int, default=500, help="portraits of adults that are printed")
    options.add_argument("--lfw", type=int, default=450, help="mated pairs of LFW that are reported")
    options.add_argument("--seed", type=int, default=11)
    options.add_argument(
        "--write", action="store_true", help="write table and account into the kiosk, curve into --plot"
    )
    options.add_argument("--plot", type=Path, default=Path("docs/document-portraits-det.svg"))
    given = options.parse_args()
    cv2.setNumThreads(1)
    models = load_models(load_settings(None))
    kit = Kit(models, given.seed)

    measured = Measured(
        kit.taken(people.named(given.data, apart=True, each=given.each)),
        kit.taken(people.adults(given.data), given.portraits),
        kit.of_lfw(given.data, given.lfw),
    )
    conclude(measured, models, given.data, given.plot if given.write else None, given.seed)


@dataclass(frozen=True)
class Taken:
    """Live pictures, and the portraits that were printed of some, each with its picture's place."""

    lives: list[Live]
    portraits: list[tuple[int, Portrait]]


@dataclass(frozen=True)
class Measured:
    """All that was taken."""

    named: Taken
    adults: Taken
    lfw: tuple[Taken, list[tuple[str, str, bool]]]


def conclude(measured: Measured, models: Models, data: Path, plot: Path | None, seed: int) -> None:
    """Score, print, and write table, account and curve where ``plot`` is named."""
    for name, taken in (("named people", measured.named), ("adults", measured.adults), ("LFW", measured.lfw[0])):
        tell_portraits(name, [one for _, one in taken.portraits])
    mine, theirs = _compared(measured.named.portraits), _compared(measured.adults.portraits)
    doubtful = perhaps_one_person(measured.adults.lives, data / _TEACHER)
    ours = score(mine, measured.named.lives, KIOSK)
    pairs = ours.joined(score(theirs, measured.adults.lives, KIOSK, doubtful))
    arrays = table_of(pairs)
    table = ScoreTable.from_bytes(write_account(None, arrays), of="document portraits")
    tell_rates(table, live_table(pairs), models.comparison_table)
    told = tell_lfw(
        table, models.comparison_table, measured.lfw[1], measured.lfw[0].lives, measured.lfw[0].portraits, KIOSK
    )
    if plot is not None:
        embedding = next(one for one in models.in_use if one.name == "face_embedding")
        portraits = [one for _, one in [*measured.named.portraits, *measured.adults.portraits]]
        people_of = [one.who for _, one in mine]
        said = account_of(embedding, table, pairs, portraits, people_of, told, seed)
        write_account(FOLDER, arrays, said)
        write_det(plot, "Document portraits against live probes", _lines(pairs, ours, mine))
        print(f"wrote {FOLDER / SCORES}, {FOLDER / ACCOUNT}, {plot}")


class Kit:
    """Prints, photographs and takes portraits with the kiosk's finder."""

    def __init__(self, models: Models, seed: int, ways: dict[str, Enhancing] | None = None) -> None:
        """Take the students, the chance, and the ways of enhancing (None: the kiosk's)."""
        self._models, self._seed = models, seed
        self._ways = ways or WAYS
        self._finder = PortraitFinder(models.detection, models.quality)

    def taken(self, persons: Iterable[people.Person], most: int | None = None) -> Taken:
        """Take everybody, and print up to ``most`` of the pictures that could stand on a document."""
        everybody = all_live(self._models, persons)
        places = [place for place, (_, one) in enumerate(everybody) if one.frontal]
        if most and len(places) > most:
            places = [places[int(p)] for p in np.linspace(0, len(places) - 1, most)]
        return Taken([one for _, one in everybody], self._portraits(everybody, places))

    def of_lfw(self, data: Path, most: int) -> tuple[Taken, list[tuple[str, str, bool]]]:
        """Take up to ``most`` mated pairs of LFW, evenly over the folds, and print the first picture of each."""
        pairs, pictures = people.lfw(data)
        mated = [pair for pair in pairs if pair[2]]
        mated = [mated[int(p)] for p in np.linspace(0, len(mated) - 1, min(most, len(mated)))]
        wanted = {name for a, b, _ in mated for name in (a, b)}
        everybody = all_live(self._models, (one for one in pictures if one.who in wanted))
        firsts = {a for a, _, _ in mated}
        places = [place for place, (_, one) in enumerate(everybody) if one.who in firsts]
        return Taken([one for _, one in everybody], self._portraits(everybody, places)), mated

    def _portraits(
        self, everybody: Sequence[tuple[people.Person, Live]], places: Sequence[int]
    ) -> list[tuple[int, Portrait]]:
        result = []
        for place in places:
            person, one = everybody[place]
            rng = np.random.default_rng([self._seed, place, len(everybody)])
            photograph = photograph_of(person, one, rng)
            corners = seen_corners(photograph, rng) if rng.random() < _CORNERS_KNOWN else None
            mine = portrait(self._models, self._finder, photograph, corners, (one.who, one.group), self._ways)
            result.append((place, mine))
        return result


def _compared(portraits: Sequence[tuple[int, Portrait]]) -> list[tuple[int, Portrait]]:
    return [(place, one) for place, one in portraits if one.comparable]


def _lines(pairs: Pairs, ours: Pairs, mine: Sequence[tuple[int, Portrait]]) -> list[Line]:
    printers = np.array([one.damage.printer.value for _, one in mine])
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
