"""The best frame: better in any one thing is never worse altogether."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.document.capture.legibility import legibility
from kiosk.document.facts import DocumentView

CORNERS = ((100.0, 100.0), (500.0, 100.0), (500.0, 352.0), (100.0, 352.0))
GOOD = DocumentView(
    corners=CORNERS, confidence=0.95, share=0.4, complete=True, sharpness=0.9, luminance=0.6, glare=0.0,
    uneven_light=0.05, skew=2.0, perspective=0.03,
)  # fmt: skip
part = st.floats(0, 1)
views = st.builds(
    DocumentView, corners=st.just(CORNERS), confidence=part, share=part, complete=st.booleans(), sharpness=part,
    luminance=part, glare=part, uneven_light=part, skew=st.floats(0, 45), perspective=part,
)  # fmt: skip


@given(views)
def test_it_is_a_share(view: DocumentView) -> None:
    assert 0 <= legibility(view) <= 1


@given(views, part)
def test_sharper_larger_and_surer_is_never_worse(view: DocumentView, more: float) -> None:
    for name in ("sharpness", "share", "confidence"):
        assert legibility(replace(view, **{name: max(getattr(view, name), more)})) >= legibility(view)


@given(views, part)
def test_more_glare_shadow_and_perspective_is_never_better(view: DocumentView, more: float) -> None:
    for name in ("glare", "uneven_light", "perspective"):
        assert legibility(replace(view, **{name: max(getattr(view, name), more)})) <= legibility(view)


@given(views)
def test_a_whole_document_is_worth_more_than_a_cut_one(view: DocumentView) -> None:
    assert legibility(replace(view, complete=True)) >= legibility(replace(view, complete=False))


def test_a_good_frame_is_near_one_and_each_fault_shows() -> None:
    assert legibility(GOOD) > 0.8
    faults = [
        {"sharpness": 0.3}, {"share": 0.05}, {"complete": False}, {"glare": 0.12}, {"luminance": 0.06}, {"luminance": 0.98},
        {"perspective": 0.5}, {"uneven_light": 0.8},
    ]  # fmt: skip
    for fault in faults:
        assert legibility(replace(GOOD, **fault)) < 0.7 * legibility(GOOD), fault  # type: ignore[arg-type]
