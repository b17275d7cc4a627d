"""The goals that this machine is held against, and what follows for the work that it can do."""

from __future__ import annotations

from dataclasses import dataclass

from calibration.bench.machine import Machine

MODEL_MS = {
    "face_detection": 2.0,
    "face_landmarks": 1.5,
    "face_embedding": 1.0,
    "face_pad": 1.5,
    "face_quality": 1.0,
    "document_corners": 60.0,
    "document_text": 60.0,
}
"""milliseconds of one run on one core"""
MODEL_MB = {
    "face_detection": 0.25,
    "face_landmarks": 1.0,
    "face_embedding": 1.2,
    "face_pad": 0.8,
    "face_quality": 0.5,
    "document_corners": 1.5,
    "document_text": 1.5,
}
"""10^6 bytes of the network"""
ALL_MB = 8.0
REGISTRY_MS = 300.0
FRAME_MS = 12.0
APP_MB = 450.0
SMOOTH_FPS, ENOUGH_FPS = 30.0, 10.0
"""frames analysed in a second: what follows every movement, and what a challenge still needs"""


@dataclass(frozen=True)
class Goal:
    """One goal and what was measured; ``value`` None: not measured."""

    name: str
    unit: str
    goal: float
    value: float | None

    @property
    def met(self) -> bool | None:
        """Tell whether it is met, None when it was not measured."""
        return None if self.value is None else self.value <= self.goal


def judge(
    models: dict[str, tuple[int, float | None]],
    *,
    registry_ms: float | None,
    frame_ms: float | None,
    app_mb: float | None,
) -> list[Goal]:
    """Hold bytes and milliseconds of each model, and the whole, against the goals."""
    goals = []
    for name, (size, ms) in models.items():
        if name in MODEL_MS:
            goals.append(Goal(name, "MB", MODEL_MB[name], size / 1e6))
            goals.append(Goal(name, "ms", MODEL_MS[name], ms))
    goals.append(Goal("all models", "MB", ALL_MB, sum(size for size, _ in models.values()) / 1e6))
    goals.append(Goal("verify and load all models", "ms", REGISTRY_MS, registry_ms))
    goals.append(Goal("one frame on one core", "ms", FRAME_MS, frame_ms))
    goals.append(Goal("memory of a whole verification", "MB", APP_MB, app_mb))
    return goals


def expect(machine: Machine, frame_ms: float | None) -> list[str]:
    """Say in plain words what this machine should hold."""
    said = []
    if machine.dot_product:
        said.append("INT8 runs on dot-product instructions: sums do not saturate, and it should be faster than FP32")
    else:
        said.append(
            "no dot-product instructions: INT8 may be slower than FP32, and in some engines sums saturate; "
            "the self-test watches over that"
        )
    if frame_ms is None:
        return said
    rate = 1000 / frame_ms
    said.append(f"one core analyses {rate:.0f} frames a second")
    if rate < ENOUGH_FPS:
        said.append(f"that is under {ENOUGH_FPS:.0f}: quick gestures are missed; use a faster computer")
    elif rate < SMOOTH_FPS:
        said.append(f"that is enough for the challenge, but not for every frame of a {SMOOTH_FPS:.0f} fps camera")
    elif machine.cores >= 2:
        said.append(f"every frame of a {SMOOTH_FPS:.0f} fps camera is analysed, the other core is left for the screen")
    else:
        said.append("every frame is analysed, but there is no second core for the screen: it may stutter")
    return said
