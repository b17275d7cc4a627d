"""All that one run of the bench found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from calibration.attack.figures import Figures, figures_of, refusals_of_bona_fide, scores_by_check
from calibration.attack.judged import Judged
from calibration.attack.pack_figures import LeftOutRow, Row
from calibration.attack.packs import Scored
from calibration.attack.presentation import Way


@dataclass(frozen=True)
class Outcome:
    """Results, and what they were measured with."""

    taken: datetime
    software: str
    profile: str
    bpcer: float
    """that the profile's PAD threshold stands for"""
    seed: int
    models: tuple[tuple[str, str, str], ...]
    """name, version, SHA-256"""
    results: Sequence[Judged]
    packs: Sequence[Scored] = ()
    pack_rows: Sequence[Row] = ()
    left_out: Sequence[LeftOutRow] = ()
    left_out_file: str = ""
    unreadable: Sequence[str] = field(default=())
    wanted: int = 0
    """presentations that were asked for; more than there are results when it was stopped"""

    @property
    def figures(self) -> Figures:
        """Count everything."""
        return figures_of(self.results)

    @property
    def scores(self) -> dict[str, tuple[list[float], list[float]]]:
        """Give scores by PAD check: bona fide, attacks."""
        return scores_by_check(self.results)

    @property
    def refused_bona_fide(self) -> list[Judged]:
        """Give bona fide presentations that were refused."""
        return refusals_of_bona_fide(self.results)

    @property
    def accepted_attacks(self) -> list[Judged]:
        """Give attacks that a session approved, or that the PAD subsystem alone took for bona fide."""
        return [
            one
            for one in self.results
            if not one.bona_fide
            and not one.error
            and (one.approved if one.way == Way.SESSION else one.responded and not one.taken_for_attack)
        ]

    @property
    def errors(self) -> list[Judged]:
        """Give what could not be presented."""
        return [one for one in self.results if one.error]


NOT_MEASURED = (
    "Worn masks: none was at hand.",
    "Real light of the kiosk's own screen on a real face: films do not answer it; only the demonstration and the made attacks do.",
    "Injection species reach the kiosk behind its lens, which ISO/IEC 30107-3 leaves out (see CEN/TS 18099).",
    "Camera pin and sensor noise: the films' cameras were never calibrated here, so these checks give no answer.",
    "Attacks made by software show what an instrument should look like; they are not filmed instruments.",
    "Presentations share people and cameras; intervals treat them as independent and are too narrow by an unknown amount.",
    "A reference taken from the same film makes the match easy: rates of the match are measured elsewhere.",
)
