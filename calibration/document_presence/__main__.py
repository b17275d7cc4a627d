"""Measures the cues of a document's presence: ``python -m calibration.document_presence``.

Thresholds are chosen on one set of simulated documents and reported on another. Documents, screens, prints and tilts
are drawn in memory; no real document, screen or printer has been tried.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

import cv2

import kiosk.document.presence
from calibration.document_presence import stills, tilts
from calibration.document_presence.measuring import Scores, chosen, judged_still, judged_tilt, point, scored, table
from kiosk.document.presence.operating_points import CUES, FILE, PresencePoint, parse

_POINTS = Path(kiosk.document.presence.__path__[0]) / FILE
_HEAD = "# Written by `python -m calibration.document_presence`. Not by hand.\n"
_CHOSEN_ON, _REPORTED_ON = 41, 42
"""seeds"""


def main() -> None:
    """Measure, print the tables and write the operating points."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=60, help="pictures of real documents in each set")
    options.add_argument("--attacks", type=int, default=12, help="pictures of each kind of attack in each set")
    options.add_argument("--tilts", type=int, default=16, help="tilts of each kind of real document in each set")
    options.add_argument("--tilted-attacks", type=int, default=8, help="tilts of each kind of attack in each set")
    options.add_argument("--dry", action="store_true", help="write nothing")
    given = options.parse_args()
    cv2.setNumThreads(1)
    real = [(stills.DOCUMENT, given.documents), (stills.GREY_CAMERA, max(1, given.documents // 6))]
    turned = [(kind, given.tilts) for kind in tilts.BONA_FIDE]
    shown = [*real, *((kind, given.attacks) for kind in stills.ATTACKS)]
    moved = [*turned, *((kind, given.tilted_attacks) for kind in tilts.ATTACKS)]
    scores = _scores(shown, moved, _CHOSEN_ON)
    thresholds = {cue: chosen(cue, scores[cue]) for cue in CUES}
    scores = _scores(shown, moved, _REPORTED_ON)
    points = {}
    for cue in CUES:
        print("\n".join(table(cue, thresholds[cue], scores[cue])), flush=True)
        what = "tilts" if cue in ("parallax", "shine") else "pictures"
        points[cue] = point(cue, thresholds[cue], scores[cue], f"simulated {what} of drawn documents; no real ones")
    if not given.dry:
        write(points, _POINTS)


def _scores(shown: list[tuple[str, int]], moved: list[tuple[str, int]], seed: int) -> Scores:
    return scored(shown, judged_still, seed) | scored(moved, judged_tilt, seed)


def write(points: dict[str, PresencePoint], path: Path) -> None:
    """Write the file; raises ``PresencePointInvalid`` rather than one that the kiosk would refuse."""
    tables = []
    for cue, one in points.items():
        lines = [f"{key} = {_said(value)}" for key, value in asdict(one).items()]
        tables.append(f"[{cue}]\n" + "\n".join(lines) + "\n")
    text = _HEAD + "\n" + "\n".join(tables)
    parse(text)
    path.write_text(text, "utf-8")


def _said(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


if __name__ == "__main__":
    main()
