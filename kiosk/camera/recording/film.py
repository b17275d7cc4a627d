"""Films and animated pictures, with the times that are stored in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from kiosk.camera.recording.shot import Shot
from kiosk.errors import BadInput, CameraLost

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# Only containers of films: the library would also play text files, play lists and network addresses.
_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,mpeg,mpegts,ogg,mjpeg,h264,hevc,yuv4mpegpipe,asf,flv"
_FALLBACK_RATE = 25.0
_LEAST_STEP = 0.001


def film_shots(path: Path, fps: float | None) -> Iterator[Shot]:
    """Give a film's pictures with their true times, the first at 0.

    With ``fps`` they follow each other at that rate instead. Raises ``BadInput`` when there is no first picture and
    ``CameraLost`` with the number of the frame when the film breaks later.
    """
    import av

    try:
        container = av.open(f"file:{path}", options={"format_whitelist": _FORMATS, "protocol_whitelist": "file"})
    except (av.FFmpegError, OSError, ValueError) as error:
        raise BadInput(f"'{path.name}' is no film or picture that can be read", hint=_HINT) from error
    with container:
        if not container.streams.video:
            raise BadInput(f"'{path.name}' holds no pictures", hint=_HINT)
        stream = container.streams.video[0]
        stream.thread_count = 1
        yield from _paced(path, container, stream, fps)


_HINT = "give a film (mp4, mov, webm, avi), a GIF, a picture or a folder of pictures"


def _paced(path: Path, container: InputContainer, stream: VideoStream, fps: float | None) -> Iterator[Shot]:
    step = 1.0 / float(stream.average_rate or _FALLBACK_RATE)
    first: float | None = None
    index, end, last = 0, 0.0, 0.0
    for number, frame in _decoded(path, container):
        if first is None:
            first = frame.time or 0.0
        duration = float(frame.duration * frame.time_base) if frame.duration and frame.time_base else step
        time = end if frame.time is None else frame.time - first
        if fps is not None:
            time, duration = number / fps, 1.0 / fps
        if index and time <= last:
            time = last + _LEAST_STEP
        last = time
        end = time + max(duration, _LEAST_STEP)
        index += 1
        yield Shot(time, end, lambda frame=frame: upright(frame))  # type: ignore[misc]
    if index == 0:
        raise BadInput(f"'{path.name}' holds no picture that can be decoded", hint=_HINT)
    promised = _promised_seconds(stream)
    if fps is None and promised is not None and end < 0.9 * promised - 0.5:
        raise CameraLost(f"'{path.name}' breaks off after frame {index - 1}", hint="copy the film again")


def _decoded(path: Path, container: InputContainer) -> Iterator[tuple[int, VideoFrame]]:
    """Give whole frames with their numbers; numbers of damaged frames are left out."""
    import av

    number = 0
    packets = container.demux(video=0)
    while True:
        try:
            packet = next(packets)
            frames = packet.decode()
        except (StopIteration, av.EOFError):
            return
        except (av.FFmpegError, OSError) as error:
            if number == 0:
                # A recording that was cut out of another starts between key frames: wait for the first.
                continue
            raise CameraLost(f"'{path.name}' is broken at frame {number}", hint="copy the film again") from error
        for frame in frames:
            if not frame.is_corrupt:
                yield number, frame
            number += 1


def upright(frame: VideoFrame) -> NDArray[np.uint8]:
    """Give a decoded picture as blue green red, turned as its display matrix says."""
    image = cast("NDArray[np.uint8]", frame.to_ndarray(format="bgr24"))
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(image, turns)) if turns else image


def _promised_seconds(stream: VideoStream) -> float | None:
    """Give the length that the film says of itself, to notice one that was cut off."""
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    hours, _, rest = stream.metadata.get("DURATION", "").partition(":")
    minutes, _, seconds = rest.partition(":")
    try:
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except ValueError:
        return None
