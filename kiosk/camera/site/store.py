"""Reading and writing the site calibration: whole or not at all, for its owner alone, checked when it is read."""

from __future__ import annotations

import os
import stat
import tomllib
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from kiosk.camera.site.format import CameraSite, checksum, to_toml
from kiosk.errors import SiteInvalid

FOLDER = "site"
FILE = "camera.toml"
_MOST_BYTES = 1 << 20
_MOST_SENSOR_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """A sensor's pattern noise: how much more or less than its neighbours each pixel answers to light."""

    factors: NDArray[np.float32]
    """height x width, zero mean, as a share of the light"""

    def to_npz(self) -> bytes:
        """Give it in one byte a pixel, compressed."""
        largest = float(np.abs(self.factors).max())
        # What lies beyond four standard deviations is a hot or dead pixel, which would cost all others their precision.
        scale = max(min(4.0 * float(self.factors.std()), largest), 1e-9) / 127
        packed = np.clip(np.rint(self.factors / scale), -127, 127).astype(np.int8)
        buffer = BytesIO()
        np.savez_compressed(buffer, packed=packed, scale=np.float32(scale))
        return buffer.getvalue()

    @classmethod
    def from_npz(cls, content: bytes) -> Fingerprint:
        """Read it back. Raises ``SiteInvalid``."""
        try:
            with np.load(BytesIO(content), allow_pickle=False) as arrays:
                packed, scale = arrays["packed"], float(arrays["scale"])
        except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
            raise SiteInvalid("the sensor's fingerprint cannot be read") from error
        if packed.ndim != 2 or packed.dtype != np.int8 or not 0 < scale < 1:
            raise SiteInvalid("the sensor's fingerprint is none")
        return cls(packed.astype(np.float32) * np.float32(scale))


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A calibration as it was read."""

    camera: CameraSite
    fingerprint: Fingerprint | None = None


def load_site(data: Path) -> Site | None:
    """Read the site calibration from the data folder; None when this camera was never calibrated here.

    Raises ``SiteInvalid`` for one that is broken, was changed by hand, or could have been changed by others.
    """
    path = data / FOLDER / FILE
    if not os.path.lexists(path):
        return None
    content = _read(path, _MOST_BYTES)
    try:
        values: dict[str, Any] = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SiteInvalid(f"{path.name} is not TOML") from error
    if values.get("version") != 1:
        raise SiteInvalid(f"{path.name} has the format version {values.get('version')!r}, which this kiosk cannot read")
    written = values.pop("checksum", None)
    try:
        camera = CameraSite.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SiteInvalid(f"{path.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if written != checksum(camera.model_dump(mode="json", exclude_none=True)):
        raise SiteInvalid(f"{path.name} was changed after it was written")
    if camera.sensor is None:
        return Site(camera)
    sensor = _read(path.with_name(camera.sensor.file), _MOST_SENSOR_BYTES)
    if sha256(sensor).hexdigest() != camera.sensor.sha256:
        raise SiteInvalid(f"{camera.sensor.file} is not the fingerprint that {path.name} names")
    return Site(camera, Fingerprint.from_npz(sensor))


def write_site(data: Path, camera: CameraSite, sensor: bytes | None, now: datetime) -> Path | None:
    """Write a calibration; one that was there stays as a dated copy, whose path is given. Raises ``SiteInvalid``.

    The fingerprint is written first, under a name made of its hash: at each moment the calibration on the disk is whole.
    """
    folder = data / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if camera.sensor is not None and sensor is not None:
            _write(folder / camera.sensor.file, sensor)
        kept = None
        if os.path.lexists(folder / FILE):
            kept = folder / f"camera-{now:%Y%m%dT%H%M%S}.toml"
            _write(kept, (folder / FILE).read_bytes())
        _write(folder / FILE, to_toml(camera).encode("utf-8"))
    except OSError as error:
        raise SiteInvalid(
            f"the calibration cannot be written to {folder} ({error.strerror})",
            hint="check that the disk has room and that the folder may be written",
        ) from error
    return kept


def _read(path: Path, most: int) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SiteInvalid(f"{path.name} is no file")
            if status.st_mode & 0o022 or status.st_uid not in (0, os.geteuid()):
                raise SiteInvalid(
                    f"{path.name} could be changed by others", hint=f"run: chmod 600 {path}; then 'calibrate camera'"
                )
            content = file.read(most + 1)
    except OSError as error:
        raise SiteInvalid(f"{path.name} cannot be read ({error.strerror})") from error
    if len(content) > most:
        raise SiteInvalid(f"{path.name} is too large to be a calibration")
    return content


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
