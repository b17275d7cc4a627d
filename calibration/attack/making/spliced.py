"""An injected stream put together from pieces of a film: each asked gesture is answered by the piece that shows it."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.camera.frame import Frame, SourceKind
from kiosk.camera.port import Camera
from kiosk.errors import CameraLost

Piece = tuple[float, float]
"""from and until, seconds of the film"""


class SplicedStream:
    """Plays the resting piece in a loop; when a gesture is asked it cuts to that gesture's piece and back."""

    def __init__(self, film: Callable[[], Camera], rest: Piece, pieces: dict[str, Piece], reacts: float = 0.6) -> None:
        """Take how the film is opened anew, its pieces by gesture, and the attacker's seconds of reaction."""
        self._film = film
        self._rest = rest
        self._pieces = pieces
        self._reacts = reacts
        self._camera: Camera | None = None
        self._piece = rest
        self._asked: tuple[str, float] | None = None
        self._base = self._now = self._step = 0.0
        self._begun: float | None = None
        self._index = 0

    @property
    def kind(self) -> SourceKind:
        """Say that no device stands behind it."""
        return SourceKind.REPLAY

    @property
    def uri(self) -> str:
        """Give the attack's name."""
        return "made:spliced_stream"

    def perform(self, gesture: str | None) -> None:
        """Note what is asked; the cut comes after the attacker's time of reaction."""
        self._asked = None if gesture is None or gesture not in self._pieces else (gesture, self._now)

    def illuminate(self, red: float, green: float, blue: float) -> None:
        """Take the screen's light, which a recording cannot answer."""

    def open(self) -> None:
        """Begin with the resting piece. Raises what opening the film raises."""
        self._base = self._now = 0.0
        self._index = 0
        self._asked = None
        self._cut_to(self._rest)

    def read(self) -> Frame | None:
        """Give the next frame of the piece that plays, without end. Raises ``CameraLost``."""
        if self._camera is None:
            raise CameraLost("the spliced stream is not open")
        if self._asked is not None and self._now - self._asked[1] >= self._reacts:
            piece, self._asked = self._pieces[self._asked[0]], None
            self._cut_to(piece)
        frame = self._played()
        if frame is None:
            self._cut_to(self._rest)
            frame = self._played()
        if frame is None:
            raise CameraLost("the resting piece holds no frame")
        time = self._base + frame.time - self._begun_at(frame.time)
        self._step = max(0.001, time - self._now) if self._index else 1 / 25
        self._now = time
        index, self._index = self._index, self._index + 1
        return Frame(frame.image, time, index)

    def close(self) -> None:
        """Let go of the film."""
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.close()

    def _begun_at(self, time: float) -> float:
        if self._begun is None:
            self._begun = time
        return self._begun

    def _cut_to(self, piece: Piece) -> None:
        self.close()
        self._piece, self._begun = piece, None
        self._base = self._now + (self._step or 1 / 25) if self._index else 0.0
        self._camera = self._film()
        self._camera.open()

    def _played(self) -> Frame | None:
        """Give the piece's next frame, None behind its end."""
        camera = self._camera
        if camera is None:
            return None
        while (frame := camera.read()) is not None:
            if frame.time > self._piece[1]:
                return None
            if frame.time >= self._piece[0]:
                return frame
        return None
