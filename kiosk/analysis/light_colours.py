"""The colours of the light sequence, linear in light. Values only: flow draws them, the judge draws wrong ones.

Every channel is high or low by itself, so that a colour carries three bits. Low is not dark: with it no colour is
saturated red in the sense of WCAG 2.2 (R / (R + G + B) stays below 0.8).
"""

from __future__ import annotations

from kiosk.analysis.facts import Colour

HIGH, LOW = 1.0, 0.15
GREY: Colour = (0.45, 0.45, 0.45)
"""before the first colour and after the last"""
LEAD, TAIL = 0.5, 0.4
"""seconds of grey before and after: what comes back late still falls into the sequence"""


def colour_of(red: bool, green: bool, blue: bool) -> Colour:
    """Give the colour whose channels are high where this is true."""
    return (HIGH if red else LOW, HIGH if green else LOW, HIGH if blue else LOW)
