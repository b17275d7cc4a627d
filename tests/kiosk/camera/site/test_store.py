"""The site calibration on the disk: whole, for its owner, unchanged."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.camera.identity import DeviceIdentity
from kiosk.camera.site.format import (
    CameraSite,
    ContentFigures,
    PinnedDevice,
    SensorFigures,
    StreamFigures,
    checksum,
    to_toml,
)
from kiosk.camera.site.store import Fingerprint, load_site, write_site
from kiosk.errors import SiteInvalid

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PATTERN = Fingerprint(np.random.default_rng(1).normal(0, 0.01, (48, 64)).astype(np.float32))


def site_with(sensor: bytes | None = None, name: str = "UVC Camera") -> CameraSite:
    figures = None
    if sensor is not None:
        digest = sha256(sensor).hexdigest()
        figures = SensorFigures(file=f"sensor-{digest[:16]}.npz", sha256=digest, frames=100, correlation=0.5)
    return CameraSite(
        source="device",
        camera="v4l2:/dev/video0",
        written=NOW.isoformat(),
        software="0.1",
        device=PinnedDevice.of(DeviceIdentity("usb", "usb-1", "046d", "0825", "s", "uvcvideo", name, "0" * 64)),
        stream=StreamFigures(width=1280, height=720, frames=200, period=33.367, jitter=0.4, delay=12.5),
        content=ContentFigures(noise=1.25, still=0.3, whiteness=0.4, steps=(2.0, 0.0, 3.0), comb=0.7),
        sensor=figures,
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    sensor = PATTERN.to_npz()
    assert load_site(tmp_path) is None
    assert write_site(tmp_path, site_with(sensor), sensor, NOW) is None
    site = load_site(tmp_path)
    assert site is not None
    assert site.camera == site_with(sensor)
    assert site.fingerprint is not None
    assert np.abs(site.fingerprint.factors - np.clip(PATTERN.factors, -0.041, 0.041)).max() < 0.0004
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "site").iterdir()}
    assert set(modes.values()) == {0o600}
    assert len(modes) == 2
    assert stat.S_IMODE((tmp_path / "site").stat().st_mode) == 0o700


def test_a_second_calibration_keeps_the_first_as_a_dated_copy(tmp_path: Path) -> None:
    write_site(tmp_path, site_with(name="first"), None, NOW)
    before = (tmp_path / "site" / "camera.toml").read_bytes()
    kept = write_site(tmp_path, site_with(name="second"), None, NOW)
    assert kept == tmp_path / "site" / "camera-20260102T030405.toml"
    assert kept.read_bytes() == before
    site = load_site(tmp_path)
    assert site is not None
    assert site.camera.device is not None
    assert site.camera.device.name == "second"


@given(name=st.text(max_size=60), noise=st.floats(0.001, 100), steps=st.lists(st.floats(0, 255), max_size=16))
def test_any_values_come_back(name: str, noise: float, steps: list[float]) -> None:
    import tomllib

    site = site_with(name=name)
    assert site.content is not None
    content = site.content.model_copy(update={"noise": noise, "steps": tuple(steps)})
    site = site.model_copy(update={"content": content})
    values = tomllib.loads(to_toml(site))
    assert values.pop("checksum") == checksum(site.model_dump(mode="json", exclude_none=True))
    assert CameraSite.model_validate(values) == site


@pytest.mark.parametrize(
    ("old", "new", "because"),
    [
        ('serial = "s"', 'serial = "t"', "changed"),
        ("version = 1", "version = 2", "version"),
        ("period = 33.367", "period = nan", "period"),
        ("[device]", "[devices]", "devices"),
        ("[device]", "[device", "TOML"),
        ("checksum", "checksumme", "checksumme"),
    ],
)
def test_a_changed_file_is_refused(tmp_path: Path, old: str, new: str, because: str) -> None:
    write_site(tmp_path, site_with(), None, NOW)
    path = tmp_path / "site" / "camera.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(SiteInvalid, match=because):
        load_site(tmp_path)


def test_a_file_that_others_could_change_is_refused(tmp_path: Path) -> None:
    write_site(tmp_path, site_with(), None, NOW)
    (tmp_path / "site" / "camera.toml").chmod(0o666)
    with pytest.raises(SiteInvalid, match="others"):
        load_site(tmp_path)


def test_a_link_is_refused(tmp_path: Path) -> None:
    write_site(tmp_path, site_with(), None, NOW)
    path = tmp_path / "site" / "camera.toml"
    path.rename(tmp_path / "elsewhere.toml")
    path.symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(SiteInvalid):
        load_site(tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"PK", Fingerprint(-PATTERN.factors).to_npz()])
def test_another_fingerprint_is_refused(tmp_path: Path, content: bytes | None) -> None:
    sensor = PATTERN.to_npz()
    site = site_with(sensor)
    write_site(tmp_path, site, sensor, NOW)
    assert site.sensor is not None
    path = tmp_path / "site" / site.sensor.file
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(SiteInvalid):
        load_site(tmp_path)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_what_is_no_fingerprint_is_told(content: bytes) -> None:
    with pytest.raises(SiteInvalid):
        Fingerprint.from_npz(content)
