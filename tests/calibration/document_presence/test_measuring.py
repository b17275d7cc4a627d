"""Thresholds and rates come from scores; drawings come again from the same chance."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from calibration.document_presence import stills, tilts
from calibration.document_presence.__main__ import write
from calibration.document_presence.cards import draw_card
from calibration.document_presence.measuring import chosen, point, table
from calibration.document_presence.stills import still
from calibration.document_presence.taking import any_camera, taken
from calibration.document_presence.tilts import tilt
from kiosk.document.presence.operating_points import CUES, PresencePointInvalid, parse


def test_the_threshold_lets_no_more_real_documents_fall_than_allowed() -> None:
    scores: dict[str, list[float | None]] = {stills.DOCUMENT: [n / 100 for n in range(100)], stills.COPY: [0.9]}
    threshold = chosen("photocopy", scores)
    assert threshold == 0.05
    made = point("photocopy", threshold, scores, "")
    assert (made.rate, made.documents, made.missed) == (0.05, 100, 1.0)


def test_where_attacks_lie_apart_the_middle_of_the_gap_is_kept() -> None:
    scores: dict[str, list[float | None]] = {stills.DOCUMENT: [0.9, None, 0.8], stills.COPY: [0.2] * 50}
    assert chosen("photocopy", scores) == 0.5
    assert chosen("screen", {**scores, stills.COPY: [0.0]}) == 0.8
    made = point("photocopy", 0.5, scores, "")
    assert (made.documents, made.missed, made.pictures) == (2, 0.0, 50)


def test_a_cue_of_which_no_document_was_judged_has_no_threshold() -> None:
    with pytest.raises(ValueError, match="bona fide"):
        chosen("parallax", {tilts.DEVICE: [None]})


def test_the_table_says_how_many_could_be_judged() -> None:
    rows = table("screen", 0.5, {"document": [0.9, None, 0.4]})
    assert "| document | 3 | 2 | 0.65 | 50 % (1-99) |" in rows


def test_what_is_written_is_what_the_kiosk_reads(tmp_path: Path) -> None:
    scores: dict[str, list[float | None]] = {stills.DOCUMENT: [0.5, 0.6], tilts.DEVICE: [0.5, 0.6]}
    points = {cue: point(cue, 0.55, scores, "drawn") for cue in CUES}
    path = tmp_path / "points.toml"
    write(points, path)
    assert parse(path.read_text("utf-8")) == points
    with pytest.raises(PresencePointInvalid):
        write({**points, "screen": dataclasses.replace(points["screen"], rate=2.0)}, path)
    assert parse(path.read_text("utf-8")) == points


def test_cards_have_round_corners_and_pages_square_ones() -> None:
    card, page = (draw_card(np.random.default_rng(1), card=one) for one in (True, False))
    assert (card.shape[0, 0], page.shape[0, 0]) == (0, 1)
    assert card.size[0] / card.size[1] == pytest.approx(85.6 / 54, abs=0.01)


@pytest.mark.parametrize("kind", [stills.DOCUMENT, stills.GREY_CAMERA, stills.MIDDLE, stills.CUT_COPY])
def test_the_same_chance_makes_the_same_picture(kind: str) -> None:
    one, other = (still(kind, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one.picture, other.picture)
    assert one.corners == other.corners
    if kind == stills.GREY_CAMERA:
        assert np.ptp(one.picture, axis=2).max() == 0


def test_the_camera_keeps_colours_as_they_are() -> None:
    camera = dataclasses.replace(
        any_camera(np.random.default_rng(1)), noise=0.0, gain=1.0, cast=(1.0, 1.0, 1.0), slope=(0.0, 0.0), quality=None
    )
    scene = np.zeros((camera.scene[1], camera.scene[0], 3), np.float32)
    scene[:] = (30, 90, 200)
    picture = taken(scene, camera, np.random.default_rng(1))
    assert np.abs(picture[20:-20, 20:-20].mean((0, 1)) - (30, 90, 200)).max() < 1


def test_a_tilt_goes_to_both_sides_and_says_where_the_document_is() -> None:
    frames = [frame for _, frame in zip(range(6), tilt(tilts.DEVICE, np.random.default_rng(3)), strict=False)]
    assert [frame.time for frame in frames] == sorted(frame.time for frame in frames)
    assert len({frame.view.corners for frame in frames}) == 6
