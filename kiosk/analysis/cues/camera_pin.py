"""Whether the camera is the calibrated one, as evidence."""

from __future__ import annotations

from kiosk.analysis.facts import CueJudgement
from kiosk.camera.pinned import PinnedCamera, PinState
from kiosk.camera.port import Camera

CHECK = "camera_pin"


def judge_pin(state: PinState) -> CueJudgement:
    """Give the judgement: a comparison of words, whose threshold refuses nobody who has the calibrated camera."""
    if state.code in ("not_enrolled", "unavailable"):
        return CueJudgement(CHECK, code=state.code, detail=state.detail)
    return CueJudgement(CHECK, float(state.code == "same"), 1.0, 0.0, detail=state.detail)


def judge_pin_of(camera: Camera) -> CueJudgement:
    """Judge a camera as it is now; recordings and the demonstration have no device to judge."""
    if isinstance(camera, PinnedCamera):
        return judge_pin(camera.state())
    return CueJudgement(CHECK, code="unavailable", detail=(("because", "no device"),))
