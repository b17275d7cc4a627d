"""A recording in the place of a microphone: a WAV file, or the sound track of a film."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from kiosk.errors import BadInput, MicrophoneLost, MicrophoneMissing
from kiosk.sound.address import SoundFileAddress
from kiosk.sound.clip import Clip, SoundKind
from kiosk.sound.mono import Mixer, cut
from kiosk.sound.port import RATE

if TYPE_CHECKING:
    from av.container import InputContainer

# Only containers of films and sound: the library would also open play lists and network addresses.
_FORMATS = "wav,w64,flac,mp3,aac,ogg,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,asf,flv"
_LENGTH = RATE // 25


class ReplayMicrophone:
    """Gives a recording's sound as fast as it is read; its times are those of the film, whose first picture is at 0."""

    def __init__(self, address: SoundFileAddress) -> None:
        """Take the address; nothing is opened yet."""
        self._address = address
        self._clips: Generator[Clip, None, None] | None = None

    @property
    def kind(self) -> SoundKind:
        """Say that this is a recording."""
        return SoundKind.REPLAY

    @property
    def uri(self) -> str:
        """Give the address."""
        return self._address.uri

    def open(self) -> None:
        """Start from the beginning. Raises ``BadInput``, and ``MicrophoneMissing`` for a film without sound."""
        import av

        self.close()
        path = self._address.path
        try:
            container = av.open(f"file:{path}", options={"format_whitelist": _FORMATS, "protocol_whitelist": "file"})
        except FileNotFoundError:
            raise BadInput(f"there is no file '{path}'") from None
        except (av.FFmpegError, OSError, ValueError) as error:
            raise BadInput(f"'{path.name}' is no sound or film that can be read") from error
        if not container.streams.audio:
            container.close()
            raise MicrophoneMissing(f"the film '{path.name}' has no sound")
        self._clips = _played(container, path.name)

    def read(self) -> Clip | None:
        """Give the next clip, or None after the last. Raises ``MicrophoneLost``."""
        if self._clips is None:
            raise MicrophoneLost("the recording is not open")
        return next(self._clips, None)

    def close(self) -> None:
        """Let go of the file."""
        clips, self._clips = self._clips, None
        if clips is not None:
            clips.close()


def _played(container: InputContainer, name: str) -> Generator[Clip, None, None]:
    import av

    with container:
        # Two streams of one film share a clock, whose 0 need not be the first picture's.
        zero = 0.0
        if container.streams.video:
            video = container.streams.video[0]
            zero = float((video.start_time or 0) * (video.time_base or 0))
        time: float | None = None
        mixer = Mixer()
        frames = container.decode(audio=0)
        while True:
            try:
                frame = next(frames, None)
            except (av.FFmpegError, OSError) as error:
                raise MicrophoneLost(f"the sound of '{name}' is broken") from error
            if frame is not None:
                stamp = frame.time if frame.time is not None else zero
                # Counted by samples from the first on, unless the film itself leaves a gap.
                time = stamp - zero if time is None or abs(stamp - zero - time) > _GAP else time
            for samples in cut(mixer.mix(frame), _LENGTH):
                start = 0.0 if time is None else time
                time = start + len(samples) / RATE
                yield Clip(samples, RATE, start)
            if frame is None:
                return


_GAP = 0.1
"""seconds by which a film's stamp may differ from counted samples: the resampler holds some back"""
