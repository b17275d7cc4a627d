"""A cue that gives each frame a score, judged over the session."""

from __future__ import annotations

import numpy as np

from kiosk.analysis.cues.correlated import interval_of
from kiosk.analysis.cues.operating_points import OperatingPointInvalid, operating_point
from kiosk.analysis.facts import CueJudgement, Gathered

FEWEST = 5
"""scored frames under which nothing is said"""
_TRIMMED = 0.2


def judge_scores(check: str, gathered: Gathered, fewest: int = FEWEST) -> CueJudgement:
    """Give the trimmed mean of a check's scores against its operating point.

    ``unavailable`` with hardly any frames, or where the check has no operating point.
    """
    scores = [score for _, score in dict(gathered.cues).get(check, ())]
    if len(scores) < fewest or not np.isfinite(scores).all():
        return CueJudgement(check, frames=len(scores), code="unavailable")
    try:
        point = operating_point(check)
    except OperatingPointInvalid:
        return CueJudgement(check, code="unavailable")
    found = interval_of(scores, _TRIMMED)
    detail = (("low", f"{max(0.0, found.low):.2f}"), ("high", f"{min(1.0, found.high):.2f}"))
    return CueJudgement(check, found.mean, point.threshold, point.bpcer, len(scores), detail=detail)
