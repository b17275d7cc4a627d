"""Camera addresses: what is understood, what is refused and how that is said."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.camera.address import (
    DemoAddress,
    DeviceAddress,
    Pace,
    PipelineAddress,
    ReplayAddress,
    Variant,
    parse_address,
)
from kiosk.errors import SettingsInvalid

_RATES = st.one_of(
    st.none(), st.integers(1, 240).map(float), st.floats(1.0, 240.0, allow_nan=False, allow_infinity=False)
)
_PATHS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0/", exclude_categories=("Cs", "Z", "Cc")),
    min_size=1,
    max_size=30,
).map(lambda name: Path("/films") / name)


@given(path=_PATHS, fps=_RATES, loop=st.booleans(), mirror=st.booleans(), pace=st.sampled_from([None, *Pace]))
def test_replay_addresses_survive_a_round_trip(
    path: Path, fps: float | None, loop: bool, mirror: bool, pace: Pace | None
) -> None:
    address = ReplayAddress(path, fps, loop, mirror, pace)
    assert parse_address(address.uri) == address


@given(
    number=st.integers(0, 63),
    size=st.one_of(st.none(), st.tuples(st.integers(16, 8192), st.integers(16, 8192))),
    fps=_RATES,
)
def test_device_addresses_survive_a_round_trip(number: int, size: tuple[int, int] | None, fps: float | None) -> None:
    width, height = size or (None, None)
    address = DeviceAddress(Path(f"/dev/video{number}"), width, height, fps)
    assert parse_address(address.uri) == address


@given(variant=st.sampled_from(list(Variant)), pace=st.sampled_from([None, *Pace]))
def test_demo_addresses_survive_a_round_trip(variant: Variant, pace: Pace | None) -> None:
    address = DemoAddress(variant, pace)
    assert parse_address(address.uri) == address


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    with contextlib.suppress(SettingsInvalid):
        assert parse_address(text).uri


def test_plain_addresses() -> None:
    assert parse_address("demo:") == DemoAddress()
    assert parse_address("v4l2:/dev/video2?width=640&height=480&fps=15") == DeviceAddress(
        Path("/dev/video2"), 640, 480, 15.0
    )
    assert parse_address("gst:v4l2src ! a?b=c") == PipelineAddress("v4l2src ! a?b=c")
    assert parse_address("replay:some film.mp4") == ReplayAddress(Path("some film.mp4"))
    assert parse_address("replay:what?.mp4?") == ReplayAddress(Path("what?.mp4"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "no kind"),
        ("/dev/video0", "no kind"),
        ("usb:/dev/video0", "'usb'"),
        ("gst: ", "no pipeline"),
        ("replay:", "no path"),
        ("v4l2:video0", "'video0'"),
        ("v4l2:/dev/video0?width=640", "go together"),
        ("v4l2:/dev/video0?width=wide&height=480", "width=wide"),
        ("v4l2:/dev/video0?fps=nan", "fps=nan"),
        ("v4l2:/dev/video0?width=4&height=480", "width=4"),
        ("replay:film.mp4?fps=0", "fps=0"),
        ("replay:film.mp4?loop=yes", "loop=yes"),
        ("replay:film.mp4?speed=2", "'speed'"),
        ("replay:film.mp4?loop=1&loop=0", "'loop' twice"),
        ("replay:what?.mp4", "'.mp4'"),
        ("demo:film.mp4", "'film.mp4'"),
        ("demo:?variant=nobody", "variant=nobody"),
        ("demo:?pace=fast", "pace=fast"),
    ],
)
def test_nonsense_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(SettingsInvalid, match=named.replace("?", r"\?").replace(".", r"\.")):
        parse_address(text)


def test_passwords_do_not_reach_a_log() -> None:
    address = parse_address("gst:rtspsrc location=rtsp://admin:secret@10.0.0.5/live ! decodebin")
    assert "secret" not in address.uri
    assert "10.0.0.5" in address.uri
