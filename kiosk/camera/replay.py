"""A recording in the place of a camera."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from itertools import islice

import cv2
import numpy as np

from kiosk.camera.address import Pace, ReplayAddress
from kiosk.camera.frame import Frame, SourceKind
from kiosk.camera.pacing import Pacer
from kiosk.camera.recording.film import film_shots
from kiosk.camera.recording.pictures import HELD_SECONDS, folder_shots, held_shots, read_picture
from kiosk.camera.recording.shot import Shot
from kiosk.errors import BadInput, CameraLost

# Catching up is bounded, so that a machine too slow for the film still shows some of it.
_MOST_SKIPPED = 30


class ReplayCamera:
    """Plays a film, an animated picture, a folder of pictures or one picture."""

    def __init__(
        self,
        address: ReplayAddress,
        *,
        pace: Pace = Pace.FREE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the pace for an address that names none."""
        self._address = address
        self._pacer = Pacer(address.pace or pace, clock, sleep)
        self._shots: Iterator[Shot] | None = None
        self._waiting: Shot | None = None
        self._index = 0
        self._base = 0.0
        self._still = False
        self._broken: CameraLost | None = None

    @property
    def kind(self) -> SourceKind:
        """Say that this is a recording."""
        return SourceKind.REPLAY

    @property
    def uri(self) -> str:
        """Give the address."""
        return self._address.uri

    @property
    def still(self) -> bool:
        """Tell whether it holds one picture, which then is not a frozen camera."""
        return self._still

    def open(self) -> None:
        """Start from the beginning. Raises ``BadInput`` when there is no first picture."""
        self.close()
        self._index, self._base, self._still = 0, 0.0, False
        self._pacer.reset()
        shots = self._round()
        self._waiting = next(shots, None)
        if self._waiting is None:
            raise BadInput(f"'{self._address.path.name}' holds no pictures")
        self._shots = shots

    def read(self) -> Frame | None:
        """Give the next picture at its time, or None after the last. Raises ``CameraLost`` where the film is broken."""
        if self._shots is None:
            raise CameraLost("the replay is not open")
        skipped = 0
        while (shot := self._waiting) is not None:
            self._advance()
            index, self._index = self._index, self._index + 1
            if self._waiting is not None and self._pacer.late(shot.until) and skipped < _MOST_SKIPPED:
                skipped += 1
                continue
            self._pacer.wait(shot.time)
            image = shot.picture()
            if self._address.mirror:
                image = np.ascontiguousarray(image[:, ::-1])
            image.setflags(write=False)
            return Frame(image, shot.time, index)
        # The frame before a break was still good: the break is told when it is reached.
        if self._broken is not None:
            broken, self._broken = self._broken, None
            self.close()
            raise broken
        return None

    def close(self) -> None:
        """Let go of the file."""
        shots, self._shots, self._waiting, self._broken = self._shots, None, None, None
        if isinstance(shots, Generator):
            shots.close()

    def _advance(self) -> None:
        """Look one picture ahead, over the end into the next round."""
        before, self._waiting = self._waiting, None
        if self._shots is None:
            return
        try:
            shot = next(self._shots, None)
            if shot is None and self._address.loop and before is not None:
                self._base = before.until
                self._shots = self._round()
                shot = next(self._shots, None)
        except CameraLost as error:
            self._broken = error
        except BadInput as error:
            self._broken = CameraLost(f"the recording was changed while it played: {error.message}")
        else:
            self._waiting = shot

    def _round(self) -> Generator[Shot, None, None]:
        """Give one pass over the recording, its times after those of the pass before."""
        base = self._base
        for shot in self._choose():
            yield Shot(base + shot.time, base + shot.until, shot.picture) if base else shot

    def _choose(self) -> Iterator[Shot]:
        path, fps = self._address.path, self._address.fps
        try:
            if path.is_dir():
                return folder_shots(path, fps)
            with path.open("rb") as file:
                start = file.read(6)
        except FileNotFoundError:
            raise BadInput(f"there is no file or folder '{path}'") from None
        except OSError as error:
            raise BadInput(f"'{path}' cannot be read: {error.strerror}") from error
        if not start:
            raise BadInput(f"the file '{path.name}' is empty")
        moving_gif = start in (b"GIF87a", b"GIF89a") and sum(1 for _ in islice(film_shots(path, fps), 2)) == 2
        if moving_gif or not cv2.haveImageReader(str(path)):
            return film_shots(path, fps)
        image = read_picture(path)
        if image is None:
            raise BadInput(f"the picture '{path.name}' cannot be decoded")
        self._still = True
        return held_shots(image, fps, None if self._address.loop else HELD_SECONDS)
