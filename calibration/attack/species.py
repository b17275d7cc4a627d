"""The kinds of attack that the bench knows, as ISO/IEC 30107-3 wants them named: instrument, and potential of attack."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Species:
    """One kind of presentation attack instrument (PAI), or of injection."""

    name: str
    says: str
    potential: str
    """A: household means and hours; B: some skill and days; C: skill, a lab, weeks (levels as FIDO's biometric rules)"""
    injection: bool = False
    """it reaches the kiosk behind the camera: outside of 30107-3, which ends at the lens; reported in the same form"""


KNOWN = {
    species.name: species
    for species in (
        Species("print", "colour print of a photo, held or fixed", "A"),
        Species("cutout", "print cut to the face, or with eye holes", "A"),
        Species("mask", "worn mask", "B or C"),
        Species("phone", "photo or film on a phone's screen", "A"),
        Species("tablet", "photo or film on a tablet's screen", "A"),
        Species("screen", "photo or film on a laptop, monitor or unnamed screen", "A"),
        Species("demo", "attack that the demonstration plays", "A"),
        Species("made_print", "software: print of a bona fide picture in a moving hand", "A"),
        Species("made_screen_bezel", "software: bona fide film on a screen, bezel in view, in a hand", "A"),
        Species("made_screen_close", "software: bona fide film on a screen that fills the frame", "B"),
        Species("made_still", "software: still photo panned, nodded, turned as a plane, mouth painted open", "B", True),
        Species("made_old_session", "software: recording of an earlier session with another challenge", "B", True),
        Species("made_spliced", "software: stream cut together, a piece for each asked gesture", "B", True),
        Species("made_swap", "software: another person's face warped onto the moving head", "B", True),
        Species("made_relightless", "software: perfect replay with the right gestures, blind to the screen's light", "C", True),
    )
}  # fmt: skip
_WORDS = {"replay": "screen", "video": "screen", "photo": "print"}


def species_of(word: str) -> Species:
    """Give the species of a name, or one that says no more than its name."""
    plain = _WORDS.get(word, word)
    return KNOWN.get(plain) or Species(plain, plain.replace("_", " "), "not rated")
