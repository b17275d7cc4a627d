"""Levels of assurance: which evidence each one stands on. Pure.

The words are those of eIDAS (low, substantial, high); the rows are ours: no law knows this kiosk's checks.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum

from kiosk.flow.evidence import Check
from kiosk.profile.format import Profile


class Assurance(IntEnum):
    """How sure a verdict can be that a living person stood before this very kiosk; each level holds the one below."""

    LOW = 1
    """challenge, continuity and PAD on whatever camera"""
    SUBSTANTIAL = 2
    """the calibrated camera gave a sensor's frames of something with depth, or of something that answers the light"""
    HIGH = 3
    """depth and light both, and the sensor's own noise"""

    @property
    def word(self) -> str:
        """Give the level as it stands in profiles and records."""
        return self.name.lower()


Group = frozenset[Check]
"""checks of which one is enough"""

LEVELS: dict[Assurance, tuple[Group, ...]] = {
    Assurance.LOW: tuple(
        frozenset({check}) for check in (Check.CAMERA, Check.FACE_QUALITY, Check.LIVENESS, Check.CONTINUITY, Check.PAD)
    ),
    Assurance.SUBSTANTIAL: (
        frozenset({Check.CAMERA_PIN}),
        frozenset({Check.FRAME_TIMING}),
        frozenset({Check.FRAME_CONTENT}),
        frozenset({Check.DEPTH, Check.LIGHT}),
    ),
    Assurance.HIGH: (frozenset({Check.SENSOR}), frozenset({Check.DEPTH}), frozenset({Check.LIGHT})),
}
"""what each level asks beside the levels below it"""


def groups_of(level: Assurance) -> tuple[Group, ...]:
    """Give all that a level stands on, those of the levels below first."""
    return tuple(group for each in Assurance if each <= level for group in LEVELS[each])


def reached(passed: Collection[Check]) -> Assurance | None:
    """Give the highest level that these passed checks reach, None for none."""
    best = None
    for level in Assurance:
        if not all(group & set(passed) for group in LEVELS[level]):
            return best
        best = level
    return best


def level_needed(profile: Profile, *, light_left_out: bool) -> Assurance:
    """Give the level without which the profile does not approve.

    Who cannot bear the screen's light, or stands in sunlight, is judged at the profile's level for that: a lower one
    if the organisation wants it so, and always named in the record.
    """
    word = profile.assurance_without_light if light_left_out else profile.assurance
    return Assurance[word.upper()]
