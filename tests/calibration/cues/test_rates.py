from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.cues.rates import exact_interval, threshold_at, write_point
from kiosk.analysis.cues.operating_points import OperatingPoint, parse


@pytest.mark.parametrize(
    ("errors", "of", "low", "high"), [(0, 10, 0.0, 0.30850), (3, 40, 0.01574, 0.20387), (10, 10, 0.69150, 1.0)]
)
def test_the_interval_is_that_of_clopper_and_pearson(errors: int, of: int, low: float, high: float) -> None:
    assert exact_interval(errors, of) == pytest.approx((low, high), abs=1e-5)


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
