"""A GStreamer pipeline as a camera: MIPI cameras, Jetson, network cameras."""

from __future__ import annotations

import importlib
import re
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiosk.camera.address import PipelineAddress
from kiosk.camera.frame import Frame, SourceKind
from kiosk.errors import CameraBusy, CameraError, CameraLost, CameraMissing, CameraUnusable

_PACKAGES = (
    "apt install python3-gi gir1.2-gstreamer-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good, "
    "and create the environment with --system-site-packages"
)
_TAIL = "videoconvert ! video/x-raw,format=BGR ! appsink sync=false max-buffers=1"
# What stands for a camera. Anything else (files, test pictures) counts as a recording, which cannot approve.
_DEVICE_SOURCES = frozenset(
    {"libcamerasrc", "nvarguscamerasrc", "nvv4l2camerasrc", "pipewiresrc", "rtspsrc", "v4l2src"}
)
_SOURCE = re.compile(r"\b([a-z0-9_]*src|[a-z0-9_]*playbin3?|uridecodebin3?)\b(?!\s*=)")
_PATIENCE_NS = 2_000_000_000


class GstreamerCamera:
    """Gives the newest picture of a pipeline."""

    def __init__(self, address: PipelineAddress) -> None:
        """Take the address; nothing is loaded yet."""
        self._address = address
        self._gst: Any = None
        self._glib: Any = None
        self._pipeline: Any = None
        self._sink: Any = None
        self._index = 0
        self._last = -1.0
        self._ended = False

    @property
    def kind(self) -> SourceKind:
        """Say whether every source in the pipeline is a camera."""
        return SourceKind.DEVICE if comes_from_device(self._address.pipeline) else SourceKind.REPLAY

    @property
    def uri(self) -> str:
        """Give the address, without passwords."""
        return self._address.uri

    def open(self) -> None:
        """Start the pipeline. Raises ``CameraMissing``, ``CameraBusy`` or ``CameraUnusable``."""
        self.close()
        gst = self._load()
        try:
            pipeline = gst.parse_launch(complete_pipeline(self._address.pipeline))
        except self._glib.Error as error:
            raise CameraUnusable(f"GStreamer does not understand the pipeline: {error.message}") from error
        self._pipeline = pipeline
        sinks = [element for element in _elements(pipeline) if element.get_factory().get_name() == "appsink"]
        self._sink = sinks[0] if sinks else None
        if self._sink is None:
            self.close()
            raise CameraUnusable("the pipeline is no chain that ends in one picture", hint="check gst:PIPELINE")
        self._index, self._last, self._ended = 0, -1.0, False
        pipeline.set_state(gst.State.PLAYING)
        outcome, _, _ = pipeline.get_state(5 * gst.SECOND)
        if outcome == gst.StateChangeReturn.FAILURE:
            refusal = self._told_error() or CameraUnusable("the pipeline does not start")
            self.close()
            raise refusal

    def read(self) -> Frame | None:
        """Give the newest picture, or None after the end of a recording. Raises ``CameraLost``."""
        if self._sink is None:
            raise CameraLost("the pipeline is not open")
        if self._ended:
            return None
        sample = self._sink.emit("try-pull-sample", _PATIENCE_NS)
        if sample is not None:
            return self._frame(sample, time.monotonic())
        if self._sink.get_property("eos"):
            if self.kind is SourceKind.REPLAY and self._told_error() is None:
                self._ended = True
                return None
            self.close()
            raise CameraLost("the pipeline ended")
        error = self._told_error()
        self.close()
        raise CameraLost("the pipeline gave no picture for 2 seconds" if error is None else error.message)

    def close(self) -> None:
        """Stop the pipeline."""
        pipeline, self._pipeline, self._sink = self._pipeline, None, None
        if pipeline is not None:
            pipeline.set_state(self._gst.State.NULL)

    def _load(self) -> Any:
        if self._gst is None:
            try:
                gi = importlib.import_module("gi")
                gi.require_version("Gst", "1.0")
                gst: Any = importlib.import_module("gi.repository.Gst")
                self._glib = importlib.import_module("gi.repository.GLib")
            except (ImportError, ValueError) as error:
                raise CameraUnusable("GStreamer's Python bindings are not installed", hint=_PACKAGES) from error
            gst.init(None)
            self._gst = gst
        return self._gst

    def _frame(self, sample: Any, now: float) -> Frame:
        shape = sample.get_caps().get_structure(0)
        if shape.get_string("format") != "BGR":
            self.close()
            raise CameraLost("the pipeline gives no BGR pictures", hint=f"end it with: {_TAIL}")
        width, height = shape.get_int("width")[1], shape.get_int("height")[1]
        buffer = sample.get_buffer()
        held, memory = buffer.map(self._gst.MapFlags.READ)
        if not held:
            raise CameraLost("a picture of the pipeline cannot be read")
        try:
            image = rows_to_image(memory.data, width, height)
        finally:
            buffer.unmap(memory)
        image.setflags(write=False)
        stamp = buffer.pts / 1e9 if buffer.pts != self._gst.CLOCK_TIME_NONE else self._last + 0.001
        self._last = stamp if stamp > self._last else self._last + 0.001
        index, self._index = self._index, self._index + 1
        arrived = now if self.kind is SourceKind.DEVICE else None
        return Frame(image, self._last, index, arrived)

    def _told_error(self) -> CameraError | None:
        bus = self._pipeline.get_bus()
        message = bus.pop_filtered(self._gst.MessageType.ERROR)
        if message is None:
            return None
        error, _ = message.parse_error()
        if error.matches(self._gst.ResourceError.quark(), self._gst.ResourceError.NOT_FOUND):
            return CameraMissing(f"the pipeline finds no camera: {error.message}")
        if error.matches(self._gst.ResourceError.quark(), self._gst.ResourceError.BUSY):
            return CameraBusy(f"another program holds the pipeline's camera: {error.message}")
        return CameraUnusable(f"the pipeline stopped: {error.message}")


def complete_pipeline(pipeline: str) -> str:
    """Give the pipeline with an end that hands its pictures to us, if it has none."""
    if re.search(r"\bappsink\b", pipeline):
        return pipeline
    # A device's older pictures are let go; a recording waits for us.
    drop = " drop=true" if comes_from_device(pipeline) else ""
    return f"{pipeline.rstrip().rstrip('!').rstrip()} ! {_TAIL}{drop}"


def comes_from_device(pipeline: str) -> bool:
    """Tell whether every source in the pipeline is a camera."""
    sources = set(_SOURCE.findall(re.sub(r"\"[^\"]*\"|'[^']*'", "", pipeline)))
    return bool(sources) and sources <= _DEVICE_SOURCES


def pinnable_source(pipeline: str) -> tuple[str, str] | None:
    """Give what can be pinned of a pipeline: ``("node", "/dev/video0")`` or ``("sensor", DEVICE-TREE-PATH)``.

    None where there is another source, or more than one: what comes over a network or from another program is nobody's
    camera.
    """
    sources = _SOURCE.findall(re.sub(r"\"[^\"]*\"|'[^']*'", "", pipeline))
    if len(sources) != 1:
        return None
    if sources[0] in ("v4l2src", "nvv4l2camerasrc"):
        found = re.findall(r"\bdevice\s*=\s*[\"']?([^\s\"'!]+)", pipeline)
        return ("node", found[0] if found else "/dev/video0") if len(found) < 2 else None
    if sources[0] == "libcamerasrc":
        found = re.findall(r"\bcamera-name\s*=\s*[\"']?(/base/[^\s\"'!]+)", pipeline)
        return ("sensor", found[0].removeprefix("/base")) if len(found) == 1 else None
    return None


def rows_to_image(data: bytes, width: int, height: int) -> NDArray[np.uint8]:
    """Give height x width x 3 from rows that are padded to a multiple of four bytes."""
    stride = (width * 3 + 3) // 4 * 4
    flat = np.frombuffer(data, np.uint8)
    if flat.size < stride * (height - 1) + width * 3:
        raise CameraLost("a picture of the pipeline is not whole")
    rows = np.lib.stride_tricks.as_strided(flat, (height, width * 3), (stride, 1))
    return rows.reshape(height, width, 3).copy()


def _elements(pipeline: Any) -> list[Any]:
    found: list[Any] = []
    walk = pipeline.iterate_recurse()
    outcome, element = walk.next()
    # GST_ITERATOR_OK
    while int(outcome) == 1:
        found.append(element)
        outcome, element = walk.next()
    return found
