import pytest

from kiosk.analysis.cues.operating_points import OperatingPointInvalid, parse

_TABLE = """
[depth]
threshold = 0.4
bpcer = 0.01
bona_fide = 200
apcer = 0.05
attacks = 300
measured_on = "drawn heads"
"""


def test_an_operating_point_is_read_with_its_rates() -> None:
    point = parse(_TABLE)["depth"]
    assert (point.threshold, point.bpcer, point.bona_fide, point.attacks) == (0.4, 0.01, 200, 300)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("threshold = 0.4", "threshold = nan"),
        ("threshold = 0.4", "threshold = true and false"),
        ("bpcer = 0.01", "bpcer = 1.2"),
        ("bona_fide = 200", "bona_fide = 0"),
        ("attacks = 300", ""),
        ("attacks = 300", "attacks = 300\nhand_made = 1"),
        ("threshold = 0.4", 'threshold = "0.4"'),
    ],
)
def test_what_cannot_be_an_operating_point_is_refused(old: str, new: str) -> None:
    with pytest.raises(OperatingPointInvalid):
        parse(_TABLE.replace(old, new))
