"""Every cue that is judged from what the flow gathered."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.analysis.facts import CueJudgement, Gathered

JUDGES: tuple[Callable[[Gathered], CueJudgement], ...] = ()
"""each gives the judgement of one check"""


def judge_gathered(gathered: Gathered) -> tuple[CueJudgement, ...]:
    """Give the judgement of each cue."""
    return tuple(judge(gathered) for judge in JUDGES)
