from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from calibration.cues.rates import said, threshold_at, write_point
from kiosk.analysis.cues.operating_points import OperatingPoint, parse


def test_a_rate_is_said_with_its_exact_interval_and_its_count() -> None:
    assert said(3, 40) == "7.5 (1.6-20.4) of 40"
    assert said(0, 0) == "-"


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=80), st.floats(0, 0.5))
def test_a_threshold_refuses_no_more_than_its_rate(scores: list[float], rate: float) -> None:
    array = np.array(scores)
    assert np.mean(array < threshold_at(array, rate)) <= rate


def test_writing_one_cue_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "points.toml"
    first = OperatingPoint(0.123456, 0.01, 100, 0.2, 50, 'prints, "drawn"')
    write_point("depth", first, path)
    write_point("moire", OperatingPoint(-3.21987, 0.05, 10, 0.5, 5, "screens"), path)
    write_point("moire", OperatingPoint(2.0, 0.05, 10, 0.5, 5, "screens"), path)
    points = parse(path.read_text("utf-8"))
    assert points["moire"].threshold == 2.0
    assert points["depth"].measured_on == first.measured_on
    assert first.threshold - 1e-4 < points["depth"].threshold <= first.threshold
