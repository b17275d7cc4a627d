"""A camera that is compared with the calibrated one at each opening."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.camera.address import Address, DeviceAddress, PipelineAddress
from kiosk.camera.frame import Frame, SourceKind
from kiosk.camera.gstreamer import pinnable_source
from kiosk.camera.identity import SYSFS, DeviceIdentity, differences, identify_device, identify_sensor
from kiosk.camera.port import Camera
from kiosk.camera.site.format import CameraSite
from kiosk.errors import CameraError, CameraRefused

Detail = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PinState:
    """Whether the camera is the one that was calibrated."""

    code: str
    """``same``, ``differs``, ``virtual``, ``not_enrolled`` or ``unavailable`` (it cannot be told)"""
    detail: Detail = ()
    """what differs, or why it is no camera of its own"""


def identify_address(address: Address, sysfs: Path = SYSFS) -> DeviceIdentity | None:
    """Give what stands behind an address; None where that has no device. Raises ``CameraMissing``."""
    if isinstance(address, DeviceAddress):
        return identify_device(address.path, sysfs)
    if isinstance(address, PipelineAddress) and (source := pinnable_source(address.pipeline)) is not None:
        kind, place = source
        return identify_device(Path(place), sysfs) if kind == "node" else identify_sensor(place, sysfs)
    return None


def compare_with_pin(identity: DeviceIdentity | None, site: CameraSite | None) -> PinState:
    """Judge an identity (None: no device that could have one) by the site calibration (None: there is none)."""
    if identity is None:
        return PinState("unavailable", (("because", "nothing behind this address can be pinned"),))
    if identity.virtual:
        return PinState("virtual", (("virtual", identity.virtual),))
    if site is None or site.device is None or site.source != "device":
        return PinState("not_enrolled")
    named = differences(site.device.identity, identity)
    return PinState("differs", (("differs", " ".join(named)),)) if named else PinState("same")


class PinnedCamera:
    """A device behind its pin. Under a production profile what is no camera of its own, or cannot be told, is refused."""

    def __init__(
        self,
        camera: Camera,
        address: Address,
        site: CameraSite | None,
        *,
        production: bool,
        identify: Callable[[Address], DeviceIdentity | None] = identify_address,
    ) -> None:
        """Take the camera and the calibration (None: the site was never calibrated)."""
        self._camera = camera
        self._address = address
        self._site = site
        self._production = production
        self._identify = identify
        self.told: Callable[[PinState], None] = lambda _state: None
        """told after each opening, in the thread that opens"""

    @property
    def kind(self) -> SourceKind:
        """Say what stands behind the pictures."""
        return self._camera.kind

    @property
    def uri(self) -> str:
        """Give the address."""
        return self._camera.uri

    def open(self) -> None:
        """Compare, open, and compare again: between the two another device could have taken the place.

        Raises ``CameraRefused`` and what the camera's ``open`` raises.
        """
        before = self._known()
        self._refuse(before)
        self._camera.open()
        try:
            after = self._known()
            if after != before:
                raise CameraRefused(
                    "the camera changed while it was opened", hint="check the cable; nothing else is needed"
                )
        except CameraError:
            self._camera.close()
            raise
        self.told(compare_with_pin(after, self._site))

    def read(self) -> Frame | None:
        """Give the next frame. Raises ``CameraLost``."""
        return self._camera.read()

    def close(self) -> None:
        """Let go of the device."""
        self._camera.close()

    def state(self) -> PinState:
        """Compare now; ``unavailable`` while there is no device."""
        try:
            return compare_with_pin(self._known(), self._site)
        except CameraError:
            return PinState("unavailable", (("because", "no camera"),))

    def _known(self) -> DeviceIdentity | None:
        return self._identify(self._address)

    def _refuse(self, identity: DeviceIdentity | None) -> None:
        if not self._production:
            return
        if self._camera.kind is SourceKind.DEVICE and identity is None:
            raise CameraRefused(
                "nothing behind this camera address can be pinned",
                hint="name one source with its device: v4l2src device=/dev/video0, or libcamerasrc camera-name=/base/...",
            )
        if identity is not None and identity.virtual:
            raise CameraRefused(f"'{identity.name or identity.path}' is no camera of its own ({identity.virtual})")
        pinned = self._site is not None and self._site.device is not None and self._site.source == "device"
        if isinstance(self._address, PipelineAddress) and self._camera.kind is SourceKind.DEVICE:
            state = compare_with_pin(identity, self._site)
            if not pinned or state.code != "same":
                raise CameraRefused("the pipeline's source is not the calibrated camera")
