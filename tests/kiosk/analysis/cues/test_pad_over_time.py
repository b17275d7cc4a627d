from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge_models.tasks.face_pad import fuse
from kiosk.analysis.cues.pad_over_time import join


@given(st.lists(st.floats(0, 1), min_size=1, max_size=100))
def test_the_score_is_the_one_that_the_student_s_own_joining_gives(scores: list[float]) -> None:
    joined = join(scores)
    assert joined is not None
    assert math.isclose(joined.score, fuse(scores), abs_tol=1e-9)
    assert 0.0 <= joined.low <= joined.score + 1e-9
    assert joined.score - 1e-9 <= joined.high <= 1.0


def test_a_score_that_is_no_number_makes_the_whole_unsayable() -> None:
    assert join([0.9] * 20 + [math.nan]) is None
    assert join([]) is None


def test_steady_frames_are_sure_and_drifting_ones_are_not() -> None:
    rng = np.random.default_rng(1)
    steady = join(list(np.clip(0.9 + rng.normal(0, 0.03, 60), 0, 1)))
    drifting = join(list(np.linspace(0.2, 0.95, 60)))
    assert steady is not None
    assert drifting is not None
    assert steady.high - steady.low < 0.05
    assert drifting.high - drifting.low > 0.4
    assert drifting.effective < 5 < steady.effective
