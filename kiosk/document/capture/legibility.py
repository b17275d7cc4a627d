"""How well the print of a document can be read in a view: one number by which the best frame is kept. Pure."""

from __future__ import annotations

from kiosk.document.facts import DocumentView

_ENOUGH_SHARE = 0.28
"""of the frame: from here on its size takes nothing away"""


def legibility(view: DocumentView) -> float:
    """Give 0 not to be read .. 1 as good as it gets; the weakest thing counts most, as each takes its share.

    A document that reaches over the frame's border is worth a third of what it would be.
    """
    worth = min(1.0, max(0.0, view.confidence)) ** 0.5
    worth *= min(1.0, max(0.0, view.sharpness))
    worth *= min(1.0, (max(0.0, view.share) / _ENOUGH_SHARE) ** 0.5)
    worth *= max(0.0, 1 - view.glare / 0.25)
    worth *= _between(view.luminance, 0.03, 0.18) * (1 - _between(view.luminance, 0.9, 1.0))
    worth *= 1 - 0.6 * min(1.0, max(0.0, view.uneven_light))
    worth *= 1 - min(1.0, max(0.0, view.perspective - 0.08)) * 0.9
    return max(0.0, min(1.0, worth if view.complete else worth / 3))


def _between(value: float, low: float, high: float) -> float:
    """Give 0 up to ``low``, 1 from ``high`` on."""
    return min(1.0, max(0.0, (value - low) / (high - low)))
