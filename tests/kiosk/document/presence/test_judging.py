"""Drawn cards on drawn desks, and what is not a card: each cue sees what it is meant to see."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.document.facts import DocumentView, PresenceCue, Quad
from kiosk.document.presence.judging import TiltWatch, judge_still
from kiosk.document.presence.operating_points import PresencePointInvalid, parse, presence_points

Picture = NDArray[np.uint8]
WIDTH, HEIGHT = 856, 540
CORNERS: Quad = ((180.0, 120.0), (772.0, 120.0), (772.0, 493.0), (180.0, 493.0))
FRAME = (960, 640)


def card(*, grey: bool = False) -> Picture:
    rng = np.random.default_rng(4)
    ground = cv2.resize(
        rng.uniform(170, 245, (2, 3, 3)).astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC
    )
    made = np.clip(ground, 0, 255).astype(np.uint8)
    cv2.ellipse(made, (160, 280), (90, 120), 0, 0, 360, (110, 140, 190), -1)
    cv2.rectangle(made, (0, 0), (WIDTH, 70), (140, 60, 30), -1)
    for row in range(140, 480, 45):
        cv2.putText(made, "MADE UP 1234", (330, row), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (40, 30, 30), 2)
    if grey:
        made = np.asarray(cv2.cvtColor(cv2.cvtColor(made, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR), np.uint8)
    return np.asarray(made, np.uint8)


def rounded(*, square: bool = False) -> NDArray[np.float32]:
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    radius = 0 if square else 32
    cv2.rectangle(mask, (radius, 0), (WIDTH - radius, HEIGHT), 1.0, -1)
    cv2.rectangle(mask, (0, radius), (WIDTH, HEIGHT - radius), 1.0, -1)
    for x in (radius, WIDTH - radius - 1):
        for y in (radius, HEIGHT - radius - 1):
            cv2.circle(mask, (x, y), radius, 1.0, -1, cv2.LINE_AA)
    return mask


def desk(colour: tuple[int, int, int] = (50, 80, 120), seed: int = 1) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    grain = cv2.resize(rng.normal(0, 25, (80, 120)).astype(np.float32), FRAME, interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.array(colour, np.float32) + grain[..., None], np.float32)


def shot(
    thing: Picture, mask: NDArray[np.float32], corners: Quad = CORNERS, room: NDArray[np.float32] | None = None
) -> Picture:
    flat = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float32)
    way = cv2.getPerspectiveTransform(flat, np.array(corners, np.float32))
    soft = cv2.GaussianBlur(thing, (0, 0), 0.7)
    laid = cv2.warpPerspective(soft, way, FRAME, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    share = cv2.warpPerspective(mask, way, FRAME)[..., None]
    scene = (desk() if room is None else room) * (1 - share) + laid * share
    noise = np.random.default_rng(2).normal(0, 1.5, scene.shape)
    return np.asarray(np.clip(scene + noise, 0, 255), np.uint8)


def by_name(cues: tuple[PresenceCue, ...]) -> dict[str, PresenceCue]:
    return {cue.name: cue for cue in cues}


def score(cue: PresenceCue) -> float:
    assert cue.score is not None, cue.code
    return cue.score


def passes(cue: PresenceCue) -> bool:
    assert cue.threshold is not None
    return score(cue) >= cue.threshold


def test_a_card_on_a_desk_passes_every_cue() -> None:
    cues = by_name(judge_still(shot(card(), rounded()), CORNERS))
    assert set(cues) == {"screen", "photocopy", "edges"}
    assert all(passes(cue) for cue in cues.values())
    assert all(cue.rate is not None for cue in cues.values())


def test_stripes_of_a_screen_all_over_it_are_seen() -> None:
    picture = shot(card(), rounded()).astype(np.float32)
    columns = np.arange(FRAME[0], dtype=np.float32)[None, :]
    for channel in range(3):
        picture[..., channel] += 14 * np.sin(columns * (2 * np.pi / 7.3) + channel * 2.1)
    cues = by_name(judge_still(np.clip(picture, 0, 255).astype(np.uint8), CORNERS))
    assert not passes(cues["screen"])


def test_a_grey_copy_among_colours_is_seen() -> None:
    cues = by_name(judge_still(shot(card(grey=True), rounded()), CORNERS))
    assert not passes(cues["photocopy"])


def test_where_nothing_has_colour_colour_cannot_be_judged() -> None:
    picture = cv2.cvtColor(cv2.cvtColor(shot(card(), rounded()), cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    cue = by_name(judge_still(np.asarray(picture, np.uint8), CORNERS))["photocopy"]
    assert (cue.score, cue.code) == (None, "no_colour")
    single = by_name(judge_still(np.asarray(picture[..., 0], np.uint8), CORNERS))["photocopy"]
    assert single.code == "no_colour"


def test_a_cast_of_the_light_is_no_colour_of_the_copy() -> None:
    picture = shot(card(grey=True), rounded()).astype(np.float32) * np.array([0.75, 0.95, 1.0])
    cues = by_name(judge_still(picture.astype(np.uint8), CORNERS))
    assert not passes(cues["photocopy"])


def test_square_corners_of_a_cut_out_are_seen() -> None:
    whole, cut = (by_name(judge_still(shot(card(), rounded(square=s)), CORNERS))["edges"] for s in (False, True))
    assert score(whole) > 0.8
    assert score(cut) < 0.2
    assert not passes(cut)


def test_a_sheet_that_reaches_beyond_the_card_is_seen() -> None:
    room = desk()
    room[70:545, 130:825] = (235, 238, 240)
    cue = by_name(judge_still(shot(card(), rounded(), room=room), CORNERS))["edges"]
    assert score(cue) == 0
    assert not passes(cue)


def test_without_surroundings_edges_are_not_judged() -> None:
    cue = by_name(judge_still(card()))["edges"]
    assert (cue.score, cue.code) == (None, "no_surroundings")


def test_a_tiny_or_black_picture_is_not_judged() -> None:
    tiny = np.asarray(cv2.resize(card(), (120, 76)), np.uint8)
    assert by_name(judge_still(tiny))["screen"].code == "too_small"
    black = np.zeros((400, 640, 3), np.uint8)
    assert by_name(judge_still(black))["photocopy"].code == "too_dark_or_bright"


# --- tilted


def tilted(
    watch: TiltWatch, *, turn: float = 0.11, with_sheet: bool = False, hologram: bool = False, plain: bool = False
) -> None:
    """Show a card whose top goes back and forth; ``with_sheet``: its surroundings are printed with it."""
    room = np.full((FRAME[1], FRAME[0], 3), 90, np.float32) if plain else desk(seed=7)
    flat = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float32)
    for number in range(12):
        lean = turn * np.sin(number / 12 * 2 * np.pi)
        corners: Quad = (
            (180 + 592 * lean, 120 + 500 * abs(lean)),
            (772 - 592 * lean, 120 + 500 * abs(lean)),
            (772.0 + 296 * lean, 493.0),
            (180.0 - 296 * lean, 493.0),
        )
        made = card()
        if hologram:
            colour = 60 * np.sin(np.array([0.0, 2.1, 4.2]) + number * 1.3)
            patch = made[200:420, 560:800].astype(np.float32) - 60 + colour
            made[200:420, 560:800] = np.clip(patch, 0, 255).astype(np.uint8)
        ground = room
        if with_sheet:
            way = cv2.getPerspectiveTransform(flat, np.array(corners, np.float32))
            first = cv2.getPerspectiveTransform(flat, np.array(CORNERS, np.float32))
            ground = cv2.warpPerspective(room, way @ np.linalg.inv(first), FRAME, borderMode=cv2.BORDER_REPLICATE)
        view = DocumentView(corners, 1.0, 0.36, True, 0.9, 0.5, 0.0, 0.0, 0.0, 0.1)
        watch.see(shot(made, rounded(), corners, np.asarray(ground, np.float32)), view, number * 0.1)


def test_a_ground_that_stays_behind_is_told_from_one_that_is_tilted_too() -> None:
    real, sheet = TiltWatch(), TiltWatch()
    tilted(real)
    tilted(sheet, with_sheet=True)
    assert score(by_name(real.judge())["parallax"]) > 0.6
    assert score(by_name(sheet.judge())["parallax"]) < 0.3


def test_colours_that_turn_with_the_tilt_shine_and_print_does_not() -> None:
    shining, printed = TiltWatch(), TiltWatch()
    tilted(shining, hologram=True)
    tilted(printed)
    assert score(by_name(shining.judge())["shine"]) > 2 * score(by_name(printed.judge())["shine"])


def test_what_was_not_seen_is_not_judged() -> None:
    watch = TiltWatch()
    assert {cue.code for cue in watch.judge()} == {"too_few_frames"}
    tilted(watch, turn=0.0)
    assert {cue.code for cue in watch.judge()} == {"not_tilted"}
    watch.forget()
    assert {cue.code for cue in watch.judge()} == {"too_few_frames"}
    tilted(watch, plain=True)
    cues = by_name(watch.judge())
    assert (cues["parallax"].score, cues["parallax"].code) == (None, "plain_surroundings")
    assert cues["shine"].score is not None


# --- operating points


def test_shipped_points_hold_rates_for_every_cue() -> None:
    points = presence_points()
    assert set(points) == {"screen", "photocopy", "edges", "parallax", "shine"}
    assert all(point.documents >= 10 for point in points.values())


@pytest.mark.parametrize("content", ["", "[screen]\nthreshold = 1", "not toml at all ["])
def test_a_file_that_lacks_a_cue_or_a_rate_is_refused(content: str) -> None:
    with pytest.raises(PresencePointInvalid):
        parse(content)
