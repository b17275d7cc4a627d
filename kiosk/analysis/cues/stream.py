"""What the stream itself shows over a session: times, content, the sensor's noise. Fed with each analysed frame."""

from __future__ import annotations

from kiosk.analysis.cues.frame_content import FrameContent, Kind, gray_of
from kiosk.analysis.cues.frame_timing import FrameTiming
from kiosk.analysis.cues.sensor_noise import SensorNoise
from kiosk.analysis.facts import CueJudgement
from kiosk.camera.frame import Frame
from kiosk.camera.site.store import Site


class StreamCues:
    """The three checks of one stream. Belongs to the analysing thread; keeps numbers, nothing of a face."""

    def __init__(self, kind: Kind = "demo", site: Site | None = None) -> None:
        """Take what the camera is, and the site's calibration; one made with another kind of source does not count."""
        known = site if site is not None and site.camera.source == kind else None
        period = known.camera.stream.period / 1000 if known is not None else 0.0
        self.timing = FrameTiming(period or None)
        self.content = FrameContent(kind, known.camera.content if known is not None else None)
        self.sensor = SensorNoise(known.fingerprint.factors if known is not None and known.fingerprint else None)

    def see(self, frame: Frame) -> None:
        """Take an analysed frame."""
        self.timing.see(frame.time, frame.arrived, frame.index)
        self.content.see(frame.image)
        if self.sensor.due():
            self.sensor.add(gray_of(frame.image))

    def judge(self) -> tuple[CueJudgement, ...]:
        """Judge what was seen since the session began."""
        return self.timing.judge(), self.content.judge(), self.sensor.judge()

    def forget(self) -> None:
        """Begin a new session."""
        self.timing.forget()
        self.content.forget()
        self.sensor.forget()
