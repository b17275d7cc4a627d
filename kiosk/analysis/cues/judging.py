"""Every cue that is judged from what the flow gathered."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.analysis.cues.depth import judge_depth
from kiosk.analysis.cues.light import judge_light
from kiosk.analysis.cues.moire import judge_moire
from kiosk.analysis.cues.surroundings import judge_surroundings
from kiosk.analysis.facts import CueJudgement, Gathered

JUDGES: tuple[Callable[[Gathered], CueJudgement], ...] = (judge_depth, judge_surroundings, judge_moire, judge_light)
"""each gives the judgement of one check"""


def judge_gathered(gathered: Gathered) -> tuple[CueJudgement, ...]:
    """Give the judgement of each cue."""
    return tuple(judge(gathered) for judge in JUDGES)
