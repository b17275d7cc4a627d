"""``calibrate camera``: prepare -> collect -> solve -> judge -> write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk import __version__
from kiosk.analysis.cues.frame_content import FrameContent, gray_of
from kiosk.analysis.cues.frame_timing import features_of
from kiosk.analysis.cues.operating_points import operating_point
from kiosk.analysis.cues.sensor_noise import FEWEST_FRAMES, FingerprintEstimator, SensorNoise
from kiosk.analysis.cues.soft import worst
from kiosk.camera.address import Address
from kiosk.camera.frame import Frame, SourceKind
from kiosk.camera.identity import DeviceIdentity, differences
from kiosk.camera.pinned import identify_address
from kiosk.camera.port import Camera
from kiosk.camera.site.format import CameraSite, ContentFigures, PinnedDevice, SensorFigures, StreamFigures
from kiosk.camera.site.store import Fingerprint, Site, load_site, write_site
from kiosk.errors import CameraUnusable, SiteInvalid

_LEAST_REPEATABILITY = 0.1
_SENSOR_MARGIN = 2.0
"""how far beyond the threshold an even view must score, so that a session's view still does"""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is collected, in frames."""

    warm_up: int = 30
    view: int = 200
    """of the kiosk's ordinary view"""
    even: int = 120
    """of the even view, for the sensor"""
    patience: int = 600
    """frames looked at for that many even ones"""


@dataclass(slots=True)
class Collected:
    """What was seen."""

    width: int = 0
    height: int = 0
    stamps: list[tuple[float, float, int]] = field(default_factory=list)
    content: FrameContent = field(default_factory=FrameContent)
    estimator: FingerprintEstimator = field(default_factory=FingerprintEstimator)
    held_back: list[NDArray[np.uint8]] = field(default_factory=list)
    uneven: int = 0
    """frames of the second part that were not even, by the last reason"""
    uneven_because: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One thing that was judged."""

    name: str
    passed: bool
    said: str


@dataclass(frozen=True, slots=True)
class Calibrated:
    """How it went."""

    site: CameraSite
    judged: tuple[Judged, ...]
    changed: tuple[str, ...]
    """what differs from the calibration before; () for the first, or when nothing does"""
    path: Path
    backup: Path | None

    @property
    def accepted(self) -> bool:
        """Tell whether it counts under a production profile."""
        return self.site.source == "device" and all(item.passed for item in self.judged)


def calibrate(
    data: Path,
    camera: Camera,
    address: Address,
    *,
    now: datetime,
    ask: Callable[[str], None],
    tell: Callable[[str], None],
    amounts: Amounts | None = None,
    identify: Callable[[Address], DeviceIdentity | None] = identify_address,
) -> Calibrated:
    """Calibrate a camera; ``ask`` has the technician do something and returns when it is done, ``tell`` tells progress.

    Raises the errors of the camera and ``SiteInvalid``.
    """
    identity = identify(address) if camera.kind is SourceKind.DEVICE else None
    camera.open()
    try:
        collected = collect(camera, ask, tell, amounts or Amounts())
    finally:
        camera.close()
    if camera.kind is SourceKind.DEVICE and identify(address) != identity:
        raise CameraUnusable("another camera was plugged in while this one was calibrated", hint="start again")
    site, sensor = solve(collected, camera, identity, now)
    judged = judge(site, collected, identity)
    site, sensor = (site, sensor) if _passed(judged, "sensor") else (site.model_copy(update={"sensor": None}), None)
    try:
        before = load_site(data)
    except SiteInvalid as error:
        before = None
        tell(f"the calibration before was broken ({error.message}); it is kept aside")
    backup = write_site(data, site, sensor, now)
    return Calibrated(site, judged, changes(before, site), data / "site" / "camera.toml", backup)


def collect(camera: Camera, ask: Callable[[str], None], tell: Callable[[str], None], amounts: Amounts) -> Collected:
    """Look at the ordinary view, then at an even one."""
    found = Collected()
    _read(camera, amounts.warm_up)
    ask("Leave the camera its ordinary view, with nobody before it.")
    for number in range(amounts.view):
        frame = camera.read()
        if frame is None:
            break
        _see(found, frame)
        if number % 50 == 49:
            tell(f"ordinary view: {number + 1} of {amounts.view} frames")
    if not found.width:
        raise CameraUnusable("the camera gave no picture")
    ask("Hold white paper or matt glass close before the lens, evenly lit and out of focus, and keep it there.")
    _read(camera, amounts.warm_up)
    for _ in range(amounts.patience):
        if found.estimator.frames + len(found.held_back) >= amounts.even:
            break
        frame = camera.read()
        if frame is None:
            break
        _see_even(found, gray_of(frame.image), amounts, tell)
    return found


def unevenness(gray: NDArray[np.uint8]) -> str:
    """Say why a picture is no even view: ``too_dark``, ``too_bright``, ``uneven``, ``sharp``; "" when it is one."""
    small = np.asarray(cv2.resize(gray, (32, 18), interpolation=cv2.INTER_AREA), np.float32)
    mean = float(small.mean())
    if mean < 50:
        return "too_dark"
    if mean > 215 or float(np.mean(gray > 250)) > 0.001:
        return "too_bright"
    if float(small.std()) > 0.2 * mean:
        return "uneven"
    middle = np.asarray(cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), np.float32)
    detail = middle - cv2.GaussianBlur(middle, (0, 0), 3.0)
    return "sharp" if float(detail.std()) > 0.03 * mean else ""


def solve(
    found: Collected, camera: Camera, identity: DeviceIdentity | None, now: datetime
) -> tuple[CameraSite, bytes | None]:
    """Give the calibration and the fingerprint's file."""
    times = np.array(found.stamps, np.float64).reshape(-1, 3)
    period = jitter = delay = 0.0
    if len(times) > 2:
        gaps = np.diff(times[:, 2]) == 1
        periods = np.diff(times[:, 0])[gaps]
        if len(periods):
            period = float(np.median(periods))
            jitter = 1.4826 * float(np.median(np.abs(periods - period)))
            delay = float(np.median(times[:, 1] - times[:, 0]))
    sensor = content = None
    if found.estimator.frames >= 2:
        sensor = Fingerprint(found.estimator.fingerprint()).to_npz()
    if sensor is not None:
        digest = sha256(sensor).hexdigest()
        figures = SensorFigures(
            file=f"sensor-{digest[:16]}.npz",
            sha256=digest,
            frames=found.estimator.frames,
            correlation=found.estimator.repeatability(),
        )
    else:
        figures = None
    content = found.content.measured()
    site = CameraSite(
        source=camera.kind.value,
        camera=camera.uri,
        written=now.isoformat(timespec="seconds"),
        software=__version__,
        device=PinnedDevice.of(identity) if identity is not None else None,
        stream=StreamFigures(
            width=found.width,
            height=found.height,
            frames=found.content.frames,
            period=max(1000 * period, 0.0),
            jitter=1000 * jitter,
            delay=1000 * delay,
        ),
        content=content,
        sensor=figures,
    )
    return site, sensor


def judge(site: CameraSite, found: Collected, identity: DeviceIdentity | None) -> tuple[Judged, ...]:
    """Judge whether the figures can serve."""
    return _judge_pin(site, identity), _judge_times(site, found), _judge_content(site.content), _judge_sensor(found)


def changes(before: Site | None, after: CameraSite) -> tuple[str, ...]:
    """Name what differs from the calibration before, with both values where they are figures."""
    if before is None:
        return ()
    old, named = before.camera, []
    if (old.device is None) != (after.device is None):
        named.append("device")
    elif old.device is not None and after.device is not None:
        named += differences(old.device.identity, after.device.identity)
    pairs = [
        ("size", f"{old.stream.width}x{old.stream.height}", f"{after.stream.width}x{after.stream.height}"),
        ("period_ms", f"{old.stream.period:.2f}", f"{after.stream.period:.2f}"),
        ("noise", _figure(old.content), _figure(after.content)),
        ("sensor", "enrolled" if old.sensor else "none", "enrolled" if after.sensor else "none"),
    ]
    return (*named, *(f"{name}: {one} -> {other}" for name, one, other in pairs if one != other))


def _judge_pin(site: CameraSite, identity: DeviceIdentity | None) -> Judged:
    if site.source != "device":
        return Judged(
            "pin", False, f"a {site.source} is no device: a trial, which never counts under a production profile"
        )
    if identity is None:
        return Judged("pin", False, "nothing behind this address can be pinned")
    if identity.virtual:
        return Judged("pin", False, f"no camera of its own: {identity.virtual}")
    serial = "" if identity.serial else "; it has no serial number: another of its model at this port looks the same"
    return Judged("pin", True, f"{identity.name} at {identity.path}{serial}")


def _judge_times(site: CameraSite, found: Collected) -> Judged:
    if not found.stamps:
        return Judged("times", False, "a recording's times are its own")
    times = np.array(found.stamps, np.float64)
    features = features_of(times[:, 0], times[:, 1], times[:, 2], None)
    if features is None:
        return Judged("times", False, f"too few frames ({len(found.stamps)})")
    score, detail = worst(features)
    fit = score >= operating_point("frame_timing").threshold
    said = f"{1000 / site.stream.period:.2f} frames a second, jitter {site.stream.jitter:.2f} ms"
    return Judged("times", fit, said if fit else f"{said}; {' '.join(part for pair in detail for part in pair)}")


def _judge_content(content: ContentFigures | None) -> Judged:
    if content is None:
        return Judged("content", False, "too few frames with light in them")
    coding = f"JPEG steps {' '.join(f'{s:g}' for s in content.steps)}" if content.comb >= 0.2 else "no coding seen"
    if content.still > 0.9:
        return Judged("content", False, f"{content.still:.0%} of the pixels never change: a codec or a still picture")
    return Judged("content", True, f"noise {content.noise:.2f} levels, {coding}")


def _judge_sensor(found: Collected) -> Judged:
    frames = found.estimator.frames
    if frames < 2 or len(found.held_back) < FEWEST_FRAMES:
        because = f", {found.uneven} were not even ({found.uneven_because})" if found.uneven else ""
        return Judged("sensor", False, f"too few even frames: {frames + len(found.held_back)}{because}")
    check = SensorNoise(found.estimator.fingerprint())
    for gray in found.held_back:
        check.add(gray)
    repeated = found.estimator.repeatability()
    fit = repeated >= _LEAST_REPEATABILITY and check.score >= _SENSOR_MARGIN * operating_point("sensor").threshold
    said = f"{frames} frames, halves agree by {repeated:.2f}, held-back frames score {check.score:.0f}"
    return Judged("sensor", fit, said if fit else f"{said}: too little of its pattern is left in its frames")


def _passed(judged: tuple[Judged, ...], name: str) -> bool:
    return any(item.name == name and item.passed for item in judged)


def _figure(content: ContentFigures | None) -> str:
    return "none" if content is None else f"{content.noise:.1f}"


def _read(camera: Camera, frames: int) -> None:
    for _ in range(frames):
        if camera.read() is None:
            return


def _see(found: Collected, frame: Frame) -> None:
    found.height, found.width = frame.image.shape[:2]
    if frame.arrived is not None:
        found.stamps.append((frame.time, frame.arrived, frame.index))
    found.content.see(frame.image)


def _see_even(found: Collected, gray: NDArray[np.uint8], amounts: Amounts, tell: Callable[[str], None]) -> None:
    because = unevenness(gray)
    if because:
        found.uneven, found.uneven_because = found.uneven + 1, because
        if found.uneven % 50 == 1:
            tell(f"not an even view: {because}")
    elif found.estimator.frames < amounts.even - 2 * FEWEST_FRAMES:
        found.estimator.add(gray)
        if found.estimator.frames % 25 == 0:
            tell(f"even view: {found.estimator.frames} of {amounts.even} frames")
    else:
        # What the pattern is tried on must not have made it.
        found.held_back.append(gray)
