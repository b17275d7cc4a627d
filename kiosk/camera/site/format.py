"""The format of a camera's site calibration: which device it is, and how its stream and its sensor behave."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kiosk.camera.identity import DeviceIdentity

Word = Annotated[str, Field(max_length=400)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Part(BaseModel):
    """What all parts are: frozen; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PinnedDevice(Part):
    """The device as it was at calibration (see ``kiosk.camera.identity``)."""

    bus: Literal["usb", "platform", "pci", "virtual", "other"]
    path: Annotated[str, Field(min_length=1, max_length=400)]
    vendor: Word = ""
    product: Word = ""
    serial: Word = ""
    driver: Word = ""
    name: Word = ""
    descriptors: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    virtual: Word = ""

    @classmethod
    def of(cls, identity: DeviceIdentity) -> PinnedDevice:
        """Give the part for an identity that was read."""
        return cls(**{name: getattr(identity, name) for name in cls.model_fields})

    @property
    def identity(self) -> DeviceIdentity:
        """Give it as what ``identify_device`` gives."""
        return DeviceIdentity(**self.model_dump())


class StreamFigures(Part):
    """How the camera's frames come; times in milliseconds."""

    width: Annotated[int, Field(ge=16, le=16384)]
    height: Annotated[int, Field(ge=16, le=16384)]
    frames: Annotated[int, Field(ge=1)]
    period: NotNegative
    """median time between frames by the camera's stamps; 0: not measured (a recording)"""
    jitter: NotNegative
    """median absolute deviation from it, times 1.4826"""
    delay: float = Field(default=0.0, allow_inf_nan=False)
    """median time from stamp to arrival"""


class ContentFigures(Part):
    """What the coding and the sensor leave in every frame (see ``kiosk.analysis.cues.frame_content``)."""

    noise: Positive
    """standard deviation of the fine noise, levels of 255"""
    still: Annotated[float, Field(ge=0, le=1)]
    """share of pixels that equal those of the frame before"""
    whiteness: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    """how much of the noise is as fine as single pixels: 1 for white noise"""
    steps: tuple[Annotated[float, Field(ge=0, le=255)], ...] = Field(max_length=16)
    """quantisation steps of the camera's own JPEG, by frequency; 0: none seen"""
    comb: Annotated[float, Field(ge=0, le=1)]
    """how closely coefficients keep to these steps"""


class SensorFigures(Part):
    """The sensor's fingerprint, in a file beside."""

    file: Annotated[str, Field(pattern=r"^[a-z0-9_-]+\.npz$")]
    sha256: Hash
    frames: Annotated[int, Field(ge=1)]
    """frames that it was estimated from"""
    correlation: float = Field(allow_inf_nan=False)
    """between fingerprints of the even and the odd frames: how much of it is the sensor's"""


class CameraSite(Part):
    """A whole camera calibration."""

    version: Literal[1] = 1
    source: Literal["device", "replay", "demo"]
    """only a device counts under a production profile; others are trials"""
    camera: Annotated[str, Field(min_length=1, max_length=2000)]
    """the address that it was made with"""
    written: Annotated[str, Field(min_length=10, max_length=40)]
    """date and time, ISO 8601"""
    software: Word
    device: PinnedDevice | None = None
    """None for trials, which have no device"""
    stream: StreamFigures
    content: ContentFigures | None = None
    sensor: SensorFigures | None = None


def checksum(values: dict[str, Any]) -> str:
    """Give the SHA-256 over the values, against files that were torn or edited by hand; it proves no origin."""
    plain = json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return sha256(plain.encode("ascii")).hexdigest()


def to_toml(site: CameraSite) -> str:
    """Give the calibration as TOML, its checksum first."""
    values = site.model_dump(mode="json", exclude_none=True)
    flat = {key: value for key, value in values.items() if not isinstance(value, dict)}
    lines = ["# Written by 'calibrate camera'. Changed by hand it is refused.", f'checksum = "{checksum(values)}"']
    lines += [f"{key} = {_value(value)}" for key, value in flat.items()]
    for key, table in values.items():
        if isinstance(table, dict):
            lines += ["", f"[{key}]", *(f"{name} = {_value(value)}" for name, value in table.items())]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case list():
            return "[" + ", ".join(_value(item) for item in value) + "]"
        case _:
            # JSON's strings are TOML's, but for DEL, which TOML wants written as an escape.
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
