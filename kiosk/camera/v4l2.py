"""A capture device of the Linux kernel (Video4Linux2), by way of FFmpeg."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kiosk.camera.address import DeviceAddress
from kiosk.camera.frame import Frame, SourceKind
from kiosk.errors import CameraBusy, CameraError, CameraLost, CameraMissing, CameraUnusable

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

_DEFAULT_SIZE = (1280, 720)
_DEFAULT_RATE = 30.0
_PATIENCE = 2.0
_NAP = 0.004
# AVFMT_FLAG_NONBLOCK, which has no name among the options: a camera that stalls must not hold its thread.
_NO_WAITING = "+4"


class V4l2Camera:
    """Gives the newest picture of a device; MJPEG at 1280x720 where the address and the device allow it."""

    def __init__(
        self,
        address: DeviceAddress,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the address; nothing is opened yet."""
        self._address = address
        self._clock = clock
        self._sleep = sleep
        self._container: InputContainer | None = None
        self._index = 0
        self._last = -1.0

    @property
    def kind(self) -> SourceKind:
        """Say that this is a device."""
        return SourceKind.DEVICE

    @property
    def uri(self) -> str:
        """Give the address."""
        return self._address.uri

    def open(self) -> None:
        """Start capturing. Raises ``CameraMissing``, ``CameraBusy`` or ``CameraUnusable``."""
        self.close()
        check_device(self._address.path)
        import av

        refusal: CameraError | None = None
        for options in self._wishes():
            try:
                self._container = av.open(str(self._address.path), format="v4l2", options=options)
            except (av.FFmpegError, OSError) as error:
                refusal = _explain(self._address.path, error)
                if not isinstance(refusal, CameraUnusable):
                    break
            else:
                self._container.streams.video[0].thread_count = 1
                self._index, self._last = 0, -1.0
                return
        raise refusal or CameraUnusable(f"'{self._address.path}' cannot be opened")

    def read(self) -> Frame | None:
        """Give the newest picture, older ones that wait are let go. Raises ``CameraLost``."""
        if self._container is None:
            raise CameraLost(f"the camera '{self._address.path}' is not open")
        import av

        try:
            return self._newest(self._container)
        except StopIteration:
            self.close()
            raise CameraLost(f"the camera '{self._address.path}' stopped") from None
        except (av.FFmpegError, OSError) as error:
            self.close()
            raise CameraLost(f"the camera '{self._address.path}' is gone: {error.strerror or error}") from error

    def close(self) -> None:
        """Let go of the device."""
        container, self._container = self._container, None
        if container is not None:
            container.close()

    def _wishes(self) -> list[dict[str, str]]:
        """Give the ways to ask for pictures, the best first, the device's own choice last."""
        width, height = self._address.width or _DEFAULT_SIZE[0], self._address.height or _DEFAULT_SIZE[1]
        size = {"video_size": f"{width}x{height}", "framerate": f"{self._address.fps or _DEFAULT_RATE:g}"}
        ways: list[dict[str, str]] = [{"input_format": "mjpeg", **size}, size]
        if self._address.width is None:
            ways.append({})
        return [{"fflags": _NO_WAITING, **way} for way in ways]

    def _newest(self, container: InputContainer) -> Frame:
        deadline = self._clock() + _PATIENCE
        while True:
            packet = self._packet(container)
            arrived = self._clock()
            if packet is None:
                if arrived > deadline:
                    self.close()
                    raise CameraLost(f"the camera '{self._address.path}' gave no picture for {_PATIENCE:g} seconds")
                self._sleep(_NAP)
                continue
            index, self._index = self._index, self._index + 1
            # Every picture stands for itself in MJPEG and raw formats, so that older ones need no decoding.
            while (newer := self._packet(container)) is not None:
                packet, index, self._index, arrived = newer, self._index, self._index + 1, self._clock()
            frame = self._decode(packet, index, arrived)
            if frame is not None:
                return frame

    def _packet(self, container: InputContainer) -> Packet[VideoStream] | None:
        """Give a packet that waits, or None."""
        import av

        try:
            packet = next(container.demux(video=0))
        except av.BlockingIOError:
            return None
        if packet.size == 0:
            # The library flushes with an empty packet at the end of a stream.
            raise StopIteration
        return packet

    def _decode(self, packet: Packet[VideoStream], index: int, arrived: float) -> Frame | None:
        import av

        try:
            pictures = packet.decode()
        except av.InvalidDataError:
            # A picture torn on a weak cable: the next one counts.
            return None
        for picture in pictures:
            if not isinstance(picture, av.VideoFrame):
                continue
            image = np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)
            image.setflags(write=False)
            stamp = float(packet.pts * packet.time_base) if packet.pts is not None else arrived
            self._last = stamp if stamp > self._last else self._last + 0.001
            return Frame(image, self._last, index, arrived)
        return None


def check_device(path: Path) -> None:
    """See, without opening it, that there is a device we may use. Raises ``CameraMissing`` or ``CameraUnusable``."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise CameraMissing(f"there is no camera at '{path}'") from None
    except OSError as error:
        raise _explain(path, error) from error
    if not stat.S_ISCHR(mode):
        raise CameraUnusable(f"'{path}' is no camera", hint="use replay:FILE for a recording")
    if not os.access(path, os.R_OK | os.W_OK):
        raise _explain(path, PermissionError(errno.EACCES, "Permission denied"))


def _explain(path: Path, error: Exception) -> CameraError:
    number = getattr(error, "errno", None)
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return CameraMissing(f"there is no camera at '{path}'")
    if number == errno.EBUSY:
        return CameraBusy(f"another program holds the camera '{path}'")
    if number in (errno.EACCES, errno.EPERM):
        return CameraUnusable(
            f"the camera '{path}' may not be used by this user", hint="add the user to the group 'video', log in again"
        )
    if number == errno.ENOTTY:
        return CameraUnusable(f"'{path}' is no camera", hint="'v4l2-ctl --list-devices' names the cameras")
    return CameraUnusable(f"the camera '{path}' cannot be opened: {getattr(error, 'strerror', None) or error}")


@dataclass(frozen=True, slots=True)
class FoundCamera:
    """A capture device that the kernel knows."""

    path: Path
    name: str

    @property
    def uri(self) -> str:
        """Give its address."""
        return f"v4l2:{self.path}"


def list_cameras(
    system: Path = Path("/sys/class/video4linux"), udev: Path = Path("/run/udev/data")
) -> list[FoundCamera]:
    """Give the capture devices in the order of their numbers, without opening any."""
    nodes = sorted(system.glob("video*"), key=lambda node: (len(node.name), node.name))
    return [
        FoundCamera(Path("/dev") / node.name, _text(node / "name") or node.name)
        for node in nodes
        if _captures(node, udev)
    ]


def _captures(node: Path, udev: Path) -> bool:
    for line in (_text(udev / f"c{_text(node / 'dev')}") or "").splitlines():
        if line.startswith("E:ID_V4L_CAPABILITIES="):
            return ":capture:" in line
    # Without udev: a camera's first node gives pictures, the others describe them; codecs have such nodes too.
    name = _text(node / "name").lower()
    return _text(node / "index") in ("0", "") and not any(word in name for word in ("codec", "-isp", "m2m", "mem2mem"))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
